//! What became of a message, and what that means for its recipients.

use jiff::Timestamp;

use super::lines::{BAD, CAREFUL, GOOD, QUIET, STRONG, styled};
use super::log_line::printable;
use crate::trace::{Case, Fate, Group, Moment, Ruling, What};

/// The end of the story.
pub(super) fn lines(fate: &Fate, case: &Case, moments: &[Moment], now: Timestamp) -> Vec<String> {
    let over = case.asked_until().is_some_and(|until| until < now);
    match fate {
        Fate::Decided { by, groups, findings } => {
            let mut text =
                vec![styled(GOOD, &format!("verdict {}, {}", whose(by), given(case, over)))];
            let sole = groups.len() == 1;
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

/// Whether WorkMail knows.
fn given(case: &Case, over: bool) -> &'static str {
    match case.lines.iter().any(|(_, line)| line.is_answer()) {
        true => "given to WorkMail:",
        false if case.lines.is_empty() => "of which the log does not say whether WorkMail has it:",
        false if over => "too late: WorkMail had applied the rule's fallback action to everyone:",
        false => "which WorkMail gets when it asks next, if the rule's timeout allows:",
    }
}

/// No rule's timeout is longer than the time after which it is over.
fn in_the_end(asks: &str, over: bool) -> String {
    match over {
        true => "  WorkMail has applied the rule's fallback action to everyone".to_owned(),
        false => format!(
            "  WorkMail {asks} until the rule's timeout, then its fallback action applies to everyone"
        ),
    }
}

/// The state that was entered last and not left.
fn going_on(moments: &[Moment]) -> Option<(&str, &str)> {
    moments.iter().rev().find_map(|moment| match &moment.what {
        What::Entered { state, kind, .. } => Some((state.as_str(), kind.as_str())),
        _ => None,
    })
}

fn group(group: &Group, sole: bool) -> Vec<String> {
    let action = group.action.as_deref().unwrap_or("(fallback)");
    let mut whom = Vec::new();
    if group.everyone_else {
        let everyone = if sole { "everyone" } else { "everyone else" };
        whom.push(match group.recipients {
            0 => everyone.to_owned(),
            number => format!("{everyone} ({})", count(number)),
        });
    } else if group.recipients > 0 || group.added == 0 {
        whom.push(count(group.recipients));
    }
    if group.added > 0 {
        whom.push(format!("{} added as BCC", group.added));
    }
    let mut text = vec![format!("  {action:<17} {}: {}", whom.join(", "), meaning(group))];
    text.extend(
        group.addresses.iter().map(|one| styled(QUIET, &format!("{:20}{}", "", printable(one)))),
    );
    text
}

fn count(number: usize) -> String {
    match number {
        1 => "1 recipient".to_owned(),
        number => format!("{number} recipients"),
    }
}

/// Source: WorkMail administrator guide, "Configuring AWS Lambda for Amazon WorkMail".
fn meaning(group: &Group) -> &'static str {
    match group.action.as_deref() {
        Some("DEFAULT") => "as if there were no rule",
        Some("BOUNCE") => "not delivered, the sender is told",
        Some("DROP") => "not delivered, nobody is told",
        Some("BYPASS_SPAM_CHECK") => "to the inbox, spam or not",
        Some("MOVE_TO_JUNK") => "to the junk folder",
        Some(_) => "an action that this deployer does not know",
        None => "whatever the rule's fallback action is",
    }
}
