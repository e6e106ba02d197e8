//! Settings of the environment and the configuration files that the SDK would ignore, or fail on
//! with an unhelpful message.

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;

use super::environment::Environment;
use super::plain::plain;
use super::profiles::Profiles;
use crate::{Access, Unusable};

/// The services that the program calls: the part of the variable's name, and the name in a
/// `[services]` section.
const SERVICES: [(&str, &str); 15] = [
    ("CLOUDFORMATION", "cloudformation"),
    ("CLOUDWATCH", "cloudwatch"),
    ("CLOUDWATCH_LOGS", "cloudwatch_logs"),
    ("DYNAMODB", "dynamodb"),
    ("IAM", "iam"),
    ("LAMBDA", "lambda"),
    ("S3", "s3"),
    ("SERVICE_QUOTAS", "service_quotas"),
    ("SFN", "sfn"),
    ("SIGNIN", "signin"),
    ("SNS", "sns"),
    ("SSO", "sso"),
    ("SSO_OIDC", "sso_oidc"),
    ("STS", "sts"),
    ("WORKMAIL", "workmail"),
];

/// What a setting can be.
enum Kind {
    Flag,
    Count { least: u32 },
    OneOf(&'static [&'static str]),
}

/// Variables, their keys in a profile, and what they can be. Source: AWS SDKs and Tools Reference
/// Guide, "Settings reference".
const SETTINGS: [(&str, &str, Kind); 12] = [
    ("AWS_MAX_ATTEMPTS", "max_attempts", Kind::Count { least: 1 }),
    ("AWS_RETRY_MODE", "retry_mode", Kind::OneOf(&["legacy", "standard", "adaptive"])),
    ("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint", Kind::Flag),
    ("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint", Kind::Flag),
    ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls", Kind::Flag),
    ("AWS_EC2_METADATA_DISABLED", "", Kind::Flag),
    ("AWS_DISABLE_REQUEST_COMPRESSION", "disable_request_compression", Kind::Flag),
    (
        "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES",
        "request_min_compression_size_bytes",
        Kind::Count { least: 0 },
    ),
    ("AWS_REQUEST_CHECKSUM_CALCULATION", "request_checksum_calculation", Kind::OneOf(CHECKSUMS)),
    ("AWS_RESPONSE_CHECKSUM_VALIDATION", "response_checksum_validation", Kind::OneOf(CHECKSUMS)),
    (
        "AWS_ACCOUNT_ID_ENDPOINT_MODE",
        "account_id_endpoint_mode",
        Kind::OneOf(&["preferred", "disabled", "required"]),
    ),
    ("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "", Kind::OneOf(&["ipv4", "ipv6"])),
];

const CHECKSUMS: &[&str] = &["when_supported", "when_required"];

/// Checks every setting that the SDK would read.
pub(super) fn check(
    environment: &Environment,
    profiles: &Profiles,
    access: &Access,
) -> Result<(), Unusable> {
    for (variable, key, kind) in &SETTINGS {
        if let Some((value, origin)) = setting(environment, profiles, variable, key) {
            check_kind(kind, value, &origin)?;
        }
    }
    for (url, origin) in endpoints(environment, profiles, access) {
        check_url(url, &origin)?;
    }
    check_contradiction(environment, profiles, access)
}

/// The value of a setting and where it comes from: the variable, else the profile.
fn setting<'a>(
    environment: &'a Environment,
    profiles: &'a Profiles,
    variable: &str,
    key: &str,
) -> Option<(&'a str, String)> {
    match environment.get(variable) {
        Some(value) => Some((value, variable.to_owned())),
        None => Some((profiles.chosen_value(key)?, in_profile(profiles, key))),
    }
}

fn in_profile(profiles: &Profiles, key: &str) -> String {
    format!("{key} of profile `{}` in {}", plain(&profiles.name), plain(&profiles.file))
}

/// The number of attempts that the environment or the profile asks for.
pub(super) fn attempts(environment: &Environment, profiles: &Profiles) -> Option<u32> {
    setting(environment, profiles, "AWS_MAX_ATTEMPTS", "max_attempts")?.0.trim().parse().ok()
}

