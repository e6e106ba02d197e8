//! Fields of the other query language.

use serde_json::{Value, json};

use super::super::places::Role;
use super::super::{Definition, Kind, Mistake};
use super::{of_roles, of_type, set};

const OTHER: &str = "a state has the fields of its language only";

pub(super) const KINDS: &[Kind] = &[
    Kind { name: "JSONata field in a JSONPath state", why: OTHER, make: jsonata_fields },
    Kind { name: "JSONPath field in a JSONata state", why: OTHER, make: jsonpath_fields },
    Kind { name: "rule of the other language", why: OTHER, make: rules },
    Kind { name: "field of the other language in a catcher", why: OTHER, make: catchers },
    Kind {
        name: "JSONPath state in a JSONata machine",
        why: "the specification: a state cannot go back",
        make: back,
    },
    Kind {
        name: "state that loses its language",
        why: "its fields are those of JSONata",
        make: undeclared,
    },
];

fn with_fields(
    definition: &Definition,
    is_jsonata: bool,
    fields: &[(&str, &str, Value)],
) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for (kind, field, value) in fields {
        for place in of_type(definition, kind).filter(|place| place.is_jsonata == is_jsonata) {
            mistakes.push(set(definition, place, field, value.clone()));
        }
    }
    mistakes
}

fn jsonata_fields(definition: &Definition) -> Vec<Mistake> {
    let output = json!("{% $states.input %}");
    let fields: Vec<_> = ["Pass", "Task", "Wait", "Choice", "Succeed", "Map", "Parallel"]
        .into_iter()
        .map(|kind| (kind, "Output", output.clone()))
        .chain([("Task", "Arguments", json!({})), ("Parallel", "Arguments", json!({}))])
        .chain([("Map", "Items", json!("{% [1] %}"))])
        .collect();
    with_fields(definition, false, &fields)
}

fn jsonpath_fields(definition: &Definition) -> Vec<Mistake> {
    let with_result = ["Task", "Map", "Parallel"];
    let all = ["Pass", "Task", "Wait", "Choice", "Succeed", "Map", "Parallel"];
    let mut fields = Vec::new();
    for kind in all {
        fields.push((kind, "InputPath", json!("$.a")));
        fields.push((kind, "OutputPath", json!("$.a")));
    }
    for kind in with_result {
        fields.push((kind, "ResultSelector", json!({ "a.$": "$.a" })));
        fields.push((kind, "ResultPath", json!("$.a")));
        fields.push((kind, "Parameters", json!({ "a.$": "$.a" })));
    }
    fields.push(("Pass", "Result", json!(1)));
    fields.push(("Wait", "SecondsPath", json!("$.a")));
    fields.push(("Map", "ItemsPath", json!("$.a")));
    fields.push(("Fail", "CausePath", json!("$.a")));
    with_fields(definition, true, &fields)
}

fn rules(definition: &Definition) -> Vec<Mistake> {
    let rules = of_roles(definition, &[Role::Rule]);
    rules
        .map(|place| {
            let (field, value) = if place.is_jsonata {
                ("Variable", json!("$.a"))
            } else {
                ("Condition", json!("{% true %}"))
            };
            set(definition, place, field, value)
        })
        .collect()
}

fn catchers(definition: &Definition) -> Vec<Mistake> {
    let catchers = of_roles(definition, &[Role::Catcher]);
    catchers
        .map(|place| {
            let (field, value) = if place.is_jsonata {
                ("ResultPath", json!("$.a"))
            } else {
                ("Output", json!("{% 1 %}"))
            };
            set(definition, place, field, value)
        })
        .collect()
}

fn back(definition: &Definition) -> Vec<Mistake> {
    if definition.document.get("QueryLanguage") != Some(&json!("JSONata")) {
        return Vec::new();
    }
    let states = of_roles(definition, &[Role::State]);
    states.map(|place| set(definition, place, "QueryLanguage", json!("JSONPath"))).collect()
}

fn undeclared(definition: &Definition) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for place in of_roles(definition, &[Role::State]) {
        let state = place.value(&definition.document);
        let of_jsonata =
            ["Output", "Arguments", "Items"].iter().find(|it| state.get(**it).is_some());
        if let (Some(field), Some(_)) = (of_jsonata, state.get("QueryLanguage")) {
            let at = &place.pointer;
            mistakes.push(definition.changed(
                |document| drop(super::object(document, at).shift_remove("QueryLanguage")),
                &[place.member(field)],
            ));
        }
    }
    mistakes
}
