//! Credentials: fetched before the first call, so that a failure is reported as what it is, and
//! again when they expire.

use std::fmt;
use std::time::{Duration, SystemTime};

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{self, ProvideCredentials, future};
use aws_smithy_runtime_api::client::result::ConnectorError;
use tokio::sync::Mutex;

use super::environment::Environment;
use super::error::{cause, failure};
use super::observed::{ObservedConfig, client_config};
use super::plain::{links, plain, sentences};
use super::profiles::{Chosen, Profiles};
use super::roles::{self, Base, Chain, Role, SOURCES, Way};
use crate::{CallObserver, CloudError, CodeNeeded, Codes, ConnectError, ErrorKind, Unusable};

/// The name of a role's session, unless the profile names one; CloudTrail shows it.
const SESSION: &str = "deployer";
/// Credentials are fetched again so long before they expire.
const BUFFER: Duration = Duration::from_secs(300);

/// Makes a configuration of the SDK for an environment and a profile.
pub(super) type Load = Box<
    dyn Fn(Environment, Option<String>) -> std::pin::Pin<Box<dyn Future<Output = SdkConfig> + Send>>
        + Send
        + Sync,
>;

/// Fetches credentials the way that the profiles and the environment describe.
pub(super) struct Source {
    chain: Chain,
    profiles: Profiles,
    environment: Environment,
    load: Load,
    calls: CallObserver,
    fetched: Mutex<Option<Credentials>>,
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // No part of the credentials belongs in a log.
        f.debug_struct("Source").finish_non_exhaustive()
    }
}

impl Source {
    /// Finds the way to the credentials; fetches nothing yet.
    pub(super) fn new(
        profiles: Profiles,
        environment: Environment,
        load: Load,
        calls: CallObserver,
    ) -> Result<Self, Unusable> {
        let chain = roles::chain(&environment, &profiles)?;
        Ok(Self { chain, profiles, environment, load, calls, fetched: Mutex::new(None) })
    }

    /// Fetches the credentials, with the codes that a person gave.
    pub(super) async fn fetch(&self, codes: &Codes) -> Result<(), ConnectError> {
        let needed = self.chain.roles.iter().find_map(|role| {
            let (profile, device) = (role.profile.clone(), role.device.clone()?);
            codes.of(&profile).is_none().then_some(CodeNeeded { profile, device })
        });
        if let Some(needed) = needed {
            return Err(ConnectError::Code(needed));
        }
        let credentials = self.resolve(codes).await?;
        *self.fetched.lock().await = Some(credentials);
        Ok(())
    }

    async fn resolve(&self, codes: &Codes) -> Result<Credentials, ConnectError> {
        let mut credentials = match &self.chain.base {
            Base::Keys(keys) => keys.clone(),
            Base::Profile(name, way) => self.of_profile(name, *way).await?,
            Base::Surroundings => self.of_surroundings().await?,
        };
        for role in &self.chain.roles {
            credentials = self.assume(role, credentials, codes).await?;
        }
        Ok(credentials)
    }

    async fn of_profile(&self, name: &str, way: Way) -> Result<Credentials, ConnectError> {
        let environment = self.environment.without(&SOURCES);
        let environment = environment.with("AWS_EC2_METADATA_DISABLED", "true");
        let found = self.ask(environment, Some(name.to_owned())).await;
        found.map_err(|error| self.profile_refused(name, way, &error))
    }

    async fn of_surroundings(&self) -> Result<Credentials, ConnectError> {
        let keys = &SOURCES[..4];
        // Not the name of a profile, so that no profile is tried again.
        let environment = self.environment.without(keys).with("AWS_PROFILE", "default");
        let found = self.ask(environment, None).await;
        found.map_err(|error| self.surroundings_refused(&error))
    }

    async fn ask(
        &self,
        environment: Environment,
        profile: Option<String>,
    ) -> Result<Credentials, CredentialsError> {
        let config = (self.load)(environment, profile).await;
        match config.credentials_provider() {
            Some(provider) => provider.provide_credentials().await,
            None => Err(CredentialsError::not_loaded_no_source()),
        }
    }

