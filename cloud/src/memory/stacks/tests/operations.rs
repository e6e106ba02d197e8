//! Rules of creating, updating and deleting.

use super::*;

#[tokio::test]
async fn a_stack_is_created_in_the_order_of_its_references() {
    let cloud = cloud();
    let statuses = deploy(&cloud, ChangeSetType::Create, &template()).await;
    assert_eq!(statuses, ["CREATE_IN_PROGRESS", "CREATE_COMPLETE"]);
    let events = event_lines(&cloud, "st").await;
    let complete: Vec<_> = events.iter().filter(|e| e.ends_with("CREATE_COMPLETE")).collect();
    let order = ["Table", "Role", "Fn", "Permission", "st"];
    assert_eq!(complete, order.map(|id| format!("{id} CREATE_COMPLETE")).each_ref());
    assert_eq!(events[1], "st CREATE_IN_PROGRESS: User Initiated");
    let stack = cloud.describe("st").await.unwrap().unwrap();
    assert_eq!(stack.outputs[0].value, "arn:aws:lambda:us-east-1:123456789012:function:flow");
    let same: Value = serde_json::from_str(&cloud.template("st").await.unwrap().unwrap()).unwrap();
    assert_eq!(same, template());
}

#[tokio::test]
async fn an_operation_advances_only_when_it_is_polled() {
    let cloud = cloud();
    let id = cloud.create_change_set(&request(ChangeSetType::Create, &template())).await.unwrap();
    ready(&cloud, &id).await;
    cloud.execute_change_set(&id, "tok", OnFailure::RollBack).await.unwrap();
    let seen = cloud.events("st", None, 1000).await.unwrap();
    assert_eq!(cloud.events("st", None, 1000).await.unwrap(), seen);
    assert_eq!(seen[0].token.as_deref(), Some("tok"));
    cloud.describe("st").await.unwrap();
    let newer = cloud.events("st", Some(&seen[0].id), 1000).await.unwrap();
    assert_eq!(newer.len(), 2);
    assert_eq!(cloud.events("st", Some(&seen[0].id), 1).await.unwrap(), newer[..1]);
    let busy = request(ChangeSetType::Update, &template());
    assert!(cloud.create_change_set(&busy).await.is_err());
}

#[tokio::test]
async fn a_failed_creation_is_rolled_back() {
    let cloud = cloud();
    cloud.fail_resource("Fn", "No such luck");
    let statuses = deploy(&cloud, ChangeSetType::Create, &template()).await;
    assert_eq!(statuses, ["CREATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE"]);
    let events = event_lines(&cloud, "st").await;
    assert!(events.contains(&"Fn CREATE_FAILED: No such luck".to_owned()));
    assert!(events.contains(&"Table DELETE_COMPLETE".to_owned()));
    assert!(cloud.resources("st").is_empty());
    let update = request(ChangeSetType::Update, &template());
    assert!(cloud.create_change_set(&update).await.is_err());
}

#[tokio::test]
async fn a_failed_update_has_two_operations_and_each_its_own_failures() {
    let cloud = cloud();
    deploy(&cloud, ChangeSetType::Create, &template()).await;
    cloud.fail_resource("Fn", "No such luck");
    let mut changed = template();
    changed["Resources"]["Fn"]["Properties"]["MemorySize"] = json!(512);
    deploy(&cloud, ChangeSetType::Update, &changed).await;
    let operations = cloud.describe("st").await.unwrap().unwrap().operations;
    let kinds: Vec<_> = operations.iter().map(|operation| operation.kind.as_str()).collect();
    assert_eq!(kinds, ["ROLLBACK", "UPDATE_STACK", "CREATE_STACK"]);
    let mut failures = Vec::new();
    for operation in &operations {
        let failed = cloud.failures(FailureScope::Operation(&operation.id)).await.unwrap();
        failures.push(failed.into_iter().map(|failure| failure.reason).collect::<Vec<_>>());
    }
    assert_eq!(failures, [vec![], vec!["No such luck".to_owned()], vec![]]);
    let all = cloud.failures(FailureScope::Stack("st")).await.unwrap();
    assert_eq!((all.len(), &all[0].status[..]), (1, "UPDATE_FAILED"));
    assert!(cloud.failures(FailureScope::Operation("none")).await.is_err());
}

