//! Mistakes in the rules of a Choice: operators, what they compare with, and what rules consist of.

use serde_json::{Value, json};

use super::super::fields::{OPERATORS, is_known, is_operator};
use super::super::places::{Place, Role};
use super::super::{Definition, Kind, Mistake};
use super::names::typos;
use super::{members, object, of_roles, renamed, set, without};

const ONE: &str = "a rule has exactly one operator";

pub(super) const KINDS: &[Kind] = &[
    Kind { name: "misspelled operator", why: "there are 39 operators", make: misspelled },
    Kind {
        name: "operator without a path form",
        why: "only comparisons have one",
        make: no_path_form,
    },
    Kind {
        name: "operator of another type",
        why: "the value has the operator's type",
        make: of_another_type,
    },
    Kind {
        name: "value of the wrong type for its operator",
        why: "the value has the operator's type",
        make: wrong_value,
    },
    Kind { name: "operator with a path that is none", why: "the value is a path", make: no_path },
    Kind { name: "rule without an operator", why: ONE, make: no_operator },
    Kind { name: "rule with two operators", why: ONE, make: two_operators },
    Kind { name: "comparison without a variable", why: "the field is required", make: no_variable },
    Kind { name: "rule without a condition", why: "the field is required", make: no_condition },
    Kind {
        name: "target inside a condition",
        why: "the specification: only in the outermost rule",
        make: inner_target,
    },
    Kind { name: "And beside Or", why: "a rule has one of them", make: and_or },
    Kind {
        name: "condition that is a text",
        why: "it is a boolean or an expression",
        make: plain_condition,
    },
];

const RULES: &[Role] = &[Role::Rule, Role::Condition];

/// The rules with an operator, and the operator.
fn comparisons(definition: &Definition) -> impl Iterator<Item = (&Place, &str, &Value)> {
    of_roles(definition, RULES).filter(|place| !place.is_jsonata).filter_map(|place| {
        let mut operators = members(definition, place).filter(|(name, _)| is_operator(name));
        operators.next().map(|(name, value)| (place, name, value))
    })
}

fn misspelled(definition: &Definition) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for (place, operator, _) in comparisons(definition) {
        let typos = typos(operator).into_iter().chain([format!("{operator}s")]);
        for typo in typos.filter(|typo| !is_known(typo)) {
            mistakes.push(renamed(definition, place, operator, &typo));
        }
    }
    mistakes
}

fn no_path_form(definition: &Definition) -> Vec<Mistake> {
    let without_path =
        comparisons(definition).filter(|(_, operator, _)| OPERATORS.contains(&(operator, false)));
    without_path
        .map(|(place, operator, _)| {
            renamed(definition, place, operator, &format!("{operator}Path"))
        })
        .collect()
}

/// An operator whose type the value certainly does not have.
fn of_another_type(definition: &Definition) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for (place, operator, value) in comparisons(definition) {
        let others: &[&str] = match value {
            Value::String(_) if operator.ends_with("Path") => continue,
            Value::String(_) => &["NumericEquals", "NumericLessThan", "BooleanEquals", "IsPresent"],
            Value::Bool(_) => {
                &["StringEquals", "StringMatches", "NumericEquals", "TimestampEquals"]
            }
            _ => &["StringEquals", "BooleanEquals", "TimestampLessThan", "IsNull"],
        };
        mistakes.extend(others.iter().map(|other| renamed(definition, place, operator, other)));
    }
    mistakes
}

fn wrong_value(definition: &Definition) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for (place, operator, _) in comparisons(definition) {
        let value = match operator {
            _ if operator.ends_with("Path") => continue,
            _ if operator.starts_with("String") => json!(5),
            _ if operator.starts_with("Numeric") => json!("5"),
            _ if operator.starts_with("Timestamp") => json!("yesterday"),
            _ => json!("true"),
        };
        mistakes.push(set(definition, place, operator, value));
        mistakes.push(set(definition, place, operator, json!(["x"])));
    }
    mistakes
}

fn no_path(definition: &Definition) -> Vec<Mistake> {
    let paths = comparisons(definition).filter(|(_, operator, _)| operator.ends_with("Path"));
    paths.map(|(place, operator, _)| set(definition, place, operator, json!("other"))).collect()
}

fn no_operator(definition: &Definition) -> Vec<Mistake> {
    comparisons(definition)
        .map(|(place, operator, _)| without(definition, place, operator))
        .collect()
}

fn two_operators(definition: &Definition) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for (place, operator, _) in comparisons(definition) {
        let second = if operator == "StringMatches" { "StringEquals" } else { "StringMatches" };
        let mut mistake = set(definition, place, second, json!("x"));
        let lines = super::super::definition::lay_out(&definition.document).1;
        mistake.lines.extend([lines[&place.pointer], lines[&place.member(operator)]]);
        mistakes.push(mistake);
    }
    mistakes
}

fn no_variable(definition: &Definition) -> Vec<Mistake> {
    comparisons(definition).map(|(place, _, _)| without(definition, place, "Variable")).collect()
}

fn no_condition(definition: &Definition) -> Vec<Mistake> {
    let rules = of_roles(definition, &[Role::Rule]).filter(|place| place.is_jsonata);
    rules.map(|place| without(definition, place, "Condition")).collect()
}

fn inner_target(definition: &Definition) -> Vec<Mistake> {
    let inner = of_roles(definition, &[Role::Condition]);
    let make = |place: &Place| {
        let start = definition.document.pointer(&place.machine).unwrap()["StartAt"].clone();
        set(definition, place, "Next", start)
    };
    inner.map(make).collect()
}

fn and_or(definition: &Definition) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    let test = json!([{ "Variable": "$.a", "IsPresent": true }]);
    for place in of_roles(definition, RULES) {
        let rule = place.value(&definition.document);
        for (one, other) in [("And", "Or"), ("Or", "And"), ("Not", "And")] {
            if rule.get(one).is_some() {
                let mut mistake = set(definition, place, other, test.clone());
                let lines = super::super::definition::lay_out(&definition.document).1;
                mistake.lines.insert(lines[&place.member(one)]);
                mistakes.push(mistake);
            }
        }
    }
    mistakes
}

fn plain_condition(definition: &Definition) -> Vec<Mistake> {
    let rules = of_roles(definition, &[Role::Rule]).filter(|place| place.is_jsonata);
    let make = |place: &Place| {
        let at = &place.pointer;
        let change = |document: &mut Value| {
            object(document, at).insert("Condition".to_owned(), json!("$states.input.x"));
        };
        definition.changed(change, &[place.member("Condition")])
    };
    rules.map(make).collect()
}
