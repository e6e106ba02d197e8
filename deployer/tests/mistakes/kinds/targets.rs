//! Transitions to states that are not there, states that nothing leads to, and machines without an end.

use serde_json::{Map, Value, json};

use super::super::definition::{lay_out, pointer};
use super::super::places::{Place, Role};
use super::super::{Definition, Kind, Mistake};
use super::names::typos;
use super::{object, of_roles, set};

const NO_STATE: &str = "a target is a state of the same machine";

pub(super) const KINDS: &[Kind] = &[
    Kind {
        name: "misspelled first state",
        why: NO_STATE,
        make: |it| misspelled(it, MACHINES, "StartAt"),
    },
    Kind {
        name: "misspelled Next",
        why: NO_STATE,
        make: |it| misspelled(it, &[Role::State], "Next"),
    },
    Kind {
        name: "misspelled Default",
        why: NO_STATE,
        make: |it| misspelled(it, &[Role::State], "Default"),
    },
    Kind {
        name: "misspelled target of a rule",
        why: NO_STATE,
        make: |it| misspelled(it, &[Role::Rule], "Next"),
    },
    Kind {
        name: "misspelled target of a catcher",
        why: NO_STATE,
        make: |it| misspelled(it, &[Role::Catcher], "Next"),
    },
    Kind { name: "target in another machine", why: NO_STATE, make: elsewhere },
    Kind { name: "renamed state", why: NO_STATE, make: renamed_state },
    Kind { name: "removed state", why: NO_STATE, make: removed_state },
    Kind {
        name: "state that nothing leads to",
        why: "recorded: \"is not reachable\"",
        make: unreachable,
    },
    Kind { name: "transition cut off", why: "recorded: \"is not reachable\"", make: cut_off },
    Kind { name: "machine without an end", why: "recorded: \"no terminal state\"", make: endless },
    Kind {
        name: "name of a state of another machine",
        why: "names are unique in the whole",
        make: duplicate,
    },
];

const MACHINES: &[Role] = &[Role::Outermost, Role::Inner];

fn states_of<'a>(definition: &'a Definition, machine: &str) -> &'a Map<String, Value> {
    let machine = definition.document.pointer(machine).unwrap();
    machine["States"].as_object().unwrap()
}

fn misspelled(definition: &Definition, roles: &[Role], field: &str) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for place in of_roles(definition, roles) {
        let states = states_of(definition, &place.machine);
        let target = place.value(&definition.document).get(field).and_then(Value::as_str);
        // One letter has nothing to misspell.
        for typo in target.filter(|target| target.len() > 1).map(typos).unwrap_or_default() {
            if !states.contains_key(&typo) {
                mistakes.push(set(definition, place, field, json!(typo)));
            }
        }
    }
    mistakes
}

/// A transition to a state of the outermost machine, from inside, or the other way round.
fn elsewhere(definition: &Definition) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for place in of_roles(definition, &[Role::State]) {
        let others =
            definition.places.iter().filter(|it| it.is_machine() && it.machine != place.machine);
        for other in others {
            if place.value(&definition.document).get("Next").is_some() {
                let start = other.value(&definition.document)["StartAt"].clone();
                mistakes.push(set(definition, place, "Next", start));
            }
        }
    }
    mistakes
}

/// The places that name a state of a machine.
fn mentions(document: &Value, machine: &str, name: &str) -> Vec<String> {
    let document = document.pointer(machine).unwrap();
    let mut found = Vec::new();
    if document["StartAt"] == name {
        found.push(format!("{machine}/StartAt"));
    }
    for (state, fields) in document["States"].as_object().unwrap() {
        let at = pointer(&format!("{machine}/States"), state);
        for field in ["Next", "Default"] {
            if fields.get(field).is_some_and(|target| target == name) {
                found.push(format!("{at}/{field}"));
            }
        }
        for list in ["Choices", "Catch"] {
            for (index, item) in fields[list].as_array().into_iter().flatten().enumerate() {
                if item["Next"] == name {
                    found.push(format!("{at}/{list}/{index}/Next"));
                }
            }
        }
    }
    found
}

/// The name of a state, which is a place.
fn name_of(place: &Place) -> String {
    let name = place.pointer.rsplit('/').next().unwrap();
    name.replace("~1", "/").replace("~0", "~")
}

