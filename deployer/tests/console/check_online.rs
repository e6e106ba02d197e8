//! `deployer check --online`: the findings of Step Functions and CloudFormation, with their place
//! in the file.

use cloud::{Diagnostic, ErrorKind, Validation};
use snapbox::{assert_data_eq, str};

use crate::session::{ConsoleSession, failure};

const MACHINE: &str = r#"{
  "StartAt": "Is it?",
  "States": {
    "Is it?": { "Type": "Pass", "Result": "$.x", "Next": "Done" },
    "Done": { "Type": "Succeed" }
  }
}
"#;

fn diagnostic(error: bool, code: &str, message: &str, location: Option<&str>) -> Diagnostic {
    let (code, message) = (code.to_owned(), message.to_owned());
    Diagnostic { error, code, message, location: location.map(str::to_owned) }
}

#[tokio::test(start_paused = true)]
async fn what_aws_accepts_has_no_findings() {
    let session = ConsoleSession::new("check-online");
    assert_data_eq!(
        session.flow("check", "--online").await.all(),
        str![[r#"
flow: default, which delivers everything (not set)
--- stdout
0 errors, 0 warnings in definition, handler, template, step-functions, cloudformation
--- exit 0

"#]]
    );
    assert_eq!(session.cloud.writes(), [""; 0]);
    let asked: Vec<_> = session.cloud.calls().into_iter().map(|call| call.operation).collect();
    assert_eq!(asked, ["GetCallerIdentity", "ValidateStateMachineDefinition", "ValidateTemplate"]);
}

#[tokio::test(start_paused = true)]
async fn diagnostics_of_step_functions_are_reported_at_their_place() {
    let session = ConsoleSession::new("check-online-faulty");
    session.file("mail.asl.json", MACHINE);
    let path = "/States/Is it?/Result";
    session.cloud.set_validation(Validation {
        accepted: false,
        diagnostics: vec![
            diagnostic(false, "PASS_RESULT_IS_STATIC", "Result is no path", Some(path)),
            diagnostic(true, "SCHEMA_VALIDATION_FAILED", "Something is missing", None),
        ],
        truncated: true,
    });
    let check = session.flow("check", "--online --state-machine $DIR/mail.asl.json").await;
    assert_data_eq!(
        check.all(),
        str![[r#"
flow: $DIR/mail.asl.json (--state-machine)
--- stdout
error[step-functions] $DIR/mail.asl.json:1:1 $: Something is missing (SCHEMA_VALIDATION_FAILED)
warning[step-functions] $DIR/mail.asl.json:1:1 $: Step Functions found more problems than it reports at once
warning[step-functions] $DIR/mail.asl.json:4:33 $.States['Is it?'].Result: Result is no path (PASS_RESULT_IS_STATIC)
1 error, 2 warnings in definition, handler, template, step-functions, cloudformation
--- exit 3

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn a_refusal_without_a_reason_is_still_an_error() {
    let session = ConsoleSession::new("check-online-unsaid");
    session.cloud.set_validation(Validation::default());
    let check = session.flow("check", "--online --output json").await;
    assert_eq!(check.code, 3);
    let finding = check.objects().swap_remove(0);
    assert_eq!(
        (&finding["code"], &finding["severity"]),
        (&"step-functions".into(), &"error".into())
    );
    let last = check.out.lines().last().unwrap();
    let last: serde_json::Value = serde_json::from_str(last).unwrap();
    assert_eq!(last["checked"][4], "cloudformation");
}

#[tokio::test(start_paused = true)]
async fn a_faulty_definition_is_not_sent_to_aws() {
    let session = ConsoleSession::new("check-online-unsound");
    session.file("mail.asl.json", "{\"StartAt\": \"A\", \"States\": {}}");
    let check = session.flow("check", "--online --state-machine $DIR/mail.asl.json").await;
    assert_eq!(check.code, 3);
    assert!(
        check.out.ends_with("not checked: template, step-functions, cloudformation\n"),
        "{}",
        check.out
    );
    assert!(session.cloud.calls().is_empty());

    let comment = "x".repeat(60_000);
    let large = format!("StartAt: A\nComment: {comment}\nStates: {{A: {{Type: Succeed}}}}\n");
    session.file("large.yaml", large);
    let check = session.flow("check", "--online --state-machine $DIR/large.yaml").await;
    assert_eq!(check.code, 0, "{}", check.all());
    assert!(check.out.ends_with("not checked: cloudformation\n"), "{}", check.out);
}

#[tokio::test(start_paused = true)]
async fn findings_are_reported_even_if_aws_denies_access() {
    let session = ConsoleSession::new("check-online-denied");
    session.file(
        "m.asl.yaml",
        "StartAt: Notify\nStates:\n  Notify:\n    Type: Task\n    Resource: arn:aws:states:::sns:publish\n    Parameters: {TopicArn: t, Message: m}\n    End: true\n",
    );
    let (service, operation) = ("Step Functions", "ValidateStateMachineDefinition");
    let denied = failure(
        service,
        operation,
        ErrorKind::Denied,
        Some("AccessDeniedException"),
        "not authorized",
    );
    session.cloud.fail_next(operation, denied);
    let check = session.flow("check", "--online --state-machine $DIR/m.asl.yaml").await;
    assert_data_eq!(
        check.all(),
        str![[r#"
flow: $DIR/m.asl.yaml (--state-machine)
error: Step Functions ValidateStateMachineDefinition failed (AccessDeniedException): not authorized

hint: the credentials work, but their user or role lacks this permission
--- stdout
warning[task-permission] $DIR/m.asl.yaml:5:5 $.States.Notify.Resource: the role of the state machine has no permission for `arn:aws:states:::sns:publish`: it can only invoke Lambda functions, and do what the flow's policy.yaml allows
  fix: allow it in the flow's policy.yaml, or let a Lambda function do it
--- exit 4

"#]]
    );
}
