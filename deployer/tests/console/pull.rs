//! `deployer pull`: writes the deployed definition to a file.

use serde_json::Value;
use snapbox::{assert_data_eq, str};

use crate::session::ConsoleSession;

#[tokio::test(start_paused = true)]
async fn a_definition_is_printed_or_written_as_json_or_yaml() {
    let session = ConsoleSession::deployed("pull").await;
    assert_data_eq!(
        session.run("pull").await.all(),
        str![[r#"
--- stdout
{
  "StartAt": "A",
  "TimeoutSeconds": 600,
  "States": {
    "A": {
      "Type": "Succeed"
    }
  }
}
--- exit 0

"#]]
    );
    assert_data_eq!(
        session.run("pull --force $DIR/pulled.yaml").await.all(),
        str![[r#"
wrote the definition of arn:aws:states:us-east-1:123456789012:stateMachine:MfsmStateMachine-FBC55DF924EC to $DIR/pulled.yaml; `deployer up --state-machine $DIR/pulled.yaml` deploys it
--- exit 0

"#]]
    );
    assert_data_eq!(
        session.read("pulled.yaml"),
        str![[r#"
StartAt: A
TimeoutSeconds: 600
States:
  A:
    Type: Succeed

"#]]
    );
    assert_eq!(session.run("pull --force $DIR/pulled.asl.json").await.code, 0);
    let pulled: Value = serde_json::from_str(&session.read("pulled.asl.json")).unwrap();
    assert_eq!(pulled["States"]["A"]["Type"], "Succeed");
    for file in ["pulled.yaml", "pulled.asl.json"] {
        let line = format!("--detailed-exitcode --state-machine $DIR/{file}");
        assert_eq!(session.flow("plan", &line).await.code, 0, "{file}");
    }
}

#[tokio::test(start_paused = true)]
async fn pull_prints_json() {
    let session = ConsoleSession::deployed("pull-json").await;
    let pull = session.run("pull --force $DIR/pulled.json --output json").await;
    assert_data_eq!(
        pull.all(),
        str![[r#"
--- stdout
{"type":"definition","stack_name":"workmail-message-flow","machine":"arn:aws:states:us-east-1:123456789012:stateMachine:MfsmStateMachine-FBC55DF924EC","file":"$DIR/pulled.json","settings":null,"definition":{"StartAt":"A","TimeoutSeconds":600,"States":{"A":{"Type":"Succeed"}}},"schema":1,"timestamp":"2026-11-21T12:00:03Z"}
--- exit 0

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn an_existing_file_is_kept_without_force() {
    let session = ConsoleSession::deployed("pull-force").await;
    session.file("mine.json", "mine");
    assert_data_eq!(
        session.run("pull $DIR/mine.json").await.err,
        str![[r#"
error: the file $DIR/mine.json already exists

hint: --force replaces it

"#]]
    );
    assert_eq!(session.read("mine.json"), "mine");
    assert_eq!(session.run("pull --force $DIR/mine.json").await.code, 0);
    assert_ne!(session.read("mine.json"), "mine");
}

#[tokio::test(start_paused = true)]
async fn without_a_stack_there_is_nothing_to_pull() {
    let session = ConsoleSession::new("pull-none");
    assert_data_eq!(
        session.run("pull").await.all(),
        str![[r#"
error: there is no stack workmail-message-flow in account 123456789012, region us-east-1
--- exit 3

"#]]
    );
    let json = session.run("pull --output json").await;
    assert!(json.out.contains(r#""exit_code":3"#), "{}", json.out);
    assert_eq!(session.run("pull --stack-name ?").await.code, 2);
    session
        .cloud
        .add_stack("other", r#"{"Resources": {"L": {"Type": "AWS::Logs::LogGroup"}}}"#, &[])
        .await
        .unwrap();
    let foreign = session.run("pull --stack-name other").await;
    assert_eq!(foreign.code, 1);
    assert!(foreign.err.contains("has no state machine in its outputs"), "{}", foreign.err);
}

#[tokio::test(start_paused = true)]
async fn pulled_settings_are_the_deployed_ones() {
    let session = ConsoleSession::deployed("pull-settings").await;
    let topic = "arn:aws:sns:us-east-1:123456789012:operators";
    let options = format!(
        "--state-machine $DIR/flow.json --yes --wait-time 5 --output-state A --on-failure junk --memory 512 \
         --log-retention 90 --log-level debug --alarms {topic} --alarm-age 45 --tag team=mail \
         --notification-arn {topic} --protect"
    );
    let up = session.flow("up", &options).await;
    assert_eq!(up.code, 0, "{}", up.all());
    let pull = session.run("pull --force $DIR/home.yaml --settings $DIR/home-settings.yaml").await;
    assert_data_eq!(
        pull.all(),
        str![[r#"
wrote the definition of arn:aws:states:us-east-1:123456789012:stateMachine:MfsmStateMachine-FBC55DF924EC to $DIR/home.yaml; `deployer up --state-machine $DIR/home.yaml` deploys it
wrote the settings of stack workmail-message-flow to $DIR/home-settings.yaml; `deployer up --config $DIR/home-settings.yaml` deploys with them
--- exit 0

"#]]
    );
    let settings = session.read("home-settings.yaml");
    let folder = session.path("").display().to_string();
    assert_data_eq!(
        settings.replace(folder.trim_end_matches('/'), "$DIR"),
        str![[r#"
org-arn:
- arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef
stack-name: workmail-message-flow
rule: synchronous
wait-time: '5'
output-state: A
on-failure: junk
log-level: debug
metrics: on
memory: 512
log-retention: 90
alarms: arn:aws:sns:us-east-1:123456789012:operators
alarm-age: 45
tag:
  team: mail
notification-arn:
- arn:aws:sns:us-east-1:123456789012:operators
protect: true
region: us-east-1
state-machine: home.yaml

"#]]
    );
    // They contain all the options: with them, there is nothing to do.
    let line = "plan --detailed-exitcode --handler $DIR/bootstrap --config $DIR/home-settings.yaml";
    let plan = session.run(line).await;
    assert_eq!(plan.code, 0, "{}", plan.all());
}

#[tokio::test(start_paused = true)]
async fn neither_file_is_written_if_one_exists() {
    let session = ConsoleSession::deployed("pull-both").await;
    session.file("mine.yaml", "mine");
    let _ = std::fs::remove_file(session.path("new.json"));
    let line = "pull $DIR/new.json --settings $DIR/mine.yaml";
    assert_eq!(session.run(line).await.code, 2);
    assert_eq!(session.read("mine.yaml"), "mine");
    assert!(!session.path("new.json").exists());
}

#[tokio::test(start_paused = true)]
async fn a_file_is_whole_or_untouched_if_another_cannot_be_written() {
    let session = ConsoleSession::deployed("pull-unwritable").await;
    let _ = std::fs::remove_file(session.folder.join("untouched.yaml"));
    session.file("untouched.yaml", "mine\n");
    std::fs::create_dir_all(session.folder.join("a-folder")).unwrap();
    let before = std::fs::read_dir(&session.folder).unwrap().count();
    for settings in ["$DIR/a-folder", "$DIR/missing/settings.yaml", "$DIR/untouched.yaml"] {
        let line = format!("pull $DIR/untouched.yaml --settings {settings} --force");
        let pull = session.run(&line).await;
        assert_eq!(pull.code, 2, "{}", pull.all());
        assert_eq!(session.read("untouched.yaml"), "mine\n", "{settings}");
    }
    assert_eq!(std::fs::read_dir(&session.folder).unwrap().count(), before);
}

#[tokio::test(start_paused = true)]
async fn pulled_settings_name_a_built_in_flow_and_its_parameters() {
    let session = ConsoleSession::new("pull-flow");
    let up = session.flow("up", "--flow block-list --yes").await;
    assert_eq!(up.code, 0, "{}", up.all());
    let pull = session.run("pull --force --settings $DIR/settings.yaml").await;
    assert_eq!(pull.code, 0, "{}", pull.all());
    let settings = session.read("settings.yaml");
    assert!(settings.contains("\nflow: block-list\n"), "{settings}");
    assert!(settings.contains("\nparameter:\n"), "{settings}");
    let line = "plan --detailed-exitcode --handler $DIR/bootstrap --config $DIR/settings.yaml";
    let plan = session.run(line).await;
    assert_eq!(plan.code, 0, "{}", plan.all());
}
