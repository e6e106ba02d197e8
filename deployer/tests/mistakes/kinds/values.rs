//! Values of the wrong type, beyond a limit, or of none of the allowed words.

use serde_json::{Value, json};

use super::super::fields::{Values, values};
use super::super::{Definition, Kind, Mistake};
use super::{members, of_type, set};

const TYPE: &str = "the field has another type";
const RANGE: &str = "documented limits";

pub(super) const KINDS: &[Kind] = &[
    Kind { name: "text for a number", why: TYPE, make: |it| wrong(it, is_number, &json!("60")) },
    Kind { name: "list for a number", why: TYPE, make: |it| wrong(it, is_number, &json!([60])) },
    Kind { name: "number for a text", why: TYPE, make: |it| wrong(it, is_text, &json!(7)) },
    Kind {
        name: "object for a text",
        why: TYPE,
        make: |it| wrong(it, is_text, &json!({ "Ref": "x" })),
    },
    Kind { name: "text for a boolean", why: TYPE, make: |it| wrong(it, is_flag, &json!("true")) },
    Kind {
        name: "object for a list",
        why: TYPE,
        make: |it| wrong(it, is_list, &json!({ "a": 1 })),
    },
    Kind {
        name: "text for a list",
        why: TYPE,
        make: |it| wrong(it, is_list, &json!("States.ALL")),
    },
    Kind { name: "list for an object", why: TYPE, make: |it| wrong(it, is_object, &json!(["a"])) },
    Kind { name: "number for a path", why: TYPE, make: |it| wrong(it, is_path, &json!(1)) },
    Kind { name: "fraction for a whole number", why: "it must be whole", make: fraction },
    Kind { name: "number below its range", why: RANGE, make: below },
    Kind { name: "number above its range", why: RANGE, make: above },
    Kind { name: "word that a field does not have", why: "the words are documented", make: word },
    Kind {
        name: "heartbeat as long as the timeout",
        why: "the specification: it MUST be smaller",
        make: heartbeat,
    },
    Kind { name: "time of the wrong form", why: "the form is RFC 3339", make: time },
];

fn is_number(values: Values) -> bool {
    matches!(values, Values::Whole(..) | Values::Number(..))
}

fn is_text(values: Values) -> bool {
    matches!(values, Values::Text | Values::Word)
}

fn is_flag(values: Values) -> bool {
    values == Values::Flag
}

fn is_list(values: Values) -> bool {
    values == Values::List
}

fn is_object(values: Values) -> bool {
    values == Values::Object
}

fn is_path(values: Values) -> bool {
    matches!(values, Values::Path | Values::PathOrNull)
}

/// Changes the value of every field of the language.
fn each(definition: &Definition, value: impl Fn(Values) -> Option<Value>) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for place in &definition.places {
        for (field, _) in members(definition, place) {
            if let Some(value) = value(values(place, field)) {
                mistakes.push(set(definition, place, field, value));
            }
        }
    }
    mistakes
}

fn wrong(definition: &Definition, fits: fn(Values) -> bool, value: &Value) -> Vec<Mistake> {
    each(definition, |values| fits(values).then(|| value.clone()))
}

fn fraction(definition: &Definition) -> Vec<Mistake> {
    each(definition, |values| matches!(values, Values::Whole(..)).then(|| json!(5.5)))
}

fn below(definition: &Definition) -> Vec<Mistake> {
    each(definition, |values| match values {
        Values::Whole(least, _) => Some(json!(least - 1)),
        Values::Number(least, _) => Some(json!(least - 0.5)),
        _ => None,
    })
}

fn above(definition: &Definition) -> Vec<Mistake> {
    each(definition, |values| match values {
        Values::Whole(_, most) => most.map(|most| json!(most + 1)),
        Values::Number(_, most) => most.map(|most| json!(most + 0.5)),
        _ => None,
    })
}

fn word(definition: &Definition) -> Vec<Mistake> {
    each(definition, |values| (values == Values::Word).then(|| json!("OTHER")))
}

fn heartbeat(definition: &Definition) -> Vec<Mistake> {
    let tasks = of_type(definition, "Task").filter_map(|place| {
        let timeout = place.value(&definition.document)["TimeoutSeconds"].as_u64()?;
        Some(set(definition, place, "HeartbeatSeconds", json!(timeout)))
    });
    tasks.collect()
}

fn time(definition: &Definition) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for place in of_type(definition, "Wait") {
        let text = place.value(&definition.document)["Timestamp"].as_str();
        if text.is_some_and(|text| !text.starts_with("{%")) {
            for time in ["2027-03-01", "2027-03-01 12:00:00", "2027-13-01T12:00:00Z", "tomorrow"] {
                mistakes.push(set(definition, place, "Timestamp", json!(time)));
            }
        }
    }
    mistakes
}
