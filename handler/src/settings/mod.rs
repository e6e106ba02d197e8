//! The environment of the function. It is read once, and all faults are reported together.
//!
//! This is the only place that reads the environment. The four variables of the original
//! application keep their names and meanings, so that they work in the Lambda console as before.

use std::fmt;
use std::time::Duration;

use crate::arn::StateMachineArn;
use crate::on_failure::OnFailure;
use crate::rule::Rule;
use crate::ses::limits::MAX_WAIT as MAX_WAIT_FOR_SES;
use crate::workmail::limits::MAX_WAIT;

mod sources;

pub use sources::{SesSettings, Sources};

/// As in the original application. Both its template and ours set the variable.
const WAIT_IF_UNSET: Duration = Duration::ZERO;

/// The settings of the function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// `STATE_MACHINE_ARN`.
    pub machine: StateMachineArn,
    /// `EXECUTION_TABLE`.
    pub table: String,
    /// `MACHINE_STATE_FOR_OUTPUT`, `None` if empty.
    pub output_state: Option<String>,
    /// `WAIT_TIME_FOR_EXECUTION`.
    pub wait: Duration,
    /// `ON_FAILURE`.
    pub on_failure: OnFailure,
    /// `RULE`.
    pub rule: Rule,
    /// `SOURCES`, and the variables of each.
    pub sources: Sources,
    /// What to log about each invocation.
    pub telemetry: TelemetrySettings,
    /// How to reach AWS.
    pub aws: AwsSettings,
}

/// What to log about each invocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TelemetrySettings {
    /// Whether the line contains the event too, without its content: `LOG_LEVEL=debug`.
    pub debug: bool,
    /// Whether the line is a metric record too: always, except with `METRICS=off`.
    pub metrics: bool,
}

/// What Lambda provides to every function for access to AWS.
#[derive(Clone, PartialEq, Eq)]
pub struct AwsSettings {
    /// `AWS_REGION`.
    pub region: String,
    /// `AWS_ACCESS_KEY_ID`.
    pub access_key_id: String,
    /// `AWS_SECRET_ACCESS_KEY`.
    pub secret_access_key: String,
    /// `AWS_SESSION_TOKEN`.
    pub session_token: Option<String>,
    /// `AWS_ENDPOINT_URL_SFN`, else `AWS_ENDPOINT_URL`: a custom endpoint for Step Functions.
    pub executions_endpoint: Option<String>,
    /// `AWS_ENDPOINT_URL_DYNAMODB`, else `AWS_ENDPOINT_URL`: a custom endpoint for DynamoDB.
    pub ledger_endpoint: Option<String>,
    /// `AWS_ENDPOINT_URL_SES`, else `AWS_ENDPOINT_URL`: a custom endpoint for bounces.
    pub bounces_endpoint: Option<String>,
    /// The certificates to trust instead of the compiled-in roots.
    pub ca_bundle: Option<CaBundle>,
}

/// A file of certificates in PEM format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaBundle {
    /// The variable that names it: `AWS_CA_BUNDLE`, else `SSL_CERT_FILE`.
    pub variable: &'static str,
    /// The path of the file.
    pub path: String,
}

/// Everything that is wrong with the environment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(SettingFault::to_string).collect::<Vec<_>>().join("; "))]
pub struct SettingFaults(pub Vec<SettingFault>);

/// One setting that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingFault {
    /// The variable's name.
    pub name: &'static str,
    /// What is wrong with it.
    pub problem: String,
}