    async fn assume(
        &self,
        role: &Role,
        credentials: Credentials,
        codes: &Codes,
    ) -> Result<Credentials, ConnectError> {
        let code = codes.of(&role.profile).map(str::to_owned);
        if role.device.is_some() && code.is_none() {
            let profile = plain(&role.profile);
            let sentence = format!("the session of profile `{profile}` has ended");
            let hint = "run the command again; it prompts for a new code from the MFA device";
            return Err(Unusable::credentials(sentence).hint(hint).into());
        }
        let config = (self.load)(self.environment.clone(), None).await.into_builder();
        let provider = provider::SharedCredentialsProvider::new(credentials);
        let sdk = config.credentials_provider(provider).build();
        let config = ObservedConfig { sdk, calls: self.calls.clone() };
        let sts = aws_sdk_sts::Client::from_conf(client_config!(aws_sdk_sts, &config).build());
        // The caller's own credentials need this call, not the deployer; so the list of
        // permissions does not have it.
        let call = sts.assume_role().role_arn(&role.arn);
        let session = role.session.as_deref().unwrap_or(SESSION);
        let call = call.role_session_name(session).set_external_id(role.external_id.clone());
        let call = call.set_duration_seconds(role.seconds).set_token_code(code);
        let call = call.set_serial_number(role.device.clone());
        let answer = call.send().await.map_err(|error| failure("STS", "AssumeRole", error))?;
        let Some(assumed) = answer.credentials else {
            let sentence = format!("AWS returned no credentials for the role {}", plain(&role.arn));
            return Err(Unusable::credentials(sentence).into());
        };
        let (access, secret) = (assumed.access_key_id, assumed.secret_access_key);
        let expiry = SystemTime::try_from(assumed.expiration).ok();
        Ok(Credentials::new(access, secret, Some(assumed.session_token), expiry, "deployer"))
    }

    /// Credentials that are still good, or new ones.
    async fn current(&self) -> provider::Result {
        let mut fetched = self.fetched.lock().await;
        let now = wall_clock();
        let is_good = |one: &Credentials| one.expiry().is_none_or(|end| end > now + BUFFER);
        if let Some(good) = fetched.as_ref().filter(|one| is_good(one)) {
            return Ok(good.clone());
        }
        let renewed = self.resolve(&Codes::default()).await;
        let renewed = renewed.map_err(|error| match error {
            ConnectError::Unusable(unusable) => CredentialsError::provider_error(unusable),
            other => CredentialsError::provider_error(other),
        })?;
        *fetched = Some(renewed.clone());
        Ok(renewed)
    }
}

impl Source {
    fn profile_refused(&self, name: &str, way: Way, error: &CredentialsError) -> ConnectError {
        let shown = plain(name);
        if let Some(unreached) = unreached(way, error) {
            return unreached.into();
        }
        let reason = reason(error);
        let signed_out = || {
            Unusable::credentials(format!(
                "profile `{shown}` is not signed in: {}",
                no_token(error)
            ))
        };
        let unusable = match way {
            Way::SingleSignOn => {
                signed_out().hint(format!("`aws sso login --profile {shown}` signs in"))
            }
            Way::Login => signed_out().hint(format!("`aws login --profile {shown}` signs in")),
            Way::Process => Unusable::credentials(format!(
                "the credential_process of profile `{shown}` returned no credentials: {}",
                self.of_process(name, &reason)
            ))
            .hint(format!(
                "it is in {}; `aws sts get-caller-identity --profile {shown}` must work",
                plain(&self.profiles.file)
            )),
            Way::WebIdentity => Unusable::credentials(format!(
                "the web identity of profile `{shown}` returned no credentials: {reason}"
            ))
            .hint(format!(
                "web_identity_token_file in {} must name a valid token",
                plain(&self.profiles.file)
            )),
        };
        unusable.into()
    }

