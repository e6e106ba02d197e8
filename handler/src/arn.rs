//! Execution names and the ARNs derived from them.
//!
//! Neither is ever looked up. The name of an execution is derived from the key of the message, and
//! its ARN from the name and the ARN of the state machine. So every invocation knows the ARN of the
//! execution before it makes a request.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

/// The longest name of an execution. Source: AWS Step Functions API reference, `StartExecution`.
const MAX_NAME: usize = 80;

/// The state machine whose executions decide, as configured: possibly a version or an alias.
///
/// An ARN does not show whether a machine is Standard or Express. What
/// [`crate::executions::Executions::start`] returns does.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StateMachineArn {
    /// `arn:PARTITION:states:REGION:ACCOUNT`.
    prefix: String,
    name: String,
    /// `:VERSION`, `:ALIAS` or empty.
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

/// A text that is not an ARN of the expected form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an ARN of the form {form}")]
pub struct ArnFault {
    text: String,
    form: &'static str,
}

impl ExecutionName {
    /// The key itself if it is a valid name, otherwise a hash of it. The original application used
    /// the key too, and a stack that was adopted from it can still have executions in flight.
    #[must_use]
    pub fn from_key(key: &str) -> Self {
        // Step Functions allows more characters, but CloudWatch Logs allows only these.
        let legal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if !key.is_empty() && key.len() <= MAX_NAME && key.bytes().all(legal) {
            return Self(key.to_owned());
        }
        let digest = Sha256::digest(key.as_bytes());
        Self(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

impl StateMachineArn {
    /// The ARN of the execution of this machine with that name. Executions of a version or an alias
    /// are executions of the machine.
    #[must_use]
    pub fn execution(&self, name: &ExecutionName) -> ExecutionArn {
        ExecutionArn {
            prefix: self.prefix.clone(),
            machine: self.name.clone(),
            name: name.0.clone(),
        }
    }

    /// The ARN to start an execution with: this one, including its version or alias, if the
    /// execution belongs to this machine; otherwise the machine that the ARN of the execution
    /// names. A message that was claimed for one machine is never decided by another.
    #[must_use]
    pub fn to_start(&self, execution: &ExecutionArn) -> Self {
        if self.prefix == execution.prefix && self.name == execution.machine {
            return self.clone();
        }
        execution.state_machine()
    }
}

impl ExecutionArn {
    /// The name of the execution.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The machine that the execution belongs to.
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
        ["arn", partition, "states", region, account, found, rest @ ..]
            if *found == kind
                && parts.iter().all(|part| !part.is_empty())
                && text.chars().all(|letter| letter.is_ascii_graphic()) =>
        {
            Some((format!("arn:{partition}:states:{region}:{account}"), rest.to_vec()))
        }
        _ => None,
    }
}

impl FromStr for StateMachineArn {
    type Err = ArnFault;

    fn from_str(text: &str) -> Result<Self, ArnFault> {
        let form = "arn:PARTITION:states:REGION:ACCOUNT:stateMachine:NAME";
        let fault = || ArnFault { text: text.to_owned(), form };
        let (prefix, rest) = split(text, "stateMachine").ok_or_else(fault)?;
        let (name, qualifier) = match rest.as_slice() {
            [name] => (*name, String::new()),
            [name, qualifier] => (*name, format!(":{qualifier}")),
            _ => return Err(fault()),
        };
        // `MACHINE/LABEL` names the child machine of a Map Run, which cannot be started.
        if name.contains('/') {
            return Err(fault());
        }
        Ok(Self { prefix, name: name.to_owned(), qualifier })
    }
}

impl FromStr for ExecutionArn {
    type Err = ArnFault;

    fn from_str(text: &str) -> Result<Self, ArnFault> {
        let form = "arn:PARTITION:states:REGION:ACCOUNT:execution:MACHINE:NAME";
        match split(text, "execution") {
            Some((prefix, rest)) if rest.len() == 2 => {
                Ok(Self { prefix, machine: rest[0].to_owned(), name: rest[1].to_owned() })
            }
            _ => Err(ArnFault { text: text.to_owned(), form }),
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
        write!(f, "{}:stateMachine:{}{}", self.prefix, self.name, self.qualifier)
    }
}

impl fmt::Display for ExecutionArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:execution:{}:{}", self.prefix, self.machine, self.name)
    }
}