#[tokio::test]
async fn resources_in_progress_beside_a_failure_are_cancelled() {
    let cloud = cloud();
    let two = json!({"Resources": {"A": {"Type": "AWS::SNS::Topic"},
        "B": {"Type": "AWS::SNS::Topic"}}});
    cloud.fail_resource("B", "No");
    deploy(&cloud, ChangeSetType::Create, &two).await;
    let events = event_lines(&cloud, "st").await;
    assert!(events.contains(&"A CREATE_FAILED: Resource creation cancelled".to_owned()));
    let reason = "st ROLLBACK_IN_PROGRESS: The following resource(s) failed to create: [A, B]. \
                 Rollback requested by user.";
    assert!(events.contains(&reason.to_owned()));
}

#[tokio::test]
async fn a_function_without_its_code_fails() {
    let cloud = cloud();
    let code = json!({"S3Bucket": "b", "S3Key": "k"});
    let mut template = template();
    template["Resources"]["Fn"]["Properties"]["Code"] = code;
    let statuses = deploy(&cloud, ChangeSetType::Create, &template).await;
    assert_eq!(statuses.last().unwrap(), "ROLLBACK_COMPLETE");
    let events = event_lines(&cloud, "st").await.join("\n");
    assert!(events.contains("S3 Error Code: NoSuchBucket"), "{events}");
}

#[tokio::test]
async fn an_update_changes_replaces_adds_and_cleans_up() {
    let cloud = cloud();
    deploy(&cloud, ChangeSetType::Create, &template()).await;
    let before = cloud.resources("st");
    let mut new = with("/Resources/Permission/Properties/SourceArn", json!("arn:new"));
    new["Resources"]["Topic"] = json!({"Type": "AWS::SNS::Topic"});
    let statuses = deploy(&cloud, ChangeSetType::Update, &new).await;
    let expected = ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_COMPLETE"];
    assert_eq!(statuses, expected);
    let after = cloud.resources("st");
    assert_ne!(before["Permission"], after["Permission"]);
    assert_eq!(before["Fn"], after["Fn"]);
    assert!(after.contains_key("Topic"));
    let dropped = deploy(&cloud, ChangeSetType::Update, &template()).await;
    assert_eq!(dropped, expected);
    assert!(!cloud.resources("st").contains_key("Topic"));
    assert!(event_lines(&cloud, "st").await.contains(&"Topic DELETE_COMPLETE".to_owned()));
}

#[tokio::test]
async fn a_failed_update_is_rolled_back() {
    let cloud = cloud();
    deploy(&cloud, ChangeSetType::Create, &template()).await;
    let before = cloud.resources("st");
    cloud.fail_resource("Fn", "Broken");
    let mut new = with("/Resources/Fn/Properties/FunctionName", json!("other"));
    new["Resources"]["Table"]["Properties"]["TimeToLive"] = json!(2);
    new["Resources"]["Topic"] = json!({"Type": "AWS::SNS::Topic"});
    let statuses = deploy(&cloud, ChangeSetType::Update, &new).await;
    let expected = [
        "UPDATE_IN_PROGRESS",
        "UPDATE_ROLLBACK_IN_PROGRESS",
        "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_ROLLBACK_COMPLETE",
    ];
    assert_eq!(statuses, expected);
    assert_eq!(cloud.resources("st"), before);
    let text = cloud.template("st").await.unwrap().unwrap();
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), template());
    assert_eq!(cloud.describe("st").await.unwrap().unwrap().outputs.len(), 1);
}

#[tokio::test]
async fn a_resource_with_a_custom_name_cannot_be_replaced() {
    let cloud = cloud();
    let table = |key: &str| {
        json!({"Resources": {"T": {"Type": "AWS::DynamoDB::Table",
            "Properties": {"TableName": "t", "KeySchema": key}}}})
    };
    deploy(&cloud, ChangeSetType::Create, &table("a")).await;
    let statuses = deploy(&cloud, ChangeSetType::Update, &table("b")).await;
    assert_eq!(statuses.last().unwrap(), "UPDATE_ROLLBACK_COMPLETE");
    let events = event_lines(&cloud, "st").await.join("\n");
    assert!(events.contains("Rename t and update the stack again."), "{events}");
    assert_eq!(cloud.resources("st")["T"], "t");
}

#[tokio::test]
async fn a_deleted_stack_is_visible_by_its_id_only() {
    let cloud = cloud();
    deploy(&cloud, ChangeSetType::Create, &template()).await;
    let id = cloud.describe("st").await.unwrap().unwrap().id;
    cloud.delete("st", &Deletion::new("t")).await.unwrap();
    assert_eq!(follow(&cloud, &id).await, ["DELETE_IN_PROGRESS", "DELETE_COMPLETE"]);
    assert_eq!(cloud.describe("st").await.unwrap(), None);
    let stack = cloud.describe(&id).await.unwrap().unwrap();
    assert_eq!(stack.status, StackStatus::DeleteComplete);
    assert!(event_lines(&cloud, &id).await.contains(&"Table DELETE_SKIPPED".to_owned()));
    assert!(cloud.events("st", None, 1).await.is_err());
    cloud.delete("st", &Deletion::new("t")).await.unwrap();
}

