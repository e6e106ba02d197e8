//! Requests for a verdict, as text: what is about to happen, every invocation, and the outcome.

use std::time::Duration;

use handler::actions::Direction;
use handler::actions::Effect;
use handler::actions::verdict::{Action, ActionType};
use handler::rule::Rule;
use handler::workmail::Message;
use handler::workmail::event::MessageFault;

use super::style::{BOLD, DIM, ERROR, SUCCESS, WARNING, styled};
use super::summary;
use crate::host::harmless::{in_json, printable};
use crate::rule::backoff::{FIRST_PAUSE, GROWTH, LONGEST_PAUSE};
use crate::rule::{Fallback, Invocation, Response, RuleOutcome};

/// The maximum length of a function's error message; stack traces belong in its log.
const LONGEST_MESSAGE: usize = 300;

/// What is about to happen.
pub fn about_to_invoke(
    function: &str,
    machine: Option<&str>,
    message: Option<&Message>,
    rule: Rule,
    rule_timeout: Duration,
) -> String {
    let mut lines = vec![styled(BOLD, &format!("this invokes {function} as a WorkMail rule does"))];
    if let Some(message) = message {
        let direction = match message.direction() {
            Some(Direction::Inbound) => "an inbound message",
            Some(Direction::Outbound) => "an outbound message",
            None => "a message",
        };
        let (count, id) = (message.recipients().len(), printable(message.invocation_id()));
        let recipients = summary::count(count, "recipient");
        lines.push(format!("  about {direction} to {recipients}, invocation ID {id}"));
    }
    let machine = machine.map(|machine| format!(" of {machine}")).unwrap_or_default();
    let warning = format!(
        "  A real execution{machine} starts, with all that its states do, unless the message had one before."
    );
    // An event that is not a message starts no execution and is sent only once.
    if message.is_some() {
        lines.push(styled(WARNING, &warning));
    }
    if message.is_some() && rule == Rule::Synchronous && !rule_timeout.is_zero() {
        lines.push(styled(DIM, &assumption(rule_timeout)));
    }
    lines.join("\n")
}

/// The values that AWS does not document.
fn assumption(rule_timeout: Duration) -> String {
    format!(
        "  assumed: pauses of {} s at first, {GROWTH} times as long each time, at most {} s, for {} min in all; AWS \
         says that WorkMail retries with exponential backoff, but gives no figures",
        FIRST_PAUSE.as_secs(),
        LONGEST_PAUSE.as_secs(),
        rule_timeout.as_secs() / 60,
    )
}

/// The warning about an event that the handler does not accept.
pub fn no_message(fault: &MessageFault) -> String {
    styled(
        WARNING,
        &format!("warning: {}; the handler gives no verdict for it", printable(&fault.to_string())),
    )
}

/// An invocation that has ended.
pub fn invocation(invocation: &Invocation) -> Vec<String> {
    let Invocation { attempt, after_seconds, milliseconds, response, again_in_seconds, .. } =
        invocation;
    let when = match after_seconds {
        0 => String::new(),
        seconds => format!(", {seconds} s after the first"),
    };
    let retry = again_in_seconds.map(|seconds| format!("; again in {seconds} s"));
    let retry = retry.unwrap_or_default();
    let what = response_text(response);
    let mut lines = vec![format!("invocation {attempt}{when}: {what} ({milliseconds} ms){retry}")];
    if let Response::InvalidAnswer { findings } = response {
        let findings = findings.iter().flat_map(|finding| summary::finding(finding, false));
        lines.extend(findings.map(|line| format!("  {line}")));
    }
    lines
}

fn response_text(response: &Response) -> String {
    match response {
        Response::Verdict => styled(SUCCESS, "a verdict"),
        Response::Started => styled(SUCCESS, "started"),
        Response::InvalidAnswer { .. } => styled(ERROR, "an answer that WorkMail does not accept"),
        Response::NoAnswerInTime => styled(ERROR, "no answer in the 15 s that WorkMail waits"),
        Response::NotInvoked { code, reason } => {
            let code = code.as_ref().map(|code| format!(" ({code})")).unwrap_or_default();
            styled(ERROR, &printable(&format!("not invoked{code}: {reason}")))
        }
        Response::FunctionError { error_type, error_message } => {
            let style = if error_type.as_deref() == Some("NotReady") { WARNING } else { ERROR };
            let name = error_type.as_deref().unwrap_or("an error without a type");
            let message = error_message.as_deref().map(|text| format!(": {}", beginning(text)));
            styled(style, &printable(&format!("{name}{}", message.unwrap_or_default())))
        }
    }
}

/// The beginning of a text, on one line.
fn beginning(text: &str) -> String {
    let line: Vec<&str> = text.split_whitespace().collect();
    let line = line.join(" ");
    match line.char_indices().nth(LONGEST_MESSAGE) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// The outcome for each recipient, and the verdict itself.
pub fn rule_outcome(outcome: &RuleOutcome<'_>) -> String {
    let mut lines = Vec::new();
    lines.extend(outcome.policy.map(|policy| {
        format!("by the operator's policy (--on-failure {policy}), not by the state machine:")
    }));
    let width =
        outcome.recipients.iter().map(|effect| recipient_name(effect).chars().count()).max();
    let width = width.unwrap_or_default();
    for effect in &outcome.recipients {
        let added = if effect.added { "added to the message; " } else { "" };
        let what = actions(&effect.actions, outcome.fallback);
        lines.push(format!("{:<width$}  {added}{what}", recipient_name(effect)));
    }
    match outcome.verdict {
        Some(verdict) => lines.push(in_json(verdict.get())),
        None if outcome.rule == Rule::Asynchronous => lines.push(
            "the rule is asynchronous: WorkMail delivers the message as if no rule matched, and waits for \
             no verdict"
                .to_owned(),
        ),
        None => lines.push("no verdict".to_owned()),
    }
    lines.join("\n")
}

fn recipient_name(effect: &Effect) -> String {
    printable(effect.recipient.as_deref().unwrap_or("(addresses the event left out)"))
}

pub(super) fn actions(actions: &[Action], fallback: Option<Fallback>) -> String {
    match (actions, fallback) {
        ([], Some(fallback)) => format!("the rule's fallback action: {}", fallback_text(fallback)),
        ([], None) => "the rule's fallback action, whichever that is".to_owned(),
        ([action], _) => action_text(action),
        (several, _) => {
            let several: Vec<String> = several.iter().map(action_text).collect();
            format!("{}; AWS does not document which of these", several.join(", or "))
        }
    }
}

fn action_text(action: &Action) -> String {
    format!("{}: {}", action.kind.as_str(), effect_of(action.kind))
}

/// What an action does with a recipient's message.
pub(super) fn effect_of(action: ActionType) -> &'static str {
    match action {
        ActionType::Bounce => "not delivered, and the sender is notified",
        ActionType::Drop => "not delivered, and no one is notified",
        ActionType::Default => "as if no rule matched",
        ActionType::BypassSpamCheck => "to the inbox, even if it is spam",
        ActionType::MoveToJunk => "to the junk folder",
    }
}

fn fallback_text(fallback: Fallback) -> &'static str {
    match fallback {
        Fallback::Default => "as if no rule matched",
        Fallback::Bounce => "not delivered, and the sender is notified",
        Fallback::Drop => "not delivered, and no one is notified",
        Fallback::Junk => "to the junk folder",
        Fallback::NeverJunk => "to the inbox, even if it is spam",
        Fallback::SmtpGateway => "by the SMTP gateway",
    }
}
