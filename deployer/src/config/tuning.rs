//! How the handler behaves: its answer, memory, log retention.

use super::quoted::quoted;
use super::{AnswerSettings, FlowArgs};
use crate::finding::Finding;

/// The handler's settings, each within its limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tuning {
    /// How a message gets its answer.
    pub answer: AnswerSettings,
    pub memory: Memory,
    /// How long logs are kept.
    pub log_retention: LogRetention,
}

impl Tuning {
    /// Reads the options.
    /// Error: a finding for each option outside its limits.
    pub fn parse(args: &FlowArgs) -> Result<Self, Vec<Finding>> {
        let answer = AnswerSettings::parse(&args.answer);
        let memory = Memory::parse(&args.memory);
        let log_retention = LogRetention::parse(&args.log_retention);
        match (answer, memory, log_retention) {
            (Ok(answer), Ok(memory), Ok(log_retention)) => {
                Ok(Self { answer, memory, log_retention })
            }
            (answer, memory, log_retention) => {
                let mut faults = answer.err().unwrap_or_default();
                faults.extend(memory.err().into_iter().chain(log_retention.err()));
                Err(faults)
            }
        }
    }
}

/// Megabytes of memory, 128 to 10,240. Source: AWS Lambda developer guide, "Lambda quotas".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory(u32);

impl Memory {
    /// Reads megabytes.
    /// Error: a finding that names the limits.
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
    /// Error: a finding that lists the numbers on offer.
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

    pub fn days(self) -> u32 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
