//! A call to AWS as a line, for `--verbose`.

use super::style::{DIM, styled};
use cloud::{CallOutcome, FinishedCall};

/// Service, operation, milliseconds, outcome, attempts if there was more than one, request ID.
pub fn call(call: &FinishedCall) -> String {
    let FinishedCall { service, operation, duration, attempts, outcome, request_id } = call;
    let outcome = match outcome {
        CallOutcome::Accepted(Some(status)) => format!("ok ({status})"),
        CallOutcome::Accepted(None) => "ok".to_owned(),
        CallOutcome::Refused { status, code: Some(code) } => format!("{} ({status})", plain(code)),
        CallOutcome::Refused { status, code: None } => format!("refused ({status})"),
        CallOutcome::Unanswered => "no answer".to_owned(),
    };
    let milliseconds = duration.as_millis();
    let mut line = format!("aws: {service} {operation}: {outcome} in {milliseconds} ms");
    if *attempts > 1 {
        line.push_str(&format!(", {attempts} attempts"));
    }
    if let Some(id) = request_id {
        line.push_str(&format!(", request ID {}", plain(id)));
    }
    styled(DIM, &line)
}

/// Codes and ids come from the other side, and may contain anything.
fn plain(text: &str) -> String {
    text.chars().map(|char| if char.is_ascii_graphic() { char } else { '?' }).take(128).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use anstream::adapter::strip_str;
    use std::time::Duration;

    fn line(outcome: CallOutcome, attempts: u32, request_id: Option<&str>) -> String {
        let text = call(&FinishedCall {
            service: "S3".to_owned(),
            operation: "PutObject".to_owned(),
            duration: Duration::from_millis(12),
            attempts,
            outcome,
            request_id: request_id.map(str::to_owned),
        });
        strip_str(&text).to_string()
    }

    #[test]
    fn every_outcome_has_its_words_and_nothing_else_gets_through() {
        let refused = |code: Option<&str>| CallOutcome::Refused {
            status: 403,
            code: code.map(str::to_owned),
        };
        let start = "aws: S3 PutObject: ";
        for (outcome, attempts, id, expected) in [
            (CallOutcome::Accepted(Some(200)), 1, Some("a-1"), "ok (200) in 12 ms, request ID a-1"),
            (CallOutcome::Accepted(None), 1, None, "ok in 12 ms"),
            (refused(Some("SlowDown")), 3, None, "SlowDown (403) in 12 ms, 3 attempts"),
            (refused(None), 1, None, "refused (403) in 12 ms"),
            (CallOutcome::Unanswered, 2, None, "no answer in 12 ms, 2 attempts"),
            (refused(Some("a\x1b[2J")), 1, Some("b\nc"), "a?[2J (403) in 12 ms, request ID b?c"),
        ] {
            assert_eq!(line(outcome, attempts, id), format!("{start}{expected}"));
        }
    }
}