impl Settings {
    /// Reads the process's environment.
    ///
    /// # Errors
    ///
    /// [`SettingFaults`] with every fault.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub fn from_environment() -> Result<Self, SettingFaults> {
        Self::from_lookup(|name| std::env::var(name).ok())
    }

    /// Reads variables from any source. An empty value counts as unset, because the Lambda console
    /// and templates cannot omit a variable.
    ///
    /// # Errors
    ///
    /// [`SettingFaults`] with every fault.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, SettingFaults> {
        let mut reader = Reader { lookup, faults: Vec::new() };
        let machine = reader.required("STATE_MACHINE_ARN").and_then(|text| {
            reader.parsed("STATE_MACHINE_ARN", text.parse().map_err(|fault| format!("{fault}")))
        });
        let table = reader.required("EXECUTION_TABLE");
        let output_state = reader.optional("MACHINE_STATE_FOR_OUTPUT");
        let sources = reader.sources();
        // The function has one wait for all its mail systems.
        let most = if reader.names_workmail() { MAX_WAIT } else { MAX_WAIT_FOR_SES };
        let wait = match reader.optional("WAIT_TIME_FOR_EXECUTION") {
            Some(text) => reader.parsed("WAIT_TIME_FOR_EXECUTION", seconds(&text, most)),
            None => Some(WAIT_IF_UNSET),
        };
        let on_failure = match reader.optional("ON_FAILURE") {
            Some(text) => {
                reader.parsed("ON_FAILURE", text.parse().map_err(|fault| format!("{fault}")))
            }
            None => Some(OnFailure::default()),
        };
        let rule = match reader.optional("RULE") {
            Some(text) => reader.parsed("RULE", text.parse().map_err(|fault| format!("{fault}"))),
            None => Some(Rule::default()),
        };
        let telemetry = reader.telemetry();
        let aws = reader.aws();
        let settings = || {
            Some(Self {
                machine: machine?,
                table: table?,
                output_state,
                wait: wait?,
                on_failure: on_failure?,
                rule: rule?,
                sources: sources?,
                telemetry,
                aws: aws?,
            })
        };
        settings().ok_or(SettingFaults(reader.faults))
    }
}

/// Where Lambda's runtime API listens, as `HOST:PORT`. Set by Lambda itself.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one file that reads the environment")]
pub fn runtime_address() -> Option<String> {
    std::env::var("AWS_LAMBDA_RUNTIME_API").ok()
}

/// Reads a wait in seconds, at most `most`.
///
/// # Errors
///
/// A sentence that says which values are allowed.
fn seconds(text: &str, most: Duration) -> Result<Duration, String> {
    let wait = text.parse::<f64>().ok().and_then(|wait| Duration::try_from_secs_f64(wait).ok());
    wait.filter(|wait| *wait <= most).ok_or_else(|| {
        format!("`{text}` is not a number of seconds between 0 and {}", most.as_secs())
    })
}

struct Reader<F> {
    lookup: F,
    faults: Vec<SettingFault>,
}

impl<F: Fn(&str) -> Option<String>> Reader<F> {
    fn optional(&self, name: &str) -> Option<String> {
        let value = (self.lookup)(name)?.trim().to_owned();
        (!value.is_empty()).then_some(value)
    }

    fn required(&mut self, name: &'static str) -> Option<String> {
        let value = self.optional(name);
        if value.is_none() {
            self.faults.push(SettingFault { name, problem: "is not set".to_owned() });
        }
        value
    }

    fn parsed<T>(&mut self, name: &'static str, parsed: Result<T, String>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(problem) => {
                self.faults.push(SettingFault { name, problem });
                None
            }
        }
    }

    /// Unknown values have no effect: no mail waits because of a log setting.
    fn telemetry(&self) -> TelemetrySettings {
        let is = |name, word| self.optional(name).is_some_and(|set| set.eq_ignore_ascii_case(word));
        TelemetrySettings { debug: is("LOG_LEVEL", "debug"), metrics: !is("METRICS", "off") }
    }

    fn aws(&mut self) -> Option<AwsSettings> {
        let region = self.required("AWS_REGION");
        let access_key_id = self.required("AWS_ACCESS_KEY_ID");
        let secret_access_key = self.required("AWS_SECRET_ACCESS_KEY");
        let bundle = |variable| self.optional(variable).map(|path| CaBundle { variable, path });
        let endpoint = |name| self.optional(name).or_else(|| self.optional("AWS_ENDPOINT_URL"));
        Some(AwsSettings {
            executions_endpoint: endpoint("AWS_ENDPOINT_URL_SFN"),
            ledger_endpoint: endpoint("AWS_ENDPOINT_URL_DYNAMODB"),
            bounces_endpoint: endpoint("AWS_ENDPOINT_URL_SES"),
            ca_bundle: bundle("AWS_CA_BUNDLE").or_else(|| bundle("SSL_CERT_FILE")),
            session_token: self.optional("AWS_SESSION_TOKEN"),
            region: region?,
            access_key_id: access_key_id?,
            secret_access_key: secret_access_key?,
        })
    }
}

impl fmt::Display for SettingFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.problem)
    }
}

impl fmt::Debug for AwsSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsSettings")
            .field("region", &self.region)
            .field("executions_endpoint", &self.executions_endpoint)
            .field("ledger_endpoint", &self.ledger_endpoint)
            .field("bounces_endpoint", &self.bounces_endpoint)
            .field("ca_bundle", &self.ca_bundle)
            .finish_non_exhaustive()
    }
}
