//! Options, variables, `deployer.yaml` and defaults: their precedence, and how a fault names them.

use snapbox::{assert_data_eq, str};

use crate::session::{ConsoleSession, ORGANIZATION};

const FILE: &str = r#"
org-arn: arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef
memory: 256
wait-time: 2.5
tag:
  team: mail
  cost-center: 7
environments:
  test:
    stack-name: mail-test
    memory: 512
    state-machine: flows/test.yaml
  empty:
"#;

#[tokio::test(start_paused = true)]
async fn each_layer_overrides_the_one_below_and_is_named() {
    let mut session = ConsoleSession::new("layers");
    session.file("deployer.yaml", FILE);
    session.variables.insert("DEPLOYER_WAIT_TIME".to_owned(), "3".to_owned());
    session.variables.insert("DEPLOYER_MEMORY".to_owned(), String::new());
    assert_data_eq!(
        session.run("config --env test --log-retention 7 --region us-east-1").await.all(),
        str![[r#"
--- stdout
file                    $DIR/deployer.yaml
environment             test  (of empty, test)
org-arn                 arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef  ($DIR/deployer.yaml:2: org-arn)
stack-name              mail-test  ($DIR/deployer.yaml:10: environments.test.stack-name)
flow                    -
parameter               -
state-machine           $DIR/flows/test.yaml  ($DIR/deployer.yaml:12: environments.test.state-machine)
rule                    synchronous  (default)
wait-time               3  (DEPLOYER_WAIT_TIME)
output-state            -
on-failure              retry  (default)
memory                  512  ($DIR/deployer.yaml:11: environments.test.memory)
log-retention           7  (--log-retention)
log-level               info  (default)
metrics                 on  (default)
tracing                 off  (default)
reserved-concurrency    -
vpc-subnet              -
vpc-security-group      -
point-in-time-recovery  off  (default)
kms-key                 -
alarms                  -
alarm-age               30  (default)
tag                     team=mail  ($DIR/deployer.yaml:6: tag.team)
tag                     cost-center=7  ($DIR/deployer.yaml:7: tag.cost-center)
overlay                 -
handler                 -
permissions-boundary    -
role-path               /  (default)
artifact-bucket         -
artifact-kms-key        -
role-arn                -
notification-arn        -
on-stack-failure        rollback  (default)
express                 false  (default)
protect                 false  (default)
region                  us-east-1  (--region)
profile                 -
endpoint-url            -
workmail-endpoint-url   -
--- exit 0

"#]]
    );
    assert_data_eq!(
        session.run("config").await.all(),
        str![[r#"
$DIR/deployer.yaml has environments (empty, test), and none is chosen; --env NAME chooses one
--- stdout
file                    $DIR/deployer.yaml
environment             -  (of empty, test)
org-arn                 arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef  ($DIR/deployer.yaml:2: org-arn)
stack-name              workmail-message-flow  (default)
flow                    default  (default)
parameter               -
state-machine           -
rule                    synchronous  (default)
wait-time               3  (DEPLOYER_WAIT_TIME)
output-state            -
on-failure              retry  (default)
memory                  256  ($DIR/deployer.yaml:3: memory)
log-retention           30  (default)
log-level               info  (default)
metrics                 on  (default)
tracing                 off  (default)
reserved-concurrency    -
vpc-subnet              -
vpc-security-group      -
point-in-time-recovery  off  (default)
kms-key                 -
alarms                  -
alarm-age               30  (default)
tag                     team=mail  ($DIR/deployer.yaml:6: tag.team)
tag                     cost-center=7  ($DIR/deployer.yaml:7: tag.cost-center)
overlay                 -
handler                 -
permissions-boundary    -
role-path               /  (default)
artifact-bucket         -
artifact-kms-key        -
role-arn                -
notification-arn        -
on-stack-failure        rollback  (default)
express                 false  (default)
protect                 false  (default)
region                  us-east-1  (the organization's; $DIR/deployer.yaml:2: org-arn)
profile                 -
endpoint-url            -
workmail-endpoint-url   -
--- exit 0

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn config_prints_json() {
    let mut session = ConsoleSession::new("layers-json");
    let variables = [("DEPLOYER_TAG", "a=1, b=2"), ("DEPLOYER_ENV", "test")];
    session.variables.extend(variables.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let file = session.file("other.yaml", FILE);
    let config = session.run(&format!("config --config {file} --output json")).await;
    let object = config.json();
    assert_eq!(object["type"], "config");
    let setting = |key: &str| {
        let settings = object["settings"].as_array().unwrap();
        settings.iter().find(|setting| setting["key"] == key).unwrap().clone()
    };
    let tags = serde_json::json!(["team=mail", "cost-center=7", "a=1", "b=2"]);
    assert_eq!(setting("tag")["values"], tags);
    assert_eq!(setting("tag")["place"], "DEPLOYER_TAG");
    assert_eq!(setting("stack-name")["layer"], "file");
    assert_eq!(setting("handler")["values"], serde_json::json!([]));
}

#[tokio::test(start_paused = true)]
async fn a_stack_can_be_created_and_removed_without_options() {
    let mut session = ConsoleSession::new("no-options");
    session.file("deployer.yaml", format!("{FILE}\nhandler: bootstrap\n"));
    session.variables.insert("DEPLOYER_ENV".to_owned(), "empty".to_owned());
    let up = session.run("up --yes").await;
    assert_eq!(up.code, 0, "{}", up.all());
    assert_eq!(session.run("status").await.code, 0);
    session.variables.insert("DEPLOYER_STACK_NAME".to_owned(), "another".to_owned());
    assert_eq!(session.run("status").await.code, 3);
    let down = session.run("down --yes --stack-name workmail-message-flow").await;
    assert_eq!(down.code, 0, "{}", down.all());
}

#[tokio::test(start_paused = true)]
async fn faults_are_reported_with_their_place() {
    let mut session = ConsoleSession::new("layer-faults");
    session.file("deployer.yaml", "memory: 64\nenvironments: {test: {wait-time: 15}}");
    session.variables.insert("DEPLOYER_ORG_ARN".to_owned(), "nonsense".to_owned());
    let up = session.run("up --yes --env test --log-retention 2 --handler $DIR/bootstrap").await;
    assert_data_eq!(
        up.all(),
        str![[r#"
error: 4 settings cannot be used
  error[organization-arn] DEPLOYER_ORG_ARN: `nonsense` is not the ARN of a WorkMail organization; it looks like arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef and is shown in the WorkMail console under Organizations, Organization settings
  error[wait-time] $DIR/deployer.yaml:2: environments.test.wait-time: `15`: seconds from 0 to 13, such as 1 or 2.5; WorkMail waits 15 seconds for an invocation
  error[memory] $DIR/deployer.yaml:1: memory: `64`: megabytes from 128 to 10240, a whole number
  error[log-retention] --log-retention: `2`: CloudWatch Logs keeps logs for one of these numbers of days: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653
--- exit 2

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn faulty_files_are_refused_before_anything_else() {
    let session = ConsoleSession::new("faulty-file");
    let mut printed = String::new();
    for content in [
        "memroy: 1\nmemory: [1]\ntag: {a: [1]}\norg-arn: [{}]\nenvironments: {x: {y: 1}, z: 3}",
        "- a list",
        "a: b: c",
        "memory: 1\nmemory: 2",
        "environments: []",
    ] {
        session.file("deployer.yaml", content);
        printed.push_str(&session.run("status").await.all());
    }
    session.file("deployer.yaml", "environments: {test: {}, live: {}}");
    printed.push_str(&session.run("status --env prod").await.all());
    let missing = session.run("status --config $DIR/missing.yaml").await.all();
    assert!(missing.starts_with("error: cannot read $DIR/missing.yaml\n"), "{missing}");
    assert_data_eq!(
        printed,
        str![[r#"
error: $DIR/deployer.yaml cannot be used
  error[unknown-setting] $DIR/deployer.yaml:1:1 memroy: no such setting; did you mean `memory`?
  error[setting] $DIR/deployer.yaml:2:1 memory: one string is expected
  error[setting] $DIR/deployer.yaml:3:7 tag.a: a string is expected
  error[setting] $DIR/deployer.yaml:4:1 org-arn: a list of strings is expected
  error[unknown-setting] $DIR/deployer.yaml:5:20 environments.x.y: no such setting; use one of org-arn, stack-name, flow, parameter, state-machine, rule, wait-time, output-state, on-failure, memory, log-retention, log-level, metrics, tracing, reserved-concurrency, vpc-subnet, vpc-security-group, point-in-time-recovery, kms-key, alarms, alarm-age, tag, overlay, handler, permissions-boundary, role-path, artifact-bucket, artifact-kms-key, role-arn, notification-arn, on-stack-failure, express, protect, region, profile, endpoint-url, workmail-endpoint-url, environments
  error[setting] $DIR/deployer.yaml:5:27 environments.z: an object is expected
--- exit 2
error: $DIR/deployer.yaml cannot be used
  error[setting] $DIR/deployer.yaml:1:1 $DIR/deployer.yaml: an object is expected
--- exit 2
error: $DIR/deployer.yaml is not YAML that deployer reads
  caused by: mapping values are not allowed in this context at line 1 column 5
--- exit 2
error: $DIR/deployer.yaml is not YAML that deployer reads
  caused by: the key `memory` occurs twice in one object at line 2 column 1
--- exit 2
error: $DIR/deployer.yaml cannot be used
  error[setting] $DIR/deployer.yaml:1:1 environments: an object is expected
--- exit 2
error: $DIR/deployer.yaml cannot be used
  error[setting] $DIR/deployer.yaml:1:1 environments: there is no environment `prod`; the file has: live, test
--- exit 2

"#]]
    );
    assert!(session.cloud.calls().is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_environment_without_a_file_and_a_stack_without_an_organization_are_refused() {
    let session = ConsoleSession::new("no-file");
    let printed = session.run("status --env test").await.all();
    assert!(
        printed.contains("neither this folder nor a parent folder has a deployer.yaml"),
        "{printed}"
    );
    assert_data_eq!(
        session.run("plan").await.all(),
        str![[r#"
error: --org-arn cannot be used
  error[organization-arn] --org-arn: the organization is missing; give its ARN with --org-arn, as DEPLOYER_ORG_ARN, or as `org-arn` in deployer.yaml
--- exit 2

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn values_that_look_like_options_remain_values() {
    let session = ConsoleSession::new("hostile-file");
    let hostile = "--yes\n--memory=1";
    let file = serde_json::json!({ "output-state": hostile, "org-arn": ORGANIZATION });
    session.file("deployer.yaml", file.to_string());
    let config = session.run("config --output json").await;
    let object = config.json();
    assert_eq!(object["settings"][7]["values"][0], hostile);
    assert_eq!(object["settings"][9]["layer"], "default");
}

#[tokio::test(start_paused = true)]
async fn stack_options_can_be_settings() {
    let mut session = ConsoleSession::new("handling-settings");
    let role = "arn:aws:iam::123456789012:role/deploys";
    session.file(
        "deployer.yaml",
        format!(
            "org-arn: {ORGANIZATION}\nhandler: bootstrap\nrole-arn: {role}\nprotect: true\n\
             express: false\non-stack-failure: delete\nmetrics: off\n\
             notification-arn: [arn:aws:sns:us-east-1:123456789012:events]\n"
        ),
    );
    session.variables.insert("DEPLOYER_EXPRESS".to_owned(), "true".to_owned());
    let config = session.run("config").await.out;
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    for line in [
        "metrics off ($DIR/deployer.yaml:7: metrics)",
        "role-arn arn:aws:iam::123456789012:role/deploys ($DIR/deployer.yaml:3: role-arn)",
        "express true (DEPLOYER_EXPRESS)",
        "protect true ($DIR/deployer.yaml:4: protect)",
    ] {
        assert!(config.lines().any(|shown| words(shown) == line), "{line}\n{config}");
    }
    let up = session.run("up --yes").await;
    assert_eq!(up.code, 0, "{}", up.all());
    assert!(up.err.contains("warning[express]"), "{}", up.err);
    assert!(up.err.contains("switched termination protection on"), "{}", up.err);
    let handling = session.cloud.stack_options("workmail-message-flow").unwrap();
    assert_eq!(handling.role_arn.as_deref(), Some(role));
    assert_eq!(handling.notification_arns.unwrap().len(), 1);
    // An option that excludes a setting overrides it.
    assert_eq!(session.run("up --no-execute --memory 256").await.code, 0);
    assert_eq!(session.run("down --yes --unprotect").await.code, 0);

    session.variables.insert("DEPLOYER_EXPRESS".to_owned(), "maybe".to_owned());
    let mut printed = session.run("up --yes").await.all();
    session.variables.clear();
    session.file("deployer.yaml", "protect: maybe\nexpress: [true]\n");
    printed.push_str(&session.run("config").await.all());
    session.file("deployer.yaml", format!("org-arn: {ORGANIZATION}\non-stack-failure: explode\n"));
    printed.push_str(&session.run("up --yes --handler $DIR/bootstrap").await.all());
    assert_data_eq!(
        printed,
        str![[r#"
error: DEPLOYER_EXPRESS cannot be used
  error[express] DEPLOYER_EXPRESS: `maybe` is neither true nor false
--- exit 2
error: $DIR/deployer.yaml cannot be used
  error[setting] $DIR/deployer.yaml:1:1 protect: true or false is expected
  error[setting] $DIR/deployer.yaml:2:1 express: true or false is expected
--- exit 2
error: $DIR/deployer.yaml:2: on-stack-failure cannot be used
  error[on-stack-failure] $DIR/deployer.yaml:2: on-stack-failure: `explode` is not one of rollback, delete, do-nothing
--- exit 2

"#]]
    );
}
