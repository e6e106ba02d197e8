//! How CloudFormation executes `up`: role, notification topics, failing first creations, express
//! mode, and a change set that is not executed.

use snapbox::{assert_data_eq, str};

use crate::session::{ConsoleSession, STACK};
use cloud::{OnStackFailure, StackStatus, Stacks};

const ROLE: &str = "arn:aws:iam::123456789012:role/deploys";
const TOPIC: &str = "arn:aws:sns:us-east-1:123456789012:stack-events";

#[tokio::test(start_paused = true)]
async fn cloudformation_uses_the_given_role() {
    let session = ConsoleSession::new("role");
    assert_eq!(session.flow("up", &format!("--yes --role-arn {ROLE}")).await.code, 0);
    let role = |session: &ConsoleSession| session.cloud.stack_options(STACK).unwrap().role_arn;
    assert_eq!(role(&session).as_deref(), Some(ROLE));
    assert_eq!(session.flow("up", "--yes --memory 512").await.code, 0);
    assert_eq!(role(&session).as_deref(), Some(ROLE));
    session.cloud.refuse_delete("MfsmFunction", "no");
    assert_eq!(session.run(&format!("down --yes --role-arn {ROLE}2")).await.code, 1);
    assert_eq!(role(&session), Some(format!("{ROLE}2")));
}

#[tokio::test(start_paused = true)]
async fn a_rollback_continues_with_the_given_role() {
    let session = ConsoleSession::new("role-recover");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    session.cloud.fail_resource("MfsmFunction", "no");
    session.cloud.refuse_rollback("MfsmFunction", "no");
    assert_eq!(session.flow("up", "--yes --memory 512").await.code, 1);
    session.cloud.fix_resource("MfsmFunction");
    assert_eq!(session.run(&format!("recover --role-arn {ROLE}")).await.code, 0);
    assert_eq!(session.cloud.stack_options(STACK).unwrap().role_arn.as_deref(), Some(ROLE));
}

#[tokio::test(start_paused = true)]
async fn notification_topics_are_set_and_kept() {
    let session = ConsoleSession::new("topics");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    let printed = format!("--yes --notification-arn {TOPIC} --notification-arn {TOPIC}-2");
    assert_eq!(session.flow("up", &printed).await.code, 0);
    let topics = [TOPIC.to_owned(), format!("{TOPIC}-2")];
    let stack = session.cloud.describe(STACK).await.unwrap().unwrap();
    assert_eq!(stack.notification_arns, topics);
    let writes = session.cloud.writes().len();
    assert_eq!(session.flow("up", &printed).await.code, 0);
    assert_eq!(session.flow("up", "").await.code, 0);
    assert_eq!(session.cloud.writes().len(), writes);
    assert_eq!(session.flow("up", "--yes --memory 512").await.code, 0);
    let stack = session.cloud.describe(STACK).await.unwrap().unwrap();
    assert_eq!(stack.notification_arns, topics);
}

