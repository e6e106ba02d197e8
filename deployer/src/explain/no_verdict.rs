//! The error of a rule that got no verdict, and what to do about it.

use std::time::Duration;

use crate::error::CommandError;
use crate::finding::Finding;
use crate::next_command::NextCommand;
use crate::rule::{Ending, Invocations, Response};

/// The deployed function gave no verdict.
pub fn error(
    invocations: &Invocations,
    rule_timeout: Duration,
    next: &NextCommand,
) -> CommandError {
    let sentence = match (&invocations.ending, rule_timeout.as_secs()) {
        (Ending::Rejected, _) => {
            format!("{}; WorkMail would retry until the rule's timeout", rejected())
        }
        (_, 0..60) => "the function gave no verdict".to_owned(),
        _ => format!("the function gave no verdict in {}", effort(invocations, rule_timeout)),
    };
    let error = CommandError::failed(sentence);
    let error = match advice(&invocations.last.response, next) {
        Some(advice) => error.hint(advice),
        None => error,
    };
    match &invocations.last.log_line.execution_arn {
        Some(arn) => error.hint(format!("its execution is {arn}")),
        None => error,
    }
}

/// The simulated function gave no verdict.
pub fn simulated_error(
    invocations: &Invocations,
    rule_timeout: Duration,
    unanswered: &[Finding],
    next: &NextCommand,
) -> CommandError {
    match &invocations.ending {
        Ending::Rejected => CommandError::failed(rejected()).hint(event_hint(next)),
        _ => {
            let sentence = format!("there was no verdict in {}", effort(invocations, rule_timeout));
            CommandError::failed(sentence).hint(match unanswered.is_empty() {
                true => "with --with-contents, the timeline shows input and output of each state",
                false => "tasks had no answer: --answers FILE says what they answer, such as the flow's answers.yaml",
            })
        }
    }
}

fn event_hint(next: &NextCommand) -> String {
    format!("{} prints events that the handler accepts", next.code(&["event"]))
}

fn rejected() -> String {
    "the handler gives no verdict for an event like this, however often it is invoked".to_owned()
}

fn effort(invocations: &Invocations, rule_timeout: Duration) -> String {
    format!("{} min and {} invocations", rule_timeout.as_secs() / 60, invocations.last.attempt)
}

fn advice(response: &Response, next: &NextCommand) -> Option<String> {
    let error_type = match response {
        Response::Verdict | Response::Started => return None,
        Response::InvalidAnswer { .. } => {
            let up = next.code(&["up"]);
            return Some(format!("only our handler checks its verdicts: {up} installs it"));
        }
        Response::NoAnswerInTime => {
            let limit = "the function's timeout must be below the 15 seconds that WorkMail waits";
            return Some(limit.to_owned());
        }
        Response::NotInvoked { .. } => {
            let status = next.code(&["status"]);
            return Some(format!(
                "{status} shows how often Lambda refused, and the state of the function"
            ));
        }
        Response::FunctionError { error_type, .. } => error_type.as_deref().unwrap_or_default(),
    };
    Some(match error_type {
        "NotReady" => {
            "the state machine takes longer: --rule-timeout MINUTES retries for longer (WorkMail's own limit is 240)"
                .to_owned()
        }
        "ExecutionFailed" => format!(
            "fix the state machine, or say with {} what WorkMail is answered instead",
            next.code(&["up", "--on-failure", "ANSWER"])
        ),
        "InvalidVerdict" => {
            "fix the output of the state machine: docs/guides/write-a-flow.md shows \
             verdicts"
                .to_owned()
        }
        "InvalidMessage" => event_hint(next),
        "StateMachineUnavailable" => {
            format!("{} shows whether the state machine exists", next.code(&["status"]))
        }
        _ => format!("the function's log says more: {}", next.code(&["logs"])),
    })
}
