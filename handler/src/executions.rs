//! Executions of state machines: how one is named and found, and what can be asked about it.
//!
//! Nothing is ever looked up. An execution's name follows from the message's key, its ARN from the
//! name and the state machine's ARN, so every invocation knows where to look before it looks.

use std::fmt;
use std::future::Future;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::error::CallError;

/// The longest name of an execution. Source: AWS Step Functions API reference, `StartExecution`.
const MAX_NAME: usize = 80;

/// The state machine whose executions decide, as it is configured: possibly a version or an alias.
///
/// An ARN does not say whether a machine is Standard or Express; what
/// [`Executions::start`] returns does.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StateMachineArn {
    /// `arn:PARTITION:states:REGION:ACCOUNT`.
    prefix: String,
    name: String,
    /// `:VERSION` or `:ALIAS`, or nothing.
    qualifier: String,
}

/// The ARN of one execution of a Standard state machine.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExecutionArn {
    prefix: String,
    machine: String,
    name: String,
}

/// The name of the execution for a message.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ExecutionName(String);

/// A text that is not the ARN it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an ARN of the form {form}")]
pub struct ArnFault {
    text: String,
    form: &'static str,
}

impl ExecutionName {
    /// The key itself where it can be a name (as in the original application, whose executions a
    /// stack that was taken over still has in flight), else a hash of it.
    #[must_use]
    pub fn from_key(key: &str) -> Self {
        // Step Functions takes more letters, but CloudWatch Logs takes only these.
        let legal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if !key.is_empty() && key.len() <= MAX_NAME && key.bytes().all(legal) {
            return Self(key.to_owned());
        }
        let digest = Sha256::digest(key.as_bytes());
        Self(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

impl StateMachineArn {
    /// The ARN of this machine's execution of that name. Executions of a version or an alias are
    /// executions of the machine.
    #[must_use]
    pub fn execution(&self, name: &ExecutionName) -> ExecutionArn {
        ExecutionArn {
            prefix: self.prefix.clone(),
            machine: self.name.clone(),
            name: name.0.clone(),
        }
    }

    /// The ARN to start an execution with: this one, version or alias included, if the execution is
    /// of this machine, else the machine that the execution's own ARN names. A message claimed for
    /// one machine is never decided by another.
    #[must_use]
    pub fn to_start(&self, execution: &ExecutionArn) -> Self {
        if self.prefix == execution.prefix && self.name == execution.machine {
            return self.clone();
        }
        execution.state_machine()
    }
}

impl ExecutionArn {
    /// The execution's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The machine it is an execution of.
    #[must_use]
    pub fn state_machine(&self) -> StateMachineArn {
        StateMachineArn {
            prefix: self.prefix.clone(),
            name: self.machine.clone(),
            qualifier: String::new(),
        }
    }
}

/// Splits `arn:P:states:R:A:KIND:rest` into its prefix and the parts of the rest.
fn split<'a>(text: &'a str, kind: &str) -> Option<(String, Vec<&'a str>)> {
    let parts: Vec<&str> = text.split(':').collect();
    match parts.as_slice() {
        [
            "arn",
            partition,
            "states",
            region,
            account,
            found,
            rest @ ..,
        ] if *found == kind
            && parts.iter().all(|part| !part.is_empty())
            && text.chars().all(|letter| letter.is_ascii_graphic()) =>
        {
            Some((
                format!("arn:{partition}:states:{region}:{account}"),
                rest.to_vec(),
            ))
        }
        _ => None,
    }
}

impl FromStr for StateMachineArn {
    type Err = ArnFault;

    fn from_str(text: &str) -> Result<Self, ArnFault> {
        let form = "arn:PARTITION:states:REGION:ACCOUNT:stateMachine:NAME";
        let fault = || ArnFault {
            text: text.to_owned(),
            form,
        };
        let (prefix, rest) = split(text, "stateMachine").ok_or_else(fault)?;
        let (name, qualifier) = match rest.as_slice() {
            [name] => (*name, String::new()),
            [name, qualifier] => (*name, format!(":{qualifier}")),
            _ => return Err(fault()),
        };
        // `MACHINE/LABEL` names the child machine of a Map Run, which nobody can start.
        if name.contains('/') {
            return Err(fault());
        }
        Ok(Self {
            prefix,
            name: name.to_owned(),
            qualifier,
        })
    }
}

impl FromStr for ExecutionArn {
    type Err = ArnFault;

    fn from_str(text: &str) -> Result<Self, ArnFault> {
        let form = "arn:PARTITION:states:REGION:ACCOUNT:execution:MACHINE:NAME";
        match split(text, "execution") {
            Some((prefix, rest)) if rest.len() == 2 => Ok(Self {
                prefix,
                machine: rest[0].to_owned(),
                name: rest[1].to_owned(),
            }),
            _ => Err(ArnFault {
                text: text.to_owned(),
                form,
            }),
        }
    }
}

impl fmt::Display for ExecutionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for StateMachineArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:stateMachine:{}{}",
            self.prefix, self.name, self.qualifier
        )
    }
}

