//! An adoption that was killed and then given up: `down` removes what it left, and never the stack.

use cloud::{StackStatus, Stacks};
use snapbox::{assert_data_eq, str};

use crate::adopt::{NAME, STACK, adoptable};
use crate::session::{BUCKET, ConsoleSession, flow_line};

const DOWN: &str = "down --yes --stack-name serverlessrepo-mfsm";

/// An account with the original's stack, whose adoption was killed after this operation.
async fn killed_after(name: &str, operation: &str) -> ConsoleSession {
    let session = adoptable(name).await;
    session.cloud.kill_after_operation(operation);
    session.run_killed(&flow_line("up", &format!("--adopt --yes {NAME}"))).await;
    session
}

#[tokio::test(start_paused = true)]
async fn what_a_killed_adoption_left_is_removed_and_the_stack_stays() {
    let session = killed_after("abandoned-uploaded", "PutObject").await;
    assert_eq!(session.cloud.object_keys(BUCKET).len(), 1);
    let template = session.cloud.template_text(STACK);
    let down = session.run(DOWN).await;
    assert_data_eq!(
        down.all(),
        str![[r#"
stack serverlessrepo-mfsm belongs to the original application, and is kept
  - remove artifacts that an interrupted `up --adopt` left
removed 2 artifact versions from message-flow-artifacts-123456789012-us-east-1
removed the artifact bucket message-flow-artifacts-123456789012-us-east-1
done: what `up --adopt` left is removed; the stack is as it was
--- exit 0

"#]]
    );
    assert!(!session.cloud.bucket_names().contains(&BUCKET.to_owned()));
    assert_eq!(session.cloud.template_text(STACK), template);
    let json = session.run(&format!("{DOWN} --output json")).await;
    assert_eq!(json.code, 1, "{}", json.all());
    // It can be adopted all the same, and then removed.
    assert_eq!(session.flow("up", &format!("--adopt --yes {NAME}")).await.code, 0);
    assert_eq!(session.run(DOWN).await.code, 0);
    assert_eq!(session.cloud.status(STACK), None);
}

#[tokio::test(start_paused = true)]
async fn a_change_set_of_the_adoption_keeps_its_artifacts() {
    let session = killed_after("abandoned-prepared", "CreateChangeSet").await;
    let keys = session.cloud.object_keys(BUCKET);
    let down = session.run(DOWN).await;
    assert_data_eq!(
        down.all(),
        str![[r#"
error: stack serverlessrepo-mfsm is not deployer's, and change sets that would make it so are prepared: deployer-up-1795262400000-00000001

hint: if it is not needed: `aws cloudformation delete-change-set --stack-name serverlessrepo-mfsm --change-set-name deployer-up-1795262400000-00000001`
hint: then `deployer down --yes --stack-name serverlessrepo-mfsm` removes their artifacts; it never removes the stack
--- exit 1

"#]]
    );
    assert_eq!(session.cloud.object_keys(BUCKET), keys);
    let stack = session.cloud.describe(STACK).await.unwrap().unwrap();
    for change_set in session.cloud.change_sets(&stack.id).await.unwrap() {
        session.cloud.delete_change_set(&change_set).await.unwrap();
    }
    let down = session.run(&format!("{DOWN} --output json")).await;
    assert_eq!(down.code, 0, "{}", down.all());
    assert_eq!(down.objects().last().unwrap()["outcome"], "cleared");
}

#[tokio::test(start_paused = true)]
async fn only_what_is_its_own_goes_from_a_shared_bucket_and_a_prompt_comes_first() {
    let session = adoptable("abandoned-shared").await;
    assert_eq!(session.flow("up", "--yes --stack-name neighbor").await.code, 0);
    session.cloud.kill_after_operation("PutObject");
    session.run_killed(&flow_line("up", &format!("--adopt --yes {NAME}"))).await;
    assert_eq!(session.cloud.object_keys(BUCKET).len(), 2);
    let no = session.run_at_terminal("down --stack-name serverlessrepo-mfsm", "n\n").await;
    assert_eq!(no.code, 6, "{}", no.all());
    assert!(
        no.err.contains("Remove what the adoption of stack serverlessrepo-mfsm left?"),
        "{}",
        no.err
    );
    assert_eq!(session.cloud.object_keys(BUCKET).len(), 2);
    assert_eq!(session.run(DOWN).await.code, 0);
    let keys = session.cloud.object_keys(BUCKET);
    assert!(keys.len() == 1 && keys[0].starts_with("neighbor/"), "{keys:?}");
    assert_eq!(session.cloud.status(STACK), Some(StackStatus::CreateComplete));
}
