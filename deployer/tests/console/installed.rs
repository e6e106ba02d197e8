//! What is installed is what was meant: the handler in its bucket, the version that the template names, and the code
//! that the function runs.

use cloud::Storage;
use serde_json::Value;
use snapbox::{assert_data_eq, str};

use crate::session::{ACCOUNT, BUCKET, ConsoleSession, STACK, handler};

const FUNCTION: &str = "MfsmFunction";
const OTHER: &str = "1111111111111111111111111111111111111111111111111111111111111111";
const GIVEN: &str = "company-artifacts";

/// The bytes of the handler's zip, and its name in a bucket, as the stack `neighbor` has them.
fn zip(session: &ConsoleSession) -> (Vec<u8>, String) {
    let mut keys = session.cloud.object_keys(BUCKET).into_iter();
    let key = keys.find(|key| key.starts_with("neighbor/")).unwrap();
    let name = key.split_once('/').unwrap().1.to_owned();
    (session.cloud.object_bytes(BUCKET, &key).unwrap(), name)
}

/// The key of the handler of the stack.
fn key(session: &ConsoleSession) -> String {
    format!("{STACK}/{}", zip(session).1)
}

/// What the deployed template says of the function's code.
fn code(session: &ConsoleSession) -> Value {
    let template: Value =
        serde_json::from_str(&session.cloud.template_text(STACK).unwrap()).unwrap();
    template["Resources"][FUNCTION]["Properties"]["Code"].clone()
}

/// Fails unless the function runs the handler.
async fn assert_installed(session: &ConsoleSession) {
    let status = session.run("status --output json").await.json();
    assert_eq!(status["health"]["code"]["is"], "as_deployed", "{}", status["health"]);
    assert!(status["health"]["function"]["code_sha256"].is_string());
}

/// The bucket of the account is there, because another stack has made it.
async fn beside_another_stack(name: &str) -> ConsoleSession {
    let session = ConsoleSession::new(name);
    assert_eq!(session.flow("up", "--yes --stack-name neighbor").await.code, 0);
    session
}

#[tokio::test(start_paused = true)]
async fn a_planted_or_half_copied_object_or_one_without_a_checksum_is_replaced() {
    let zip = b"PK\x03\x04 somebody else's".to_vec();
    for (bytes, has_checksum) in [(zip, true), (handler()[..10].to_vec(), true), (vec![], false)] {
        let session = beside_another_stack("installed-planted").await;
        let key = key(&session);
        session.cloud.plant_object(BUCKET, &key, bytes.clone(), has_checksum);
        let writes = session.cloud.writes().len();
        let plan = session.flow("plan", "").await;
        assert!(plan.out.contains("  ~ handler s3://"), "{}", plan.all());
        assert!(plan.err.contains("warning[wrong-artifact] --artifact-bucket: the object "));
        assert_eq!(session.cloud.writes().len(), writes, "plan writes nothing");
        let up = session.flow("up", "--yes").await;
        assert_eq!(up.code, 0, "{}", up.all());
        assert!(up.err.contains("uploading the handler"), "{}", up.all());
        assert_ne!(session.cloud.object_bytes(BUCKET, &key), Some(bytes));
        assert_installed(&session).await;
        let again = session.flow("up", "--yes").await;
        assert!(again.err.contains("no changes"), "{}", again.all());
    }
}

#[tokio::test(start_paused = true)]
async fn an_object_that_comes_between_the_look_and_the_upload_is_compared_too() {
    for is_right in [false, true] {
        let session = beside_another_stack("installed-between").await;
        let key = key(&session);
        let (right, _) = zip(&session);
        let bytes = if is_right { right.clone() } else { b"planted".to_vec() };
        // It is there, but a first look does not show it.
        session.cloud.plant_object(BUCKET, &key, bytes, true);
        session.cloud.hide_object_once(BUCKET, &key);
        let up = session.flow("up", "--yes").await;
        assert_eq!(up.code, 0, "{}", up.all());
        assert_eq!(session.cloud.object_bytes(BUCKET, &key), Some(right));
        assert_installed(&session).await;
        let versions = session.cloud.versions(BUCKET, ACCOUNT, &key).await.unwrap();
        assert_eq!(versions.len(), if is_right { 1 } else { 2 });
    }
}

