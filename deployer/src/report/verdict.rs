//! The outcome of a message, and what it means for its recipients.

use jiff::Timestamp;

use super::invocation::effect_of;
use super::log_line::printable;
use super::style::{BAD, CAREFUL, GOOD, QUIET, STRONG, styled};
use crate::trace::{
    DecidedBy, Group, MessageOutcome, MessageRecord, TimelineEvent, TimelineEventKind,
};

/// The last part of the trace.
pub(super) fn lines(
    outcome: &MessageOutcome,
    record: &MessageRecord,
    timeline: &[TimelineEvent],
    now: Timestamp,
) -> Vec<String> {
    let over = record.asked_until().is_some_and(|until| until < now);
    match outcome {
        MessageOutcome::Decided { by, groups, findings } => {
            let mut text =
                vec![styled(GOOD, &format!("verdict {}, {}", whose(by), given(record, over)))];
            let sole = groups.len() == 1 && record.history.is_some();
            text.extend(groups.iter().flat_map(|one| group(one, sole)));
            if !findings.is_empty() {
                text.push(styled(CAREFUL, &format!("  findings: {}", findings.join(", "))));
            }
            text
        }
        MessageOutcome::Pending => {
            let mut text = vec![styled(STRONG, "no verdict yet: the execution goes on")];
            if let Some((state, kind)) = current_state(timeline) {
                text.push(format!("  it is in {} ({kind})", printable(state)));
            }
            text.push(in_the_end("asks again", over));
            text
        }
        MessageOutcome::Failed { status, error } => {
            let error = error.as_ref().map(|error| format!(" with {}", printable(error)));
            let failed =
                format!("no verdict: the execution ended {status}{}", error.unwrap_or_default());
            let redrive = "  a redrive within 14 days can still succeed; `--on-failure` of `deployer up` \
                           decides what is answered otherwise";
            let mut text = vec![styled(BAD, &failed), in_the_end("asks in vain", over)];
            text.extend((!over).then(|| redrive.to_owned()));
            text
        }
        MessageOutcome::Invalid { findings } => {
            let mut text = vec![styled(BAD, "no verdict: what was put out is none")];
            text.extend(findings.iter().map(|finding| format!("  {}", printable(finding))));
            text.push(in_the_end("asks in vain", over));
            text
        }
        MessageOutcome::Lost => vec![styled(
            CAREFUL,
            "what became of it is not kept any more: neither the execution nor a recorded verdict is left",
        )],
        MessageOutcome::NotStarted => vec![
            styled(STRONG, "no verdict yet: there is no execution"),
            in_the_end("asks again, which starts it,", over),
        ],
    }
}

fn whose(by: &DecidedBy) -> String {
    match by {
        DecidedBy::Execution => "of the execution".to_owned(),
        DecidedBy::State(state) => format!("of the state `{}`", printable(state)),
        DecidedBy::Record => "as recorded in the ledger".to_owned(),
        DecidedBy::Policy(policy) => format!("by the policy `{policy}`"),
    }
}

/// Whether WorkMail has the verdict.
fn given(record: &MessageRecord, over: bool) -> &'static str {
    match record.lines.iter().any(|(_, line)| line.is_answer()) {
        true => "given to WorkMail:",
        false if record.lines.is_empty() => {
            "of which the log does not say whether WorkMail has it:"
        }
        false if over => "too late: WorkMail had applied the rule's fallback action to everyone:",
        false => "which WorkMail gets when it asks next, if the rule's timeout allows:",
    }
}

/// No rule's timeout is longer than the time after which `over` is true.
fn in_the_end(asks: &str, over: bool) -> String {
    match over {
        true => "  WorkMail has applied the rule's fallback action to everyone".to_owned(),
        false => format!(
            "  WorkMail {asks} until the rule's timeout, then its fallback action applies to everyone"
        ),
    }
}

/// The state that was entered last and not left.
fn current_state(timeline: &[TimelineEvent]) -> Option<(&str, &str)> {
    timeline.iter().rev().find_map(|event| match &event.kind {
        TimelineEventKind::Entered { state, kind, .. } => Some((state.as_str(), kind.as_str())),
        _ => None,
    })
}

fn group(group: &Group, sole: bool) -> Vec<String> {
    let (action, meaning) = match group.actions[..] {
        [] => ("(fallback)".to_owned(), "the rule's fallback action, whichever that is"),
        [action] => (action.as_str().to_owned(), effect_of(action)),
        ref several => {
            let several: Vec<&str> = several.iter().map(|action| action.as_str()).collect();
            (several.join(" or "), "no document says which of these")
        }
    };
    let mut text = vec![format!("  {action:<17} {}: {meaning}", whom(group, sole))];
    let address = |one: &String| styled(QUIET, &format!("{:20}{}", "", printable(one)));
    text.extend(group.addresses.iter().map(address));
    text
}

fn whom(group: &Group, sole: bool) -> String {
    let mut whom = Vec::new();
    match (group.recipients, sole && group.added == 0) {
        (0, _) => {}
        (recipients, true) => whom.push(format!("everyone ({})", count(recipients))),
        (recipients, false) => whom.push(count(recipients)),
    }
    if group.added > 0 {
        whom.push(format!("{} added as BCC", group.added));
    }
    if group.others {
        whom.push("whoever else there is".to_owned());
    }
    whom.join(", ")
}

fn count(number: usize) -> String {
    match number {
        1 => "1 recipient".to_owned(),
        number => format!("{number} recipients"),
    }
}
