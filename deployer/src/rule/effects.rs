//! What a verdict does with each recipient.
//!
//! Source: WorkMail administrator guide, "Configuring AWS Lambda for Amazon WorkMail": an action is for the
//! recipients that it names, or for all that no other action names; a recipient without an action gets the rule's
//! fallback action; a named recipient that is not in the event is added to the message.

use std::collections::{HashMap, HashSet};

use handler::workmail::Message;
use handler::workmail::verdict::{Action, Verdict};
use serde::Serialize;

/// What happens for one recipient.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Effect {
    /// The address; `None` means those that WorkMail cut from the event's list.
    pub recipient: Option<String>,
    /// Whether the verdict adds the recipient to the message.
    pub added: bool,
    /// The actions for the recipient. Several if the verdict contradicts itself: AWS does not
    /// document which of them WorkMail applies; none if the rule's fallback action applies.
    pub actions: Vec<Action>,
}

/// What happens for each recipient: those of the event in its order, those that were cut from it, those that
/// the verdict adds. Without a verdict, the fallback action applies to all.
pub fn effects(message: &Message, verdict: Option<&Verdict>) -> Vec<Effect> {
    let actions = Actions::of(verdict);
    let mut seen = HashSet::new();
    let is_new = |address: &&String| seen.insert(folded(address));
    let listed: Vec<&String> = message.recipients().iter().filter(is_new).collect();
    let of_event = listed.into_iter().map(|address| Effect {
        recipient: Some(address.clone()),
        added: false,
        actions: actions.for_recipient(address).to_vec(),
    });
    let cut = message.truncated().then(|| Effect {
        recipient: None,
        added: false,
        actions: actions.for_others.clone(),
    });
    let elsewhere = actions.named.iter().filter(|(address, _)| !seen.contains(&folded(address)));
    let elsewhere = elsewhere.map(|(address, actions)| Effect {
        recipient: Some(address.clone()),
        // If the list was cut, the recipient may have been on it.
        added: !message.truncated(),
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

    fn message(recipients: &[&str], truncated: bool) -> Message {
        let recipients: Vec<Value> =
            recipients.iter().map(|address| json!({ "address": address })).collect();
        let event = json!({
            "invocationId": "1",
            "envelope": { "recipients": recipients },
            "truncated": truncated,
        });
        Message::parse(&event.to_string()).unwrap()
    }

    /// Each recipient with the types of its actions, as text.
    fn told(message: &Message, actions: Value) -> Vec<String> {
        let verdict: Verdict = serde_json::from_value(json!({ "actions": actions })).unwrap();
        let line = |effect: Effect| {
            let types: Vec<&str> = effect.actions.iter().map(|a| a.kind.as_str()).collect();
            let added = if effect.added { " added" } else { "" };
            format!("{}{added} {}", effect.recipient.as_deref().unwrap_or("*"), types.join("+"))
        };
        effects(message, Some(&verdict)).into_iter().map(line).collect()
    }

    #[test]
    fn recipients_are_named_not_named_or_added() {
        let message = message(&["a@x", "b@x", "A@x"], false);
        let actions = json!([
            { "action": { "type": "DEFAULT" }, "allRecipients": true },
            { "action": { "type": "DROP" }, "recipients": ["B@x", "new@x"] },
        ]);
        assert_eq!(told(&message, actions), ["a@x DEFAULT", "b@x DROP", "new@x added DROP"]);
    }

    #[test]
    fn a_recipient_without_an_action_gets_the_fallback() {
        let message = message(&["a@x", "b@x"], false);
        let actions = json!([{ "action": { "type": "DROP" }, "recipients": ["b@x"] }]);
        assert_eq!(told(&message, actions), ["a@x ", "b@x DROP"]);
        let none = effects(&message, None);
        assert!(none.iter().all(|effect| effect.actions.is_empty()) && none.len() == 2);
    }

    #[test]
    fn a_cut_list_has_an_effect_for_the_rest_and_no_added_recipient() {
        let message = message(&["a@x"], true);
        let actions = json!([
            { "action": { "type": "DROP" }, "recipients": ["z@x"] },
            { "action": { "type": "BOUNCE" }, "allRecipients": true },
        ]);
        assert_eq!(told(&message, actions), ["a@x BOUNCE", "* BOUNCE", "z@x DROP"]);
    }

    #[test]
    fn contradicting_actions_are_all_listed() {
        let message = message(&["a@x"], false);
        let actions = json!([
            { "action": { "type": "DROP" }, "recipients": ["a@x", "n@x"] },
            { "action": { "type": "BOUNCE" }, "recipients": ["a@x", "n@x"] },
        ]);
        assert_eq!(told(&message, actions), ["a@x DROP+BOUNCE", "n@x added DROP+BOUNCE"]);
    }
}
