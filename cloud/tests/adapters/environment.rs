//! What the environment and the configuration files set: empty is unset, and what cannot be used is
//! an error that names its origin.

use std::path::Path;

use cloud::aws::AwsConnect;
use cloud::{Access, Area, Connect, ConnectError};

use crate::stub::{Answer, Stub};

const KEYS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "x"), ("AWS_SECRET_ACCESS_KEY", "y")];

/// A connection whose configuration file has this text.
fn connect(name: &str, config: &str, variables: &[(&str, &str)]) -> AwsConnect {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.config"));
    std::fs::write(&file, config).unwrap();
    let file = file.to_str().unwrap();
    let all = [("AWS_CONFIG_FILE", file), ("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")];
    let all = all.iter().chain(&KEYS).chain(variables);
    let owned = all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    AwsConnect::with_environment(owned.collect::<Vec<_>>()).with_attempts(1)
}

fn access() -> Access {
    Access { region: Some("us-east-1".to_owned()), ..Access::default() }
}

/// The error of a connection that cannot be made because of a setting.
async fn refused(connect: &AwsConnect, access: &Access) -> String {
    match connect.connect(access).await.err() {
        Some(ConnectError::Unusable(unusable)) => {
            assert_eq!(unusable.area, Area::Settings, "{unusable:?}");
            unusable.sentence
        }
        other => panic!("{other:?}"),
    }
}

fn caller() -> Answer {
    Answer::query("GetCallerIdentity", "<Account>123456789012</Account><Arn>a</Arn>")
}

#[tokio::test]
async fn empty_variables_are_unset_ones() {
    let stub = Stub::start(vec![caller()]);
    let empty = [
        "AWS_ENDPOINT_URL_STS",
        "AWS_ENDPOINT_URL_CLOUDFORMATION",
        "AWS_PROFILE",
        "AWS_DEFAULT_PROFILE",
        "AWS_CA_BUNDLE",
        "AWS_USE_FIPS_ENDPOINT",
        "AWS_MAX_ATTEMPTS",
        "AWS_SESSION_TOKEN",
        "AWS_REGION",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "SSL_CERT_FILE",
    ];
    let mut variables: Vec<_> = empty.map(|name| (name, "")).to_vec();
    variables
        .extend([("AWS_ENDPOINT_URL", stub.url.as_str()), ("AWS_DEFAULT_REGION", "eu-west-1")]);
    let connect = connect("environment-empty", "", &variables);
    let region = connect.configured_region(&Access::default()).await.unwrap();
    let region = region.unwrap();
    assert_eq!(
        (region.region.as_str(), region.origin.as_str()),
        ("eu-west-1", "AWS_DEFAULT_REGION")
    );
    let cloud = connect.connect(&access()).await.unwrap();
    assert_eq!(cloud.identity.caller().await.unwrap().account, "123456789012");
}

