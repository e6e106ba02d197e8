//! Where the credentials of a profile come from: its own settings, and the roles that are assumed
//! one after the other, each with the credentials of the previous one.

use aws_credential_types::Credentials;

use super::environment::Environment;
use super::plain::plain;
use super::profiles::{Chosen, Profiles};
use crate::Unusable;

/// The first credentials, and the roles to assume with them.
#[derive(Debug)]
pub(super) struct Chain {
    pub(super) base: Base,
    /// In the order in which they are assumed.
    pub(super) roles: Vec<Role>,
}

/// Where the first credentials come from.
#[derive(Debug)]
pub(super) enum Base {
    /// Keys that are given directly.
    Keys(Credentials),
    /// A profile that the SDK reads itself, and how it gets credentials.
    Profile(String, Way),
    /// What the SDK finds without a profile: web identity, container, instance.
    Surroundings,
}

/// How a profile gets credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    SingleSignOn,
    Login,
    Process,
    WebIdentity,
}

/// A role, as its profile describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Role {
    pub(super) profile: String,
    pub(super) arn: String,
    pub(super) session: Option<String>,
    pub(super) external_id: Option<String>,
    pub(super) seconds: Option<i32>,
    /// The multi-factor device whose code is needed.
    pub(super) device: Option<String>,
}

/// Finds the way to credentials, by the SDK's precedence: a profile that is given by name, keys in
/// the environment, another profile, and the program's surroundings (container, instance).
pub(super) fn chain(environment: &Environment, profiles: &Profiles) -> Result<Chain, Unusable> {
    let explicit = profiles.chosen == Chosen::Option;
    if !explicit && let Some(keys) = environment_keys(environment)? {
        return Ok(Chain { base: Base::Keys(keys), roles: Vec::new() });
    }
    if explicit || names_credentials(profiles, &profiles.name) {
        return of_profile(environment, profiles);
    }
    Ok(Chain { base: Base::Surroundings, roles: Vec::new() })
}

const ACCESS_KEY: &str = "AWS_ACCESS_KEY_ID";
const SECRET_KEY: &str = "AWS_SECRET_ACCESS_KEY";
const SESSION_TOKEN: &str = "AWS_SESSION_TOKEN";
/// The variables of keys, and those that name other sources of credentials.
pub(super) const SOURCES: [&str; 8] = [
    ACCESS_KEY,
    SECRET_KEY,
    "SECRET_ACCESS_KEY",
    SESSION_TOKEN,
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
];

/// Whether the environment has keys, which then count more than `AWS_PROFILE`.
pub(super) fn has_environment_keys(environment: &Environment) -> bool {
    environment.get(ACCESS_KEY).is_some()
}

fn environment_keys(environment: &Environment) -> Result<Option<Credentials>, Unusable> {
    let found = [ACCESS_KEY, SECRET_KEY].map(|name| environment.get(name));
    let (access, secret) = match found {
        [Some(access), Some(secret)] => (access, secret),
        [None, None] => return Ok(None),
        [access, _] => {
            let (set, unset) =
                if access.is_some() { (ACCESS_KEY, SECRET_KEY) } else { (SECRET_KEY, ACCESS_KEY) };
            let sentence = format!("{set} is set, but {unset} is not");
            return Err(Unusable::credentials(sentence).hint("set both of them, or neither"));
        }
    };
    let token = environment.get(SESSION_TOKEN);
    for (name, value) in
        [(ACCESS_KEY, Some(access)), (SECRET_KEY, Some(secret)), (SESSION_TOKEN, token)]
    {
        check_key(value, name)?;
    }
    Ok(Some(keys(access, secret, token)))
}

fn keys(access: &str, secret: &str, token: Option<&str>) -> Credentials {
    Credentials::new(access, secret, token.map(str::to_owned), None, "deployer")
}

/// Keys are sent in headers, and no key of AWS has other characters. The value is a secret.
fn check_key(value: Option<&str>, origin: &str) -> Result<(), Unusable> {
    match value {
        Some(value) if !value.bytes().all(|byte| byte.is_ascii_graphic()) => {
            let sentence =
                format!("{origin} has characters that are not valid in a key, such as white space");
            Err(Unusable::credentials(sentence).hint("set it to the key only"))
        }
        _ => Ok(()),
    }
}

