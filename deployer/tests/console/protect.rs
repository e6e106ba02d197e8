//! Termination protection: turned on only with the option, and off only with `down --unprotect`.

use snapbox::{assert_data_eq, str};

use crate::session::{ConsoleSession, STACK};
use cloud::Stacks;

async fn is_protected(session: &ConsoleSession) -> bool {
    session.cloud.describe(STACK).await.unwrap().unwrap().termination_protection
}

#[tokio::test(start_paused = true)]
async fn a_new_stack_is_protected_after_its_creation() {
    let session = ConsoleSession::new("protect-new");
    let up = session.flow("up", "--yes --protect").await;
    assert_eq!(up.code, 0, "{}", up.all());
    let order = ["CREATE_COMPLETE      workmail-message-flow", "protection on", "done: "];
    let places: Vec<_> = order.iter().map(|part| up.err.find(part).unwrap()).collect();
    assert!(places.is_sorted(), "{}", up.err);
    assert!(is_protected(&session).await);
    assert_eq!(session.run("down --yes").await.code, 1);
    assert_eq!(session.run("down --yes --unprotect").await.code, 0);
    assert_eq!(session.cloud.stack_names(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn an_up_to_date_stack_is_only_protected() {
    let session = ConsoleSession::new("protect-unchanged");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    let writes = session.cloud.writes().len();
    let up = session.flow("up", "--protect").await;
    assert_data_eq!(
        up.all().split("\n\n").next().unwrap(),
        str![[r#"
flow: default, which delivers everything (not set)
stack workmail-message-flow would be protected from deletion in account 123456789012, region us-east-1
  handler for arm64: $DIR/bootstrap
switched termination protection on: `down` refuses without --unprotect
done: the stack is updated
--- stdout
MfsmFunctionArn        arn:aws:lambda:us-east-1:123456789012:function:workmail-message-flow-MfsmFunction
MfsmStateMachineArn    arn:aws:states:us-east-1:123456789012:stateMachine:MfsmStateMachine-FBC55DF924EC
MfsmExecutionTableArn  arn:aws:dynamodb:us-east-1:123456789012:table/workmail-message-flow-MfsmExecutionTable-86A9032AB8CB
"#]]
    );
    assert_eq!(session.cloud.writes()[writes..], ["CloudFormation.UpdateTerminationProtection"]);
    let again = session.flow("up", "--protect").await;
    assert!(again.err.contains("nothing was written"), "{}", again.err);
    assert_eq!(session.cloud.writes().len(), writes + 1);
}

#[tokio::test(start_paused = true)]
async fn an_update_does_not_change_protection() {
    let session = ConsoleSession::new("protect-update");
    assert_eq!(session.flow("up", "--yes --protect").await.code, 0);
    assert_eq!(session.flow("up", "--yes --memory 512").await.code, 0);
    assert!(is_protected(&session).await);
}

#[tokio::test(start_paused = true)]
async fn protection_is_printed_as_json() {
    let session = ConsoleSession::new("protect-json");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    let up = session.flow("up", "--protect --output json").await;
    assert!(up.out.starts_with(r#"{"type":"protection_switched","on":true,"#), "{}", up.out);
    assert!(
        up.out.contains(r#"{"type":"finished","outcome":"updated","outputs":[{"#),
        "{}",
        up.out
    );
}

#[tokio::test(start_paused = true)]
async fn a_failed_creation_is_not_protected() {
    let session = ConsoleSession::new("protect-failed");
    session.cloud.fail_resource("MfsmFunction", "no");
    assert_eq!(session.flow("up", "--yes --protect").await.code, 1);
    assert!(!is_protected(&session).await);
    session.cloud.fix_resource("MfsmFunction");
    assert_eq!(session.flow("up", "--yes --protect").await.code, 0);
    assert!(is_protected(&session).await);
}
