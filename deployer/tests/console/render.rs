//! `deployer render`: the template, without AWS.

use snapbox::{assert_data_eq, file, str};

use crate::session::ConsoleSession;

#[tokio::test(start_paused = true)]
async fn the_template_is_printed_without_calling_aws() {
    let session = ConsoleSession::new("render");
    let render = session.flow("render", "--on-failure junk --output-state Deliver").await;
    assert_eq!((render.code, render.err.as_str()), (0, ""));
    assert_data_eq!(render.out, file!["template.json"].raw());
    assert!(session.cloud.calls().is_empty());
}

#[tokio::test(start_paused = true)]
async fn warnings_about_a_definition_are_printed_to_stderr() {
    let session = ConsoleSession::new("render-warned");
    let machine = session.file(
        "m.asl.yaml",
        "StartAt: A\nStates:\n  A: {Type: Task, Resource: 'arn:aws:states:::sns:publish', Parameters: {Message: m}, End: true}\n",
    );
    let render = session.flow("render", &format!("--state-machine {machine}")).await;
    assert_eq!(render.code, 0);
    assert_data_eq!(
        render.err,
        str![[r#"
warning[task-permission] $DIR/m.asl.yaml:3:19 $.States.A.Resource: the role of the state machine has no permission for `arn:aws:states:::sns:publish`: it can only invoke Lambda functions, and do what the flow's policy.yaml allows
  fix: allow it in the flow's policy.yaml, or let a Lambda function do it

"#]]
    );
}