#[tokio::test(start_paused = true)]
async fn values_that_cloudformation_would_refuse_are_refused() {
    let session = ConsoleSession::new("handling-values");
    let topics = format!("--notification-arn {TOPIC} ").repeat(5);
    let options = format!("--role-arn deploys {topics} --notification-arn topic");
    let mut printed = session.flow("up", &options).await.all();
    printed.push_str(&session.run("down --role-arn deploys").await.all());
    printed.push_str(&session.run(&format!("recover --role-arn {TOPIC}")).await.all());
    assert_data_eq!(
        printed,
        str![[r#"
error: 3 settings cannot be used
  error[role-arn] --role-arn: `deploys` is not the ARN of a role, which looks like arn:aws:iam::123456789012:role/NAME
  error[notification-arn] --notification-arn: `topic` is not the ARN of a topic, which looks like arn:aws:sns:us-east-1:123456789012:NAME
  error[notification-arn] --notification-arn: 6 topics: a stack notifies 5 at most
--- exit 2
error: --role-arn cannot be used
  error[role-arn] --role-arn: `deploys` is not the ARN of a role, which looks like arn:aws:iam::123456789012:role/NAME
--- exit 2
error: --role-arn cannot be used
  error[role-arn] --role-arn: `arn:aws:sns:us-east-1:123456789012:stack-events` is not the ARN of a role, which looks like arn:aws:iam::123456789012:role/NAME
--- exit 2

"#]]
    );
    assert_eq!(session.flow("up", "--on-stack-failure explode").await.code, 2);
    assert_eq!(session.flow("up", "--no-execute --protect").await.code, 2);
    assert!(session.cloud.calls().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_failed_first_creation_can_be_deleted() {
    let session = ConsoleSession::new("failure-delete");
    session.cloud.fail_resource("MfsmFunction", "no room");
    let up = session.flow("up", "--yes --on-stack-failure delete").await;
    assert_eq!(up.code, 1);
    assert_data_eq!(
        up.err.split_once("error: ").unwrap().1,
        str![[r#"
the stack ended in DELETE_COMPLETE because MfsmFunction (AWS::Lambda::Function) could not be created
  error[create-failed] /Resources/MfsmFunction: no room

hint: nothing is left of the stack: fix the cause and run `deployer up --org-arn arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef --handler $DIR/bootstrap --yes --on-stack-failure delete` again

"#]]
    );
    assert_eq!(session.cloud.stack_names(), [""; 0]);
    session.cloud.fix_resource("MfsmFunction");
    assert_eq!(session.flow("up", "--yes --on-stack-failure delete").await.code, 0);
    assert_eq!(session.flow("up", "--yes --on-stack-failure delete --memory 512").await.code, 0);
    assert_eq!(session.cloud.stack_options(STACK).unwrap().on_stack_failure, None);
}

#[tokio::test(start_paused = true)]
async fn a_failed_first_creation_can_be_kept_for_inspection() {
    let session = ConsoleSession::new("failure-nothing");
    session.cloud.fail_resource("MfsmFunction", "no room");
    assert_eq!(session.flow("up", "--yes --on-stack-failure do-nothing").await.code, 1);
    assert_eq!(session.cloud.status(STACK), Some(StackStatus::CreateFailed));
    assert!(!session.cloud.resources(STACK).is_empty());
    session.cloud.fix_resource("MfsmFunction");
    assert_eq!(session.flow("up", "--yes --on-stack-failure rollback").await.code, 0);
    let handling = session.cloud.stack_options(STACK).unwrap();
    assert_eq!(handling.on_stack_failure, Some(OnStackFailure::Rollback));
}

#[tokio::test(start_paused = true)]
async fn express_mode_is_for_updates_and_reports_what_it_does_not_wait_for() {
    let session = ConsoleSession::new("express");
    let created = session.flow("up", "--yes --express").await;
    assert_eq!(created.code, 0, "{}", created.all());
    assert!(!session.cloud.stack_options(STACK).unwrap().express);
    let updated = session.flow("up", "--yes --express --memory 512").await;
    assert_eq!(updated.code, 0, "{}", updated.all());
    assert!(session.cloud.stack_options(STACK).unwrap().express);
    let is_remark = |line: &&str| line.starts_with("warning[express]");
    let remarks = |printed: &str| printed.lines().find(is_remark).unwrap().to_owned();
    let printed = format!("{}\n{}\n", remarks(&created.err), remarks(&updated.err));
    assert_data_eq!(
        printed,
        str![[r#"
warning[express] --express: a first creation never uses express mode: it waits for every resource
warning[express] --express: the update ends once everything is configured: `up` waits for the function, and other resources may still settle; AWS recommends this mode for development

"#]]
    );
    assert!(updated.err.contains("the function is ready"), "{}", updated.err);
    assert_eq!(session.flow("up", "--yes --memory 256").await.code, 0);
    assert!(!session.cloud.stack_options(STACK).unwrap().express);
}

#[tokio::test(start_paused = true)]
async fn a_change_set_can_be_created_without_executing_it() {
    let session = ConsoleSession::new("no-execute");
    let up = session.flow("up", "--no-execute").await;
    assert_data_eq!(
        up.folded(),
        str![[r#"
[CREATION]
done: the change set is created, and nothing is changed
--- stdout
change set deployer-up-1795262400000-00000001 of stack workmail-message-flow
  to execute it: aws cloudformation execute-change-set --region us-east-1 --change-set-name arn:aws:cloudformation:us-east-1:123456789012:changeSet/deployer-up-1795262400000-00000001/01a1bfb6-6fe7-4264-888b-6be23a8fad9c --no-disable-rollback
  to delete it:  aws cloudformation delete-change-set --region us-east-1 --change-set-name arn:aws:cloudformation:us-east-1:123456789012:changeSet/deployer-up-1795262400000-00000001/01a1bfb6-6fe7-4264-888b-6be23a8fad9c
You can also do either in the CloudFormation console. The next `up` creates its own change set, and executing that one deletes this one; `deployer watch --org-arn arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef` follows the execution.
--- exit 0

"#]]
    );
    assert_eq!(session.cloud.status(STACK), Some(StackStatus::ReviewInProgress));
    assert_eq!(session.cloud.change_set_names(STACK).len(), 1);
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    assert_eq!(session.cloud.change_set_names(STACK), [""; 0]);
    let json = session.flow("up", "--no-execute --memory 512 --output json").await;
    assert_eq!(json.code, 0, "{}", json.all());
    let last = json.out.lines().last().unwrap();
    assert_data_eq!(
        last,
        str![[
            r#"{"type":"change_set","name":"deployer-up-1795262404000-00000004","change_set_id":"arn:aws:cloudformation:us-east-1:123456789012:changeSet/deployer-up-1795262404000-00000004/8c5c40cb-5e96-4daa-865c-5abb1dc579a1","stack_id":"arn:aws:cloudformation:us-east-1:123456789012:stack/workmail-message-flow/53626faf-7f5f-4494-8258-a44e1f258946","schema":1,"timestamp":"2026-11-21T12:00:08Z"}"#
        ]]
    );
    assert_eq!(session.cloud.status(STACK), Some(StackStatus::CreateComplete));
    assert_eq!(session.run("down --yes").await.code, 0);
    assert_eq!(session.cloud.bucket_names(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn the_printed_command_does_not_repeat_how_a_change_set_fails() {
    let session = ConsoleSession::new("no-execute-failure");
    let up = session.flow("up", "--no-execute --on-stack-failure delete").await;
    assert!(!up.out.contains("--no-disable-rollback"), "{}", up.out);
    assert_eq!(session.run("down --yes").await.code, 0);
    assert_eq!((session.cloud.stack_names(), session.cloud.bucket_names()), (vec![], vec![]));
}

#[tokio::test(start_paused = true)]
async fn no_execute_does_not_remove_a_failed_creation() {
    let session = ConsoleSession::new("no-execute-failed");
    session.cloud.fail_resource("MfsmFunction", "no room");
    assert_eq!(session.flow("up", "--yes").await.code, 1);
    let writes = session.cloud.writes().len();
    assert_data_eq!(
        session.flow("up", "--no-execute").await.all(),
        str![[r#"
flow: default, which delivers everything (not set)
error: stack workmail-message-flow is ROLLBACK_COMPLETE: what a failed creation left must be removed before a change set can be created

hint: `deployer down --org-arn arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef` removes it; `up` without --no-execute does so by itself
--- exit 1

"#]]
    );
    assert_eq!(session.cloud.writes().len(), writes);
}

#[tokio::test(start_paused = true)]
async fn a_change_set_can_have_a_chosen_name_that_must_be_unique() {
    let session = ConsoleSession::new("change-set-name");
    let first = session.flow("up", "--no-execute --change-set-name review-1 --output json").await;
    assert_eq!(first.code, 0, "{}", first.all());
    assert_eq!(session.cloud.change_set_names(STACK), ["review-1"]);
    let mut printed = session.flow("up", "--no-execute --change-set-name review-1").await.all();
    printed = printed
        .lines()
        .skip_while(|line| !line.starts_with("error"))
        .collect::<Vec<_>>()
        .join("\n");
    printed.push('\n');
    assert_eq!(session.cloud.change_set_names(STACK), ["review-1"]);
    printed.push_str(&session.flow("up", "--change-set-name 1st").await.all());
    assert_data_eq!(
        printed,
        str![[r#"
error: CloudFormation CreateChangeSet failed (AlreadyExistsException): ChangeSet review-1 cannot be created due to a mismatch with existing attribute Template [request ID 5ca1ab1e-0000-4000-8000-000000000001]

hint: another command creates the stack: `deployer watch --org-arn arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef` follows it; then run `deployer up --org-arn arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef --handler $DIR/bootstrap --no-execute --change-set-name review-1` again
--- exit 1
error: --change-set-name cannot be used
  error[change-set-name] --change-set-name: `1st`: the name of a change set begins with a letter and has only the letters a-z and A-Z, digits and hyphens, 128 at most
--- exit 2

"#]]
    );
}
