//! `deployer recover`.

use snapbox::{assert_data_eq, str};

use crate::adopt::{self, adoptable};
use crate::session::{ConsoleSession, ORGANIZATION, STACK};
use cloud::StackStatus;

/// A stack whose update failed, and whose rollback failed too.
pub(crate) async fn stuck(name: &str) -> ConsoleSession {
    let session = ConsoleSession::new(name);
    session.file("deployer.yaml", format!("org-arn: {ORGANIZATION}\nhandler: bootstrap\n"));
    assert_eq!(session.run("up --yes").await.code, 0);
    session.cloud.fail_resource("MfsmFunction", "the runtime is gone");
    session.cloud.refuse_rollback("MfsmFunction", "the old code is gone");
    let up = session.run("up --yes --memory 512").await;
    assert_eq!(up.code, 1);
    assert!(up.err.contains("`deployer recover` then continues"), "{}", up.err);
    assert_eq!(session.cloud.status(STACK), Some(StackStatus::UpdateRollbackFailed));
    session
}

#[tokio::test(start_paused = true)]
async fn a_rollback_continues_once_its_cause_is_fixed() {
    let session = stuck("recover").await;
    let refused = session.run("up --yes").await;
    assert!(refused.err.contains("deployer recover"), "{}", refused.err);
    session.cloud.fix_resource("MfsmFunction");
    assert_data_eq!(
        session.run("recover").await.all(),
        str![[r#"
the rollback of stack workmail-message-flow would continue
it failed because these resources could not be rolled back:
  MfsmFunction AWS::Lambda::Function workmail-message-flow-MfsmFunction: the old code is gone
recover of arn:aws:cloudformation:us-east-1:123456789012:stack/workmail-message-flow/53626faf-7f5f-4494-8258-a44e1f258946 started
12:00:43 UPDATE_ROLLBACK_IN_PROGRESS workmail-message-flow AWS::CloudFormation::Stack: User Initiated
12:00:44 UPDATE_IN_PROGRESS   MfsmFunction AWS::Lambda::Function
12:00:45 UPDATE_COMPLETE      MfsmFunction AWS::Lambda::Function
12:00:46 UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS workmail-message-flow AWS::CloudFormation::Stack
12:00:47 UPDATE_ROLLBACK_COMPLETE workmail-message-flow AWS::CloudFormation::Stack
done: the update is rolled back; the stack is as it was before
--- exit 0

"#]]
    );
    assert_eq!(session.run("up --yes --memory 512").await.code, 0);
}

#[tokio::test(start_paused = true)]
async fn a_rollback_that_fails_again_names_the_last_resort() {
    let session = stuck("recover-again").await;
    let again = session.run("recover").await;
    assert_eq!(again.code, 1);
    let end = again.err.split_once("error: ").unwrap().1;
    assert_data_eq!(
        end,
        str![[r#"
the stack ended in UPDATE_ROLLBACK_FAILED because MfsmFunction (AWS::Lambda::Function) could not be updated
  error[update-failed] /Resources/MfsmFunction: the old code is gone

hint: fix the cause; `deployer recover` then continues the rollback
hint: as the last resort, `deployer recover --skip LOGICAL_ID` marks a resource as rolled back without rolling it back

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn skipping_warns_and_asks_for_confirmation() {
    let session = stuck("recover-skip").await;
    let writes = session.cloud.writes().len();
    let alone = session.run("recover --skip MfsmFunction").await;
    assert_eq!(alone.code, 6);
    let declined = session.run_at_terminal("recover --skip MfsmFunction", "\n").await;
    assert_data_eq!(
        declined.all(),
        str![[r#"
the rollback of stack workmail-message-flow would continue
it failed because these resources could not be rolled back:
  MfsmFunction AWS::Lambda::Function workmail-message-flow-MfsmFunction: the old code is gone
CloudFormation would mark MfsmFunction as rolled back without rolling it back: the template and the resource then differ, and later updates can fail. Bring the resource into the state that the template describes afterwards.
Skip MfsmFunction? [y/N] error: not confirmed; nothing was changed

hint: --yes skips the confirmation
--- exit 6

"#]]
    );
    assert_eq!(session.cloud.writes().len(), writes);
    let skipped = session.run("recover --skip MfsmFunction --yes").await;
    assert_eq!(skipped.code, 0, "{}", skipped.all());
    assert_eq!(session.cloud.status(STACK), Some(StackStatus::UpdateRollbackComplete));
}

#[tokio::test(start_paused = true)]
async fn recover_prints_json() {
    let session = stuck("recover-json").await;
    session.cloud.fix_resource("MfsmFunction");
    assert_data_eq!(
        session.run("recover --output json").await.all(),
        str![[r#"
--- stdout
{"type":"recovery","stack_name":"workmail-message-flow","stack_id":"arn:aws:cloudformation:us-east-1:123456789012:stack/workmail-message-flow/53626faf-7f5f-4494-8258-a44e1f258946","failed":[{"logical_id":"MfsmFunction","physical_id":"workmail-message-flow-MfsmFunction","resource_type":"AWS::Lambda::Function","status":"UPDATE_FAILED","reason":"the old code is gone"}],"skip":[],"schema":1,"timestamp":"2026-11-21T12:00:06Z"}
{"type":"stack_started","operation":"recover","stack_id":"arn:aws:cloudformation:us-east-1:123456789012:stack/workmail-message-flow/53626faf-7f5f-4494-8258-a44e1f258946","expected_seconds":null,"schema":1,"timestamp":"2026-11-21T12:00:08Z"}
{"type":"stack","id":"workmail-message-flow-UPDATE_ROLLBACK_IN_PROGRESS-2026-11-21T12:00:43Z","timestamp":"2026-11-21T12:00:09Z","logical_id":"workmail-message-flow","physical_id":"arn:aws:cloudformation:us-east-1:123456789012:stack/workmail-message-flow/53626faf-7f5f-4494-8258-a44e1f258946","resource_type":"AWS::CloudFormation::Stack","status":"UPDATE_ROLLBACK_IN_PROGRESS","reason":"User Initiated","token":"deployer-recover-1795262407000-00000005","happened":"2026-11-21T12:00:43Z","schema":1}
{"type":"stack","id":"MfsmFunction-UPDATE_IN_PROGRESS-2026-11-21T12:00:44Z","timestamp":"2026-11-21T12:00:10Z","logical_id":"MfsmFunction","physical_id":"workmail-message-flow-MfsmFunction","resource_type":"AWS::Lambda::Function","status":"UPDATE_IN_PROGRESS","reason":null,"token":"deployer-recover-1795262407000-00000005","happened":"2026-11-21T12:00:44Z","schema":1}
{"type":"stack","id":"MfsmFunction-UPDATE_COMPLETE-2026-11-21T12:00:45Z","timestamp":"2026-11-21T12:00:11Z","logical_id":"MfsmFunction","physical_id":"workmail-message-flow-MfsmFunction","resource_type":"AWS::Lambda::Function","status":"UPDATE_COMPLETE","reason":null,"token":"deployer-recover-1795262407000-00000005","happened":"2026-11-21T12:00:45Z","schema":1}
{"type":"stack","id":"workmail-message-flow-UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS-2026-11-21T12:00:46Z","timestamp":"2026-11-21T12:00:12Z","logical_id":"workmail-message-flow","physical_id":"arn:aws:cloudformation:us-east-1:123456789012:stack/workmail-message-flow/53626faf-7f5f-4494-8258-a44e1f258946","resource_type":"AWS::CloudFormation::Stack","status":"UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS","reason":null,"token":"deployer-recover-1795262407000-00000005","happened":"2026-11-21T12:00:46Z","schema":1}
{"type":"stack","id":"workmail-message-flow-UPDATE_ROLLBACK_COMPLETE-2026-11-21T12:00:47Z","timestamp":"2026-11-21T12:00:13Z","logical_id":"workmail-message-flow","physical_id":"arn:aws:cloudformation:us-east-1:123456789012:stack/workmail-message-flow/53626faf-7f5f-4494-8258-a44e1f258946","resource_type":"AWS::CloudFormation::Stack","status":"UPDATE_ROLLBACK_COMPLETE","reason":null,"token":"deployer-recover-1795262407000-00000005","happened":"2026-11-21T12:00:47Z","schema":1}
{"type":"finished","outcome":"rolled_back","outputs":[],"schema":1,"timestamp":"2026-11-21T12:00:14Z"}
--- exit 0

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn recover_prints_failures_as_json() {
    let session = stuck("recover-json-failure").await;
    let again = session.run("recover --output json").await;
    let last = again.objects().pop().unwrap();
    assert_eq!((last["type"].as_str(), again.code), (Some("error"), 1));
    assert_eq!(last["findings"][0]["location"], "/Resources/MfsmFunction");
}

#[tokio::test(start_paused = true)]
async fn a_stack_in_any_other_state_is_refused_with_the_next_steps() {
    let session = ConsoleSession::new("recover-refused");
    let mut printed = session.run("recover").await.all();
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    let mut writes = session.cloud.writes().len();
    for status in ["UPDATE_COMPLETE", "UPDATE_IN_PROGRESS", "ROLLBACK_COMPLETE", "DELETE_FAILED"] {
        session.cloud.set_status(STACK, StackStatus::from_name(status));
        printed.push_str(&session.run("recover --yes").await.all());
    }
    session.cloud.untag_stack(STACK, "message-flow:managed-by");
    printed.push_str(&session.run("recover --yes").await.all());
    assert_eq!(session.cloud.writes().len(), writes);
    let session = stuck("recover-unknown").await;
    writes = session.cloud.writes().len();
    printed.push_str(&session.run("recover --yes --skip MfsmFunktion").await.all());
    assert_data_eq!(
        printed,
        str![[r#"
error: there is no stack workmail-message-flow

hint: --stack-name chooses another stack, --region and --profile another place
--- exit 1
error: stack workmail-message-flow is UPDATE_COMPLETE: there is no failed rollback to recover from

hint: `deployer up` updates it, `deployer down` removes it
--- exit 1
error: stack workmail-message-flow is UPDATE_IN_PROGRESS: there is no failed rollback to recover from

hint: `deployer watch` follows the operation to its end
--- exit 1
error: stack workmail-message-flow is ROLLBACK_COMPLETE: there is no failed rollback to recover from

hint: there is no previous state: `deployer up` removes what is left and creates the stack again, `deployer down` removes it
--- exit 1
error: stack workmail-message-flow is DELETE_FAILED: there is no failed rollback to recover from

hint: `deployer down` shows what cannot be deleted, and continues
--- exit 1
error: there is a stack workmail-message-flow, but deployer did not create it

hint: choose another name with --stack-name
--- exit 1
error: --skip MfsmFunktion cannot be used
  error[not-stuck] --skip MfsmFunktion: it does not block the rollback; could not be rolled back: MfsmFunction
--- exit 2

"#]]
    );
    assert_eq!(session.cloud.writes().len(), writes);
}

#[tokio::test(start_paused = true)]
async fn the_rollback_of_a_failed_adoption_continues_and_the_stack_is_the_originals_again() {
    let session = adoptable("recover-adoption").await;
    let template = session.cloud.template_text(adopt::STACK);
    let (resources, tags) = (adopt::kept(&session), session.cloud.stack_tags(adopt::STACK));
    session.cloud.fail_resource("MfsmFunction", "the runtime is gone");
    session.cloud.refuse_rollback("MfsmFunction", "the old code is gone");
    let up = format!("--adopt --yes {}", adopt::NAME);
    let failed = session.flow("up", &up).await;
    assert_eq!(failed.code, 1);
    let hint = "--stack-name serverlessrepo-mfsm` then continues the rollback";
    assert!(failed.err.contains(hint), "{}", failed.err);
    assert_eq!(session.cloud.status(adopt::STACK), Some(StackStatus::UpdateRollbackFailed));

    session.cloud.fix_resource("MfsmFunction");
    let recover = session.run(&format!("recover {}", adopt::NAME)).await;
    assert_eq!(recover.code, 0, "{}", recover.all());
    assert_eq!(session.cloud.status(adopt::STACK), Some(StackStatus::UpdateRollbackComplete));
    assert_eq!(session.cloud.template_text(adopt::STACK), template);
    assert_eq!(adopt::kept(&session), resources);
    assert_eq!(session.cloud.stack_tags(adopt::STACK), tags);
    let again = session.flow("up", &up).await;
    assert_eq!(again.code, 0, "{}", again.all());
}

#[tokio::test(start_paused = true)]
async fn the_failed_rollback_of_another_stack_is_not_continued() {
    let other = r#"{"Resources": {"MfsmFunction": {"Type": "AWS::SNS::Topic"}}}"#;
    let other = serde_json::from_str(other).unwrap();
    let session = adopt::with("recover-other", &other, &[("team", "mail")]).await;
    session.cloud.set_status(adopt::STACK, StackStatus::UpdateRollbackFailed);
    let writes = session.cloud.writes();
    let recover = session.run(&format!("recover {}", adopt::NAME)).await;
    assert_eq!(recover.code, 1, "{}", recover.all());
    assert!(recover.err.contains("deployer did not create it"), "{}", recover.err);
    assert_eq!(session.cloud.writes(), writes);
}