#[tokio::test(start_paused = true)]
async fn the_template_names_the_version_and_keeps_it_while_it_is_right() {
    let session = ConsoleSession::new("installed-version");
    let rendered = session.flow("render", "").await.out;
    assert!(!rendered.contains("S3ObjectVersion"), "offline, there is no version");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    let first = code(&session)["S3ObjectVersion"].clone();
    assert!(first.is_string(), "{first}");
    assert_eq!(session.flow("up", "--yes --memory 256").await.code, 0);
    assert_eq!(code(&session)["S3ObjectVersion"], first);
    // Somebody puts another object there: the version that is named stays what it was. But it is not the current one,
    // so that the lifecycle will remove it.
    let key = session.cloud.object_keys(BUCKET).remove(0);
    session.cloud.plant_object(BUCKET, &key, b"planted".to_vec(), true);
    let again = session.flow("up", "--yes --memory 256").await;
    assert!(again.err.contains("no changes"), "{}", again.all());
    assert_installed(&session).await;
    let up = session.flow("up", "--yes --memory 512").await;
    assert_eq!(up.code, 0, "{}", up.all());
    assert_ne!(code(&session)["S3ObjectVersion"], first);
    assert_installed(&session).await;
}

#[tokio::test(start_paused = true)]
async fn the_template_of_an_older_deployer_names_no_version_and_that_alone_is_no_change() {
    let session = ConsoleSession::new("installed-older");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    session.cloud.edit_template(STACK, |template| {
        let code = template["Resources"][FUNCTION]["Properties"]["Code"].as_object_mut().unwrap();
        assert!(code.remove("S3ObjectVersion").is_some());
    });
    let again = session.flow("up", "--yes").await;
    assert!(again.err.contains("no changes"), "{}", again.all());
    assert_eq!(session.flow("up", "--yes --memory 256").await.code, 0);
    assert!(code(&session)["S3ObjectVersion"].is_string());
}

