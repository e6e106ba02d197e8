//! The error if a rule's invocations ended without a verdict.

use std::time::Duration;

use crate::error::CommandError;
use crate::rule::{Asked, Ending, Response};

pub fn error(asked: &Asked, rule_timeout: Duration) -> CommandError {
    let count = asked.last.attempt;
    let error = CommandError::failed(match (&asked.ending, rule_timeout.as_secs() / 60) {
        (Ending::Hopeless, _) => {
            "the handler gives no verdict for an event like this, however often it is \
                                  asked; WorkMail would ask until the rule's timeout"
                .to_owned()
        }
        (_, 0) => "the function gave no verdict".to_owned(),
        (_, minutes) => {
            format!("the function gave no verdict in {minutes} min and {count} invocations")
        }
    });
    let error = match advice(&asked.last.response) {
        Some(advice) => error.hint(advice),
        None => error,
    };
    match &asked.last.log_line.execution_arn {
        Some(arn) => error.hint(format!("its execution is {arn}")),
        None => error,
    }
}

fn advice(response: &Response) -> Option<&'static str> {
    let error_type = match response {
        Response::Verdict => return None,
        Response::InvalidAnswer { .. } => {
            return Some("only our handler checks its verdicts: `deployer up` installs it");
        }
        Response::NoAnswerInTime => {
            return Some(
                "the function's timeout has to be below the 15 seconds that WorkMail waits",
            );
        }
        Response::NotInvoked { .. } => {
            return Some(
                "`deployer status` shows how often Lambda refused, and how the function is",
            );
        }
        Response::FunctionError { error_type, .. } => error_type.as_deref().unwrap_or_default(),
    };
    Some(match error_type {
        "NotReady" => {
            "the state machine takes longer: --rule-timeout MINUTES goes on asking (WorkMail's own goes to 240)"
        }
        "ExecutionFailed" => {
            "mend the state machine, or say with `deployer up --on-failure` what WorkMail is answered in its \
             place"
        }
        "InvalidVerdict" => {
            "mend what the state machine puts out: docs/user-guide.md, \"Writing a state machine\", shows \
             verdicts"
        }
        "InvalidMessage" => "`deployer event` prints events that the handler takes",
        "StateMachineUnavailable" => "`deployer status` says whether the state machine is there",
        _ => "the function's log says more",
    })
}
