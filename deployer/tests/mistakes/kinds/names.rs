//! Misspelled names of fields, types and states.

use serde_json::json;

use super::super::fields::{fields, is_known, is_operator};
use super::super::places::{Place, Role};
use super::super::{Definition, Kind, Mistake};
use super::{members, object, of_roles, renamed, set};

const CLOSED: &str = "no other field is allowed there";

pub(super) const KINDS: &[Kind] = &[
    Kind {
        name: "misspelled field of a machine",
        why: CLOSED,
        make: |it| misspelled(it, &[Role::Outermost, Role::Inner]),
    },
    Kind {
        name: "misspelled field of a state",
        why: CLOSED,
        make: |it| misspelled(it, &[Role::State]),
    },
    Kind {
        name: "misspelled field of a rule",
        why: CLOSED,
        make: |it| misspelled(it, &[Role::Rule]),
    },
    Kind {
        name: "misspelled field of a condition",
        why: CLOSED,
        make: |it| misspelled(it, &[Role::Condition]),
    },
    Kind {
        name: "misspelled field of a retrier",
        why: CLOSED,
        make: |it| misspelled(it, &[Role::Retrier]),
    },
    Kind {
        name: "misspelled field of a catcher",
        why: CLOSED,
        make: |it| misspelled(it, &[Role::Catcher]),
    },
    Kind {
        name: "misspelled field of a part of a Map",
        why: CLOSED,
        make: |it| misspelled(it, PARTS),
    },
    Kind { name: "field in lowercase", why: "names of fields are case-sensitive", make: lowercase },
    Kind { name: "field that does not exist", why: CLOSED, make: invented },
    Kind {
        name: "misspelled type of a state",
        why: "there are eight types",
        make: misspelled_type,
    },
    Kind {
        name: "name of a state that is too long",
        why: "it has 80 characters at most",
        make: long,
    },
];

const PARTS: &[Role] = &[
    Role::ProcessorConfig,
    Role::ItemReader,
    Role::ReaderConfig,
    Role::ItemBatcher,
    Role::ResultWriter,
    Role::WriterConfig,
];

/// A word with a letter left out, with two letters exchanged, and with a letter twice.
pub(super) fn typos(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let middle = letters.len() / 2;
    let mut without = letters.clone();
    without.remove(middle);
    let mut exchanged = letters.clone();
    exchanged.swap(middle, middle - 1);
    let mut twice = letters;
    twice.insert(middle, twice[middle]);
    let words = [without, exchanged, twice].map(|letters| letters.into_iter().collect::<String>());
    words.into_iter().filter(|typo| typo != word).collect()
}

/// The fields of a place that the language has, without operators, which are a kind of their own.
fn known<'a>(definition: &'a Definition, place: &'a Place) -> impl Iterator<Item = &'a str> {
    let names = members(definition, place).map(|(name, _)| name);
    let list = fields(place.role);
    names.filter(move |name| list.iter().any(|(field, _)| field == name) && !is_operator(name))
}

fn misspelled(definition: &Definition, roles: &[Role]) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for place in of_roles(definition, roles) {
        for field in known(definition, place) {
            let typos = typos(field).into_iter().filter(|typo| !is_known(typo));
            mistakes.extend(typos.map(|typo| renamed(definition, place, field, &typo)));
        }
    }
    mistakes
}

fn lowercase(definition: &Definition) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for place in &definition.places {
        for field in known(definition, place) {
            let (first, rest) = field.split_at(1);
            let lowercase = format!("{}{rest}", first.to_lowercase());
            mistakes.push(renamed(definition, place, field, &lowercase));
        }
    }
    mistakes
}

fn invented(definition: &Definition) -> Vec<Mistake> {
    definition.places.iter().map(|place| set(definition, place, "Priority", json!(1))).collect()
}

fn misspelled_type(definition: &Definition) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for place in of_roles(definition, &[Role::State]) {
        for typo in typos(&place.kind) {
            mistakes.push(set(definition, place, "Type", json!(typo)));
        }
    }
    mistakes
}

fn long(definition: &Definition) -> Vec<Mistake> {
    let long = "n".repeat(81);
    let machines = definition.places.iter().filter(|place| place.is_machine());
    let make = |machine: &Place| {
        let at = machine.member("States");
        let state = json!({ "Type": "Succeed" });
        // A chain before the first state, so that the new one is reachable.
        let start = machine.value(&definition.document)["StartAt"].clone();
        let mut state = state;
        state["Type"] = json!("Pass");
        state["Next"] = start;
        definition.changed(
            |document| {
                object(document, &at).insert(long.clone(), state);
                object(document, &machine.pointer).insert("StartAt".to_owned(), json!(long));
            },
            &[format!("{at}/{long}")],
        )
    };
    machines.map(make).collect()
}
