//! How the handler behaves: wait, output state, failure policy, memory, retention.

use std::time::Duration;

use handler::on_failure::{OnFailure, UnknownPolicy};
use handler::workmail::limits::{DEFAULT_WAIT, MAX_WAIT};

use super::quoted::quoted;
use crate::config::FlowArgs;
use crate::finding::Finding;

/// The handler's settings, each within its limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tuning {
    /// How long the first invocation waits for a verdict, where that was said.
    pub wait_time: Option<WaitTime>,
    /// The state whose exit is the verdict, where it is not the execution's output.
    pub output_state: Option<OutputState>,
    /// What happens when the state machine does not decide, where that was said.
    pub on_failure: Option<OnFailure>,
    /// The function's memory.
    pub memory: Memory,
    /// How long logs are kept.
    pub log_retention: LogRetention,
}

impl Tuning {
    /// Reads the options.
    ///
    /// # Errors
    /// A finding for each option outside its limits.
    pub fn parse(args: &FlowArgs) -> Result<Self, Vec<Finding>> {
        let wait_time = args.wait_time.as_deref().map(WaitTime::parse).transpose();
        let output_state = args.output_state.as_deref().map(OutputState::parse).transpose();
        let on_failure = args.on_failure.as_deref().map(on_failure).transpose();
        let memory = Memory::parse(&args.memory);
        let log_retention = LogRetention::parse(&args.log_retention);
        match (wait_time, output_state, on_failure, memory, log_retention) {
            (Ok(wait_time), Ok(output_state), Ok(on_failure), Ok(memory), Ok(log_retention)) => {
                Ok(Self { wait_time, output_state, on_failure, memory, log_retention })
            }
            (wait_time, output_state, on_failure, memory, log_retention) => Err([
                wait_time.err(),
                output_state.err(),
                on_failure.err(),
                memory.err(),
                log_retention.err(),
            ]
            .into_iter()
            .flatten()
            .collect()),
        }
    }
}

/// Reads `--on-failure`.
///
/// # Errors
/// A finding that names the policies.
pub fn on_failure(word: &str) -> Result<OnFailure, Finding> {
    word.parse().map_err(|unknown: UnknownPolicy| {
        Finding::error("on-failure", "--on-failure", unknown.to_string())
    })
}

/// Seconds the first invocation waits, 0 to 13, to the millisecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitTime(Duration);

impl WaitTime {
    /// Reads seconds, with a fraction or without.
    ///
    /// # Errors
    /// A finding that names the limit and its reason.
    pub fn parse(text: &str) -> Result<Self, Finding> {
        let seconds = Some(text)
            .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))
            .and_then(|text| text.parse::<f64>().ok())
            .filter(|seconds| *seconds <= MAX_WAIT.as_secs_f64());
        match seconds {
            Some(seconds) => Ok(Self(Duration::from_millis((seconds * 1000.0).round() as u64))),
            None => Err(Finding::error(
                "wait-time",
                "--wait-time",
                format!(
                    "`{}`: seconds from 0 to {}, such as 1 or 2.5; WorkMail gives an invocation up \
                     after 15 seconds",
                    quoted(text),
                    MAX_WAIT.as_secs()
                ),
            )),
        }
    }
}

impl WaitTime {
    /// The wait itself.
    #[must_use]
    pub fn duration(self) -> Duration {
        self.0
    }

    /// The wait that is closest to one that somebody else set: the longest one in place of a longer one, and
    /// the default in place of what is no number of seconds.
    #[must_use]
    pub fn nearest(text: &str) -> Self {
        let longer = text.parse::<f64>().is_ok_and(|seconds| seconds > MAX_WAIT.as_secs_f64());
        if longer { Self(MAX_WAIT) } else { Self::parse(text).unwrap_or_default() }
    }
}

impl Default for WaitTime {
    fn default() -> Self {
        Self(DEFAULT_WAIT)
    }
}

/// As the handler reads it: seconds without needless zeros.
impl std::fmt::Display for WaitTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0.as_secs_f64())
    }
}

/// The name of a state, 1 to 80 characters. Source: Amazon States Language, "States".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputState(String);

impl OutputState {
    /// Reads a state's name.
    ///
    /// # Errors
    /// A finding that names the limit.
    pub fn parse(text: &str) -> Result<Self, Finding> {
        if (1..=80).contains(&text.chars().count()) && !text.chars().any(char::is_control) {
            return Ok(Self(text.to_owned()));
        }
        Err(Finding::error(
            "output-state",
            "--output-state",
            format!(
                "`{}`: a state's name has 1 to 80 characters, none a control character",
                quoted(text)
            ),
        ))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Megabytes of memory, 128 to 10,240. Source: Lambda API reference, `CreateFunction`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory(u32);

impl Memory {
    /// Reads megabytes.
    ///
    /// # Errors
    /// A finding that names the limits.
    pub fn parse(text: &str) -> Result<Self, Finding> {
        match text.parse::<u32>() {
            Ok(megabytes) if (128..=10_240).contains(&megabytes) => Ok(Self(megabytes)),
            _ => Err(Finding::error(
                "memory",
                "--memory",
                format!("`{}`: megabytes from 128 to 10240, a whole number", quoted(text)),
            )),
        }
    }

    /// The megabytes.
    #[must_use]
    pub fn megabytes(self) -> u32 {
        self.0
    }
}

/// Days for which logs are kept: one of the numbers CloudWatch Logs offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogRetention(u32);

impl LogRetention {
    /// Source: CloudWatch Logs API reference, `PutRetentionPolicy`.
    pub const DAYS: [u32; 22] = [
        1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557,
        2922, 3288, 3653,
    ];

    /// Reads days.
    ///
    /// # Errors
    /// A finding that lists the numbers on offer.
    pub fn parse(text: &str) -> Result<Self, Finding> {
        match text.parse::<u32>() {
            Ok(days) if Self::DAYS.contains(&days) => Ok(Self(days)),
            _ => Err(Finding::error(
                "log-retention",
                "--log-retention",
                format!(
                    "`{}`: CloudWatch Logs keeps logs for one of these numbers of days: {}",
                    quoted(text),
                    Self::DAYS.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
                ),
            )),
        }
    }

    /// The days.
    #[must_use]
    pub fn days(self) -> u32 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_seconds_up_to_thirteen() {
        for (text, written) in
            [("1", "1"), ("0", "0"), ("0.5", "0.5"), ("13", "13"), ("2.50", "2.5")]
        {
            assert_eq!(WaitTime::parse(text).unwrap().to_string(), written);
        }
        for text in ["", "-1", "13.001", "1e1", "NaN", "inf", "1,5", " 1", "15", ".", "1.2.3"] {
            assert!(WaitTime::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn memory_and_retention_know_their_limits() {
        assert!(Memory::parse("128").is_ok() && Memory::parse("10240").is_ok());
        for text in ["127", "10241", "128.5", "-128", "128MB", ""] {
            assert!(Memory::parse(text).is_err(), "{text:?}");
        }
        assert_eq!(LogRetention::parse("30").unwrap().days(), 30);
        for text in ["0", "2", "13", "x", ""] {
            assert!(LogRetention::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_state_name_has_one_to_eighty_characters() {
        assert!(OutputState::parse("DEFAULT Action").is_ok());
        assert!(OutputState::parse(&"ä".repeat(80)).is_ok());
        assert!(OutputState::parse(&"a".repeat(81)).is_err());
        assert!(OutputState::parse("").is_err());
    }
}
