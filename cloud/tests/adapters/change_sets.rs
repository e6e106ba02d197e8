//! CloudFormation's change sets over the SDK.

use std::collections::BTreeMap;

use cloud::{
    ChangeAction, ChangeSetId, ChangeSetRequest, ChangeSetStatus, ChangeSetType, OnFailure,
    OnStackFailure, PropertyChange, Replacement, StackOptions, TemplateSource,
};

use crate::stub::{Answer, Stub};

fn id() -> ChangeSetId {
    ChangeSetId { id: "arn:cs".to_owned(), stack_id: "arn:st".to_owned() }
}

fn request(template: TemplateSource) -> ChangeSetRequest {
    ChangeSetRequest {
        stack_name: "st".to_owned(),
        name: "cs".to_owned(),
        kind: ChangeSetType::Create,
        template,
        tags: BTreeMap::from([("k".to_owned(), "v".to_owned())]),
        revert_drift: false,
        capabilities: vec!["CAPABILITY_IAM".to_owned()],
        stack_options: StackOptions::default(),
        token: "t".to_owned(),
    }
}

#[tokio::test]
async fn a_change_set_is_requested() {
    let answer = "<Id>arn:cs</Id><StackId>arn:st</StackId>";
    let stub = Stub::start(vec![Answer::query("CreateChangeSet", answer)]);
    let requested = request(TemplateSource::Body("{}".to_owned()));
    let made = stub.connect().await.stacks.create_change_set(&requested).await.unwrap();
    assert_eq!(made, id());
    let request = stub.request();
    for (field, value) in [
        ("StackName", Some("st")),
        ("ChangeSetName", Some("cs")),
        ("ChangeSetType", Some("CREATE")),
        ("TemplateBody", Some("{}")),
        ("ClientToken", Some("t")),
        ("Capabilities.member.1", Some("CAPABILITY_IAM")),
        ("Tags.member.1.Key", Some("k")),
        ("Tags.member.1.Value", Some("v")),
        // A failed creation stays visible, with its events.
        ("OnStackFailure", None),
        ("DeploymentConfig.Mode", None),
        ("RoleARN", None),
        ("NotificationARNs.member.1", None),
        ("TemplateURL", None),
        ("DeploymentMode", None),
    ] {
        assert_eq!(request.field(field).as_deref(), value, "{field}");
    }
}

#[tokio::test]
async fn the_change_sets_that_can_be_executed_are_listed() {
    let set = |name: &str, status: &str, execution: &str| {
        format!(
            "<member><ChangeSetId>arn:aws:cloudformation:r:1:changeSet/{name}/u</ChangeSetId>\
             <StackId>arn:st</StackId><Status>{status}</Status>\
             <ExecutionStatus>{execution}</ExecutionStatus></member>"
        )
    };
    let first = [
        set("alice", "CREATE_COMPLETE", "AVAILABLE"),
        set("failed", "FAILED", "UNAVAILABLE"),
        set("gone", "DELETE_COMPLETE", "AVAILABLE"),
        set("obsolete", "CREATE_COMPLETE", "OBSOLETE"),
    ];
    let first = format!("<Summaries>{}</Summaries><NextToken>n</NextToken>", first.concat());
    let last = format!("<Summaries>{}</Summaries>", set("bob", "CREATE_PENDING", "UNAVAILABLE"));
    let stub = Stub::start(vec![
        Answer::query("ListChangeSets", &first),
        Answer::query("ListChangeSets", &last),
    ]);
    let sets = stub.connect().await.stacks.change_sets("arn:st").await.unwrap();
    assert_eq!(sets.iter().map(ChangeSetId::name).collect::<Vec<_>>(), ["alice", "bob"]);
    assert_eq!(stub.requests()[0].field("StackName").as_deref(), Some("arn:st"));
    assert_eq!(stub.requests()[1].field("NextToken").as_deref(), Some("n"));
}

#[tokio::test]
async fn the_template_of_a_change_set_is_read() {
    let stub = Stub::start(vec![
        Answer::query("GetTemplate", "<TemplateBody>{}</TemplateBody>"),
        Answer::refusal(404, "ChangeSetNotFound", "it does not exist"),
    ]);
    let stacks = stub.connect().await.stacks;
    assert_eq!(stacks.change_set_template(&id()).await.unwrap().as_deref(), Some("{}"));
    assert_eq!(stacks.change_set_template(&id()).await.unwrap(), None);
    let request = &stub.requests()[0];
    assert_eq!(request.field("ChangeSetName").as_deref(), Some("arn:cs"));
    assert_eq!(request.field("StackName").as_deref(), Some("arn:st"));
}