const KEYS: [&str; 3] = ["aws_access_key_id", "aws_secret_access_key", "aws_session_token"];
const SINGLE_SIGN_ON: [&str; 5] =
    ["sso_session", "sso_account_id", "sso_role_name", "sso_region", "sso_start_url"];

/// Whether a profile says anything about credentials.
fn names_credentials(profiles: &Profiles, name: &str) -> bool {
    let others =
        ["role_arn", "login_session", "credential_process", "web_identity_token_file"].iter();
    let mut all = KEYS.iter().chain(&SINGLE_SIGN_ON).chain(others);
    all.any(|key| profiles.value(name, key).is_some())
}

fn of_profile(environment: &Environment, profiles: &Profiles) -> Result<Chain, Unusable> {
    let (mut visited, mut roles) = (Vec::<String>::new(), Vec::new());
    let mut name = profiles.name.clone();
    let base = loop {
        if visited.contains(&name) {
            visited.push(name);
            return Err(circle(profiles, &visited));
        }
        visited.push(name.clone());
        // Keys of a source profile count more than the role that it names.
        if visited.len() > 1 && profiles.value(&name, KEYS[0]).is_some() {
            break own(profiles, &name)?;
        }
        let is_role = profiles.value(&name, "role_arn").is_some()
            && profiles.value(&name, "web_identity_token_file").is_none();
        if !is_role {
            break own(profiles, &name)?;
        }
        roles.push(role(profiles, &name)?);
        match source(profiles, &name)? {
            Source::Profile(source) if source == name => break own(profiles, &name)?,
            Source::Profile(source) => name = source,
            Source::Environment => break of_environment(environment, profiles, &name)?,
            Source::Surroundings => break Base::Surroundings,
        }
    };
    roles.reverse();
    Ok(Chain { base, roles })
}

fn circle(profiles: &Profiles, visited: &[String]) -> Unusable {
    let path: Vec<String> = visited.iter().map(|name| plain(name)).collect();
    let sentence = format!("source_profile is circular: {}", path.join(" → "));
    Unusable::credentials(sentence).hint(in_file(profiles, "change source_profile"))
}

fn in_file(profiles: &Profiles, what: &str) -> String {
    format!("{what} in {}", plain(&profiles.file))
}

enum Source {
    Profile(String),
    Environment,
    Surroundings,
}

/// Whose credentials a role is assumed with.
fn source(profiles: &Profiles, name: &str) -> Result<Source, Unusable> {
    let shown = plain(name);
    let profile = profiles.value(name, "source_profile");
    let place = profiles.value(name, "credential_source");
    let fault = |fault: &str| {
        let sentence = format!("profile `{shown}` names a role, {fault}");
        Err(Unusable::credentials(sentence)
            .hint(in_file(profiles, "set either source_profile or credential_source")))
    };
    match (profile, place.map(str::to_ascii_lowercase).as_deref()) {
        (Some(_), Some(_)) => fault("and both source_profile and credential_source"),
        (None, None) => fault("but neither source_profile nor credential_source"),
        (Some(source), None) if !profiles.has(source) => {
            let (source, known) = (plain(source), profiles.known());
            let sentence = format!(
                "profile `{shown}` takes its credentials from profile `{source}`, which does not exist \
                 ({known})"
            );
            Err(Unusable::credentials(sentence).hint(in_file(profiles, "change source_profile")))
        }
        (Some(source), None) => Ok(Source::Profile(source.to_owned())),
        (None, Some("environment")) => Ok(Source::Environment),
        (None, Some("ecscontainer" | "ec2instancemetadata")) => Ok(Source::Surroundings),
        (None, Some(other)) => {
            let other = plain(other);
            fault(&format!(
                "and the unknown credential_source `{other}`; valid values are Environment, \
                 EcsContainer, and Ec2InstanceMetadata"
            ))
        }
    }
}

