//! Rules of change sets.

use super::*;

async fn refused(cloud: &MemoryCloud, request: &ChangeSetRequest) -> CloudError {
    cloud.create_change_set(request).await.unwrap_err()
}

#[tokio::test]
async fn a_first_change_set_creates_an_empty_stack() {
    let cloud = cloud();
    let first = request(ChangeSetType::Create, &template());
    let id = cloud.create_change_set(&first).await.unwrap();
    assert_eq!(ready(&cloud, &id).await, ChangeSetStatus::Ready);
    let added = cloud.change_set(&id).await.unwrap().changes;
    let added: Vec<_> = added.iter().map(|change| change.logical_id.as_str()).collect();
    assert_eq!(added, ["Table", "Role", "Fn", "Permission"]);
    let stack = cloud.describe("st").await.unwrap().unwrap();
    assert_eq!(stack.status, StackStatus::ReviewInProgress);
    assert_eq!(cloud.template("st").await.unwrap(), None);
    assert_eq!(event_lines(&cloud, "st").await, ["st REVIEW_IN_PROGRESS: User Initiated"]);
}

#[tokio::test]
async fn the_same_template_and_tags_are_no_change() {
    let cloud = cloud();
    deploy(&cloud, ChangeSetType::Create, &template()).await;
    let mut again = template();
    again["Metadata"] = json!({"Digest": "other"});
    let mut update = request(ChangeSetType::Update, &again);
    let id = cloud.create_change_set(&update).await.unwrap();
    assert_eq!(ready(&cloud, &id).await, ChangeSetStatus::Empty);
    assert!(cloud.execute_change_set(&id, "t", OnFailure::RollBack).await.is_err());
    update.name = "tagged".to_owned();
    update.tags.insert("k".to_owned(), "v".to_owned());
    let id = cloud.create_change_set(&update).await.unwrap();
    assert_eq!(ready(&cloud, &id).await, ChangeSetStatus::Ready);
}

#[tokio::test]
async fn names_must_be_legal_and_unique() {
    let cloud = cloud();
    let mut first = request(ChangeSetType::Create, &template());
    cloud.create_change_set(&first).await.unwrap();
    let twice = refused(&cloud, &first).await;
    assert_eq!(twice.code.as_deref(), Some("AlreadyExistsException"));
    first.name = "1st".to_owned();
    assert!(refused(&cloud, &first).await.message.contains("changeSetName"));
}

#[tokio::test]
async fn roles_need_a_capability() {
    let cloud = cloud();
    let mut first = request(ChangeSetType::Create, &template());
    first.capabilities.clear();
    let refused = refused(&cloud, &first).await;
    assert_eq!(refused.code.as_deref(), Some("InsufficientCapabilitiesException"));
    assert_eq!(refused.message, "Requires capabilities : [CAPABILITY_IAM]");
    assert!(cloud.stack_names().is_empty());
}

#[tokio::test]
async fn a_stack_in_the_wrong_state_takes_no_change_set() {
    let cloud = cloud();
    let update = request(ChangeSetType::Update, &template());
    assert_eq!(refused(&cloud, &update).await.kind, ErrorKind::NotFound);
    deploy(&cloud, ChangeSetType::Create, &template()).await;
    let create = request(ChangeSetType::Create, &template());
    assert!(refused(&cloud, &create).await.message.contains("already exists"));
    for status in ["UPDATE_IN_PROGRESS", "ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED"] {
        cloud.set_status("st", StackStatus::from_name(status));
        let message = refused(&cloud, &update).await.message;
        assert!(message.contains(&format!("is in {status} state")), "{message}");
    }
}

#[tokio::test]
async fn a_large_template_comes_from_the_accounts_own_storage() {
    let cloud = cloud();
    let mut first = request(ChangeSetType::Create, &template());
    first.template = TemplateSource::Body(" ".repeat(51_201));
    assert!(refused(&cloud, &first).await.message.contains("51200"));
    let (bucket, key) = ("b".to_owned(), "k".to_owned());
    first.template = TemplateSource::Object { bucket, key };
    assert!(refused(&cloud, &first).await.message.contains("S3 error"));
    cloud.create_bucket("b").await.unwrap();
    let body = template().to_string().into_bytes();
    cloud.put_object("b", ME, "k", body, None, false).await.unwrap();
    assert!(cloud.create_change_set(&first).await.is_ok());
}