#[tokio::test]
async fn drift_is_reverted_if_requested() {
    let stub = Stub::start(vec![Answer::query("CreateChangeSet", "")]);
    let mut requested = request(TemplateSource::Body("{}".to_owned()));
    (requested.kind, requested.revert_drift) = (ChangeSetType::Update, true);
    stub.connect().await.stacks.create_change_set(&requested).await.unwrap();
    assert_eq!(stub.request().field("DeploymentMode").as_deref(), Some("REVERT_DRIFT"));
}

#[tokio::test]
async fn a_stored_template_is_named_by_its_url() {
    let stub = Stub::start(vec![Answer::query("CreateChangeSet", "")]);
    let (bucket, key) = ("b".to_owned(), "t/1.json".to_owned());
    let requested = request(TemplateSource::Object { bucket, key });
    stub.connect().await.stacks.create_change_set(&requested).await.unwrap();
    let url = stub.request().field("TemplateURL").unwrap();
    assert_eq!(url, format!("{}/b/t/1.json", stub.url));
}

#[tokio::test]
async fn a_change_set_is_read_over_every_page() {
    let head = "<Status>CREATE_COMPLETE</Status><ExecutionStatus>AVAILABLE</ExecutionStatus>";
    let first = "<NextToken>n</NextToken><Changes><member><Type>Resource</Type><ResourceChange>
        <Action>Modify</Action><LogicalResourceId>Fn</LogicalResourceId>
        <PhysicalResourceId>flow</PhysicalResourceId>
        <ResourceType>AWS::Lambda::Function</ResourceType><Replacement>True</Replacement>
        <PolicyAction>ReplaceAndRetain</PolicyAction>
        <ResourceDriftStatus>MODIFIED</ResourceDriftStatus>
        <Details>
            <member><Target><Attribute>Properties</Attribute><Name>Role</Name>
                <Path>/Properties/Role</Path><RequiresRecreation>Always</RequiresRecreation>
                <BeforeValue>old</BeforeValue></Target></member>
            <member><Target><Attribute>Properties</Attribute><Name>Role</Name>
                <Path>/Properties/Role</Path><AfterValue>new</AfterValue></Target></member>
            <member><Target><Attribute>Properties</Attribute><Name>Code</Name></Target></member>
            <member><Target><Attribute>Properties</Attribute><Name>Role</Name></Target></member>
            <member><Target><Attribute>Tags</Attribute></Target></member>
        </Details></ResourceChange></member></Changes>";
    let second = "<Changes><member><ResourceChange><Action>Import</Action>
        <LogicalResourceId>New</LogicalResourceId><ResourceType>T</ResourceType>
        </ResourceChange></member></Changes>";
    let page = |changes: &str| Answer::query("DescribeChangeSet", &format!("{head}{changes}"));
    let stub = Stub::start(vec![page(first), page(second)]);
    let set = stub.connect().await.stacks.change_set(&id()).await.unwrap();
    assert_eq!(set.status, ChangeSetStatus::Ready);
    let [function, new] = set.changes.as_slice() else {
        panic!("two changes: {set:?}");
    };
    assert_eq!(function.action, ChangeAction::Modify);
    assert_eq!(function.replacement, Replacement::Always);
    assert_eq!(function.properties, ["Code", "Role", "Tags"]);
    assert_eq!(function.physical_id.as_deref(), Some("flow"));
    assert_eq!(function.policy_action.as_deref(), Some("ReplaceAndRetain"));
    assert_eq!(function.drift.as_deref(), Some("MODIFIED"));
    let role = PropertyChange {
        path: "/Properties/Role".to_owned(),
        before: Some("old".to_owned()),
        after: Some("new".to_owned()),
        replacement: Replacement::Always,
    };
    assert_eq!(function.values, [role]);
    assert_eq!((new.policy_action.as_deref(), new.values.len()), (None, 0));
    assert_eq!(new.action, ChangeAction::Other("Import".to_owned()));
    assert_eq!(new.replacement, Replacement::Never);
    let requests = stub.requests();
    assert_eq!(requests[0].field("ChangeSetName").as_deref(), Some("arn:cs"));
    assert_eq!(requests[0].field("IncludePropertyValues").as_deref(), Some("true"));
    assert_eq!(requests[1].field("NextToken").as_deref(), Some("n"));
}