#[tokio::test(start_paused = true)]
async fn code_that_was_changed_outside_is_named_and_the_next_up_installs_the_handler_again() {
    let session = ConsoleSession::new("installed-changed");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    session.cloud.plant_code(STACK, FUNCTION, OTHER);
    let status = session.run("status").await;
    let lines: Vec<_> = status.out.lines().filter(|line| line.starts_with("code ")).collect();
    assert_data_eq!(
        lines.join("\n"),
        str![[r#"
code           the function does not run the handler that was deployed (sha256 <sha256>), but other code (sha256 <sha256>): it was changed outside the stack; `deployer up` installs the handler again
"#]]
    );
    let json = session.run("status --output json").await.json();
    assert_eq!(json["health"]["code"]["is"], "changed");
    let drift = session.run("drift").await;
    assert_data_eq!(
        drift.all(),
        str![[r#"
warning[other-code] /Resources/MfsmFunction: the function does not run the handler that was deployed (sha256 <sha256>), but other code (sha256 <sha256>): it was changed outside the stack
  fix: `deployer up` installs the handler again
--- stdout
changed outside stack workmail-message-flow:
  ~ changed MfsmFunction AWS::Lambda::Function
      Code: sha256 <sha256> -> sha256 <sha256>
10 of 11 resources are as they were deployed
`deployer up --revert-drift` reverts it to the template; `deployer pull FILE` writes the live definition to a file
--- exit 3

"#]]
    );
    let writes = session.cloud.writes().len();
    let plan = session.flow("plan", "--detailed-exitcode").await;
    assert_data_eq!(
        plan.all(),
        str![[r#"
flow: default, which delivers everything (not set)
warning[other-code] /Resources/MfsmFunction: the function does not run the handler that was deployed (sha256 <sha256>), but other code (sha256 <sha256>): it was changed outside the stack
  fix: `deployer up --org-arn arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef --handler $DIR/bootstrap` installs the handler again
--- stdout
stack workmail-message-flow would be updated in account 123456789012, region us-east-1
  handler for arm64: $DIR/bootstrap
  ~ handler s3://message-flow-artifacts-123456789012-us-east-1/workmail-message-flow/<sha256>.zip, which replaces what is there
  ~ change MfsmFunction AWS::Lambda::Function
      Code/S3ObjectVersion: v1 -> (known after it is applied)
Plan: 0 to add, 1 to change, 0 to remove.
--- exit 3

"#]]
    );
    assert_eq!(session.cloud.writes().len(), writes);
    let up = session.flow("up", "--yes").await;
    assert_eq!(up.code, 0, "{}", up.all());
    assert_installed(&session).await;
    assert_eq!(session.run("drift").await.code, 0);
}

#[tokio::test(start_paused = true)]
async fn code_that_is_not_the_handler_after_up_is_an_error_with_the_next_step() {
    let session = ConsoleSession::new("installed-after");
    session.cloud.add_bucket(GIVEN, "us-east-1");
    let options = format!("--yes --artifact-bucket {GIVEN}");
    assert_eq!(session.flow("up", &options).await.code, 0);
    assert!(code(&session)["S3ObjectVersion"].is_null(), "a given bucket may have no versions");
    assert_installed(&session).await;
    session.cloud.plant_code(STACK, FUNCTION, OTHER);
    let up = session.flow("up", &options).await;
    assert_data_eq!(
        up.all(),
        str![[r#"
flow: default, which delivers everything (not set)
warning[other-code] /Resources/MfsmFunction: the function does not run the handler that was deployed (sha256 <sha256>), but other code (sha256 <sha256>): it was changed outside the stack
  fix: `deployer up --org-arn arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef --handler $DIR/bootstrap --yes --artifact-bucket company-artifacts` puts the handler into the bucket, and prints how to install it again
stack workmail-message-flow would be updated in account 123456789012, region us-east-1
  handler for arm64: $DIR/bootstrap
requested change set deployer-up-1795262405000-00000003
CloudFormation finds nothing to change
error: the function does not run the handler that was installed (sha256 <sha256>), but other code (sha256 <sha256>)

hint: the handler is in the bucket; `aws lambda update-function-code --function-name arn:aws:lambda:us-east-1:123456789012:function:workmail-message-flow-MfsmFunction --s3-bucket company-artifacts --s3-key message-flow-artifacts/workmail-message-flow/<sha256>.zip` installs it
--- exit 1

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn a_planted_object_in_a_given_bucket_is_replaced_and_its_code_never_installed() {
    let session = beside_another_stack("installed-given").await;
    session.cloud.add_bucket(GIVEN, "us-east-1");
    let options = format!("--artifact-bucket {GIVEN}");
    let key = format!("message-flow-artifacts/{}", key(&session));
    session.cloud.plant_object(GIVEN, &key, b"planted".to_vec(), true);
    let up = session.flow("up", &format!("--yes {options}")).await;
    assert_eq!(up.code, 0, "{}", up.all());
    assert_installed(&session).await;
    let down = session.run(&format!("down --yes {options}")).await;
    assert_eq!(down.code, 0, "{}", down.all());
}

#[tokio::test(start_paused = true)]
async fn a_planted_template_is_replaced_too() {
    let session = ConsoleSession::new("installed-template");
    let states: Vec<String> = (0..900)
        .map(|n| {
            format!(
                r#""S{n}": {{"Type": "Pass", "Comment": "{n} so that it is long", "Next": "S{}"}}"#,
                n + 1
            )
        })
        .collect();
    let states = states.join(",");
    let machine =
        format!(r#"{{"StartAt": "S0", "States": {{{states}, "S900": {{"Type": "Succeed"}}}}}}"#);
    session.file("flow.json", machine);
    let options = "--yes --state-machine $DIR/flow.json";
    let up = session.flow("up", options).await;
    assert_eq!(up.code, 0, "{}", up.all());
    let deployed = session.cloud.template_text(STACK).unwrap();
    let is_template = |key: &String| key.ends_with(".template.json");
    let key = session.cloud.object_keys(BUCKET).into_iter().find(is_template).unwrap();
    assert_eq!(session.run("down --yes --wait-busy").await.code, 0);
    assert_eq!(session.flow("up", "--yes --stack-name neighbor").await.code, 0);
    // The version of the handler, and with it the template, is another one: every one of them is planted.
    session.cloud.plant_object(BUCKET, &key, b"{}".to_vec(), true);
    let up = session.flow("up", options).await;
    assert_eq!(up.code, 0, "{}", up.all());
    assert_eq!(session.cloud.template_text(STACK).unwrap().len(), deployed.len());
    let plan = session.flow("plan", "--state-machine $DIR/flow.json").await;
    assert!(plan.out.contains("no changes"), "{}", plan.all());
}