fn check_kind(kind: &Kind, value: &str, origin: &str) -> Result<(), Unusable> {
    let value = value.trim();
    let expected = match kind {
        Kind::Flag if ["true", "false"].iter().any(|word| word.eq_ignore_ascii_case(value)) => {
            return Ok(());
        }
        Kind::Flag => "true or false".to_owned(),
        Kind::Count { least } if value.parse::<u32>().is_ok_and(|count| count >= *least) => {
            return Ok(());
        }
        Kind::Count { least } => format!("a whole number of at least {least}"),
        Kind::OneOf(words) if words.iter().any(|word| word.eq_ignore_ascii_case(value)) => {
            return Ok(());
        }
        Kind::OneOf(words) => format!("one of {}", words.join(", ")),
    };
    Err(Unusable::setting(format!("{origin} is `{}`, but must be {expected}", plain(value))))
}

/// Every endpoint that is set, and where.
fn endpoints<'a>(
    environment: &'a Environment,
    profiles: &'a Profiles,
    access: &'a Access,
) -> Vec<(&'a str, String)> {
    let given = [
        (&access.endpoint_url, "--endpoint-url"),
        (&access.workmail_endpoint_url, "--workmail-endpoint-url"),
    ];
    let given = given.into_iter();
    let mut all: Vec<_> =
        given.filter_map(|(url, name)| Some((url.as_deref()?, name.to_owned()))).collect();
    if ignores_endpoints(environment, profiles) {
        return all;
    }
    let global = "AWS_ENDPOINT_URL".to_owned();
    let services = SERVICES.iter().map(|(name, _)| format!("AWS_ENDPOINT_URL_{name}"));
    for variable in std::iter::once(global).chain(services) {
        all.extend(environment.get(&variable).map(|url| (url, variable.clone())));
    }
    all.extend(environment.get(METADATA_ENDPOINT).map(|url| (url, METADATA_ENDPOINT.to_owned())));
    let key = "endpoint_url";
    all.extend(profiles.chosen_value(key).map(|url| (url, in_profile(profiles, key))));
    all.extend(SERVICES.iter().filter_map(|(_, service)| {
        let (section, url) = profiles.service_endpoint(service)?;
        let (section, file) = (plain(section), plain(&profiles.file));
        Some((url, format!("endpoint_url of {service} in [services {section}] in {file}")))
    }));
    all
}

const METADATA_ENDPOINT: &str = "AWS_EC2_METADATA_SERVICE_ENDPOINT";

fn ignores_endpoints(environment: &Environment, profiles: &Profiles) -> bool {
    is_on(environment, profiles, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", IGNORED)
}

const IGNORED: &str = "ignore_configured_endpoint_urls";

fn is_on(environment: &Environment, profiles: &Profiles, variable: &str, key: &str) -> bool {
    let value = setting(environment, profiles, variable, key);
    value.is_some_and(|(value, _)| value.trim().eq_ignore_ascii_case("true"))
}

fn check_url(url: &str, origin: &str) -> Result<(), Unusable> {
    let fault = match url.split_once("://") {
        None => "it has no scheme",
        Some(("http" | "https", _)) if is_endpoint(url) => return Ok(()),
        Some(("http" | "https", _)) => "it must be a host, with a port and a path if needed",
        Some(_) => "its scheme must be http or https",
    };
    let shown = plain(&without_password(url));
    let sentence = format!("{origin} is `{shown}`, which is not the URL of an endpoint: {fault}");
    Err(Unusable::setting(sentence).hint("a URL of an endpoint looks like https://host:port"))
}

/// Whether the HTTP client takes the URL, and it is nothing more than an endpoint.
fn is_endpoint(url: &str) -> bool {
    let host = url.split_once("://").map_or("", |(_, rest)| rest);
    let authority = host.split('/').next().unwrap_or_default();
    let odd = |one: char| !one.is_ascii_graphic() || matches!(one, '?' | '#' | '@' | '\\' | '`');
    let (name, port) = match authority.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
        _ => (authority, None),
    };
    let port_is_valid = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
    let mut probe = HttpRequest::new(SdkBody::empty());
    !name.is_empty() && port_is_valid && !url.contains(odd) && probe.set_uri(url).is_ok()
}

