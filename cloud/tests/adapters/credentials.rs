//! Credentials: every way to them that is configured and does not work is named, without a call to
//! AWS where none is needed.

use std::path::{Path, PathBuf};

use cloud::aws::AwsConnect;
use cloud::{Access, Area, CodeNeeded, Connect, ConnectError, ErrorKind, Unusable};

use crate::stub::{Answer, Stub};

const PROFILES: &str = "
[profile home]
region = eu-west-1
aws_access_key_id = AKIDEXAMPLE
aws_secret_access_key = secret
[profile mfa]
role_arn = arn:aws:iam::123456789012:role/Admin
source_profile = home
mfa_serial = arn:aws:iam::123456789012:mfa/laptop
duration_seconds = 1800
external_id = me
[profile role]
role_arn = arn:aws:iam::123456789012:role/Admin
source_profile = home
[profile sso]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = Admin
[sso-session corp]
sso_region = us-east-1
sso_start_url = https://corp.example/start
[profile legacy]
sso_region = us-east-1
sso_account_id = 123456789012
sso_role_name = Admin
sso_start_url = https://corp.example/start
[profile no-session]
sso_session = gone
sso_account_id = 123456789012
sso_role_name = Admin
[profile login]
login_session = arn:aws:iam::123456789012:user/Admin
[profile a]
role_arn = arn:aws:iam::123456789012:role/A
source_profile = b
[profile b]
role_arn = arn:aws:iam::123456789012:role/B
source_profile = a
[profile orphan]
role_arn = arn:aws:iam::123456789012:role/B
source_profile = gone
[profile rootless]
role_arn = arn:aws:iam::123456789012:role/B
[profile empty]
region = us-east-1
[profile half]
aws_access_key_id = AKIDEXAMPLE
[profile web]
role_arn = arn:aws:iam::123456789012:role/B
web_identity_token_file = /nonexistent/token
[profile from-environment]
role_arn = arn:aws:iam::123456789012:role/B
credential_source = Environment
";

/// A folder with the configuration file, as the home folder of the process.
fn home(name: &str, profiles: &str) -> PathBuf {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(home.join(".aws")).unwrap();
    std::fs::write(home.join(".aws/config"), profiles).unwrap();
    home
}

fn connect(home: &Path, variables: &[(&str, &str)]) -> AwsConnect {
    let path = home.to_str().unwrap();
    let all = [("HOME", path), ("USERPROFILE", path), ("AWS_EC2_METADATA_DISABLED", "true")];
    let all = all.iter().chain(variables);
    let owned = all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    AwsConnect::with_environment(owned.collect::<Vec<_>>()).with_attempts(1)
}

fn access(profile: Option<&str>) -> Access {
    Access {
        region: Some("us-east-1".to_owned()),
        profile: profile.map(str::to_owned),
        ..Access::default()
    }
}

async fn refused(connect: &AwsConnect, profile: Option<&str>) -> Unusable {
    match connect.connect(&access(profile)).await.err() {
        Some(ConnectError::Unusable(unusable)) => unusable,
        other => panic!("{profile:?}: {other:?}"),
    }
}

#[tokio::test]
async fn every_profile_without_credentials_says_why_and_what_to_do() {
    let home = home("credentials-refused", PROFILES);
    let connect = connect(&home, &[]);
    for (profile, sentence, hint) in [
        ("sso", "profile `sso` is not signed in", "`aws sso login --profile sso` signs in"),
        (
            "legacy",
            "profile `legacy` is not signed in",
            "`aws sso login --profile legacy` signs in",
        ),
        ("no-session", "the single sign-on session `gone`, which", "`aws configure sso"),
        ("login", "profile `login` is not signed in", "`aws login --profile login` signs in"),
        ("a", "source_profile is circular: a → b → a", "change source_profile"),
        (
            "orphan",
            "takes its credentials from profile `gone`, which does not exist",
            "change source",
        ),
        ("rootless", "names a role, but neither source_profile nor", "set either source_profile"),
        (
            "empty",
            "profile `empty` in ~/.aws/config has no credentials",
            "`aws configure --profile",
        ),
        (
            "half",
            "has aws_access_key_id, but not aws_secret_access_key",
            "`aws configure --profile",
        ),
        (
            "web",
            "the web identity of profile `web` returned no credentials",
            "web_identity_token_file",
        ),
        ("from-environment", "from the environment, which has none", "set AWS_ACCESS_KEY_ID"),
    ] {
        let unusable = refused(&connect, Some(profile)).await;
        assert_eq!(unusable.area, Area::Credentials, "{profile}");
        assert!(unusable.sentence.contains(sentence), "{profile}: {unusable:?}");
        assert!(unusable.hints.concat().contains(hint), "{profile}: {unusable:?}");
        assert_plain(&unusable);
    }
}

