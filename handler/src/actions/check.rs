//! The rules for a verdict: per action, over all actions, and for its size.
//!
//! Every rule adds its finding and the check continues, so that all findings are reported together.

use std::collections::{HashMap, HashSet};

use crate::actions::audience::{Audience, Direction};
use crate::actions::interpret::kind_of;
use crate::actions::verdict::{ActionType, RecipientAction, Verdict};
use crate::finding::Finding;

/// The rules for one action.
pub fn action(
    entry: &RecipientAction,
    path: &str,
    audience: Audience<'_>,
    findings: &mut Vec<Finding>,
) {
    let kind = entry.action.kind;
    // If the event has no direction, the action is accepted.
    if kind.is_inbound_only() && audience.direction == Some(Direction::Outbound) {
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
pub fn whole(
    verdict: &Verdict,
    complete: bool,
    audience: Audience<'_>,
    findings: &mut Vec<Finding>,
) {
    if complete && verdict.actions.is_empty() {
        let sentence = "the verdict has no action, but at least one is required";
        findings.push(Finding::error("no-action", "$.actions", sentence));
        return;
    }
    let named = times_named(verdict);
    numbers(verdict, named.len(), audience, findings);
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
        coverage(verdict, &named, audience, findings);
    }
}

/// The rule for the size of the answer.
pub fn size(json: &str, audience: Audience<'_>, findings: &mut Vec<Finding>) {
    let Some(limits) = audience.contract.limits else {
        return;
    };
    if json.len() > limits.bytes {
        let name = audience.contract.mail_system;
        let sentence = format!("{} bytes; the maximum for {name} is {}", json.len(), limits.bytes);
        findings.push(Finding::error("too-large", "$", sentence));
    }
}

/// The rules for the numbers of actions and recipients.
fn numbers(
    verdict: &Verdict,
    recipients: usize,
    audience: Audience<'_>,
    findings: &mut Vec<Finding>,
) {
    let Some(limits) = audience.contract.limits else {
        return;
    };
    let name = audience.contract.mail_system;
    let unique = unique_actions(verdict);
    if unique > limits.actions {
        let sentence =
            format!("{unique} different actions; the maximum for {name} is {}", limits.actions);
        findings.push(Finding::error("too-many-actions", "$.actions", sentence));
    }
    let most = limits.outbound_recipients;
    if recipients > most && audience.direction == Some(Direction::Outbound) {
        let sentence =
            format!("{recipients} recipients; the maximum for {name} is {most} for outbound mail");
        findings.push(Finding::error("too-many-recipients", "$.actions", sentence));
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

/// Recipients that no action covers get the fallback. This is allowed, but rarely intended.
fn coverage(
    verdict: &Verdict,
    named: &HashMap<String, usize>,
    audience: Audience<'_>,
    findings: &mut Vec<Finding>,
) {
    if verdict.actions.iter().any(|entry| entry.all_recipients) {
        return;
    }
    let is_uncovered = |recipient: &&String| !named.contains_key(&folded(recipient));
    let uncovered = audience.recipients.iter().filter(is_uncovered).count();
    let sentence = match (uncovered, audience.truncated) {
        (0, false) => return,
        (0, true) => {
            "the event's list of recipients was cut, and no action has `allRecipients`".to_owned()
        }
        (uncovered, _) => {
            let fallback = audience.contract.fallback;
            format!("recipients covered by no action: {uncovered}; {fallback} applies to them")
        }
    };
    findings.push(Finding::warning("uncovered-recipients", "$.actions", sentence));
}

fn folded(address: &str) -> String {
    address.trim().to_lowercase()
}