/// A URL without the user and password that it may contain.
pub(super) fn without_password(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let end = rest.find('/').unwrap_or(rest.len());
    match rest.get(..end).and_then(|authority| authority.rfind('@')) {
        Some(at) if scheme.is_empty() => format!("…{}", &rest[at..]),
        Some(at) => format!("{scheme}://…{}", &rest[at..]),
        None => url.to_owned(),
    }
}

/// AWS has no FIPS or dual-stack variant of an endpoint that is given.
fn check_contradiction(
    environment: &Environment,
    profiles: &Profiles,
    access: &Access,
) -> Result<(), Unusable> {
    let variants = [
        ("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
        ("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"),
    ];
    let on = variants.iter().find(|(name, key)| is_on(environment, profiles, name, key));
    let (Some((variable, key)), Some((_, endpoint))) =
        (on, endpoints(environment, profiles, access).into_iter().next())
    else {
        return Ok(());
    };
    let origin = match environment.get(variable) {
        Some(_) => (*variable).to_owned(),
        None => in_profile(profiles, key),
    };
    let sentence = format!("{origin} and {endpoint} contradict each other: set only one of them");
    Err(Unusable::setting(sentence))
}

/// Checks the form of a region's name. Which regions exist, AWS knows.
pub(super) fn check_region(region: &str, origin: &str) -> Result<(), Unusable> {
    let valid = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_name = region.len() <= 40
        && region.bytes().all(valid)
        && region.starts_with(|first: char| first.is_ascii_lowercase())
        && !region.ends_with('-');
    if !is_name {
        let sentence =
            format!("{origin} is `{}`, which is not the name of a region", plain(region));
        return Err(Unusable::setting(sentence).hint("a region looks like us-east-1"));
    }
    let zone = region.strip_suffix(|last: char| last.is_ascii_lowercase());
    match zone.filter(|zone| zone.ends_with(|last: char| last.is_ascii_digit())) {
        Some(zone) => {
            let sentence = format!("{origin} is `{region}`, which is an availability zone");
            Err(Unusable::setting(sentence).hint(format!("its region is {zone}")))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_urls_with_scheme_and_host_are_endpoints() {
        for url in
            ["http://127.0.0.1:4566", "https://[::1]:9297/", "https://vpce.aws/a", "http://h"]
        {
            assert_eq!(check_url(url, "X"), Ok(()), "{url}");
        }
        for url in [
            "",
            " ",
            "localhost:4566",
            "http://",
            "http:///p",
            "ftp://h",
            "http://h:0",
            "http://h:99999",
            "http://h:x",
            "http://a b",
            "http://h\n",
            "http://h?x=1",
            "http://[::1",
            "http://ü.de",
            "://",
        ] {
            assert!(check_url(url, "X").is_err(), "{url}");
        }
        let hidden = check_url("http://me:secret@h", "X").unwrap_err();
        assert!(!hidden.sentence.contains("secret"), "{}", hidden.sentence);
    }

    #[test]
    fn the_form_of_a_region_is_checked() {
        for region in ["us-east-1", "eu-isoe-west-1", "us-gov-west-1", "local"] {
            assert_eq!(check_region(region, "X"), Ok(()), "{region}");
        }
        for region in ["", "US-EAST-1", "us east 1", "us-east-1/", "-1", "us-east-", "us-east-1a"] {
            assert!(check_region(region, "X").is_err(), "{region}");
        }
    }

    #[test]
    fn values_of_the_wrong_kind_are_named() {
        let wrong = check_kind(&Kind::Count { least: 1 }, "0", "AWS_MAX_ATTEMPTS").unwrap_err();
        let expected = "AWS_MAX_ATTEMPTS is `0`, but must be a whole number of at least 1";
        assert_eq!(wrong.sentence, expected);
        assert!(check_kind(&Kind::Flag, "yes", "X").is_err());
        assert!(check_kind(&Kind::Flag, "TRUE", "X").is_ok());
        assert!(check_kind(&Kind::OneOf(CHECKSUMS), "never", "X").is_err());
    }
}