/// Nothing of how the SDK is made inside.
fn assert_plain(unusable: &Unusable) {
    let internal = ["other", "IMDS", "already taken", "provider", "dispatch", "CredentialsError"];
    for word in internal {
        assert!(!unusable.sentence.contains(word), "{word}: {unusable:?}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_process_that_gives_no_credentials_is_quoted() {
    let profiles = "[profile fails]\ncredential_process = echo boom >&2; exit 3\n\
                    [profile garbage]\ncredential_process = echo nonsense\n\
                    [profile silent]\ncredential_process = /bin/false\n";
    let home = home("credentials-process", profiles);
    let connect = connect(&home, &[]);
    let fails = refused(&connect, Some("fails")).await;
    let expected = "the credential_process of profile `fails` returned no credentials: `echo …` \
                    exited with code 3 and printed: boom";
    assert_eq!(fails.sentence, expected);
    let silent = refused(&connect, Some("silent")).await;
    let expected = "the credential_process of profile `silent` returned no credentials: \
                    `/bin/false` exited with code 1 and printed no reason";
    assert_eq!(silent.sentence, expected);
    let garbage = refused(&connect, Some("garbage")).await;
    assert!(garbage.sentence.contains("could not parse response"), "{garbage:?}");
    assert!(garbage.hints[0].contains("`aws sts get-caller-identity --profile garbage` must work"));
}

#[tokio::test]
async fn a_profile_that_does_not_exist_is_found_before_anything_else() {
    let home = home("credentials-missing", "[profile home]\nregion = eu-west-1\n");
    let keys = [("AWS_ACCESS_KEY_ID", "x"), ("AWS_SECRET_ACCESS_KEY", "y")];
    let without_region = Access { region: None, ..access(Some("nope")) };
    let unusable = connect(&home, &keys).configured_region(&without_region).await.unwrap_err();
    let expected = "there is no profile `nope` in ~/.aws/config (there are: home)";
    assert_eq!((unusable.area, unusable.sentence.as_str()), (Area::Settings, expected));
    let variables = [keys[0], keys[1], ("AWS_PROFILE", "gone")];
    let unusable = refused(&connect(&home, &variables), None).await;
    let expected =
        "there is no profile `gone`, which AWS_PROFILE names, in ~/.aws/config (there are: home)";
    assert_eq!(unusable.sentence, expected);
}

#[tokio::test]
async fn a_file_that_cannot_be_read_or_is_missing_is_named() {
    let home = home("credentials-broken", "[profile home]\nregion = eu-west-1\n");
    let credentials = home.join(".aws/credentials");
    std::fs::write(&credentials, "nonsense\n").unwrap();
    let broken = refused(&connect(&home, &[]), None).await;
    let (path, text) = (credentials.display().to_string(), broken.hints.concat());
    assert!(
        broken.sentence.starts_with(&format!("{path} is not a valid AWS configuration file")),
        "{broken:?}"
    );
    assert!(broken.sentence.contains("line 1") && !text.contains("config is"), "{broken:?}");
    std::fs::write(home.join(".aws/config"), "[profile home]\nendpoint_url =\n").unwrap();
    let broken = refused(&connect(&home, &[]), None).await;
    assert!(
        broken.sentence.starts_with(&format!("{path} is not a valid AWS configuration file")),
        "{broken:?}"
    );
    std::fs::write(&credentials, "[work]\naws_access_key_id = x\n").unwrap();
    let nope = refused(&connect(&home, &[]), Some("nope")).await;
    let expected = "there is no profile `nope` in ~/.aws/config and ~/.aws/credentials (there are: home, work)";
    assert_eq!(nope.sentence, expected);
    std::fs::remove_file(credentials).unwrap();
    let missing = [("AWS_CONFIG_FILE", "/nonexistent")];
    let nope = refused(&connect(&home, &missing), Some("nope")).await;
    assert_eq!(
        nope.sentence,
        "there is no profile `nope` in /nonexistent (the file does not exist)"
    );
    let none = refused(&connect(&home, &missing), None).await;
    assert!(
        none.sentence.ends_with("read from /nonexistent (the file does not exist)"),
        "{none:?}"
    );
}

#[tokio::test]
async fn without_any_credentials_the_ways_to_some_are_named() {
    let home = home("credentials-none", "[profile home]\nregion = eu-west-1\n");
    let unusable = refused(&connect(&home, &[]), None).await;
    let expected = "there are no credentials: the environment has no AWS_ACCESS_KEY_ID; profiles are \
                    read from ~/.aws/config (there are: home)";
    assert_eq!(unusable.sentence, expected);
    let hints = unusable.hints.join("; ");
    for part in
        ["--profile NAME", "AWS_PROFILE", "`aws configure`", "`aws sso login --profile NAME`"]
    {
        assert!(hints.contains(part), "{hints}");
    }
    let half = refused(&connect(&home, &[("AWS_ACCESS_KEY_ID", "x")]), None).await;
    assert_eq!(half.sentence, "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not");
    let odd = [("AWS_ACCESS_KEY_ID", "x\n"), ("AWS_SECRET_ACCESS_KEY", "secret")];
    let odd = refused(&connect(&home, &odd), None).await;
    assert!(odd.sentence.starts_with("AWS_ACCESS_KEY_ID has characters"), "{odd:?}");
}

#[tokio::test]
async fn a_profile_that_keys_of_the_environment_hide_is_named() {
    let home = home("credentials-hidden", PROFILES);
    let keys = [("AWS_ACCESS_KEY_ID", "x"), ("AWS_SECRET_ACCESS_KEY", "y")];
    let variables = [keys[0], keys[1], ("AWS_PROFILE", "home")];
    let remarks = connect(&home, &variables).remarks(&access(None)).await;
    assert!(remarks[0].contains("profile `home` (AWS_PROFILE) are ignored"), "{remarks:?}");
    assert!(connect(&home, &variables).remarks(&access(Some("home"))).await.is_empty());
    assert!(connect(&home, &keys).remarks(&access(None)).await.is_empty());
}

fn assumed() -> Answer {
    Answer::query(
        "AssumeRole",
        "<Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>s</SecretAccessKey>\
         <SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>",
    )
}

fn caller() -> Answer {
    Answer::query(
        "GetCallerIdentity",
        "<Account>123456789012</Account><Arn>arn:aws:sts::123456789012:assumed-role/Admin/me</Arn>",
    )
}

#[tokio::test]
async fn a_profile_with_a_device_needs_its_code_and_sends_it() {
    let home = home("credentials-mfa", PROFILES);
    let stub = Stub::start(vec![assumed(), caller(), caller()]);
    let connect = connect(&home, &[("AWS_ENDPOINT_URL", &stub.url)]);
    let mut access = access(Some("mfa"));
    let Err(ConnectError::Code(needed)) = connect.connect(&access).await else {
        panic!("no code was asked for");
    };
    let device = "arn:aws:iam::123456789012:mfa/laptop";
    assert_eq!(needed, CodeNeeded { profile: "mfa".to_owned(), device: device.to_owned() });
    assert!(stub.requests().is_empty());
    access.codes.add("mfa", "123456");
    assert!(!format!("{access:?}").contains("123456"));
    let cloud = connect.connect(&access).await.unwrap();
    for _ in 0..2 {
        assert_eq!(cloud.identity.caller().await.unwrap().account, "123456789012");
    }
    let requests = stub.requests();
    assert_eq!(requests.len(), 3, "the code was used twice: {requests:#?}");
    let expected = [
        ("Action", "AssumeRole"),
        ("RoleArn", "arn:aws:iam::123456789012:role/Admin"),
        ("SerialNumber", device),
        ("TokenCode", "123456"),
        ("DurationSeconds", "1800"),
        ("ExternalId", "me"),
    ];
    for (field, value) in expected {
        assert_eq!(requests[0].field(field).as_deref(), Some(value), "{field}");
    }
    assert_eq!(requests[1].header("x-amz-security-token"), "t");
}

#[tokio::test]
async fn a_role_that_aws_refuses_is_told_in_its_own_words() {
    let home = home("credentials-role", PROFILES);
    let stub = Stub::start(vec![Answer::refusal(403, "AccessDenied", "You may not.")]);
    let connect = connect(&home, &[("AWS_ENDPOINT_URL", &stub.url)]);
    let refused = connect.connect(&access(Some("role"))).await.err();
    let Some(ConnectError::Call(error)) = refused else { panic!("{refused:?}") };
    assert_eq!((error.operation, error.kind), ("AssumeRole", ErrorKind::Denied));
    assert_eq!(error.message, "You may not.");
}
