//! Overlays: patches of the template, for what no setting offers.

use serde_json::{Value, json};
use snapbox::{assert_data_eq, str};

use crate::session::{ConsoleSession, ORGANIZATION, STACK};

const OVERLAY: &str = "\
Parameters:
  Tracing:
    Type: String
    Default: Active
Conditions:
  IsTraced:
    Fn::Equals: [{Ref: Tracing}, Active]
Resources:
  MfsmFunction:
    Properties:
      TracingConfig:
        Mode:
          Fn::If: [IsTraced, Active, PassThrough]
      Description: null
  AuditTopic:
    Type: AWS::SNS::Topic
    Condition: IsTraced
    Properties:
      DisplayName:
        Fn::Sub: '${AWS::StackName} ${!as it is}'
Outputs:
  AuditTopic:
    Condition: IsTraced
    Value: {Ref: AuditTopic}
";

fn session(name: &str, overlay: &str) -> ConsoleSession {
    let session = ConsoleSession::new(name);
    session.file(
        "deployer.yaml",
        format!("org-arn: {ORGANIZATION}\nhandler: bootstrap\noverlay: overlay.yaml\n"),
    );
    session.file("overlay.yaml", overlay);
    session
}

fn deployed(session: &ConsoleSession) -> Value {
    serde_json::from_str(&session.cloud.template_text(STACK).unwrap()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn an_overlay_is_planned_deployed_changed_and_removed() {
    let session = session("overlay-life", OVERLAY);
    let plan = session.run("plan").await;
    assert_eq!(plan.code, 0, "{}", plan.all());
    assert!(plan.out.contains("+ add AuditTopic AWS::SNS::Topic"), "{}", plan.out);
    let up = session.run("up --yes").await;
    assert_eq!(up.code, 0, "{}", up.all());
    let template = deployed(&session);
    let function = &template["Resources"]["MfsmFunction"]["Properties"];
    assert_eq!(function["TracingConfig"]["Mode"]["Fn::If"][0], "IsTraced");
    assert_eq!(function.get("Description"), None);
    assert_eq!(template["Conditions"]["IsTraced"]["Fn::Equals"][1], "Active");
    let again = session.run("up --yes").await;
    assert!(again.err.contains("no changes"), "{}", again.all());

    session.file("overlay.yaml", OVERLAY.replace("${!as it is}", "audit"));
    let changed = session.run("plan").await;
    assert!(changed.out.contains("~ change AuditTopic AWS::SNS::Topic"), "{}", changed.all());
    assert_eq!(session.run("up --yes").await.code, 0);
    let down = session.run("down --yes").await;
    assert_eq!(down.code, 0, "{}", down.all());
    assert_eq!(session.cloud.stack_names(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn an_overlay_that_an_earlier_up_had_is_not_lost_unseen() {
    let session = session("overlay-lost", OVERLAY);
    assert_eq!(session.run("up --yes").await.code, 0);
    let settings = format!("org-arn: {ORGANIZATION}\nhandler: bootstrap\n");
    session.file("deployer.yaml", &settings);
    let lost = session.run("up --yes").await;
    assert_data_eq!(
        lost.err,
        str![[r#"
flow: default, which delivers everything (not set)
error: an earlier `up` had settings that this one does not have; nothing was written
  warning[forgotten-setting] --overlay: the changes that the overlay made to the template will be removed

hint: set them again, best in deployer.yaml, to keep them
hint: --reset-settings resets them to their defaults

"#]]
    );
    assert_eq!(lost.code, 6);
    session.without("there");
    std::fs::create_dir_all(session.path("there")).unwrap();
    let pull = session.run("pull --settings $DIR/there/deployer.yaml").await;
    assert_eq!(pull.code, 0, "{}", pull.all());
    let pulled = session.read("there/deployer.yaml");
    assert!(pulled.contains("overlay: overlay.yaml"), "{pulled}");
    let patch: Value = serde_yaml::from_str(&session.read("there/overlay.yaml")).unwrap();
    assert_eq!(patch, serde_yaml::from_str::<Value>(OVERLAY).unwrap());
    assert_eq!(session.run("up --yes --reset-settings").await.code, 0);
    assert_eq!(deployed(&session).get("Conditions"), None);
}

#[tokio::test(start_paused = true)]
async fn each_invariant_that_an_overlay_breaks_is_a_warning() {
    let session = session(
        "overlay-warnings",
        "\
Resources:
  MfsmExecutionTable:
    Properties:
      TimeToLiveSpecification: null
  MfsmFunctionPermission0123456789abcdef0123456789abcdef:
    Properties:
      SourceArn: null
  MfsmFunctionLogsPolicy:
    Properties:
      PolicyDocument:
        Statement:
          - {Effect: Allow, Action: 'logs:*', Resource: '*'}
  MfsmStateMachine:
    Properties:
      StateMachineType: EXPRESS
",
    );
    let check = session.run("check").await;
    assert_data_eq!(
        check.all(),
        str![[r#"
flow: default, which delivers everything (not set)
--- stdout
warning[overlay-ttl] $DIR/overlay.yaml:4:7 $.Resources.MfsmExecutionTable.Properties.TimeToLiveSpecification: without this time to live, entries are never deleted, or too early
warning[overlay-permission] $DIR/overlay.yaml:7:7 $.Resources.MfsmFunctionPermission0123456789abcdef0123456789abcdef.Properties.SourceArn: more than one source may invoke the function: give an exact SourceArn
warning[overlay-wildcard] $DIR/overlay.yaml:9:5 $.Resources.MfsmFunctionLogsPolicy.Properties: a permission on `*`: name the actions and the resources
warning[overlay-type] $DIR/overlay.yaml:15:7 $.Resources.MfsmStateMachine.Properties.StateMachineType: only Standard executions start once for each name: messages would be decided more than once
0 errors, 4 warnings in definition, handler, template
--- exit 0

"#]]
    );
    assert_eq!(session.run("check --deny-warnings").await.code, 3);
    let plan = session.run("plan").await;
    assert!(plan.err.contains("warning[overlay-ttl]"), "{}", plan.err);
}

#[tokio::test(start_paused = true)]
async fn overlays_that_cannot_be_used_are_refused_with_their_place() {
    let session = session("overlay-refused", "");
    for (overlay, expected) in [
        ("", "1:1"),
        ("- a\n", "1:1"),
        ("Resources: [", "error[unreadable]"),
        ("Resources:\n  MfsmFunction: !Ref X\n", "2:"),
        ("Globals: {}\n", "1:1 $.Globals"),
        ("Resources: null\n", "1:1 $.Resources"),
        ("Metadata:\n  MessageFlow:\n    Flow: x\n", "2:3 $.Metadata.MessageFlow"),
        (
            "Resources:\n  MfsmFunktion:\n    Properties: {MemorySize: 256}\n",
            "did you mean `MfsmFunction`?",
        ),
        (
            "Resources:\n  MfsmFunction:\n    Properties:\n      MemorySizes: null\n",
            "did you mean `MemorySize`?",
        ),
        ("Resources:\n  MfsmExecutionTable: null\n", "2:3 $.Resources.MfsmExecutionTable"),
        ("Resources:\n  MfsmFunction:\n    Type: AWS::SNS::Topic\n", "error[overlay-core]"),
        ("Resources:\n  MfsmFunction:\n    Condition: Never\n", "error[overlay-core]"),
        (
            "Resources:\n  MfsmFunction:\n    Properties:\n      Code: {ZipFile: x}\n",
            "--handler FILE",
        ),
        (
            "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n    Properties:\n      TopicName: {Ref: Nothing}\n",
            "5:",
        ),
        ("Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n    Condition: Nothing\n", "4:5"),
        (
            "Resources:\n  MfsmFunction:\n    Properties:\n      FunctionName: mine\n",
            "4:7 $.Resources.MfsmFunction.Properties.FunctionName",
        ),
        ("Parameters:\n  Size: {Type: Number}\n", "2:3 $.Parameters.Size"),
        ("Outputs:\n  MfsmFunctionArn: null\n", "2:3 $.Outputs.MfsmFunctionArn"),
        ("Resources:\n  \"A\\u202e\": {Type: AWS::SNS::Topic}\n", "\\u{202e}"),
    ] {
        session.file("overlay.yaml", overlay);
        for (command, code) in [("check", 3), ("plan", 2), ("up --yes", 2)] {
            let refused = session.run(command).await;
            let all = refused.all();
            assert_eq!(refused.code, code, "{command} with {overlay}: {all}");
            assert!(all.contains(expected), "{command} with {overlay}: {all}");
            assert!(all.contains("overlay.yaml"), "{command} with {overlay}: {all}");
        }
    }
    assert_eq!(session.cloud.writes(), [""; 0]);
    let missing = session.run("plan --overlay $DIR/nothing.yaml").await;
    assert_eq!(missing.code, 2, "{}", missing.all());
    assert!(missing.err.contains("error[overlay]"), "{}", missing.err);
}

#[tokio::test(start_paused = true)]
async fn a_flow_brings_its_own_overlay_which_is_applied_first() {
    let session = session(
        "overlay-flow",
        "Resources: {MfsmFunction: {Properties: {Description: setting}}}\n",
    );
    session.without("mine");
    let init = session.run("init $DIR/mine --from quarantine").await;
    assert_eq!(init.code, 0, "{}", init.all());
    session.file(
        "mine/overlay.yaml",
        "Resources:\n  MfsmFunction:\n    Properties: {Description: flow, TracingConfig: {Mode: Active}}\n",
    );
    let up = session.run("up --yes --flow $DIR/mine").await;
    assert_eq!(up.code, 0, "{}", up.all());
    let function = deployed(&session)["Resources"]["MfsmFunction"]["Properties"].clone();
    assert_eq!(function["Description"], "setting");
    assert_eq!(function["TracingConfig"], json!({"Mode": "Active"}));
}

#[tokio::test(start_paused = true)]
async fn roles_with_names_need_the_stronger_capability_and_types_need_rights() {
    let role = "Resources:\n  MfsmFunctionRole:\n    Properties: {RoleName: mail-handler}\n  \
                Key: {Type: 'AWS::KMS::Key'}\n";
    let session = session("overlay-named", role);
    session.without("exported");
    let export = session.run("export $DIR/exported").await;
    assert!(export.all().contains("--capabilities CAPABILITY_NAMED_IAM"), "{}", export.all());
    assert_eq!(session.run("up --yes").await.code, 0);
    let permissions = session.run("permissions").await;
    assert!(permissions.all().contains("AWS::KMS::Key"), "{}", permissions.all());
}
