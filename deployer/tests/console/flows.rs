//! Flows as folders: built-in ones, custom ones, their parameters, and the resources that they add
//! to the template.

use snapbox::{assert_data_eq, str};

use crate::session::ConsoleSession;

/// A flow in the folder `mine` of a session.
fn mine(session: &ConsoleSession, files: &[(&str, &str)]) {
    session.without("mine");
    std::fs::create_dir(session.path("mine")).unwrap();
    for (name, text) in files {
        session.file(&format!("mine/{name}"), text);
    }
}

const MANIFEST: &str = "name: mine\ndescription: A flow of mine.\n";
const DEFINITION: &str = "StartAt: A\nStates:\n  A:\n    Type: Pass\n    Result:\n      \
                          actions: [{allRecipients: true, action: {type: DEFAULT}}]\n    End: true\n";

#[tokio::test]
async fn the_built_in_flows_are_listed_with_their_parameters() {
    let session = ConsoleSession::new("flows");
    assert_data_eq!(
        session.run("flows").await.all(),
        str![[r#"
--- stdout
default         Delivers every message as if no rule matched.
approval        Holds mail to chosen recipients until a person approves it.
                  recipients (list): Addresses and domains whose mail waits; if WorkMail cuts the list of recipients, mail waits for all of them
                  approver (string): Address of the person who decides, and who confirms the subscription once
                  minutes (number): Minutes that the person has to decide, 1 to 230 [default: 180]
                  rejected (string): What happens to rejected mail: BOUNCE or DROP [default: BOUNCE]
                  undecided (string): What happens to mail without a decision in time: BOUNCE, DROP, or DEFAULT [default: BOUNCE]
attachments     Keeps mail with attached programs away; a function in Python reads the message.
                  organization (string): The ID of your WorkMail organization
                  action (string): What happens to mail with a program: MOVE_TO_JUNK, BOUNCE, or DROP [default: MOVE_TO_JUNK]
                  extensions (string): The extensions of programs, separated by commas [default: ade,adp,appx,bat,chm,cmd,com,cpl,dll,exe,hta,img,ins,iso,isp,jar,js,jse,lib,lnk,mde,msc,msi,msp,mst,nsh,pif,ps1, reg,scr,sct,shb,sys,vb,vbe,vbs,vhd,vhdx,vxd,wsc,wsf,wsh]
block-list      Keeps mail from blocked senders and domains away.
                  action (string): What happens to blocked mail: MOVE_TO_JUNK (inbound rules only), DROP, or BOUNCE [default: MOVE_TO_JUNK]
disclaimer      Adds a text to outbound mail; a function in Python changes the message.
                  organization (string): The ID of your WorkMail organization
                  text (string): The text that is added
                  unchanged (string): What happens to mail to which no text can be added: DEFAULT or BOUNCE [default: DEFAULT]
invoke          Invokes your own Lambda functions, one after the other, until one of them decides.
                  functions (list): ARNs of the functions, in the order in which they are invoked
lookalike       Moves mail to the junk folder if the sender's domain looks like one of yours; in Python.
                  domains (string): Your domains, separated by commas
mail-storm      Limits the number of messages per recipient and time window.
                  limit (number): The number of messages that a recipient gets in a time window [default: 100]
                  window (number): The length of a time window in minutes, at least 1 [default: 10]
                  action (string): What happens to messages over the limit: BOUNCE, DROP, or MOVE_TO_JUNK [default: BOUNCE]
notify          Delivers every message, and publishes it to an SNS topic without delaying the mail.
                  topic (string): ARN of the SNS topic, in the flow's region
outbound-limit  Bounces mail to more external recipients than you allow; in Node.js.
                  domains (string): Your domains, separated by commas
                  limit (number): The maximum number of recipients outside of your domains per message [default: 20]
quarantine      Moves mail to the junk folder, or bounces it, by sender, domain, and subject.
                  junk-senders (list): Addresses and domains whose mail is moved to the junk folder [default: []]
                  junk-subjects (list): Texts; mail whose subject contains one of them is moved to the junk folder [default: []]
                  bounce-senders (list): Addresses and domains whose mail is bounced [default: []]
                  bounce-message (string): The text that the sender of bounced mail gets [default: Mail from your address is not accepted here.]
--- exit 0

"#]]
    );
    let json = session.run("flows --output json").await.json();
    let flows = json["flows"].as_array().unwrap();
    let block_list = flows.iter().find(|flow| flow["name"] == "block-list").unwrap();
    assert_eq!(block_list["parameters"][0]["default"], "MOVE_TO_JUNK");
}

#[tokio::test]
async fn the_tests_of_the_built_in_flows_pass_and_cover_everything() {
    let session = ConsoleSession::new("flows-tests");
    let listed = session.run("flows --output json").await.json();
    let flows = listed["flows"].as_array().unwrap();
    assert!(!flows.is_empty());
    for flow in flows {
        let name = flow["name"].as_str().unwrap();
        let played = session.run(&format!("test --flow {name} --min-coverage 100")).await;
        assert_eq!(played.code, 0, "{}", played.all());
    }
}

#[tokio::test(start_paused = true)]
async fn a_built_in_flow_can_be_copied_and_changed() {
    let session = ConsoleSession::new("flows-init");
    session.without("mine");
    let init = session.run("init $DIR/mine --from block-list").await;
    assert_data_eq!(
        init.all(),
        str![[r#"
Next: edit $DIR/mine/definition.asl.yaml, then
  deployer local --flow $DIR/mine
  deployer test --flow $DIR/mine
  deployer check --flow $DIR/mine
--- stdout
$DIR/mine/README.md
$DIR/mine/flow.yaml
$DIR/mine/definition.asl.yaml
$DIR/mine/answers.yaml
$DIR/mine/policy.yaml
$DIR/mine/resources.yaml
$DIR/mine/tests/failures.yaml
$DIR/mine/tests/hostile.yaml
$DIR/mine/tests/verdicts.yaml
$DIR/mine/deployer.yaml
--- exit 0

"#]]
    );
    let own = session.flow("render", "--flow $DIR/mine").await;
    let built_in = session.flow("render", "--flow block-list").await;
    assert_eq!((own.code, own.out.as_str()), (0, built_in.out.as_str()));
    let again = session.run("init $DIR/mine").await;
    assert_eq!((again.code, again.out.as_str()), (2, ""), "{}", again.err);
    assert!(session.read("mine/flow.yaml").contains("block-list"));
    session.without("other");
    let unknown = session.run("init $DIR/other --from nonsense").await;
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("unknown-flow"), "{}", unknown.err);
    assert!(!session.path("other").exists());
}

#[tokio::test(start_paused = true)]
async fn the_resources_of_a_flow_are_in_the_template() {
    let session = ConsoleSession::new("flows-render");
    let options = "--stack-name st --flow block-list --parameter action=DROP";
    let rendered = session.flow("render", options).await;
    assert_eq!(rendered.code, 0, "{}", rendered.err);
    let template = rendered.json();
    let resources = &template["Resources"];
    assert_eq!(resources["BlockList"]["Properties"]["TableName"], "st-block-list");
    let policy = &resources["MfsmStateMachineRole"]["Properties"]["Policies"][1];
    assert_eq!(policy["PolicyName"], "DoWhatTheFlowDoes");
    let statement = &policy["PolicyDocument"]["Statement"][0];
    assert_eq!(statement["Resource"]["Fn::GetAtt"][0], "BlockList");
    let needed = resources["MfsmFunction"]["DependsOn"].as_array().unwrap();
    assert!(needed.contains(&"BlockList".into()), "{needed:?}");
    assert_eq!(template["Outputs"]["BlockListTable"]["Value"]["Ref"], "BlockList");
    let definition =
        resources["MfsmStateMachine"]["Properties"]["DefinitionString"].as_str().unwrap();
    assert!(definition.contains("st-block-list") && definition.contains(r#""DROP""#));
}

#[tokio::test(start_paused = true)]
async fn the_suggestions_of_a_flow_apply_unless_they_are_overridden() {
    let session = ConsoleSession::new("flows-defaults");
    let settings = "defaults: {output-state: A, wait-time: 3, on-failure: drop}\n";
    let manifest = format!("{MANIFEST}{settings}");
    mine(&session, &[("flow.yaml", &manifest), ("definition.asl.yaml", DEFINITION)]);
    for (options, expected) in
        [("", ["A", "3", "drop"]), ("--wait-time 5 --on-failure retry", ["A", "5", "retry"])]
    {
        let rendered = session.flow("render", &format!("--flow $DIR/mine {options}")).await;
        let template = rendered.json();
        let function = &template["Resources"]["MfsmFunction"]["Properties"];
        let variables = &function["Environment"]["Variables"];
        let names = ["MACHINE_STATE_FOR_OUTPUT", "WAIT_TIME_FOR_EXECUTION", "ON_FAILURE"];
        assert_eq!(names.map(|name| variables[name].as_str().unwrap()), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn every_fault_in_a_folder_is_reported_with_its_place() {
    let session = ConsoleSession::new("flows-faults");
    let policy =
        "Statement:\n  - Effect: Allow\n    Action: s3:*\n    Resource:\n      Ref: Gone\n";
    let resources = "Resources:\n  MfsmTable:\n    Type: AWS::SNS::Topic\nTransform: x\n";
    mine(
        &session,
        &[
            ("flow.yaml", MANIFEST),
            ("definition.asl.yaml", DEFINITION),
            ("policy.yaml", policy),
            ("resources.yaml", resources),
        ],
    );
    assert_data_eq!(
        session.flow("check", "--flow $DIR/mine").await.all(),
        str![[r#"
flow: $DIR/mine (--flow)
--- stdout
error[logical-id] $DIR/mine/resources.yaml:2:3 $.Resources.MfsmTable: IDs that begin with `Mfsm` or `Artifact` are reserved for the template
  fix: use another ID
error[unknown-key] $DIR/mine/resources.yaml:4:1 $.Transform: `Transform` is unknown here
  fix: use one of Resources, Outputs
error[policy-action] $DIR/mine/policy.yaml:3:5 $.Statement[0].Action: `s3:*` does not name a single action
  fix: name each action, such as dynamodb:GetItem
error[reference] $DIR/mine/policy.yaml:5:7 $.Statement[0].Resource.Ref: the flow has no resource `Gone`
4 errors, 0 warnings in definition, handler; not checked: template
--- exit 3

"#]]
    );
    mine(&session, &[("flow.yaml", MANIFEST)]);
    let missing = session.flow("check", "--flow $DIR/mine").await;
    assert!(missing.out.contains("error[missing-file]"), "{}", missing.all());
    let unknown = session.flow("up", "--yes --flow nonsense").await;
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("the built-in flows are default, approval"), "{}", unknown.err);
    let both = session.flow("plan", "--flow default --state-machine $DIR/x.json").await;
    assert_eq!(both.code, 2);
    for pair in ["no=1", "action", "action=${AWS::Region}"] {
        let options = format!("--flow block-list --parameter {pair}");
        let wrong = session.flow("plan", &options).await;
        assert_eq!(wrong.code, 2, "{}", wrong.all());
    }
}

#[tokio::test(start_paused = true)]
async fn a_flow_is_installed_changed_and_removed_like_any_other() {
    let session = ConsoleSession::new("flows-up");
    let up = session.flow("up", "--yes --flow block-list").await;
    assert_eq!(up.code, 0, "{}", up.all());
    let same = session.flow("plan", "--detailed-exitcode --flow block-list").await;
    assert_eq!(same.code, 0, "{}", same.all());
    let other = "--detailed-exitcode --flow block-list --parameter action=DROP";
    assert_eq!(session.flow("plan", other).await.code, 3);
    let kept = session.flow("plan", "--keep-live-definition --flow block-list").await;
    assert_eq!(kept.code, 0, "{}", kept.all());
    assert!(!kept.all().contains("BlockList"), "nothing of the flow goes: {}", kept.all());
    assert_eq!(session.run("down --yes").await.code, 0);
}

#[tokio::test(start_paused = true)]
async fn a_flow_can_be_named_in_the_settings_file() {
    let session = ConsoleSession::new("flows-settings");
    let elsewhere = session.path("conf");
    std::fs::create_dir_all(&elsewhere).unwrap();
    let built_in = "flow: block-list\nparameter:\n  action: DROP\n";
    session.file("conf/deployer.yaml", built_in);
    let config = session.run("config --config $DIR/conf/deployer.yaml").await;
    assert!(config.out.contains("flow                    block-list  ("), "{}", config.all());
    assert!(config.out.contains("parameter               action=DROP  ("), "{}", config.all());
    session.file("conf/deployer.yaml", "flow: ./mine\n");
    let config = session.run("config --config $DIR/conf/deployer.yaml").await;
    assert!(config.out.contains("conf/./mine  ("), "{}", config.all());
}

#[tokio::test(start_paused = true)]
async fn a_forgotten_option_does_not_replace_the_flow() {
    let session = ConsoleSession::new("flows-forgotten");
    assert_eq!(session.flow("up", "--yes --flow block-list").await.code, 0);
    let calls = session.cloud.calls().len();
    for (command, options) in
        [("up", "--yes"), ("plan", ""), ("up", "--yes --keep-live-definition")]
    {
        let refused = session.flow(command, options).await;
        assert_eq!(refused.code, 2, "{command} {options}: {}", refused.all());
        assert!(refused.err.contains("has the flow `block-list`"), "{}", refused.err);
    }
    let writing = ["CreateChangeSet", "PutObject"];
    let wrote = session.cloud.calls()[calls..].iter().any(|call| {
        let call = format!("{call:?}");
        writing.iter().any(|name| call.contains(name))
    });
    assert!(!wrote, "{:?}", &session.cloud.calls()[calls..]);
    assert_data_eq!(
        session.flow("up", "--yes").await.all(),
        str![[r#"
flow: default, which delivers everything (not set)
error: stack workmail-message-flow has the flow `block-list`, and would lose it, because no flow is named

hint: name it as before, with --flow and --parameter or --state-machine, or in deployer.yaml; --flow default replaces it with the default
--- exit 2

"#]]
    );
    let meant = session.flow("plan", "--flow default").await;
    assert_eq!(meant.code, 0, "{}", meant.all());
    let removed = "- remove BlockList AWS::DynamoDB::Table: DATA LOSS: its items";
    assert!(meant.out.contains(removed), "{}", meant.all());
    let same = session.flow("up", "--yes --flow block-list").await;
    assert_eq!(same.code, 0, "{}", same.all());
}

/// What `config` prints about the flow.
async fn shown(session: &ConsoleSession, options: &str) -> String {
    let config = session.run(&format!("config {options}")).await;
    assert_eq!(config.code, 0, "{}", config.all());
    let keys = ["flow  ", "parameter  ", "state-machine  "];
    let lines = config.out.lines().filter(|line| keys.iter().any(|key| line.starts_with(key)));
    lines.map(|line| format!("{line}\n")).collect()
}

#[tokio::test(start_paused = true)]
async fn an_environment_can_have_a_state_machine_in_place_of_the_flow() {
    let mut session = ConsoleSession::new("flows-environment");
    session.file("test.yaml", DEFINITION);
    session.file(
        "deployer.yaml",
        "flow: quarantine\nparameter:\n  junk-senders: [a.example, b@example.com]\nenvironments:\n  \
         test:\n    state-machine: test.yaml\n  other:\n    flow: block-list\n    parameter: {action: DROP}\n",
    );
    assert_data_eq!(
        shown(&session, "").await,
        str![[r#"
flow                    quarantine  ($DIR/deployer.yaml:1: flow)
parameter               junk-senders:=["a.example","b@example.com"]  ($DIR/deployer.yaml:3: parameter.junk-senders)
state-machine           -

"#]]
    );
    assert_data_eq!(
        shown(&session, "--env test").await,
        str![[r#"
flow                    -
parameter               -
state-machine           $DIR/test.yaml  ($DIR/deployer.yaml:6: environments.test.state-machine)

"#]]
    );
    assert_data_eq!(
        shown(&session, "--env test --flow default").await,
        str![[r#"
flow                    default  (--flow)
parameter               -
state-machine           -

"#]]
    );
    assert_data_eq!(
        shown(&session, "--state-machine mine.json").await,
        str![[r#"
flow                    -
parameter               -
state-machine           mine.json  (--state-machine)

"#]]
    );
    let rendered = session.flow("render", "--env test").await;
    assert_eq!(rendered.code, 0, "{}", rendered.err);
    let rendered = session.flow("render", "").await;
    assert!(rendered.out.contains("b@example.com"), "{}", rendered.all());
    let parameters = "[\"junk-senders=a.example, b.example\", \"bounce-message=No\"]";
    session.variables.insert("DEPLOYER_PARAMETER".to_owned(), parameters.to_owned());
    assert_data_eq!(
        shown(&session, "").await,
        str![[r#"
flow                    quarantine  ($DIR/deployer.yaml:1: flow)
parameter               junk-senders=a.example, b.example  (DEPLOYER_PARAMETER)
parameter               bounce-message=No  (DEPLOYER_PARAMETER)
state-machine           -

"#]]
    );
}