fn of_environment(
    environment: &Environment,
    profiles: &Profiles,
    name: &str,
) -> Result<Base, Unusable> {
    environment_keys(environment)?.map(Base::Keys).ok_or_else(|| {
        let sentence = format!(
            "profile `{}` takes its credentials from the environment, which has none",
            plain(name)
        );
        Unusable::credentials(sentence).hint(format!(
            "set {ACCESS_KEY} and {SECRET_KEY}, or {}",
            in_file(profiles, "change credential_source")
        ))
    })
}

/// The credentials of a profile itself.
fn own(profiles: &Profiles, name: &str) -> Result<Base, Unusable> {
    let has = |key: &str| profiles.value(name, key).is_some();
    let way = if has("web_identity_token_file") {
        Way::WebIdentity
    } else if SINGLE_SIGN_ON.iter().any(|key| has(key)) && !has(KEYS[0]) {
        check_single_sign_on(profiles, name)?;
        Way::SingleSignOn
    } else if has("login_session") {
        Way::Login
    } else if has("credential_process") && !has(KEYS[0]) {
        Way::Process
    } else {
        return written(profiles, name).map(Base::Keys);
    };
    Ok(Base::Profile(name.to_owned(), way))
}

/// The keys that a profile has.
fn written(profiles: &Profiles, name: &str) -> Result<Credentials, Unusable> {
    let (shown, value) = (plain(name), |key| profiles.value(name, key));
    let [access, secret, token] = KEYS.map(value);
    let hint = format!("`aws configure --profile {shown}` sets keys");
    match (access, secret) {
        (Some(access), Some(secret)) => {
            for (key, value) in KEYS.iter().zip([Some(access), Some(secret), token]) {
                check_key(value, &format!("{key} of profile `{shown}`"))?;
            }
            Ok(keys(access, secret, token))
        }
        (None, None) => {
            let place = in_file(profiles, &format!("profile `{shown}`"));
            Err(Unusable::credentials(format!("{place} has no credentials"))
                .hint(hint)
                .hint(format!("`aws configure sso --profile {shown}` sets up single sign-on")))
        }
        (access, _) => {
            let (set, unset) =
                if access.is_some() { (KEYS[0], KEYS[1]) } else { (KEYS[1], KEYS[0]) };
            let sentence = format!("profile `{shown}` has {set}, but not {unset}");
            Err(Unusable::credentials(sentence).hint(hint))
        }
    }
}

/// Finds what is missing for single sign-on, which the SDK reports in other words.
fn check_single_sign_on(profiles: &Profiles, name: &str) -> Result<(), Unusable> {
    let shown = plain(name);
    let fault = |fault: String| {
        Err(Unusable::credentials(fault)
            .hint(format!("`aws configure sso --profile {shown}` sets up single sign-on")))
    };
    let session = profiles.value(name, "sso_session");
    if let Some(session) = session.filter(|session| !profiles.has_session(session)) {
        let (session, file) = (plain(session), plain(&profiles.file));
        return fault(format!(
            "profile `{shown}` uses the single sign-on session `{session}`, which {file} does not have"
        ));
    }
    let place = match session {
        Some(session) => format!("[sso-session {}]", plain(session)),
        None => format!("profile `{shown}`"),
    };
    for key in ["sso_region", "sso_start_url"] {
        let value = match session {
            Some(session) => profiles.session_value(session, key),
            None => profiles.value(name, key),
        };
        if value.is_none() {
            return fault(format!("{place} has no {key}"));
        }
    }
    for key in ["sso_account_id", "sso_role_name"] {
        if profiles.value(name, key).is_none() {
            return fault(format!("profile `{shown}` has no {key}"));
        }
    }
    Ok(())
}

fn role(profiles: &Profiles, name: &str) -> Result<Role, Unusable> {
    let value = |key| profiles.value(name, key).map(str::to_owned);
    let seconds = value("duration_seconds").map(|text| text.trim().parse::<i32>());
    let seconds = seconds.transpose().map_err(|_| {
        let sentence = format!("duration_seconds of profile `{}` is not a number", plain(name));
        Unusable::credentials(sentence).hint(in_file(profiles, "change it"))
    })?;
    Ok(Role {
        profile: name.to_owned(),
        arn: value("role_arn").unwrap_or_default(),
        session: value("role_session_name"),
        external_id: value("external_id"),
        seconds,
        device: value("mfa_serial"),
    })
}
