//! `deployer check`: findings with their place in the file, and no call to AWS.

use deployer::host::terminal::Size;
use snapbox::{assert_data_eq, str};

use crate::session::{ConsoleSession, ORGANIZATION};

const FAULTY: &str = r#"{
  "StartAt": "Is it spam?",
  "TimeoutSeconds": 20000,
  "States": {
    "Is it spam?": {
      "Type": "Choice",
      "Choices": [
        { "Variable": "$.subject", "StringMatches": "*win*", "Next": "Junk" },
        { "Condition": "{% true %}", "Next": "Deliver" }
      ],
      "Default": "Delivr"
    },
    "Junk": { "Type": "Task", "Resource": "arn:aws:states:::sns:publish", "End": true },
    "Deliver": { "Type": "Pass", "Result": {} }
  }
}
"#;

#[tokio::test(start_paused = true)]
async fn a_valid_flow_has_no_findings() {
    let session = ConsoleSession::new("check");
    assert_data_eq!(
        session.flow("check", "").await.all(),
        str![[r#"
flow: default, which delivers everything (not set)
--- stdout
0 errors, 0 warnings in definition, handler, template
--- exit 0

"#]]
    );
    assert!(session.cloud.calls().is_empty());
}

#[tokio::test(start_paused = true)]
async fn every_fault_is_reported_with_its_place_and_fix() {
    let session = ConsoleSession::new("check-faulty");
    session.file("mail.asl.json", FAULTY);
    session.file("bootstrap", "#!/bin/sh\n");
    let check = session.flow("check", "--state-machine $DIR/mail.asl.json --output-state Deliver!");
    assert_data_eq!(
        check.await.all(),
        str![[r#"
flow: $DIR/mail.asl.json (--state-machine)
--- stdout
error[timeout] $DIR/mail.asl.json:3:3 $.TimeoutSeconds: WorkMail stops retrying after 240 minutes, so the verdict of a longer execution has no effect
  fix: write a whole number of seconds from 1 to 14400
error[mixed-languages] $DIR/mail.asl.json:9:11 $.States['Is it spam?'].Choices[1].Condition: `Condition` belongs to JSONata, but the state's language is JSONPath
  fix: write the JSONPath field, or declare QueryLanguage: JSONata
error[unknown-target] $DIR/mail.asl.json:11:7 $.States['Is it spam?'].Default: there is no state `Delivr` at this level
  fix: did you mean `Deliver`?
error[refused] $DIR/mail.asl.json:13:5 $.States.Junk: The field 'Message' is required but was missing (SCHEMA_VALIDATION_FAILED)
  fix: add it
warning[task-permission] $DIR/mail.asl.json:13:31 $.States.Junk.Resource: the role of the state machine has no permission for `arn:aws:states:::sns:publish`: it can only invoke Lambda functions, and do what the flow's policy.yaml allows
  fix: allow it in the flow's policy.yaml, or let a Lambda function do it
error[ending] $DIR/mail.asl.json:14:5 $.States.Deliver: the state has neither Next nor End
  fix: add Next, or End: true
error[output-state] --output-state: the definition has no state `Deliver!`
  fix: did you mean `Deliver`?
error[handler] --handler: $DIR/bootstrap cannot be deployed: `bootstrap` is a script; a handler is an ELF program for Linux
  fix: omit --handler, or name a `bootstrap` for Linux, or a zip that contains one
7 errors, 1 warning in definition, handler; not checked: template
--- exit 3

"#]]
    );
    assert!(session.cloud.calls().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_only_aws_can_run_is_only_a_warning() {
    let session = ConsoleSession::new("check-not-here");
    session.file(
        "m.asl.yaml",
        "StartAt: Each\nStates:\n  Each:\n    Type: Map\n    End: true\n    ItemReader:\n      Resource: arn:aws:states:::s3:getObject\n      ReaderConfig: {InputType: PARQUET}\n    ItemProcessor:\n      ProcessorConfig: {Mode: DISTRIBUTED, ExecutionType: STANDARD}\n      StartAt: Deliver\n      States:\n        Deliver: {Type: Pass, End: true}\n",
    );
    assert_data_eq!(
        session.flow("check", "--state-machine $DIR/m.asl.yaml").await.all(),
        str![[r#"
flow: $DIR/m.asl.yaml (--state-machine)
--- stdout
warning[interpreter] $DIR/m.asl.yaml:8:22 $.States.Each.ItemReader.ReaderConfig.InputType: Parquet is not supported (UNSUPPORTED)
  fix: `local` and `test` cannot run this; Step Functions may support it
0 errors, 1 warning in definition, handler, template
--- exit 0

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn warnings_alone_do_not_fail_the_check() {
    let session = ConsoleSession::new("check-warned");
    session.file(
        "m.asl.yaml",
        "StartAt: Notify\nStates:\n  Notify:\n    Type: Task\n    Resource: arn:aws:states:::sns:publish\n    Parameters: {TopicArn: t, Message: m}\n    End: true\n",
    );
    assert_data_eq!(
        session.flow("check", "--state-machine $DIR/m.asl.yaml").await.all(),
        str![[r#"
flow: $DIR/m.asl.yaml (--state-machine)
--- stdout
warning[task-permission] $DIR/m.asl.yaml:5:5 $.States.Notify.Resource: the role of the state machine has no permission for `arn:aws:states:::sns:publish`: it can only invoke Lambda functions, and do what the flow's policy.yaml allows
  fix: allow it in the flow's policy.yaml, or let a Lambda function do it
0 errors, 1 warning in definition, handler, template
--- exit 0

"#]]
    );
    let check = session.flow("check", "--state-machine $DIR/m.asl.yaml --deny-warnings").await;
    assert_eq!(check.code, 3, "{}", check.all());
    for command in ["plan", "up --yes"] {
        let denied = session.flow(command, "--state-machine $DIR/m.asl.yaml --deny-warnings").await;
        assert_eq!(denied.code, 2, "{}", denied.all());
        assert!(denied.err.contains("there is 1 warning, and --deny-warnings"), "{}", denied.err);
    }
    assert!(session.cloud.status("workmail-message-flow").is_none());
}

#[tokio::test(start_paused = true)]
async fn unreadable_files_are_findings() {
    let session = ConsoleSession::new("check-unreadable");
    session.file("broken.yaml", "StartAt: A\nStates:\n  A: [\n");
    session.file("broken.json", "{\n  \"StartAt\": }\n");
    session.file("list.yaml", "- 1\n");
    let mut printed = String::new();
    for name in ["broken.yaml", "broken.json", "list.yaml"] {
        let check = session.flow("check", &format!("--state-machine $DIR/{name}")).await;
        printed.push_str(&check.all());
    }
    assert_data_eq!(
        printed,
        str![[r#"
flow: $DIR/broken.yaml (--state-machine)
--- stdout
error[unreadable] $DIR/broken.yaml:4:1 $: $DIR/broken.yaml is not YAML of the expected shape: did not find expected node content at line 4 column 1, while parsing a flow node
  fix: fix the syntax there; a `.json` file is read as JSON, any other as YAML
1 error, 0 warnings in definition, handler; not checked: template
--- exit 3
flow: $DIR/broken.json (--state-machine)
--- stdout
error[unreadable] $DIR/broken.json:2:14 $: $DIR/broken.json is not JSON: expected value at line 2 column 14
  fix: fix the syntax there; a `.json` file is read as JSON, any other as YAML
1 error, 0 warnings in definition, handler; not checked: template
--- exit 3
flow: $DIR/list.yaml (--state-machine)
--- stdout
error[unreadable] $DIR/list.yaml:1:1 $: $DIR/list.yaml is not Amazon States Language: the document is a list; an object with StartAt and States is expected
  fix: write an object with StartAt and States
1 error, 0 warnings in definition, handler; not checked: template
--- exit 3

"#]]
    );
    let missing = session.flow("check", "--state-machine $DIR/missing.yaml").await;
    assert_eq!(missing.code, 3);
    assert!(missing.out.starts_with("error[unreadable] $: cannot read $DIR/missing.yaml: "));
}

#[tokio::test(start_paused = true)]
async fn a_template_that_is_too_large_is_a_finding() {
    let session = ConsoleSession::new("check-large");
    let comment = "x".repeat(999_000);
    session.file(
        "large.yaml",
        format!("StartAt: A\nComment: {comment}\nStates: {{A: {{Type: Succeed}}}}\n"),
    );
    let check = session.flow("check", "--state-machine $DIR/large.yaml").await;
    assert_eq!(check.code, 3);
    assert!(check.out.contains("error[template-size] $: "), "{}", check.out);
    assert!(check.out.ends_with("1 error, 0 warnings in definition, handler, template\n"));
}

#[tokio::test(start_paused = true)]
async fn an_invalid_option_is_refused_before_any_check() {
    let session = ConsoleSession::new("check-usage");
    let check = session.run(&format!("check --org-arn {ORGANIZATION} --memory 1")).await;
    assert_eq!((check.code, check.out.as_str()), (2, ""));
    assert!(check.err.contains("error[memory] --memory"), "{}", check.err);
}

#[tokio::test(start_paused = true)]
async fn check_prints_json() {
    let session = ConsoleSession::new("check-json");
    session.file("mail.asl.json", FAULTY);
    let check = session.flow("check", "--state-machine $DIR/mail.asl.json --output json").await;
    let objects = check.objects();
    let (last, findings) = objects.split_last().unwrap();
    for finding in findings {
        for field in
            ["type", "severity", "code", "file", "line", "column", "location", "sentence", "fix"]
        {
            assert!(!finding[field].is_null(), "{field}: {finding}");
        }
    }
    assert_eq!((&findings[0]["line"], &findings[0]["column"]), (&3.into(), &3.into()));
    assert_eq!(last["type"], "checked");
    assert_eq!(
        last["errors"].as_u64().unwrap() + last["warnings"].as_u64().unwrap(),
        findings.len() as u64
    );
    assert_eq!(last["unchecked"][0], "template");
}

#[tokio::test(start_paused = true)]
async fn a_fault_in_a_setting_is_reported_at_its_place_in_the_file() {
    let session = ConsoleSession::new("check-settings");
    session.file("script", "#!/bin/sh\n");
    session.file(
        "deployer.yaml",
        format!("org-arn: {ORGANIZATION}\nhandler: script\noutput-state: Gone\n"),
    );
    let check = session.run("check").await;
    assert_eq!(check.code, 3, "{}", check.all());
    for finding in [
        "error[output-state] $DIR/deployer.yaml:3: output-state: ",
        "error[handler] $DIR/deployer.yaml:2: handler: ",
    ] {
        assert!(check.out.contains(finding), "{}", check.out);
    }
    session.file("deployer.yaml", "org-arms: x\n");
    let unknown = session.run("check").await;
    assert_eq!(unknown.code, 2, "{}", unknown.all());
}

#[tokio::test(start_paused = true)]
async fn a_terminal_shows_the_line_that_a_finding_is_about() {
    let session = ConsoleSession::new("check-excerpt");
    session.file(
        "m.asl.yaml",
        "StartAt: A\nStates:\n  A:\n    Type: Pass\n    Rezult: {b: 1}\n    End: true\n",
    );
    let screen = Size { width: 100, height: 30 };
    let session = ConsoleSession { screen: Some(screen), ..session };
    let check = session.flow("check", "--state-machine $DIR/m.asl.yaml").await;
    // The length of the path decides where the lines break.
    let sentence = check.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        sentence.starts_with(
            "error[refused] $DIR/m.asl.yaml:5:5 $.States.A.Rezult: Field 'Rezult' is not supported (SCHEMA_VALIDATION_FAILED) |"
        ),
        "{sentence}"
    );
    let excerpt =
        "    |\n  5 |     Rezult: {b: 1}\n    |     ^^^^^^\n  fix: did you mean `Result`?\n";
    assert!(check.out.contains(excerpt), "{}", check.out);
    let up = session.flow("up", "--yes --state-machine $DIR/m.asl.yaml").await;
    assert!(up.err.contains("  5 |     Rezult: {b: 1}\n"), "{}", up.err);
}

#[tokio::test(start_paused = true)]
async fn a_verdict_that_workmail_would_not_accept_is_found_in_the_definition() {
    let session = ConsoleSession::new("check-verdict");
    session.file(
        "m.asl.yaml",
        "StartAt: A\nStates:\n  A:\n    Type: Pass\n    Result:\n      actions:\n        - allRecipients: true\n          action: {type: JUNK}\n    End: true\n",
    );
    assert_data_eq!(
        session.flow("check", "--state-machine $DIR/m.asl.yaml").await.all(),
        str![[r#"
flow: $DIR/m.asl.yaml (--state-machine)
--- stdout
error[verdict] $DIR/m.asl.yaml:8:20 $.States.A.Result.actions[0].action.type: WorkMail would not accept this verdict: `JUNK` is not one of BOUNCE, DROP, DEFAULT, BYPASS_SPAM_CHECK, MOVE_TO_JUNK
  fix: use one of BOUNCE, DROP, DEFAULT, BYPASS_SPAM_CHECK, MOVE_TO_JUNK
1 error, 0 warnings in definition, handler; not checked: template
--- exit 3

"#]]
    );
}
