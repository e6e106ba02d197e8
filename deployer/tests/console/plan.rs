//! `deployer plan`: what `up` would do, without writing anything.

use serde_json::json;
use snapbox::{assert_data_eq, file, str};

use crate::session::ConsoleSession;

#[tokio::test(start_paused = true)]
async fn the_plan_for_an_empty_account_creates_everything() {
    let session = ConsoleSession::new("plan-empty");
    let plan = session.flow("plan", "").await;
    assert_data_eq!(plan.out.as_str(), file!["creation_plan.txt"].raw());
    assert_eq!(
        (plan.code, plan.err.as_str()),
        (0, "flow: default, which delivers everything (not set)\n")
    );
    assert_eq!(session.cloud.writes(), [""; 0]);
    assert_eq!(session.flow("plan", "--detailed-exitcode").await.code, 3);
}

#[tokio::test(start_paused = true)]
async fn a_plan_without_changes_says_so() {
    let session = ConsoleSession::new("plan-nothing");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    let writes = session.cloud.writes().len();
    let plan = session.flow("plan", "--detailed-exitcode").await;
    assert_data_eq!(
        plan.all(),
        str![[r#"
flow: default, which delivers everything (not set)
--- stdout
no changes: stack workmail-message-flow is up to date in account 123456789012, region us-east-1
  handler for arm64: $DIR/bootstrap
Plan: 0 to add, 0 to change, 0 to remove.
--- exit 0

"#]]
    );
    assert_eq!(session.cloud.writes().len(), writes);
}

#[tokio::test(start_paused = true)]
async fn a_plan_shows_what_changes_and_what_is_replaced() {
    let session = ConsoleSession::new("plan-change");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    let other =
        "arn:aws:workmail:us-east-1:123456789012:organization/m-ffffffffffffffffffffffffffffffff";
    let line = format!("plan --org-arn {other} --handler $DIR/bootstrap --wait-time 2.5 --tag a=b");
    assert_data_eq!(
        session.run(&line).await.all(),
        str![[r#"
flow: default, which delivers everything (not set)
--- stdout
stack workmail-message-flow would be updated in account 123456789012, region us-east-1
  handler for arm64: $DIR/bootstrap
  ~ change MfsmFunction AWS::Lambda::Function
      Environment/Variables/WAIT_TIME_FOR_EXECUTION: 1 -> 2.5
  + add MfsmFunctionPermissionffffffffffffffffffffffffffffffff AWS::Lambda::Permission
  - remove MfsmFunctionPermission0123456789abcdef0123456789abcdef AWS::Lambda::Permission
Plan: 1 to add, 1 to change, 1 to remove.
  ~ change tags of the stack and its resources
      + a: b
permissions (IAM) that change:
  MfsmFunctionPermissionffffffffffffffffffffffffffffffff
    + allow workmail.us-east-1.amazonaws.com to lambda:InvokeFunction on MfsmFunction if SourceArn is arn:aws:workmail:us-east-1:123456789012:organization/m-ffffffffffffffffffffffffffffffff
  MfsmFunctionPermission0123456789abcdef0123456789abcdef
    - allow workmail.us-east-1.amazonaws.com to lambda:InvokeFunction on MfsmFunction if SourceArn is arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef
--- exit 0

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn plan_prints_json() {
    let session = ConsoleSession::new("plan-json");
    let plan = session.flow("plan", "--output json").await;
    let object = plan.json();
    assert_eq!(object["type"], "plan");
    assert_eq!(object["action"], "create");
    assert_eq!(object["uploads"].as_array().unwrap().len(), 1);
    assert_eq!(object["changes"][0]["action"], "add");
}

/// A custom state machine whose only state has this comment.
fn machine(comment: &str) -> String {
    format!(
        r#"{{"StartAt": "Judge", "States": {{"Judge": {{"Type": "Pass", "Comment": "{comment}", "End": true}}}}}}"#
    )
}

#[tokio::test(start_paused = true)]
async fn a_changed_definition_is_shown_state_by_state() {
    let session = ConsoleSession::new("plan-definition");
    let options = "--state-machine $DIR/flow.asl.json";
    session.file("flow.asl.json", machine("at first"));
    assert_eq!(session.flow("up", &format!("--yes {options}")).await.code, 0);
    session.file("flow.asl.json", machine("later"));
    assert_data_eq!(
        session.flow("plan", options).await.all(),
        str![[r#"
flow: $DIR/flow.asl.json (--state-machine)
--- stdout
stack workmail-message-flow would be updated in account 123456789012, region us-east-1
  handler for arm64: $DIR/bootstrap
  ~ change MfsmStateMachine AWS::StepFunctions::StateMachine
      DefinitionString/States/Judge/Comment: at first -> later
Plan: 0 to add, 1 to change, 0 to remove.
--- exit 0

"#]]
    );
    let up = session.flow_at_terminal("up", options, "n\n").await;
    let printed = "DefinitionString/States/Judge/Comment: at first -> later";
    assert!(up.err.contains(printed), "{}", up.err);
}

#[tokio::test(start_paused = true)]
async fn replacements_data_loss_and_retained_resources_are_named() {
    let session = ConsoleSession::new("plan-loss");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    let name = "workmail-message-flow";
    let mut deployed: serde_json::Value =
        serde_json::from_str(&session.cloud.template_text(name).unwrap()).unwrap();
    // The function is left out because its code is not in the other account.
    deployed.as_object_mut().unwrap().remove("Outputs");
    let resources = deployed["Resources"].as_object_mut().unwrap();
    resources.retain(|_, body| !body["Type"].as_str().unwrap().starts_with("AWS::Lambda"));
    resources["MfsmExecutionTable"]["Properties"]["KeySchema"][0]["AttributeName"] = "Id".into();
    for (id, policy) in [("OldLog", "Delete"), ("KeptLog", "Retain")] {
        let log = json!({"Type": "AWS::Logs::LogGroup", "DeletionPolicy": policy,
            "Properties": {"LogGroupName": id}});
        resources.insert(id.to_owned(), log);
    }
    let tags = session.cloud.stack_tags(name);
    let tags: Vec<_> = tags.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let other = ConsoleSession::new("plan-loss");
    other.cloud.add_stack(name, &deployed.to_string(), &tags).await.unwrap();
    assert_data_eq!(
        other.flow("plan", "").await.all(),
        str![[r#"
flow: default, which delivers everything (not set)
--- stdout
stack workmail-message-flow would be updated in account 123456789012, region us-east-1
  handler for arm64: $DIR/bootstrap
  + artifact bucket message-flow-artifacts-123456789012-us-east-1
  + handler s3://message-flow-artifacts-123456789012-us-east-1/workmail-message-flow/<sha256>.zip
  ! REPLACE MfsmExecutionTable AWS::DynamoDB::Table: DATA LOSS: its entries about messages in progress
      KeySchema/0/AttributeName: Id -> InvocationId (this replaces the resource)
  + add MfsmFunction AWS::Lambda::Function
  + add MfsmFunctionPermission0123456789abcdef0123456789abcdef AWS::Lambda::Permission
  - remove OldLog AWS::Logs::LogGroup: DATA LOSS: its logs
  - remove KeptLog AWS::Logs::LogGroup: it is kept outside the stack
Plan: 2 to add, 0 to change, 2 to remove, 1 to replace.
permissions (IAM) that change:
  MfsmFunctionPermission0123456789abcdef0123456789abcdef
    + allow workmail.us-east-1.amazonaws.com to lambda:InvokeFunction on MfsmFunction if SourceArn is arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef
--- exit 0

"#]]
    );
    let plan = other.flow("plan", "--output json").await;
    let object = plan.json();
    let losses = object["changes"].as_array().unwrap().iter().filter_map(|change| {
        let loss = change["data_loss"].as_str()?;
        Some(format!("{} {loss}", change["logical_id"].as_str()?))
    });
    assert_eq!(losses.collect::<Vec<_>>(), ["MfsmExecutionTable certain", "OldLog certain"]);
    let table = &object["changes"][0];
    assert_eq!(table["policy_action"], "ReplaceAndDelete");
    assert_eq!(
        table["values"],
        json!([{"path": "/Properties/KeySchema/0/AttributeName", "before": "Id",
            "after": "InvocationId", "replacement": "always"}])
    );
    assert_eq!(object["rights"][0]["gained"][0]["effect"], "Allow");
}