    /// The error of a profile's process. Names the program only, because its arguments can be
    /// secrets.
    fn of_process(&self, profile: &str, reason: &str) -> String {
        let command = self.profiles.value(profile, "credential_process").unwrap_or_default();
        let (program, arguments) =
            match command.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
                Some((program, arguments)) => (program, arguments),
                None => command.split_once(char::is_whitespace).unwrap_or((command, "")),
            };
        let more = if arguments.trim().is_empty() { "" } else { " …" };
        let program = format!("`{}{more}`", plain(program));
        let ended = reason.strip_prefix("exited with code ");
        match ended.map(|rest| rest.split_once(". Stderr:").unwrap_or((rest, ""))) {
            Some((code, said)) if said.trim().is_empty() => {
                format!("{program} exited with code {code} and printed no reason")
            }
            Some((code, said)) => {
                format!("{program} exited with code {code} and printed: {}", said.trim())
            }
            None => format!("{program}: {reason}"),
        }
    }

    fn surroundings_refused(&self, error: &CredentialsError) -> ConnectError {
        let named = SOURCES[4..].iter().find(|name| self.environment.get(name).is_some());
        if let Some(variable) = named {
            let reason = reason(error);
            let sentence =
                format!("the credentials that {variable} names are not available: {reason}");
            return Unusable::credentials(sentence)
                .hint(format!("correct {variable}, or unset it and use --profile NAME"))
                .into();
        }
        let (place, known) = (self.profiles.place(), self.profiles.known());
        let of_profile = match (self.profiles.chosen, self.profiles.has(&self.profiles.name)) {
            (Chosen::Variable(name), _) => {
                format!(
                    "profile `{}`, which {name} names, has none, and ",
                    plain(&self.profiles.name)
                )
            }
            (_, true) => "the profile `default` has none, and ".to_owned(),
            _ => String::new(),
        };
        let sentence = format!(
            "there are no credentials: {of_profile}the environment has no AWS_ACCESS_KEY_ID; profiles \
             are read from {place} ({known})"
        );
        let unusable = Unusable::credentials(sentence);
        let unusable = match known.starts_with("there are") {
            true => unusable.hint("--profile NAME or AWS_PROFILE=NAME chooses a profile"),
            false => unusable,
        };
        let hint = "`aws configure` sets up keys, `aws configure sso` single sign-on, and \
                    `aws sso login --profile NAME` signs in";
        unusable.hint(hint).into()
    }
}

/// Why there is no sign-in token.
fn no_token(error: &CredentialsError) -> String {
    let is_missing = |link: &(dyn std::error::Error + 'static)| {
        let cause = link.downcast_ref::<std::io::Error>();
        cause.is_some_and(|cause| cause.kind() == std::io::ErrorKind::NotFound)
    };
    let reason = reason(error);
    match links(error).any(is_missing) || reason.contains("failed to load the cached") {
        true => "there is no token of an earlier sign-in".to_owned(),
        false => reason,
    }
}

/// The deepest thing that is known about missing credentials, in one sentence.
fn reason(error: &CredentialsError) -> String {
    let mut all = sentences(error);
    let text = all.pop().unwrap_or_default();
    let text = match all.pop() {
        // The operating system's message alone does not name its subject.
        Some(context) if text.contains("(os error") => format!("{context}: {text}"),
        _ => text,
    };
    let beginnings = [
        "Error retrieving credentials from external process, ",
        "Error retrieving credentials from external process: ",
        "Error retrieving credentials: external process ",
    ];
    let text = beginnings.iter().find_map(|start| text.strip_prefix(start)).unwrap_or(&text);
    match text {
        "" => "unknown reason".to_owned(),
        text => text.replace("exited with code exit status: ", "exited with code "),
    }
}

/// A connection for fetching credentials that failed.
fn unreached(way: Way, error: &CredentialsError) -> Option<CloudError> {
    links(error).find_map(|link| link.downcast_ref::<ConnectorError>())?;
    let (service, operation) = match way {
        Way::SingleSignOn => ("IAM Identity Center", "GetRoleCredentials"),
        Way::Login => ("AWS Sign-In", "CreateOAuth2Token"),
        Way::Process | Way::WebIdentity => ("STS", "AssumeRoleWithWebIdentity"),
    };
    Some(CloudError {
        service,
        operation,
        kind: ErrorKind::Unreachable,
        code: None,
        message: "cannot send the request".to_owned(),
        request_id: None,
        source: cause(error),
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "the expiry of credentials is a matter of the wall clock"
)]
fn wall_clock() -> SystemTime {
    SystemTime::now()
}

impl ProvideCredentials for Source {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.current())
    }
}
