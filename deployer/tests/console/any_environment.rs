//! Any environment: every command that talks to AWS, with every variable that the SDK reads empty,
//! absurd or contradictory. No panic, a documented exit code, and no word of how the SDK is made.
//!
//! Nothing answers: where a command gets so far, its connection is refused by this machine.

use cloud::aws::AwsConnect;

use crate::session::{ConsoleSession, ORGANIZATION};

/// A port on which nothing listens.
const CLOSED: &str = "http://127.0.0.1:9";

/// Every command that talks to AWS, with what it needs to get so far.
const COMMANDS: [&str; 18] = [
    "up --yes",
    "plan",
    "check --online",
    "doctor",
    "status",
    "outputs",
    "watch",
    "logs",
    "trace 1c00447c-0000-4000-8000-000000000001",
    "decide",
    "cancel --yes",
    "recover --yes",
    "down --yes",
    "drift",
    "pull $DIR/pulled.json --force",
    "invoke",
    "status --output json",
    "doctor --output json",
];

const VARIABLES: [&str; 43] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_ACCOUNT_ID",
    "AWS_ACCOUNT_ID_ENDPOINT_MODE",
    "AWS_AUTH_SCHEME_PREFERENCE",
    "AWS_CA_BUNDLE",
    "AWS_CONFIG_FILE",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_DEFAULT_PROFILE",
    "AWS_DEFAULT_REGION",
    "AWS_DISABLE_REQUEST_COMPRESSION",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_CLOUDFORMATION",
    "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS",
    "AWS_ENDPOINT_URL_S3",
    "AWS_ENDPOINT_URL_STS",
    "AWS_ENDPOINT_URL_WORKMAIL",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_MAX_ATTEMPTS",
    "AWS_PROFILE",
    "AWS_REGION",
    "AWS_REQUEST_CHECKSUM_CALCULATION",
    "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES",
    "AWS_RESPONSE_CHECKSUM_VALIDATION",
    "AWS_RETRY_MODE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_SDK_UA_APP_ID",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_SIGV4A_SIGNING_REGION_SET",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "HOME",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
    "SSL_CERT_FILE",
];

const VALUES: [&str; 7] =
    ["", " ", "/nonexistent/x", "::::", "true", "ü\u{1b}[31m\n", "99999999999999999999"];

/// What the SDK says only of itself.
const INTERNAL: [&str; 9] = [
    "SdkBody",
    "Interceptor",
    "DispatchFailure",
    "IMDS",
    "already taken",
    "caused by: other",
    "dispatch failure",
    "ConnectorError",
    "\u{1b}[31m",
];

fn environment(changed: &[(&str, &str)]) -> Vec<(String, String)> {
    let ordinary = [
        ("HOME", "/nonexistent"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_ENDPOINT_URL", CLOSED),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ];
    let kept = ordinary.iter().filter(|(name, _)| changed.iter().all(|(other, _)| name != other));
    let all = kept.chain(changed);
    all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

async fn assert_sound(session: &mut ConsoleSession, line: &str, changed: &[(&str, &str)]) {
    // Only a closed port of this machine is ever called.
    let mut variables = environment(changed);
    if !variables.iter().any(|(_, url)| url.trim() == CLOSED) {
        variables.push(("HTTPS_PROXY".to_owned(), CLOSED.to_owned()));
    }
    session.aws = Some(AwsConnect::with_environment(variables).with_attempts(1));
    let organization = format!("--org-arn {ORGANIZATION}");
    let flow = match line.split(' ').next() {
        Some("up" | "plan" | "check") => format!("{organization} --handler $DIR/bootstrap"),
        Some("doctor") => organization,
        _ => String::new(),
    };
    let printed = session.run(&format!("{line} {flow}")).await;
    let context = format!("{line} with {changed:?}: {}", printed.all());
    assert!([1, 2, 3, 4].contains(&printed.code), "{context}");
    for word in INTERNAL {
        assert!(!printed.all().contains(word), "{word}: {context}");
    }
}

#[tokio::test]
async fn every_variable_can_have_any_value() {
    let mut session = ConsoleSession::new("any-environment");
    let mut commands = COMMANDS.iter().cycle();
    for variable in VARIABLES {
        for value in VALUES {
            let line = commands.next().unwrap();
            assert_sound(&mut session, line, &[(variable, value)]).await;
        }
    }
}

#[tokio::test]
async fn every_command_stands_an_empty_and_a_contradictory_environment() {
    let mut session = ConsoleSession::new("any-environment-command");
    let empty = VARIABLES.map(|variable| (variable, ""));
    let contradictory = [
        ("AWS_USE_FIPS_ENDPOINT", "true"),
        ("AWS_USE_DUALSTACK_ENDPOINT", "true"),
        ("AWS_PROFILE", "nope"),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "/nonexistent"),
    ];
    for line in COMMANDS {
        assert_sound(&mut session, line, &empty).await;
        assert_sound(&mut session, line, &contradictory).await;
        assert_sound(&mut session, line, &[]).await;
    }
}