#[tokio::test]
async fn workmail_has_the_endpoint_of_its_variable_unless_the_option_names_one() {
    const ORGANIZATION: &str = "m-0123456789abcdef0123456789abcdef";
    let described = || Answer::ok(format!(r#"{{"OrganizationId": "{ORGANIZATION}"}}"#));
    let variable = Stub::start(vec![described()]);
    let variables = [("AWS_ENDPOINT_URL_WORKMAIL", variable.url.as_str())];
    let connect = connect("environment-workmail", "", &variables);
    let cloud = connect.connect(&access()).await.unwrap();
    cloud.organizations.organization(ORGANIZATION).await.unwrap();
    assert_eq!(variable.request().header("x-amz-target"), "WorkMailService.DescribeOrganization");

    let option = Stub::start(vec![described()]);
    let given = Access { workmail_endpoint_url: Some(option.url.clone()), ..access() };
    let cloud = connect.connect(&given).await.unwrap();
    cloud.organizations.organization(ORGANIZATION).await.unwrap();
    assert_eq!(option.request().header("x-amz-target"), "WorkMailService.DescribeOrganization");
}

#[tokio::test]
async fn absurd_variables_are_named() {
    for (name, value, fault) in [
        ("AWS_ENDPOINT_URL", "localhost:4566", "it has no scheme"),
        ("AWS_ENDPOINT_URL_S3", "ftp://h", "its scheme must be http or https"),
        ("AWS_ENDPOINT_URL_WORKMAIL", "http://", "it must be a host"),
        ("AWS_MAX_ATTEMPTS", "many", "must be a whole number of at least 1"),
        ("AWS_RETRY_MODE", "never", "must be one of legacy, standard, adaptive"),
        ("AWS_USE_FIPS_ENDPOINT", "1", "must be true or false"),
        ("AWS_CA_BUNDLE", "/nonexistent/ca.pem", "/nonexistent/ca.pem"),
        ("HTTPS_PROXY", "socks5://p:1", "not the URL of a proxy"),
    ] {
        let sentence =
            refused(&connect("environment-absurd", "", &[(name, value)]), &access()).await;
        assert!(sentence.starts_with(&format!("{name} is `{value}`")), "{sentence}");
        assert!(sentence.contains(fault), "{sentence}");
    }
}

#[tokio::test]
async fn absurd_values_of_options_and_files_are_named() {
    let config =
        "[default]\nservices = dev\nmax_attempts = 0\n[services dev]\ns3 =\n  endpoint_url = h:1\n";
    let sentence = refused(&connect("environment-file", config, &[]), &access()).await;
    assert!(sentence.starts_with("max_attempts of profile `default` in "), "{sentence}");
    let config = config.replace("max_attempts = 0\n", "");
    let sentence = refused(&connect("environment-services", &config, &[]), &access()).await;
    assert!(sentence.starts_with("endpoint_url of s3 in [services dev] in "), "{sentence}");
    let odd = "[default]\nendpoint_url = x\n";
    let sentence = refused(&connect("environment-url", odd, &[]), &access()).await;
    assert!(sentence.starts_with("endpoint_url of profile `default` in "), "{sentence}");
    let given = Access { endpoint_url: Some(String::new()), ..access() };
    let sentence = refused(&connect("environment-option", "", &[]), &given).await;
    assert!(sentence.starts_with("--endpoint-url is ``"), "{sentence}");
    let given = Access { workmail_endpoint_url: Some("h".to_owned()), ..access() };
    let sentence = refused(&connect("environment-option", "", &[]), &given).await;
    assert!(sentence.starts_with("--workmail-endpoint-url is `h`"), "{sentence}");
    let given = Access { region: Some("US EAST".to_owned()), ..access() };
    let sentence = refused(&connect("environment-option", "", &[]), &given).await;
    assert_eq!(sentence, "the region is `US EAST`, which is not the name of a region");
}

#[tokio::test]
async fn an_empty_endpoint_in_a_file_is_unset() {
    let stub = Stub::start(vec![caller()]);
    let global = format!(
        "[default]\nservices = dev\nendpoint_url = {}\n[services dev]\nsts =\n  endpoint_url =\n",
        stub.url
    );
    let cloud = connect("environment-no-sts", &global, &[]).connect(&access()).await.unwrap();
    assert_eq!(cloud.identity.caller().await.unwrap().account, "123456789012");
    // AWS itself is asked, which here fails only because of the proxy.
    let proxy = Stub::start(Vec::new());
    let variables = [("HTTPS_PROXY", proxy.url.as_str())];
    let empty = connect("environment-no-url", "[default]\nendpoint_url =\n", &variables);
    let cloud = empty.connect(&access()).await.unwrap();
    assert!(cloud.identity.caller().await.is_err());
    let asked = proxy.requests();
    assert!(asked[0].line.contains("sts.us-east-1.amazonaws.com"), "{asked:?}");
}

#[tokio::test]
async fn contradictory_variables_are_named() {
    let variables = [("AWS_USE_FIPS_ENDPOINT", "true"), ("AWS_ENDPOINT_URL", "http://127.0.0.1:9")];
    let sentence = refused(&connect("environment-contradiction", "", &variables), &access()).await;
    let expected =
        "AWS_USE_FIPS_ENDPOINT and AWS_ENDPOINT_URL contradict each other: set only one of them";
    assert_eq!(sentence, expected);
    let ignored = [variables[0], variables[1], ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")];
    let ignoring = connect("environment-ignored", "", &ignored);
    assert!(ignoring.connect(&access()).await.is_ok());
}

#[tokio::test]
async fn a_region_that_is_none_is_named_with_its_origin() {
    let connect = connect("environment-region", "[default]\nregion = US-EAST-1\n", &[]);
    let unusable = connect.configured_region(&Access::default()).await.unwrap_err();
    assert!(unusable.sentence.starts_with("region of profile `default` in "), "{unusable:?}");
}
