//! What the handler reports about each message: its log level, and whether it emits metrics.

use std::fmt;

use super::quoted::quoted;
use crate::config::FlowArgs;
use crate::document::suggestion::or_meant;
use crate::finding::Finding;

/// What the handler reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Telemetry {
    pub log_level: LogLevel,
    pub metrics: Metrics,
}

impl Telemetry {
    pub fn parse(args: &FlowArgs) -> Result<Self, Vec<Finding>> {
        match (LogLevel::parse(&args.log_level), Metrics::parse(&args.metrics)) {
            (Ok(log_level), Ok(metrics)) => Ok(Self { log_level, metrics }),
            (log_level, metrics) => Err(log_level.err().into_iter().chain(metrics.err()).collect()),
        }
    }
}

/// `LOG_LEVEL` of the handler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogLevel {
    /// One line per invocation.
    Info,
    /// The line also has the event, without its content.
    Debug,
}

impl LogLevel {
    pub fn parse(text: &str) -> Result<Self, Finding> {
        match text {
            "info" => Ok(Self::Info),
            "debug" => Ok(Self::Debug),
            _ => {
                let sentence = format!("`{}` is not one of info, debug", quoted(text));
                let fault = Finding::error("log-level", "--log-level", sentence);
                Err(or_meant(fault, text, ["info", "debug"]))
            }
        }
    }
}

/// As the handler reads it.
impl fmt::Display for LogLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Info => "info",
            Self::Debug => "debug",
        })
    }
}

/// `METRICS` of the handler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metrics {
    On,
    Off,
}

impl Metrics {
    /// Reads `on` or `off`; also `true` and `false`, which YAML turns them into.
    pub fn parse(text: &str) -> Result<Self, Finding> {
        match text {
            "on" | "true" => Ok(Self::On),
            "off" | "false" => Ok(Self::Off),
            _ => {
                let sentence = format!("`{}` is not one of on, off", quoted(text));
                let fault = Finding::error("metrics", "--metrics", sentence);
                Err(or_meant(fault, text, ["on", "off"]))
            }
        }
    }
}

/// As the handler reads it.
impl fmt::Display for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::On => "on",
            Self::Off => "off",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_round_trip() {
        for text in ["info", "debug"] {
            assert_eq!(LogLevel::parse(text).unwrap().to_string(), text);
        }
        for text in ["on", "off"] {
            assert_eq!(Metrics::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Metrics::parse("false"), Ok(Metrics::Off));
        for text in ["", "INFO", "trace", "On", "0"] {
            assert!(LogLevel::parse(text).is_err() && Metrics::parse(text).is_err(), "{text}");
        }
    }
}
