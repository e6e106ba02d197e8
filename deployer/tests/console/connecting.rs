//! What keeps a command from AWS: credentials, codes of multi-factor devices, settings.

use cloud::Unusable;
use snapbox::{assert_data_eq, str};

use crate::session::ConsoleSession;

const DEVICE: &str = "arn:aws:iam::123456789012:mfa/laptop";

fn with_device(name: &str) -> ConsoleSession {
    let session = ConsoleSession::new(name);
    session.cloud.need_code("mfa", DEVICE, "123456");
    session
}

#[tokio::test(start_paused = true)]
async fn the_code_of_a_device_is_asked_for_on_a_terminal() {
    let session = with_device("mfa-terminal");
    let printed = session.run_at_terminal("status --profile mfa", "123456\n").await;
    assert_data_eq!(
        printed.all(),
        str![[r#"
Code from the MFA device arn:aws:iam::123456789012:mfa/laptop for profile `mfa`: --- stdout
there is no stack workmail-message-flow in account 123456789012, region us-east-1
--- exit 3

"#]]
    );
    assert!(!printed.all().contains("123456\n"), "{}", printed.all());
    let wrong = session.run_at_terminal("status --profile mfa", "654321\n").await;
    assert_data_eq!(
        wrong.all(),
        str![[r#"
Code from the MFA device arn:aws:iam::123456789012:mfa/laptop for profile `mfa`: error: STS AssumeRole failed (AccessDenied): MultiFactorAuthentication failed with invalid MFA one time pass code.  [request ID 5ca1ab1e-0000-4000-8000-000000000001]

hint: AWS did not let the profile assume its role: the role's trust policy must allow it, and a code of an MFA device is valid once and for 30 seconds
--- exit 4

"#]]
    );
    for (typed, sentence) in [("12\n", "has six digits"), ("", "no code was entered")] {
        let printed = session.run_at_terminal("status --profile mfa", typed).await;
        assert!(printed.err.contains(sentence), "{}", printed.all());
        assert_eq!(printed.code, 4);
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_terminal_a_code_is_not_asked_for() {
    let session = with_device("mfa-alone");
    let printed = session.run("status --profile mfa").await;
    assert_data_eq!(
        printed.all(),
        str![[r#"
error: profile `mfa` needs a code from the MFA device arn:aws:iam::123456789012:mfa/laptop, and this command cannot prompt for it

hint: run the command on a terminal and without `--output json`, or get credentials first: `aws configure export-credentials --profile mfa --format env` asks for the code and prints the variables to set
--- exit 4

"#]]
    );
    let json = session.run_at_terminal("status --profile mfa --output json", "123456\n").await;
    assert_eq!(json.code, 4);
    assert_eq!(json.json()["type"], "error");
}

#[tokio::test(start_paused = true)]
async fn what_is_configured_and_cannot_be_used_is_said_once() {
    let session = ConsoleSession::new("unusable");
    session.cloud.set_unusable(
        Unusable::credentials("profile `sso` is not signed in: the token has expired")
            .hint("`aws sso login --profile sso` signs in"),
    );
    let printed = session.run("status").await;
    assert_data_eq!(
        printed.all(),
        str![[r#"
error: profile `sso` is not signed in: the token has expired

hint: `aws sso login --profile sso` signs in
--- exit 4

"#]]
    );
    let doctor = session.run("doctor").await;
    let checks: Vec<&str> =
        doctor.out.lines().skip_while(|line| !line.contains("credentials")).collect();
    assert_data_eq!(
        checks.join("\n"),
        str![[r#"
error    credentials: profile `sso` is not signed in: the token has expired
         hint: `aws sso login --profile sso` signs in
unknown  organization: not checked: there is no connection to AWS
unknown  permissions: not checked: there is no connection to AWS
unknown  stack: not checked: there is no connection to AWS
unknown  bucket: not checked: there is no connection to AWS
unknown  quotas: not checked: there is no connection to AWS
warning  end-of-support: Amazon WorkMail ends on 2027-03-31, in 130 days.
1 passed, 2 warnings, 2 errors, 5 unknown
"#]]
    );
}