#[tokio::test]
async fn a_retained_name_is_taken() {
    let cloud = cloud();
    let mut named = template();
    named["Resources"]["Table"]["Properties"]["TableName"] = json!("kept");
    deploy(&cloud, ChangeSetType::Create, &named).await;
    cloud.delete("st", &Deletion::new("t")).await.unwrap();
    cloud.finish_operations();
    let again = deploy(&cloud, ChangeSetType::Create, &named).await;
    assert_eq!(again.last().unwrap(), "ROLLBACK_COMPLETE");
    assert!(event_lines(&cloud, "st").await.join("\n").contains("'kept' already exists"));
}

#[tokio::test]
async fn a_resource_that_cannot_be_deleted_keeps_its_dependencies() {
    let cloud = cloud();
    deploy(&cloud, ChangeSetType::Create, &template()).await;
    cloud.refuse_delete("Fn", "In use");
    cloud.delete("st", &Deletion::new("t")).await.unwrap();
    cloud.finish_operations();
    assert_eq!(cloud.status("st"), Some(StackStatus::DeleteFailed));
    let left: Vec<_> = cloud.resources("st").into_keys().collect();
    assert_eq!(left, ["Fn", "Role", "Table"]);
    cloud.fix_resource("Fn");
    cloud.delete("st", &Deletion::new("t")).await.unwrap();
    cloud.finish_operations();
    assert!(cloud.stack_names().is_empty());
}

#[tokio::test]
async fn termination_protection_and_a_running_update_block_deletion() {
    let cloud = cloud();
    deploy(&cloud, ChangeSetType::Create, &without("Permission")).await;
    cloud.set_termination_protection("st", true);
    let refused = cloud.delete("st", &Deletion::new("t")).await.unwrap_err();
    assert!(refused.message.contains("TerminationProtection is enabled"));
    cloud.set_termination_protection("st", false);
    cloud.set_status("st", StackStatus::UpdateInProgress);
    assert!(cloud.delete("st", &Deletion::new("t")).await.is_err());
}

#[tokio::test]
async fn calls_are_recorded_and_fail_as_planned() {
    let cloud = cloud();
    let failure = crate::memory::refusal::no_stack("DescribeStacks", "x");
    cloud.fail_next("DescribeStacks", failure);
    assert!(cloud.describe("st").await.is_err());
    assert_eq!(cloud.describe("st").await.unwrap(), None);
    assert!(cloud.writes().is_empty());
    cloud.delete("st", &Deletion::new("t")).await.unwrap();
    assert_eq!(cloud.writes(), ["CloudFormation.DeleteStack"]);
    assert_eq!(cloud.calls().len(), 3);
}

#[tokio::test]
async fn a_cancelled_update_is_rolled_back() {
    let cloud = cloud();
    deploy(&cloud, ChangeSetType::Create, &template()).await;
    let before = cloud.resources("st");
    let mut new = with("/Resources/Permission/Properties/SourceArn", json!("arn:new"));
    new["Resources"]["Table"]["Properties"]["TimeToLive"] = json!(2);
    new["Resources"]["Topic"] = json!({"Type": "AWS::SNS::Topic"});
    assert!(cloud.cancel_update("st", "t").await.is_err());
    let id = cloud.create_change_set(&request(ChangeSetType::Update, &new)).await.unwrap();
    ready(&cloud, &id).await;
    cloud.execute_change_set(&id, "t", OnFailure::RollBack).await.unwrap();
    while !cloud.resources("st").contains_key("Topic") {
        cloud.describe("st").await.unwrap();
    }
    cloud.cancel_update("st", "t").await.unwrap();
    assert!(cloud.cancel_update("st", "t").await.is_err());
    cloud.finish_operations();
    assert_eq!(cloud.status("st"), Some(StackStatus::UpdateRollbackComplete));
    assert_eq!(cloud.resources("st"), before);
    let text = cloud.template("st").await.unwrap().unwrap();
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), template());
}