fn renamed_state(definition: &Definition) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for place in of_roles(definition, &[Role::State]) {
        let (name, states) = (name_of(place), format!("{}/States", place.machine));
        let rename = |document: &mut Value| {
            let states = object(document, &states);
            let renamed = std::mem::take(states).into_iter();
            states.extend(renamed.map(|(it, state)| {
                if it == name { (format!("{name} 2"), state) } else { (it, state) }
            }));
        };
        let mut document = definition.document.clone();
        rename(&mut document);
        // Whatever still names it; its own transitions have moved with it.
        let at = mentions(&document, &place.machine, &name);
        mistakes.push(definition.changed(rename, &at));
    }
    mistakes
}

fn removed_state(definition: &Definition) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for place in of_roles(definition, &[Role::State]) {
        let (name, states) = (name_of(place), format!("{}/States", place.machine));
        let remove = |document: &mut Value| drop(object(document, &states).shift_remove(&name));
        let mut document = definition.document.clone();
        remove(&mut document);
        let at = mentions(&document, &place.machine, &name);
        // Only it may have named itself, or it is the only state.
        if !at.is_empty() {
            mistakes.push(definition.changed(remove, &at));
        }
    }
    mistakes
}

fn unreachable(definition: &Definition) -> Vec<Mistake> {
    let machines = of_roles(definition, MACHINES);
    let make = |machine: &Place| {
        let states = machine.member("States");
        definition.changed(
            |document| {
                let state = json!({ "Type": "Succeed" });
                object(document, &states).insert("Nobody comes here".to_owned(), state);
            },
            &[format!("{states}/Nobody comes here")],
        )
    };
    machines.map(make).collect()
}

/// The one transition to a state is replaced by an end.
fn cut_off(definition: &Definition) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for place in of_roles(definition, &[Role::State]) {
        let Some(target) = place.value(&definition.document)["Next"].as_str() else { continue };
        let mentioned = mentions(&definition.document, &place.machine, target);
        if mentioned != [place.member("Next")] {
            continue;
        }
        let at = pointer(&format!("{}/States", place.machine), target);
        let change = |document: &mut Value| {
            let state = object(document, &place.pointer);
            state.shift_remove("Next");
            state.insert("End".to_owned(), json!(true));
        };
        mistakes.push(definition.changed(change, &[at]));
    }
    mistakes
}

/// Every end goes back to the first state.
fn endless(definition: &Definition) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for machine in of_roles(definition, MACHINES) {
        let states = states_of(definition, &machine.pointer);
        // A Succeed or Fail ends by its type.
        if states.values().any(|state| state["Type"] == "Succeed" || state["Type"] == "Fail") {
            continue;
        }
        let start = machine.value(&definition.document)["StartAt"].clone();
        let change = |document: &mut Value| {
            for (_, state) in object(document, &machine.member("States")) {
                let state = state.as_object_mut().unwrap();
                if state.shift_remove("End").is_some() {
                    state.insert("Next".to_owned(), start.clone());
                }
            }
        };
        mistakes.push(
            definition.changed(change, &[machine.member("StartAt"), machine.member("States")]),
        );
    }
    mistakes
}

/// The first state of an inner machine gets the name of a state outside.
fn duplicate(definition: &Definition) -> Vec<Mistake> {
    let outside = definition.document["StartAt"].as_str().unwrap();
    let mut mistakes = Vec::new();
    for machine in of_roles(definition, &[Role::Inner]) {
        let states = states_of(definition, &machine.pointer);
        // With one state there is nothing else to rename.
        if states.len() != 1 || states.values().any(|state| state.get("Next").is_some()) {
            continue;
        }
        let change = |document: &mut Value| {
            let machine = object(document, &machine.pointer);
            machine.insert("StartAt".to_owned(), json!(outside));
            let states = machine["States"].as_object_mut().unwrap();
            *states = std::mem::take(states)
                .into_iter()
                .map(|(_, state)| (outside.to_owned(), state))
                .collect();
        };
        let at = pointer(&machine.member("States"), outside);
        let mut mistake = definition.changed(change, &[at]);
        mistake.lines.insert(lay_out(&definition.document).1[&pointer("/States", outside)]);
        mistakes.push(mistake);
    }
    mistakes
}