#[tokio::test]
async fn no_changes_is_not_a_failure() {
    let reason = "The submitted information didn't contain changes. Submit different information \
                  to create a change set.";
    let failed = |reason: &str| {
        let body = format!("<Status>FAILED</Status><StatusReason>{reason}</StatusReason>");
        Answer::query("DescribeChangeSet", &body)
    };
    let stub = Stub::start(vec![failed(reason), failed("Bad thing.")]);
    let stacks = stub.connect().await.stacks;
    assert_eq!(stacks.change_set(&id()).await.unwrap().status, ChangeSetStatus::Empty);
    let bad = stacks.change_set(&id()).await.unwrap().status;
    assert_eq!(bad, ChangeSetStatus::Failed("Bad thing.".to_owned()));
}

#[tokio::test]
async fn a_change_set_is_executed_with_rollback() {
    let answer = Answer::query("ExecuteChangeSet", "");
    let stub = Stub::start(vec![answer]);
    let stacks = stub.connect().await.stacks;
    stacks.execute_change_set(&id(), "token-1", OnFailure::RollBack).await.unwrap();
    let request = stub.request();
    assert_eq!(request.field("ChangeSetName").as_deref(), Some("arn:cs"));
    assert_eq!(request.field("StackName").as_deref(), Some("arn:st"));
    assert_eq!(request.field("DisableRollback").as_deref(), Some("false"));
    assert_eq!(request.field("ClientRequestToken").as_deref(), Some("token-1"));
}

#[tokio::test]
async fn deleting_a_change_set_that_is_gone_is_no_error() {
    let stub = Stub::start(vec![
        Answer::query("DeleteChangeSet", ""),
        Answer::refusal(404, "ChangeSetNotFound", "ChangeSet [arn:cs] does not exist"),
    ]);
    let stacks = stub.connect().await.stacks;
    stacks.delete_change_set(&id()).await.unwrap();
    stacks.delete_change_set(&id()).await.unwrap();
}

#[tokio::test]
async fn a_change_set_is_created_with_its_stack_options() {
    let stub = Stub::start((0..2).map(|_| Answer::query("CreateChangeSet", "")).collect());
    let stacks = stub.connect().await.stacks;
    let mut requested = request(TemplateSource::Body("{}".to_owned()));
    requested.stack_options = StackOptions {
        role_arn: Some("arn:role".to_owned()),
        notification_arns: Some(vec!["arn:a".to_owned(), "arn:b".to_owned()]),
        on_stack_failure: Some(OnStackFailure::DoNothing),
        express: false,
    };
    stacks.create_change_set(&requested).await.unwrap();
    requested.kind = ChangeSetType::Update;
    requested.stack_options = StackOptions { express: true, ..StackOptions::default() };
    stacks.create_change_set(&requested).await.unwrap();
    let [first, express] = &stub.requests()[..] else {
        panic!("two requests");
    };
    for (field, value) in [
        ("RoleARN", Some("arn:role")),
        ("NotificationARNs.member.1", Some("arn:a")),
        ("NotificationARNs.member.2", Some("arn:b")),
        ("OnStackFailure", Some("DO_NOTHING")),
        ("DeploymentConfig.Mode", None),
    ] {
        assert_eq!(first.field(field).as_deref(), value, "{field}");
    }
    for (field, value) in [
        ("DeploymentConfig.Mode", Some("EXPRESS")),
        // Express mode's own default is no rollback.
        ("DeploymentConfig.DisableRollback", Some("false")),
        ("OnStackFailure", None),
    ] {
        assert_eq!(express.field(field).as_deref(), value, "{field}");
    }
}

#[tokio::test]
async fn what_a_change_set_specifies_on_failure_is_not_sent_again() {
    let stub = Stub::start(vec![Answer::query("ExecuteChangeSet", "")]);
    let stacks = stub.connect().await.stacks;
    stacks.execute_change_set(&id(), "t", OnFailure::FromChangeSet).await.unwrap();
    assert_eq!(stub.request().field("DisableRollback"), None);
}