#[tokio::test]
async fn executing_one_change_set_deletes_the_others() {
    let cloud = cloud();
    let mut one = request(ChangeSetType::Create, &template());
    let first = cloud.create_change_set(&one).await.unwrap();
    one.name = "other".to_owned();
    let other = cloud.create_change_set(&one).await.unwrap();
    ready(&cloud, &first).await;
    cloud.execute_change_set(&first, "t", OnFailure::RollBack).await.unwrap();
    let gone = cloud.change_set(&other).await.unwrap_err();
    assert_eq!(gone.code.as_deref(), Some("ChangeSetNotFound"));
    assert!(cloud.execute_change_set(&first, "t", OnFailure::RollBack).await.is_err());
    cloud.delete_change_set(&other).await.unwrap();
}

#[tokio::test]
async fn a_change_set_can_be_made_to_fail() {
    let cloud = cloud();
    cloud.fail_next_change_set("no");
    let first = request(ChangeSetType::Create, &template());
    let id = cloud.create_change_set(&first).await.unwrap();
    assert_eq!(ready(&cloud, &id).await, ChangeSetStatus::Failed("no".to_owned()));
}

/// Deploys a first creation that fails, with this option; returns the last status.
async fn failing(on_stack_failure: OnStackFailure) -> (MemoryCloud, String) {
    let cloud = cloud();
    cloud.fail_resource("Fn", "no");
    let mut first = request(ChangeSetType::Create, &template());
    first.stack_options.on_stack_failure = Some(on_stack_failure);
    let id = cloud.create_change_set(&first).await.unwrap();
    ready(&cloud, &id).await;
    let refused = cloud.execute_change_set(&id, "t", OnFailure::RollBack).await.unwrap_err();
    assert!(refused.message.contains("DisableRollback"), "{refused}");
    cloud.execute_change_set(&id, "t", OnFailure::FromChangeSet).await.unwrap();
    let last = follow(&cloud, &id.stack_id).await.pop().unwrap();
    (cloud, last)
}

#[tokio::test]
async fn a_failed_first_creation_ends_as_requested() {
    let (cloud, last) = failing(OnStackFailure::Rollback).await;
    assert_eq!((last.as_str(), cloud.resources("st").len()), ("ROLLBACK_COMPLETE", 0));
    let (cloud, last) = failing(OnStackFailure::Delete).await;
    assert_eq!((last.as_str(), cloud.stack_names().len()), ("DELETE_COMPLETE", 0));
    let (cloud, last) = failing(OnStackFailure::DoNothing).await;
    assert_eq!((last.as_str(), cloud.resources("st").len()), ("CREATE_FAILED", 2));
}

#[tokio::test]
async fn only_creations_can_be_deleted_on_failure() {
    let cloud = cloud();
    deploy(&cloud, ChangeSetType::Create, &template()).await;
    let mut update = request(ChangeSetType::Update, &without("Permission"));
    update.stack_options.on_stack_failure = Some(OnStackFailure::Delete);
    assert!(refused(&cloud, &update).await.message.contains("type CREATE"));
}

#[tokio::test]
async fn drift_is_seen_by_drift_aware_change_sets_only() {
    let cloud = cloud();
    let of = |text: &str| {
        json!({"Resources": {"M": {"Type": "AWS::StepFunctions::StateMachine",
            "Properties": {"DefinitionString": text}}}})
    };
    deploy(&cloud, ChangeSetType::Create, &of(r#"{"a":1}"#)).await;
    cloud.edit_machine("st", "M", r#"{"a":2}"#);
    let changes = async |template: &Value, name: &str, revert_drift: bool| {
        let plain = request(ChangeSetType::Update, template);
        let request = ChangeSetRequest { revert_drift, name: name.to_owned(), ..plain };
        let id = cloud.create_change_set(&request).await.unwrap();
        cloud.change_set(&id).await.unwrap();
        cloud.change_set(&id).await.unwrap().changes
    };
    assert_eq!(changes(&of(r#"{"a":1}"#), "blind", false).await, []);
    let back = changes(&of(r#"{"a":1}"#), "back", true).await;
    assert_eq!(
        (&back[0].action, back[0].drift.as_deref()),
        (&ChangeAction::Modify, Some("MODIFIED"))
    );
    assert_eq!(back[0].values[0].before.as_deref(), Some(r#"{"a":2}"#));
    let matching = changes(&of(r#"{ "a": 2 }"#), "matching", true).await;
    assert_eq!(matching[0].action, ChangeAction::Other("SyncWithActual".to_owned()));
    let first = ChangeSetRequest {
        revert_drift: true,
        stack_name: "new".to_owned(),
        ..request(ChangeSetType::Create, &of("{}"))
    };
    assert!(cloud.create_change_set(&first).await.is_err());
}
