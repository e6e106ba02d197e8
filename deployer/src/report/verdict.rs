//! The outcome of a message, and what it means for its recipients.

use jiff::Timestamp;

use super::invocation::effect_of;
use super::style::{BOLD, DIM, ERROR, SUCCESS, WARNING, styled};
use crate::host::harmless::printable;
use crate::trace::{
    DecidedBy, Group, MessageOutcome, MessageRecord, TimelineEvent, TimelineEventKind,
};

/// The end of the report.
pub(super) fn lines(
    outcome: &MessageOutcome,
    record: &MessageRecord,
    timeline: &[TimelineEvent],
    now: Timestamp,
) -> Vec<String> {
    let over = record.asked_until().is_some_and(|until| until < now);
    match outcome {
        MessageOutcome::Decided { by, groups, findings } => {
            let mut text = vec![styled(
                SUCCESS,
                &format!("verdict {}, {}", decided_by(by), delivery(record, over)),
            )];
            let is_only = groups.len() == 1 && record.history.is_some();
            text.extend(groups.iter().flat_map(|one| group(one, is_only)));
            if !findings.is_empty() {
                text.push(styled(WARNING, &format!("  findings: {}", findings.join(", "))));
            }
            text
        }
        MessageOutcome::Pending => {
            let mut text = vec![styled(BOLD, "no verdict yet: the execution is running")];
            if let Some((state, kind)) = current_state(timeline) {
                text.push(format!("  it is in {} ({kind})", printable(state)));
            }
            text.push(final_step("retries", over));
            text
        }
        MessageOutcome::Failed { status, error } => {
            let error = error.as_ref().map(|error| format!(" with {}", printable(error)));
            let failed =
                format!("no verdict: the execution ended {status}{}", error.unwrap_or_default());
            let redrive = "  a redrive within 14 days can still succeed; `up` with --on-failure \
                           decides what is answered otherwise";
            let mut text = vec![styled(ERROR, &failed), final_step("retries", over)];
            text.extend((!over).then(|| redrive.to_owned()));
            text
        }
        MessageOutcome::Invalid { findings } => {
            let mut text = vec![styled(ERROR, "no verdict: the output is not a valid verdict")];
            text.extend(findings.iter().map(|finding| format!("  {}", printable(finding))));
            text.push(final_step("retries", over));
            text
        }
        MessageOutcome::Lost => vec![styled(
            WARNING,
            "what happened to it is not kept anymore: neither the execution nor a recorded verdict is left",
        )],
        MessageOutcome::Unaffected { status, error } => unaffected(*status, error.as_deref()),
        MessageOutcome::NotStarted => vec![
            styled(BOLD, "no verdict yet: there is no execution"),
            final_step("retries, which starts it,", over),
        ],
    }
}

fn unaffected(status: Option<&str>, error: Option<&str>) -> Vec<String> {
    let error = error.map(|error| format!(" with {}", printable(error))).unwrap_or_default();
    let (style, execution) = match status {
        None => (BOLD, "the execution is running".to_owned()),
        Some("SUCCEEDED") => (SUCCESS, "the execution succeeded".to_owned()),
        Some(status) => (ERROR, format!("the execution ended {status}{error}")),
    };
    vec![
        styled(style, &execution),
        "  the rule is asynchronous: WorkMail delivered the message and waits for no verdict"
            .to_owned(),
    ]
}

fn decided_by(by: &DecidedBy) -> String {
    match by {
        DecidedBy::Execution => "of the execution".to_owned(),
        DecidedBy::State(state) => format!("of the state `{}`", printable(state)),
        DecidedBy::Record => "as recorded in the deduplication table".to_owned(),
        DecidedBy::Policy(policy) => format!("by the policy `{policy}`"),
    }
}

/// Whether WorkMail received the verdict.
fn delivery(record: &MessageRecord, over: bool) -> &'static str {
    match record.lines.iter().any(|(_, line)| line.is_answer()) {
        true => "given to WorkMail:",
        false if record.lines.is_empty() => {
            "but the log does not show yet whether WorkMail has it:"
        }
        false if over => {
            "too late: WorkMail had applied the rule's fallback action to all recipients:"
        }
        false => "which WorkMail gets when it retries, if the rule's timeout allows:",
    }
}

/// What WorkMail does at the end. `over` is true after the longest possible rule timeout.
fn final_step(asks: &str, over: bool) -> String {
    match over {
        true => "  WorkMail has applied the rule's fallback action to all recipients".to_owned(),
        false => format!(
            "  WorkMail {asks} until the rule's timeout, then applies the fallback action to all recipients"
        ),
    }
}

/// The state that was entered last.
fn current_state(timeline: &[TimelineEvent]) -> Option<(&str, &str)> {
    timeline.iter().rev().find_map(|event| match &event.kind {
        TimelineEventKind::Entered { state, kind, .. } => Some((state.as_str(), kind.as_str())),
        _ => None,
    })
}

fn group(group: &Group, is_only: bool) -> Vec<String> {
    let (action, meaning) = match group.actions[..] {
        [] => ("(fallback)".to_owned(), "the rule's fallback action, whichever that is"),
        [action] => (action.as_str().to_owned(), effect_of(action)),
        ref several => {
            let several: Vec<&str> = several.iter().map(|action| action.as_str()).collect();
            (several.join(" or "), "AWS does not document which of these")
        }
    };
    let mut text = vec![format!("  {action:<17} {}: {meaning}", recipients_text(group, is_only))];
    let address = |one: &String| styled(DIM, &format!("{:20}{}", "", printable(one)));
    text.extend(group.addresses.iter().map(address));
    text
}

fn recipients_text(group: &Group, is_only: bool) -> String {
    let mut parts = Vec::new();
    match (group.recipients, is_only && group.added == 0) {
        (0, _) => {}
        (recipients, true) => parts.push(format!("all ({})", count(recipients))),
        (recipients, false) => parts.push(count(recipients)),
    }
    if group.added > 0 {
        parts.push(format!("{} added as BCC", group.added));
    }
    if group.others {
        parts.push("all others".to_owned());
    }
    parts.join(", ")
}

fn count(number: usize) -> String {
    match number {
        1 => "1 recipient".to_owned(),
        number => format!("{number} recipients"),
    }
}
