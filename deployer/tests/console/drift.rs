//! Drift: a state machine that was edited in the console, and what each command does about it.

use snapbox::{assert_data_eq, str};

use crate::session::{ConsoleSession, STACK, failure};
use cloud::ErrorKind;

const FLOW: &str = "--state-machine $DIR/flow.asl.json";

/// A state machine whose only state has this comment.
fn machine(comment: &str) -> String {
    format!(
        r#"{{"StartAt":"Judge","TimeoutSeconds":600,"States":{{"Judge":{{"Type":"Pass","Comment":"{comment}","End":true}}}}}}"#
    )
}

/// A deployed flow that was edited in the console afterwards.
pub(crate) async fn edited(name: &str) -> ConsoleSession {
    let session = ConsoleSession::new(name);
    session.file("flow.asl.json", machine("deployed"));
    assert_eq!(session.flow("up", &format!("--yes {FLOW}")).await.code, 0);
    session.cloud.edit_machine(STACK, "MfsmStateMachine", &machine("edited"));
    session
}

async fn live(session: &ConsoleSession) -> String {
    let pull = session.run("pull").await;
    let definition = pull.json();
    definition["States"]["Judge"]["Comment"].as_str().unwrap().to_owned()
}

#[tokio::test(start_paused = true)]
async fn an_edit_that_the_update_does_not_touch_is_reported_and_kept() {
    let session = edited("drift-left").await;
    let writes = session.cloud.writes().len();
    let plan = session.flow("plan", &format!("--detailed-exitcode {FLOW}")).await;
    assert_data_eq!(
        plan.all(),
        str![[r#"
flow: $DIR/flow.asl.json (--state-machine)
--- stdout
no changes to deploy: stack workmail-message-flow in account 123456789012, region us-east-1, which drifted
  handler for arm64: $DIR/bootstrap
Plan: 0 to add, 0 to change, 0 to remove.
drift: the state machine was changed outside the stack:
  arn:aws:states:us-east-1:123456789012:stateMachine:MfsmStateMachine-FBC55DF924EC
      DefinitionString/States/Judge/Comment: deployed -> edited
  it is kept; --revert-drift reverts it to what was deployed, `deployer pull FILE --org-arn arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef` writes it to a file
--- exit 3

"#]]
    );
    let up = session.flow("up", FLOW).await;
    assert_data_eq!(
        up.err,
        str![[r#"
flow: $DIR/flow.asl.json (--state-machine)
drift: the state machine was changed outside the stack:
  arn:aws:states:us-east-1:123456789012:stateMachine:MfsmStateMachine-FBC55DF924EC
      DefinitionString/States/Judge/Comment: deployed -> edited
  it is kept; --revert-drift reverts it to what was deployed, `deployer pull FILE --org-arn arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef` writes it to a file
no changes to deploy: stack workmail-message-flow drifted; nothing was written

"#]]
    );
    assert_eq!((up.code, session.cloud.writes().len()), (0, writes));
    assert_eq!(session.flow("up", &format!("--yes --memory 256 {FLOW}")).await.code, 0);
    assert_eq!(live(&session).await, "edited");
}

#[tokio::test(start_paused = true)]
async fn an_edit_is_not_overwritten_by_default() {
    let session = edited("drift-refused").await;
    session.file("flow.asl.json", machine("next"));
    let writes = session.cloud.writes().len();
    let up = session.flow("up", &format!("--yes {FLOW}")).await;
    assert_data_eq!(
        up.all(),
        str![[r#"
flow: $DIR/flow.asl.json (--state-machine)
drift: the state machine was changed outside the stack:
  arn:aws:states:us-east-1:123456789012:stateMachine:MfsmStateMachine-FBC55DF924EC
      DefinitionString/States/Judge/Comment: deployed -> edited
  this would be OVERWRITTEN
error: the state machine was changed outside the stack, and this would overwrite that; nothing was written

hint: `deployer pull FILE --org-arn arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef` writes the definition as it is now to a file, for --state-machine
hint: --keep-live-definition deploys it as it is now; --revert-drift overwrites it
--- exit 6

"#]]
    );
    let json = session.flow("up", &format!("--yes --output json {FLOW}")).await;
    let objects = json.objects();
    assert_eq!(
        (&objects[0]["type"], &objects[0]["fate"]),
        (&"drift_found".into(), &"overwritten".into())
    );
    assert_eq!(objects[0]["changes"][0]["after"], "edited");
    assert_eq!((&objects[1]["type"], &objects[1]["exit_code"]), (&"error".into(), &6.into()));
    let plan = session.flow("plan", &format!("--output json {FLOW}")).await;
    let plan = plan.json();
    assert_eq!(plan["drift"]["fate"], "overwritten");
    // New tags also update the state machine, and an update of its tags writes its definition.
    session.file("flow.asl.json", machine("deployed"));
    assert_eq!(session.flow("up", &format!("--yes --tag a=b {FLOW}")).await.code, 6);
    assert_eq!(session.cloud.writes().len(), writes);
    assert_eq!(live(&session).await, "edited");
}

#[tokio::test(start_paused = true)]
async fn revert_drift_reverts_an_edit() {
    let session = edited("drift-revert").await;
    let plan = session.flow("plan", &format!("--revert-drift {FLOW}")).await;
    assert_data_eq!(
        plan.all(),
        str![[r#"
flow: $DIR/flow.asl.json (--state-machine)
--- stdout
stack workmail-message-flow would be updated in account 123456789012, region us-east-1
  handler for arm64: $DIR/bootstrap
Plan: 0 to add, 0 to change, 0 to remove.
  ~ revert everything else that was changed outside the stack, which only the change set will show
drift: the state machine was changed outside the stack:
  arn:aws:states:us-east-1:123456789012:stateMachine:MfsmStateMachine-FBC55DF924EC
      DefinitionString/States/Judge/Comment: deployed -> edited
  it is reverted to the template, because of --revert-drift
--- exit 0

"#]]
    );
    let up = session.flow("up", &format!("--yes --revert-drift {FLOW}")).await;
    let printed = up.err.split_once("requested change set").unwrap().0.to_owned();
    assert_data_eq!(
        printed,
        str![[r#"
flow: $DIR/flow.asl.json (--state-machine)
stack workmail-message-flow would be updated in account 123456789012, region us-east-1
  handler for arm64: $DIR/bootstrap
drift: the state machine was changed outside the stack:
  arn:aws:states:us-east-1:123456789012:stateMachine:MfsmStateMachine-FBC55DF924EC
      DefinitionString/States/Judge/Comment: deployed -> edited
  it is reverted to the template, because of --revert-drift

"#]]
    );
    assert!(
        up.err.contains(
            "MfsmStateMachine AWS::StepFunctions::StateMachine, modified outside the stack"
        )
    );
    assert_eq!((up.code, live(&session).await), (0, "deployed".to_owned()));
    assert_eq!(session.flow("plan", &format!("--detailed-exitcode {FLOW}")).await.code, 0);
    // The option without drift changes nothing, and does not affect a first stack.
    let again = session.flow("up", &format!("--yes --revert-drift {FLOW}")).await;
    assert!(again.err.contains("nothing had to change"), "{}", again.err);
    let first = ConsoleSession::new("drift-first");
    assert_eq!(first.flow("up", "--yes --revert-drift").await.code, 0);
}

#[tokio::test(start_paused = true)]
async fn an_edit_that_cloudformation_does_not_see_is_not_reported_as_reverted() {
    let session = edited("drift-blind").await;
    session.cloud.hide_drift();
    let up = session.flow("up", &format!("--yes --revert-drift {FLOW}")).await;
    let printed = up.err.split_once("error: ").unwrap().1.to_owned();
    assert_data_eq!(
        printed,
        str![[r#"
the stack is up to date, but CloudFormation did not revert the changes to the state machine that were made outside the stack

hint: change the definition (its Comment is enough) and rerun `up` with --revert-drift

"#]]
    );
    assert_eq!((up.code, live(&session).await), (1, "edited".to_owned()));
    session.file("flow.asl.json", machine("deployed again"));
    assert_eq!(session.flow("up", &format!("--yes --revert-drift {FLOW}")).await.code, 0);
    assert_eq!(live(&session).await, "deployed again");
}

#[tokio::test(start_paused = true)]
async fn revert_drift_overwrites_an_edit_with_a_new_definition() {
    let session = edited("drift-overwrite").await;
    session.file("flow.asl.json", machine("next"));
    let up = session.flow("up", &format!("--yes --revert-drift {FLOW}")).await;
    assert!(up.err.contains("DefinitionString/States/Judge/Comment: edited -> next"), "{}", up.err);
    assert_eq!((up.code, live(&session).await), (0, "next".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn the_live_definition_can_be_kept() {
    let session = edited("drift-keep").await;
    session.file("flow.asl.json", machine("next"));
    let keep = format!("--keep-live-definition --memory 256 {FLOW}");
    assert_data_eq!(
        session.flow("plan", &keep).await.all(),
        str![[r#"
flow: $DIR/flow.asl.json (--state-machine)
--- stdout
stack workmail-message-flow would be updated in account 123456789012, region us-east-1
  handler for arm64: $DIR/bootstrap
  ~ change MfsmStateMachine AWS::StepFunctions::StateMachine
      DefinitionString/States/Judge/Comment: deployed -> edited
  ~ change MfsmFunction AWS::Lambda::Function
      MemorySize: 128 -> 256
Plan: 0 to add, 2 to change, 0 to remove.
drift: the state machine was changed outside the stack:
  arn:aws:states:us-east-1:123456789012:stateMachine:MfsmStateMachine-FBC55DF924EC
      DefinitionString/States/Judge/Comment: deployed -> edited
  that is what this command deploys: it is kept
--- exit 0

"#]]
    );
    assert_eq!(session.flow("up", &format!("--yes {keep}")).await.code, 0);
    assert_eq!(live(&session).await, "edited");
    assert_eq!(session.flow("plan", &format!("--detailed-exitcode {keep}")).await.code, 0);
    let both = session.flow("up", "--revert-drift --keep-live-definition").await;
    assert_eq!(both.code, 2);
    session.cloud.edit_machine(
        STACK,
        "MfsmStateMachine",
        r#"{"StartAt": "Nowhere", "States": {}}"#,
    );
    let faulty = session.flow("up", &format!("--yes {keep}")).await;
    assert_eq!(faulty.code, 2);
    assert!(faulty.err.contains("the live definition"), "{}", faulty.err);
}

#[tokio::test(start_paused = true)]
async fn a_pulled_definition_is_up_to_date() {
    let session = edited("drift-pulled").await;
    assert_eq!(session.run("pull --force $DIR/pulled.yaml").await.code, 0);
    let up = session.flow("up", "--yes --state-machine $DIR/pulled.yaml").await;
    assert!(up.err.contains("that is what this command deploys: it is kept"), "{}", up.err);
    assert_eq!((up.code, live(&session).await), (0, "edited".to_owned()));
    let line = "--detailed-exitcode --state-machine $DIR/pulled.yaml";
    assert_eq!(session.flow("plan", line).await.code, 0);
}

#[tokio::test(start_paused = true)]
async fn a_deleted_state_machine_is_reported() {
    let session = edited("drift-gone").await;
    session.cloud.delete_machine(STACK, "MfsmStateMachine");
    assert_data_eq!(
        session.flow("up", FLOW).await.err,
        str![[r#"
flow: $DIR/flow.asl.json (--state-machine)
drift: the state machine was deleted outside the stack:
  arn:aws:states:us-east-1:123456789012:stateMachine:MfsmStateMachine-FBC55DF924EC
  without it, no message can be decided; --revert-drift creates it again
no changes to deploy: stack workmail-message-flow drifted; nothing was written

"#]]
    );
    let pull = session.run("pull").await;
    assert_eq!(pull.code, 1);
    assert!(pull.err.contains("no longer exists"), "{}", pull.err);
    assert_eq!(session.flow("up", &format!("--yes --revert-drift {FLOW}")).await.code, 0);
    assert_eq!(live(&session).await, "deployed");
}

#[tokio::test(start_paused = true)]
async fn without_read_access_nothing_is_overwritten() {
    let session = edited("drift-denied").await;
    let denied = failure(
        "Step Functions",
        "DescribeStateMachine",
        ErrorKind::Denied,
        Some("AccessDeniedException"),
        "not authorized to perform: states:DescribeStateMachine",
    );
    session.cloud.fail_next("DescribeStateMachine", denied);
    let up = session.flow("up", "--yes").await;
    assert_eq!(up.code, 4);
    assert!(up.err.contains("states:DescribeStateMachine"), "{}", up.err);
}

#[tokio::test(start_paused = true)]
async fn a_reviewed_plan_covers_only_the_drift_that_was_reviewed() {
    let session = edited("drift-plan-file").await;
    let plan = format!("--revert-drift --out $DIR/plan.json {FLOW}");
    assert_eq!(session.flow("plan", &plan).await.code, 0);
    session.cloud.edit_machine(STACK, "MfsmStateMachine", &machine("edited again"));
    let moved = session.run("up --plan $DIR/plan.json").await;
    assert!(moved.err.contains("live definition changed"), "{}", moved.err);
    assert_eq!(moved.code, 6);
    assert_eq!(session.flow("plan", &plan).await.code, 0);
    assert_eq!(session.run("up --plan $DIR/plan.json").await.code, 0);
    assert_eq!(live(&session).await, "deployed");
    assert_eq!(session.run("up --plan $DIR/plan.json --revert-drift").await.code, 2);
}
