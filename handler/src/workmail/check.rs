//! WorkMail's rules for a verdict: per action, over all actions, and for its size.
//!
//! Every rule adds its finding and the check continues, so that all findings are reported together.

use std::collections::{HashMap, HashSet};

use crate::finding::Finding;
use crate::workmail::event::{Direction, Message};
use crate::workmail::interpret::kind_of;
use crate::workmail::limits::{MAX_ACTIONS, MAX_RECIPIENTS, MAX_RESPONSE_BYTES};
use crate::workmail::verdict::{ActionType, RecipientAction, Verdict};

/// The rules for one action.
pub fn action(entry: &RecipientAction, path: &str, message: &Message, findings: &mut Vec<Finding>) {
    let kind = entry.action.kind;
    // If the event has no direction, the action is accepted.
    if kind.is_inbound_only() && message.direction() == Some(Direction::Outbound) {
        let sentence =
            format!("{} exists only for inbound mail, and this message is outbound", kind.as_str());
        findings.push(Finding::error("inbound-only", format!("{path}.action.type"), sentence));
    }
    let bounce_message = entry.action.parameters.as_ref().and_then(|all| all.get("bounceMessage"));
    let Some(bounce_message) = bounce_message else {
        return;
    };
    let path = format!("{path}.action.parameters.bounceMessage");
    if kind != ActionType::Bounce {
        let sentence = "only BOUNCE has a bounce message";
        findings.push(Finding::warning("bounce-message-unused", path, sentence));
    } else if !bounce_message.is_string() {
        let sentence = format!("{}, not a string", kind_of(Some(bounce_message)));
        findings.push(Finding::error("bounce-message-not-a-string", path, sentence));
    }
}

/// The rules over all actions. `complete` is true if every action could be read. Otherwise, it is
/// unknown which recipients are covered.
pub fn whole(verdict: &Verdict, complete: bool, message: &Message, findings: &mut Vec<Finding>) {
    if complete && verdict.actions.is_empty() {
        let sentence = "no action: WorkMail requires at least one";
        findings.push(Finding::error("no-action", "$.actions", sentence));
        return;
    }
    let unique = unique_actions(verdict);
    if unique > MAX_ACTIONS {
        let sentence = format!("{unique} different actions; WorkMail accepts {MAX_ACTIONS}");
        findings.push(Finding::error("too-many-actions", "$.actions", sentence));
    }
    let named = times_named(verdict);
    if named.len() > MAX_RECIPIENTS && message.direction() == Some(Direction::Outbound) {
        let sentence = format!(
            "{} recipients; WorkMail accepts {MAX_RECIPIENTS} for outbound mail",
            named.len()
        );
        findings.push(Finding::error("too-many-recipients", "$.actions", sentence));
    }
    let repeated = named.values().filter(|&&times| times > 1).count();
    if repeated > 0 {
        let sentence = format!("recipients named by more than one action: {repeated}");
        findings.push(Finding::warning("recipient-named-twice", "$.actions", sentence));
    }
    if verdict.actions.iter().filter(|entry| entry.all_recipients).count() > 1 {
        let sentence = "more than one action is for all other recipients";
        findings.push(Finding::warning("all-recipients-twice", "$.actions", sentence));
    }
    if complete {
        coverage(verdict, &named, message, findings);
    }
}

/// The rule for the size of the answer.
pub fn size(json: &str, findings: &mut Vec<Finding>) {
    if json.len() > MAX_RESPONSE_BYTES {
        let sentence = format!("{} bytes; WorkMail accepts {MAX_RESPONSE_BYTES}", json.len());
        findings.push(Finding::error("too-large", "$", sentence));
    }
}

fn unique_actions(verdict: &Verdict) -> usize {
    verdict.actions.iter().map(|entry| &entry.action).collect::<HashSet<_>>().len()
}

/// The number of actions that name each recipient. Addresses are compared case-insensitively.
fn times_named(verdict: &Verdict) -> HashMap<String, usize> {
    let mut times = HashMap::new();
    for entry in &verdict.actions {
        let addresses: HashSet<String> =
            entry.recipients.iter().flatten().map(|address| folded(address)).collect();
        for address in addresses {
            *times.entry(address).or_insert(0) += 1;
        }
    }
    times
}

/// Recipients that no action covers get the fallback action of the rule. This is allowed, but
/// rarely intended.
fn coverage(
    verdict: &Verdict,
    named: &HashMap<String, usize>,
    message: &Message,
    findings: &mut Vec<Finding>,
) {
    if verdict.actions.iter().any(|entry| entry.all_recipients) {
        return;
    }
    let is_uncovered = |recipient: &&String| !named.contains_key(&folded(recipient));
    let uncovered = message.recipients().iter().filter(is_uncovered).count();
    let sentence = match (uncovered, message.truncated()) {
        (0, false) => return,
        (0, true) => {
            "the event's list of recipients was cut, and no action has `allRecipients`".to_owned()
        }
        (uncovered, _) => {
            format!(
                "recipients covered by no action: {uncovered}; the rule's fallback action applies \
                 to them"
            )
        }
    };
    findings.push(Finding::warning("uncovered-recipients", "$.actions", sentence));
}

fn folded(address: &str) -> String {
    address.trim().to_lowercase()
}
