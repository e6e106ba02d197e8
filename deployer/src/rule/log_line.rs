//! What the handler's own log line says about an invocation, read from the end of its log.

use serde::{Deserialize, Serialize};

/// The parts of the handler's line that an answer does not show.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all(deserialize = "camelCase"))]
pub struct LogLine {
    /// The execution that decides.
    pub execution_arn: Option<String>,
    /// The operator's policy, if it answered instead of the state machine.
    pub policy: Option<String>,
}

impl LogLine {
    /// The last line of a log that names an execution; empty if there is none, as with a function that is not
    /// our handler.
    pub fn last_of(log: &str) -> Self {
        let lines = log.lines().rev().filter_map(|line| serde_json::from_str(line.trim()).ok());
        lines.into_iter().find(|line: &Self| line.execution_arn.is_some()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_handlers_line_is_found_between_lambdas_lines() {
        let log = "TH\":\"cut\"}\n\
                   {\"type\":\"platform.start\",\"record\":{}}\n\
                   {\"level\":\"info\",\"executionArn\":\"arn:e\",\"policy\":\"drop\",\"calls\":2}\n\
                   {\"type\":\"platform.report\",\"record\":{}}\n";
        let line = LogLine::last_of(log);
        assert_eq!(line.execution_arn.as_deref(), Some("arn:e"));
        assert_eq!(line.policy.as_deref(), Some("drop"));
        assert_eq!(LogLine::last_of("START RequestId: 1\nnull\n3"), LogLine::default());
    }
}
