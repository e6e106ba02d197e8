//! The outcome of a message, and what it means for its recipients.

use jiff::Timestamp;

use super::invocation::effect_of;
use super::log_line::printable;
use super::style::{BAD, CAREFUL, GOOD, QUIET, STRONG, styled};
use crate::trace::{Case, Fate, Group, Moment, Ruling, What};

/// The end of the report.
pub(super) fn lines(fate: &Fate, case: &Case, moments: &[Moment], now: Timestamp) -> Vec<String> {
    let over = case.asked_until().is_some_and(|until| until < now);
    match fate {
        Fate::Decided { by, groups, findings } => {
            let mut text =
                vec![styled(GOOD, &format!("verdict {}, {}", whose(by), given(case, over)))];
            let sole = groups.len() == 1 && case.history.is_some();
            text.extend(groups.iter().flat_map(|one| group(one, sole)));
            if !findings.is_empty() {
                text.push(styled(CAREFUL, &format!("  findings: {}", findings.join(", "))));
            }
            text
        }
        Fate::Pending => {
            let mut text = vec![styled(STRONG, "no verdict yet: the execution goes on")];
            if let Some((state, kind)) = going_on(moments) {
                text.push(format!("  it is in {} ({kind})", printable(state)));
            }
            text.push(in_the_end("asks again", over));
            text
        }
        Fate::Failed { status, error } => {
            let error = error.as_ref().map(|error| format!(" with {}", printable(error)));
            let failed =
                format!("no verdict: the execution ended {status}{}", error.unwrap_or_default());
            let redrive = "  a redrive within 14 days can still succeed; `--on-failure` of `deployer up` \
                           decides what is answered otherwise";
            let mut text = vec![styled(BAD, &failed), in_the_end("asks in vain", over)];
            text.extend((!over).then(|| redrive.to_owned()));
            text
        }
        Fate::Invalid { findings } => {
            let mut text = vec![styled(BAD, "no verdict: what was put out is none")];
            text.extend(findings.iter().map(|finding| format!("  {}", printable(finding))));
            text.push(in_the_end("asks in vain", over));
            text
        }
        Fate::Lost => vec![styled(
            CAREFUL,
            "what became of it is not kept any more: neither the execution nor a recorded verdict is left",
        )],
        Fate::NotStarted => vec![
            styled(STRONG, "no verdict yet: there is no execution"),
            in_the_end("asks again, which starts it,", over),
        ],
    }
}

fn whose(by: &Ruling) -> String {
    match by {
        Ruling::Execution => "of the execution".to_owned(),
        Ruling::State(state) => format!("of the state `{}`", printable(state)),
        Ruling::Record => "as recorded in the ledger".to_owned(),
        Ruling::Policy(policy) => format!("by the policy `{policy}`"),
    }
}

/// Whether WorkMail received the verdict.
fn given(case: &Case, over: bool) -> &'static str {
    match case.lines.iter().any(|(_, line)| line.is_answer()) {
        true => "given to WorkMail:",
        false if case.lines.is_empty() => "of which the log does not say whether WorkMail has it:",
        false if over => "too late: WorkMail had applied the rule's fallback action to everyone:",
        false => "which WorkMail gets when it asks next, if the rule's timeout allows:",
    }
}

/// What WorkMail does at the end. `over` is true after the longest possible rule timeout.
fn in_the_end(asks: &str, over: bool) -> String {
    match over {
        true => "  WorkMail has applied the rule's fallback action to everyone".to_owned(),
        false => format!(
            "  WorkMail {asks} until the rule's timeout, then its fallback action applies to everyone"
        ),
    }
}

/// The state that was entered last.
fn going_on(moments: &[Moment]) -> Option<(&str, &str)> {
    moments.iter().rev().find_map(|moment| match &moment.what {
        What::Entered { state, kind, .. } => Some((state.as_str(), kind.as_str())),
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
