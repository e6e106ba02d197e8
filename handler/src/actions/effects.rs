//! What a verdict does with each recipient.
//!
//! Source: WorkMail administrator guide, "Configuring AWS Lambda for Amazon WorkMail": an action is for the
//! recipients that it names, or for all that no other action names; a recipient without an action gets the rule's
//! fallback action; a named recipient that is not in the event is added to the message.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use crate::actions::audience::Audience;
use crate::actions::verdict::{Action, Verdict};

/// What happens for one recipient.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Effect {
    /// The address; `None` means those that were cut from the event's list.
    pub recipient: Option<String>,
    /// Whether the verdict adds the recipient to the message.
    pub added: bool,
    /// The actions for the recipient. Several if the verdict contradicts itself: AWS does not
    /// document which of them WorkMail applies; none if the rule's fallback action applies.
    pub actions: Vec<Action>,
}

/// What happens for each recipient: those of the event in its order, those that were cut from it, those that
/// the verdict adds. Without a verdict, the fallback action applies to all.
pub fn effects(audience: Audience<'_>, verdict: Option<&Verdict>) -> Vec<Effect> {
    let actions = Actions::of(verdict);
    let mut seen = HashSet::new();
    let is_new = |address: &&String| seen.insert(folded(address));
    let listed: Vec<&String> = audience.recipients.iter().filter(is_new).collect();
    let of_event = listed.into_iter().map(|address| Effect {
        recipient: Some(address.clone()),
        added: false,
        actions: actions.for_recipient(address).to_vec(),
    });
    let cut = audience.truncated.then(|| Effect {
        recipient: None,
        added: false,
        actions: actions.for_others.clone(),
    });
    let elsewhere = actions.named.iter().filter(|(address, _)| !seen.contains(&folded(address)));
    let elsewhere = elsewhere.map(|(address, actions)| Effect {
        recipient: Some(address.clone()),
        // If the list was cut, the recipient may have been on it.
        added: !audience.truncated,
        actions: actions.clone(),
    });
    of_event.chain(cut).chain(elsewhere).collect()
}

/// A verdict's actions, by recipient.
#[derive(Default)]
struct Actions {
    /// The addresses in the order in which they are named first.
    named: Vec<(String, Vec<Action>)>,
    /// Where each address is in that list.
    places: HashMap<String, usize>,
    for_others: Vec<Action>,
}

impl Actions {
    fn of(verdict: Option<&Verdict>) -> Self {
        let mut all = Self::default();
        for entry in verdict.into_iter().flat_map(|verdict| &verdict.actions) {
            for address in entry.recipients.iter().flatten() {
                let place = *all.places.entry(folded(address)).or_insert(all.named.len());
                if place == all.named.len() {
                    all.named.push((address.clone(), Vec::new()));
                }
                all.named[place].1.push(entry.action.clone());
            }
            if entry.all_recipients {
                all.for_others.push(entry.action.clone());
            }
        }
        all
    }

    fn for_recipient(&self, address: &str) -> &[Action] {
        match self.places.get(&folded(address)) {
            Some(place) => &self.named[*place].1,
            None => &self.for_others,
        }
    }
}

/// Addresses are compared without regard to case, as the check of a verdict compares them.
fn folded(address: &str) -> String {
    address.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::actions::audience::Contract;

    const CONTRACT: Contract =
        Contract { mail_system: "Test", fallback: "the fallback", limits: None };

    fn audience(recipients: &[String], truncated: bool) -> Audience<'_> {
        Audience { recipients, truncated, direction: None, contract: &CONTRACT }
    }

    fn addresses(all: &[&str]) -> Vec<String> {
        all.iter().map(|address| (*address).to_owned()).collect()
    }

    /// Each recipient with the types of its actions, as text.
    fn lines(audience: Audience<'_>, actions: Value) -> Vec<String> {
        let verdict: Verdict = serde_json::from_value(json!({ "actions": actions })).unwrap();
        let line = |effect: Effect| {
            let types: Vec<&str> = effect.actions.iter().map(|a| a.kind.as_str()).collect();
            let added = if effect.added { " added" } else { "" };
            format!("{}{added} {}", effect.recipient.as_deref().unwrap_or("*"), types.join("+"))
        };
        effects(audience, Some(&verdict)).into_iter().map(line).collect()
    }

    #[test]
    fn recipients_are_named_not_named_or_added() {
        let recipients = addresses(&["a@x", "b@x", "A@x"]);
        let actions = json!([
            { "action": { "type": "DEFAULT" }, "allRecipients": true },
            { "action": { "type": "DROP" }, "recipients": ["B@x", "new@x"] },
        ]);
        let lines = lines(audience(&recipients, false), actions);
        assert_eq!(lines, ["a@x DEFAULT", "b@x DROP", "new@x added DROP"]);
    }

    #[test]
    fn a_recipient_without_an_action_gets_the_fallback() {
        let recipients = addresses(&["a@x", "b@x"]);
        let actions = json!([{ "action": { "type": "DROP" }, "recipients": ["b@x"] }]);
        assert_eq!(lines(audience(&recipients, false), actions), ["a@x ", "b@x DROP"]);
        let none = effects(audience(&recipients, false), None);
        assert!(none.iter().all(|effect| effect.actions.is_empty()) && none.len() == 2);
    }

    #[test]
    fn a_cut_list_has_an_effect_for_the_rest_and_no_added_recipient() {
        let recipients = addresses(&["a@x"]);
        let actions = json!([
            { "action": { "type": "DROP" }, "recipients": ["z@x"] },
            { "action": { "type": "BOUNCE" }, "allRecipients": true },
        ]);
        let lines = lines(audience(&recipients, true), actions);
        assert_eq!(lines, ["a@x BOUNCE", "* BOUNCE", "z@x DROP"]);
    }

    #[test]
    fn contradicting_actions_are_all_listed() {
        let recipients = addresses(&["a@x"]);
        let actions = json!([
            { "action": { "type": "DROP" }, "recipients": ["a@x", "n@x"] },
            { "action": { "type": "BOUNCE" }, "recipients": ["a@x", "n@x"] },
        ]);
        let lines = lines(audience(&recipients, false), actions);
        assert_eq!(lines, ["a@x DROP+BOUNCE", "n@x added DROP+BOUNCE"]);
    }
}