#[tokio::test]
async fn a_creation_is_cancelled_by_deleting() {
    let cloud = cloud();
    let id = cloud.create_change_set(&request(ChangeSetType::Create, &template())).await.unwrap();
    ready(&cloud, &id).await;
    cloud.execute_change_set(&id, "t", OnFailure::RollBack).await.unwrap();
    cloud.describe("st").await.unwrap();
    assert!(cloud.cancel_update("st", "t").await.is_err());
    cloud.delete("st", &Deletion::new("t")).await.unwrap();
    cloud.finish_operations();
    assert!(cloud.stack_names().is_empty());
}

#[tokio::test]
async fn only_a_failed_deletion_can_retain_resources() {
    let cloud = cloud();
    deploy(&cloud, ChangeSetType::Create, &template()).await;
    let retain = Deletion { retain: vec!["Permission".to_owned()], ..Deletion::new("t") };
    let force = Deletion { force: true, ..Deletion::new("t") };
    assert!(cloud.delete("st", &retain).await.is_err());
    assert!(cloud.delete("st", &force).await.is_err());
    cloud.refuse_delete("Permission", "no");
    cloud.delete("st", &Deletion::new("t")).await.unwrap();
    cloud.finish_operations();
    let stuck = cloud.stack_resources("st").await.unwrap();
    let stuck: Vec<_> = stuck.iter().filter(|r| r.status == "DELETE_FAILED").collect();
    assert_eq!((stuck.len(), stuck[0].reason.as_deref()), (1, Some("no")));
    let id = cloud.describe("st").await.unwrap().unwrap().id;
    cloud.delete("st", &retain).await.unwrap();
    cloud.finish_operations();
    assert!(event_lines(&cloud, &id).await.contains(&"Permission DELETE_SKIPPED".to_owned()));
    assert_eq!(cloud.status(&id), Some(StackStatus::DeleteComplete));
}

#[tokio::test]
async fn force_deletes_the_stack_despite_failing_resources() {
    let cloud = cloud();
    deploy(&cloud, ChangeSetType::Create, &template()).await;
    cloud.refuse_delete("Permission", "no");
    cloud.delete("st", &Deletion::new("t")).await.unwrap();
    cloud.finish_operations();
    cloud.delete("st", &Deletion { force: true, ..Deletion::new("t") }).await.unwrap();
    cloud.finish_operations();
    assert!(cloud.stack_names().is_empty());
}

/// A stack whose rollback failed at its function.
async fn stuck_rollback(cloud: &MemoryCloud) -> Vec<String> {
    deploy(cloud, ChangeSetType::Create, &template()).await;
    cloud.fail_resource("Permission", "no");
    cloud.refuse_rollback("Fn", "gone");
    let mut new = with("/Resources/Permission/Properties/SourceArn", json!("arn:new"));
    new["Resources"]["Fn"]["Properties"]["Timeout"] = json!(3);
    deploy(cloud, ChangeSetType::Update, &new).await
}

fn continuation(skip: &[&str]) -> Continuation {
    let skip = skip.iter().map(|id| (*id).to_owned()).collect();
    Continuation { token: "t".to_owned(), skip, role_arn: None }
}

#[tokio::test]
async fn a_failed_rollback_continues_once_its_cause_is_fixed() {
    let cloud = cloud();
    assert!(cloud.continue_rollback("st", &continuation(&[])).await.is_err());
    let statuses = stuck_rollback(&cloud).await;
    assert_eq!(statuses.last().unwrap(), "UPDATE_ROLLBACK_FAILED");
    cloud.continue_rollback("st", &continuation(&[])).await.unwrap();
    cloud.finish_operations();
    assert_eq!(cloud.status("st"), Some(StackStatus::UpdateRollbackFailed));
    cloud.fix_resource("Fn");
    cloud.continue_rollback("st", &continuation(&[])).await.unwrap();
    assert!(cloud.continue_rollback("st", &continuation(&[])).await.is_err());
    cloud.finish_operations();
    assert_eq!(cloud.status("st"), Some(StackStatus::UpdateRollbackComplete));
    let update = request(ChangeSetType::Update, &template());
    let id = cloud.create_change_set(&update).await.unwrap();
    assert_eq!(ready(&cloud, &id).await, ChangeSetStatus::Empty);
}

#[tokio::test]
async fn only_stuck_resources_can_be_skipped() {
    let cloud = cloud();
    stuck_rollback(&cloud).await;
    let refused = cloud.continue_rollback("st", &continuation(&["Table"])).await.unwrap_err();
    assert!(refused.message.contains("UPDATE_FAILED state"), "{refused}");
    cloud.continue_rollback("st", &continuation(&["Fn"])).await.unwrap();
    cloud.finish_operations();
    assert_eq!(cloud.status("st"), Some(StackStatus::UpdateRollbackComplete));
}
