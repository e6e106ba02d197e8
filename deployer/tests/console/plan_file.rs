//! `deployer plan --out` and `deployer up --plan`: exactly what was reviewed, or nothing.

use serde_json::Value;
use snapbox::{assert_data_eq, str};

use crate::session::ConsoleSession;

const UP: &str = "up --plan $DIR/plan.json";

fn kept(session: &ConsoleSession) -> Value {
    serde_json::from_str(&session.read("plan.json")).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_reviewed_plan_is_executed_without_a_prompt() {
    let session = ConsoleSession::new("file-happy");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    let writes = session.cloud.writes().len();
    let plan = session.flow("plan", "--memory 256 --out $DIR/plan.json --detailed-exitcode").await;
    assert_eq!((plan.code, session.cloud.writes().len()), (3, writes));
    assert_data_eq!(
        plan.all(),
        str![[r#"
flow: default, which delivers everything (not set)
wrote the plan to $DIR/plan.json; `deployer up --plan $DIR/plan.json` executes exactly this
--- stdout
stack workmail-message-flow would be updated in account 123456789012, region us-east-1
  handler for arm64: $DIR/bootstrap
  ~ change MfsmFunction AWS::Lambda::Function
      MemorySize: 128 -> 256
Plan: 0 to add, 1 to change, 0 to remove.
--- exit 3

"#]]
    );
    let up = session.run(UP).await;
    assert_data_eq!(
        up.err,
        str![[r#"
stack workmail-message-flow would be updated in account 123456789012, region us-east-1
  handler for arm64: $DIR/bootstrap
requested change set deployer-up-1795262405000-00000003
CloudFormation would make these changes:
  ~ change MfsmFunction AWS::Lambda::Function
      MemorySize: 128 -> 256
Plan: 0 to add, 1 to change, 0 to remove.
update of arn:aws:cloudformation:us-east-1:123456789012:stack/workmail-message-flow/53626faf-7f5f-4494-8258-a44e1f258946 started
12:00:36 UPDATE_IN_PROGRESS   workmail-message-flow AWS::CloudFormation::Stack: User Initiated
12:00:37 UPDATE_IN_PROGRESS   MfsmFunction AWS::Lambda::Function
12:00:38 UPDATE_COMPLETE      MfsmFunction AWS::Lambda::Function
12:00:39 UPDATE_COMPLETE_CLEANUP_IN_PROGRESS workmail-message-flow AWS::CloudFormation::Stack
12:00:40 UPDATE_COMPLETE      workmail-message-flow AWS::CloudFormation::Stack
the function is ready: arn:aws:lambda:us-east-1:123456789012:function:workmail-message-flow-MfsmFunction
done: the stack is updated

"#]]
    );
    assert_eq!(up.code, 0);
    assert_eq!(session.flow("plan", "--memory 256 --detailed-exitcode").await.code, 0);
}

#[tokio::test(start_paused = true)]
async fn a_first_plan_creates_the_stack_and_works_only_once() {
    let session = ConsoleSession::new("file-create");
    assert_eq!(session.flow("plan", "--out $DIR/plan.json").await.code, 0);
    assert_eq!(session.run(&format!("{UP} --output json")).await.code, 0);
    let again = session.run(UP).await;
    assert_data_eq!(
        again.all(),
        str![[r#"
error: the stack changed since the plan of 2026-11-21T12:00:00Z: existence changed; nothing was written

hint: create a new plan and review it: `deployer plan --out FILE --org-arn arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef --stack-name workmail-message-flow`
--- exit 6

"#]]
    );
    let json = session.run(&format!("{UP} --output json")).await;
    let error = json.json();
    assert_eq!((&error["type"], &error["exit_code"]), (&"error".into(), &6.into()));
}

#[tokio::test(start_paused = true)]
async fn a_plan_contains_options_and_digests_and_nothing_executable() {
    let session = ConsoleSession::new("file-content");
    assert_eq!(session.flow("plan", "--out $DIR/plan.json --tag a=b").await.code, 0);
    let text = session.read("plan.json");
    assert!(!text.contains("AssumeRolePolicyDocument"), "{text}");
    let kept = kept(&session);
    assert_eq!((&kept["format"], &kept["version"]), (&"deployer plan".into(), &1.into()));
    assert_eq!(kept["options"]["flow"]["tag"][0], "a=b");
    assert_eq!(kept["plan"]["action"], "create");
}

#[tokio::test(start_paused = true)]
async fn a_stack_that_changed_since_the_plan_is_left_unchanged() {
    let session = ConsoleSession::new("file-moved");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    assert_eq!(session.flow("plan", "--memory 256 --out $DIR/plan.json").await.code, 0);
    // A change and its reversal: the same template, another history.
    assert_eq!(session.flow("up", "--yes --memory 512").await.code, 0);
    assert_eq!(session.flow("up", "--yes --reset-settings").await.code, 0);
    let writes = session.cloud.writes().len();
    let up = session.run(UP).await;
    assert_data_eq!(
        up.all(),
        str![[r#"
error: the stack changed since the plan of 2026-11-21T12:00:03Z: status, last update, last operation changed; nothing was written

hint: create a new plan and review it: `deployer plan --out FILE --org-arn arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef --stack-name workmail-message-flow`
--- exit 6

"#]]
    );
    assert_eq!(session.cloud.writes().len(), writes);
}

#[tokio::test(start_paused = true)]
async fn cloudformation_may_not_remove_more_than_was_reviewed() {
    let session = ConsoleSession::new("file-beyond");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    let before = session.cloud.resources("workmail-message-flow");
    assert_eq!(session.flow("plan", "--memory 256 --out $DIR/plan.json").await.code, 0);
    session.cloud.replace_in_next_change_set("MfsmFunction");
    let up = session.run(UP).await;
    let printed = up.err.split_once("would make these changes:\n").unwrap().1.to_owned();
    assert_data_eq!(
        printed,
        str![[r#"
  ! REPLACE MfsmFunction AWS::Lambda::Function
      MemorySize: 128 -> 256
Plan: 0 to add, 0 to change, 0 to remove, 1 to replace.
error: CloudFormation would replace or remove more than was reviewed: MfsmFunction; nothing was changed

hint: create a new plan and review it: `deployer plan --out FILE --org-arn arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef --stack-name workmail-message-flow`

"#]]
    );
    assert_eq!(up.code, 6);
    assert_eq!(session.cloud.resources("workmail-message-flow"), before);
}

#[tokio::test(start_paused = true)]
async fn inputs_that_changed_since_the_plan_are_refused() {
    let session = ConsoleSession::new("file-inputs");
    assert_eq!(session.flow("plan", "--out $DIR/plan.json").await.code, 0);
    let mut other = crate::session::handler();
    other.push(1);
    session.file("bootstrap", other);
    assert_data_eq!(
        session.run(UP).await.all(),
        str![[r#"
error: the plan of 2026-11-21T12:00:00Z does not match these inputs: template, handler changed; nothing was written

hint: create a new plan and review it: `deployer plan --out FILE --org-arn arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef --stack-name workmail-message-flow`
--- exit 6

"#]]
    );
    assert_eq!(session.cloud.writes(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn files_that_are_not_plans_are_refused() {
    let session = ConsoleSession::new("file-refused");
    let missing = session.run("up --plan $DIR/missing.json").await;
    assert_eq!(missing.code, 2);
    assert!(missing.err.starts_with("error: cannot read the plan $DIR/missing.json\n"));
    assert_eq!(session.flow("plan", "--out $DIR/plan.json").await.code, 0);
    let good = session.read("plan.json");
    let table = [
        (good.replace("\"128\"", "\"256\""), "its content was changed after it was written"),
        (good.replace("\"version\": 1", "\"version\": 2"), "it is a plan of version 2"),
        (good.replace("deployer plan", "terraform plan"), "it is not a plan of deployer"),
        (good.replace("\"made\"", "\"unmade\""), "its content was changed"),
        (good[..good.len() / 2].to_owned(), "it is not a plan of deployer"),
        (String::new(), "it is not a plan of deployer"),
    ];
    for (text, reason) in table {
        assert_ne!(text, good);
        session.file("plan.json", text);
        let up = session.run(UP).await;
        assert_eq!(up.code, 2);
        assert!(up.err.contains(reason), "{reason}: {}", up.err);
    }
    // White space does not matter.
    let compact: Value = serde_json::from_str(&good).unwrap();
    session.file("plan.json", compact.to_string());
    assert_eq!(session.run(UP).await.code, 0);
}

#[tokio::test(start_paused = true)]
async fn a_plan_contains_its_options_and_accepts_no_others() {
    let session = ConsoleSession::new("file-options");
    let up = session.run(&format!("{UP} --memory 256")).await;
    assert_eq!(up.code, 2);
    assert!(up.err.contains("cannot be used with"), "{}", up.err);
    assert_eq!(session.run("up").await.code, 2);
    let unwritable = session.flow("plan", "--out $DIR/no/such/folder").await;
    assert_eq!(unwritable.code, 2);
    assert!(unwritable.err.contains("cannot write the plan to"), "{}", unwritable.err);
}

#[tokio::test(start_paused = true)]
async fn settings_of_the_environment_are_in_the_plan_and_do_not_affect_it_later() {
    let mut session = ConsoleSession::new("file-settings");
    session.variables.insert("DEPLOYER_MEMORY".to_owned(), "256".to_owned());
    assert_eq!(session.flow("plan", "--out $DIR/plan.json").await.code, 0);
    assert_eq!(kept(&session)["options"]["flow"]["memory"], "256");
    session.variables.insert("DEPLOYER_MEMORY".to_owned(), "512".to_owned());
    let up = session.run(UP).await;
    assert_eq!(up.code, 0, "{}", up.all());
    assert_eq!(session.flow("plan", "--memory 256 --detailed-exitcode").await.code, 0);
}

#[tokio::test(start_paused = true)]
async fn a_plan_belongs_to_its_environment() {
    let mut session = ConsoleSession::new("file-environment");
    let organization = crate::session::ORGANIZATION;
    session.file(
        "deployer.yaml",
        format!(
            "org-arn: {organization}\nhandler: bootstrap\nenvironments:\n  prod: {{stack-name: \
             mail-prod}}\n  test: {{stack-name: mail-test}}\n"
        ),
    );
    assert_eq!(session.run("plan --env test --out $DIR/plan.json").await.code, 0);
    let other = session.run(&format!("{UP} --env prod")).await;
    assert_data_eq!(
        other.all(),
        str![[r#"
error: the plan is for environment `test`, but `prod` is chosen; nothing was written

hint: omit --env (and unset DEPLOYER_ENV), because the plan has all of its settings; or create a plan for the other environment
--- exit 2

"#]]
    );
    session.variables.insert("DEPLOYER_ENV".to_owned(), "prod".to_owned());
    assert_eq!(session.run(UP).await.code, 2);
    session.variables.clear();
    assert_eq!(session.cloud.writes(), [""; 0]);
    let up = session.run(UP).await;
    assert_eq!(up.code, 0, "{}", up.all());
    let printed: Vec<&str> = up.err.lines().filter(|line| line.contains("`deployer ")).collect();
    assert!(printed.iter().all(|line| line.contains("--env test")), "{}", up.err);
    assert_eq!(session.run(&format!("{UP} --env test")).await.code, 6);
    assert_eq!(session.run("plan --stack-name other --out $DIR/plan.json").await.code, 0);
    assert_eq!(session.run(&format!("{UP} --env test")).await.code, 2);
    assert_eq!(session.run(UP).await.code, 0);
}