impl fmt::Display for ExecutionArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:execution:{}:{}",
            self.prefix, self.machine, self.name
        )
    }
}

/// What one look at an execution found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// There is no such execution, or it is too new to be seen.
    Missing,
    /// It has not ended, and the output state, if there is one, has not been passed.
    Running,
    /// The output state was passed; whether the execution has ended does not matter.
    Passed {
        /// The output state's name.
        state: String,
        /// What the state put out.
        output: Option<String>,
    },
    /// It succeeded, and either there is no output state or it was never passed.
    Succeeded {
        /// What the execution put out; reads lag, so it can be absent for a moment.
        output: Option<String>,
    },
    /// It ended without success. Not for ever: it can be redriven.
    Unsuccessful(Ending),
}

/// How an execution ended without success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// Which end.
    pub status: EndStatus,
    /// The error name the definition or the service gave; the cause is left where it is, because
    /// it can hold parts of the message.
    pub error: Option<String>,
}

/// The ends without success.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EndStatus {
    /// A state failed.
    Failed,
    /// `TimeoutSeconds` of the definition passed.
    TimedOut,
    /// Somebody stopped it.
    Aborted,
}

impl EndStatus {
    /// Step Functions' word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "FAILED",
            Self::TimedOut => "TIMED_OUT",
            Self::Aborted => "ABORTED",
        }
    }
}

/// An event of an execution's history, as far as a verdict depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HistoryEvent {
    /// A state of any type was left.
    Exited {
        /// The state's name.
        state: String,
        /// What it put out; absent in the API's model, so possibly absent.
        output: Option<String>,
    },
    /// The execution succeeded.
    Succeeded {
        /// What it put out.
        output: Option<String>,
    },
    /// The execution ended without success.
    Unsuccessful(Ending),
    /// Anything else, a redrive included: if it is the newest event, the execution is running.
    Other,
}

/// A page of an execution's history, newest event first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryPage {
    /// Newest first.
    pub events: Vec<HistoryEvent>,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
}

/// What became of a request to start an execution. Either way the execution exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Started {
    /// It was started now, or it is running since an equal request.
    Accepted(String),
    /// Its name is taken: it was started before and has closed (or had another input).
    AlreadyExists,
}

/// Why the executions could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum ExecutionsError {
    /// The state machine does not exist, is being deleted, or its ARN is refused.
    #[error("the state machine cannot be started")]
    StateMachine(#[source] CallError),
    /// The execution got another ARN than the one that follows from its name, as Express machines
    /// do it: every start of one is a new execution, which no retry would find again.
    #[error("{started} was started, not {expected}: the state machine is no Standard one")]
    NotStandard {
        /// The ARN that the service gave.
        started: String,
        /// The ARN that was derived.
        expected: ExecutionArn,
    },
    /// Any other failure: throttling, network, permissions, quotas.
    #[error("the executions could not be asked")]
    Call(#[source] CallError),
}

/// The service that runs executions. Its reads are eventually consistent.
pub trait Executions: Sync {
    /// Starts an execution. Repeating a start with the same name and input is harmless.
    fn start(
        &self,
        machine: &StateMachineArn,
        name: &str,
        input: &str,
    ) -> impl Future<Output = Result<Started, ExecutionsError>> + Send;

    /// Looks at an execution. Never [`Outcome::Passed`]: that takes the history.
    fn describe(
        &self,
        execution: &ExecutionArn,
    ) -> impl Future<Output = Result<Outcome, ExecutionsError>> + Send;

    /// A page of an execution's history, newest event first, or `None` if there is no such
    /// execution. `from` is [`HistoryPage::next`] of the page before.
    fn history_page(
        &self,
        execution: &ExecutionArn,
        from: Option<&str>,
    ) -> impl Future<Output = Result<Option<HistoryPage>, ExecutionsError>> + Send;
}
