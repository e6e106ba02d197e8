//! Fields that exclude each other, and fields that a type of state does not have.

use serde_json::{Value, json};

use super::super::places::{Place, Role};
use super::super::{Definition, Kind, Mistake};
use super::{of_roles, of_type, set};

const NOT_THIS_TYPE: &str = "the specification's table of fields";
const EXCLUSIVE: &str = "only one of them is allowed";

pub(super) const KINDS: &[Kind] = &[
    Kind { name: "a way on and an end", why: EXCLUSIVE, make: next_and_end },
    Kind { name: "a way on from where there is none", why: NOT_THIS_TYPE, make: next_of_final },
    Kind { name: "a value and its path", why: EXCLUSIVE, make: value_and_path },
    Kind { name: "two things to wait for", why: EXCLUSIVE, make: two_waits },
    Kind { name: "a processor and an iterator", why: EXCLUSIVE, make: two_processors },
    Kind { name: "retries of a state that cannot fail", why: NOT_THIS_TYPE, make: retries },
    Kind { name: "timeout of a state that has none", why: NOT_THIS_TYPE, make: timeouts },
    Kind { name: "field of another type of state", why: NOT_THIS_TYPE, make: foreign },
    Kind {
        name: "part of a distributed Map in an inline one",
        why: "only in DISTRIBUTED mode",
        make: inline,
    },
    Kind {
        name: "States.ALL with other errors",
        why: "the specification: it MUST appear alone",
        make: all_with_others,
    },
    Kind {
        name: "States.ALL before others",
        why: "the specification: it MUST be in the last one",
        make: all_first,
    },
];

fn next_and_end(definition: &Definition) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for place in of_roles(definition, &[Role::State]) {
        let state = place.value(&definition.document);
        let (field, value) = match (state.get("Next"), state.get("End")) {
            (Some(_), _) => ("End", json!(true)),
            (_, Some(_)) => {
                ("Next", definition.document.pointer(&place.machine).unwrap()["StartAt"].clone())
            }
            _ => continue,
        };
        mistakes.push(also_at(definition, place, field, value));
    }
    mistakes
}

/// A field more, which may be reported there or at its place.
fn also_at(definition: &Definition, place: &Place, field: &str, value: Value) -> Mistake {
    let mut mistake = set(definition, place, field, value);
    let before = super::super::definition::lay_out(&definition.document).1;
    mistake.lines.insert(before[&place.pointer]);
    mistake
}

fn next_of_final(definition: &Definition) -> Vec<Mistake> {
    let states = definition.places.iter().filter(|place| {
        place.role == Role::State && ["Succeed", "Fail", "Choice"].contains(&place.kind.as_str())
    });
    let make = |place: &Place| {
        let start = definition.document.pointer(&place.machine).unwrap()["StartAt"].clone();
        also_at(definition, place, "Next", start)
    };
    states.map(make).collect()
}

fn value_and_path(definition: &Definition) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for place in definition.places.iter().filter(|place| !place.is_jsonata) {
        for (field, value) in [
            ("TimeoutSeconds", json!(60)),
            ("HeartbeatSeconds", json!(1)),
            ("Error", json!("E")),
            ("Cause", json!("because")),
            ("MaxConcurrency", json!(1)),
            ("ToleratedFailureCount", json!(1)),
            ("ToleratedFailurePercentage", json!(1)),
            ("MaxItemsPerBatch", json!(1)),
            ("MaxItems", json!(1)),
        ] {
            let path = format!("{field}Path");
            let fields = place.value(&definition.document);
            let (new, value) = match (fields.get(field), fields.get(&path)) {
                (Some(_), None) => (path.as_str(), json!("$.x")),
                (None, Some(_)) => (field, value),
                _ => continue,
            };
            let mut mistake = set(definition, place, new, value);
            let other = if new == field { &path } else { field };
            let lines = super::super::definition::lay_out(&definition.document).1;
            mistake.lines.insert(lines[&place.member(other)]);
            mistakes.push(mistake);
        }
    }
    mistakes
}

fn two_waits(definition: &Definition) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for place in of_type(definition, "Wait") {
        let has = |field: &str| place.value(&definition.document).get(field).is_some();
        let (field, value) = if has("Seconds") {
            ("Timestamp", json!("2027-03-01T12:00:00Z"))
        } else {
            ("Seconds", json!(1))
        };
        mistakes.push(also_at(definition, place, field, value));
    }
    mistakes
}

fn two_processors(definition: &Definition) -> Vec<Mistake> {
    let inner = json!({ "StartAt": "Only here", "States": { "Only here": { "Type": "Succeed" } } });
    let make = |place: &Place| {
        let has = place.value(&definition.document).get("Iterator").is_some();
        let field = if has { "ItemProcessor" } else { "Iterator" };
        let mut mistake = set(definition, place, field, inner.clone());
        let other = if has { "Iterator" } else { "ItemProcessor" };
        let lines = super::super::definition::lay_out(&definition.document).1;
        mistake.lines.insert(lines[&place.member(other)]);
        mistake
    };
    of_type(definition, "Map").map(make).collect()
}

fn with_field(definition: &Definition, kinds: &[&str], field: &str, value: &Value) -> Vec<Mistake> {
    let states = kinds.iter().flat_map(|kind| of_type(definition, kind));
    states.map(|place| set(definition, place, field, value.clone())).collect()
}

fn retries(definition: &Definition) -> Vec<Mistake> {
    let retry = json!([{ "ErrorEquals": ["States.ALL"] }]);
    with_field(definition, &["Pass", "Wait", "Choice", "Succeed", "Fail"], "Retry", &retry)
}

fn timeouts(definition: &Definition) -> Vec<Mistake> {
    let kinds = ["Pass", "Wait", "Choice", "Succeed", "Fail", "Map", "Parallel"];
    with_field(definition, &kinds, "TimeoutSeconds", &json!(60))
}

fn foreign(definition: &Definition) -> Vec<Mistake> {
    let all = ["Pass", "Task", "Wait", "Choice", "Succeed", "Fail", "Map", "Parallel"];
    let others = |kind: &str| all.into_iter().filter(|it| *it != kind).collect::<Vec<_>>();
    let mut mistakes = Vec::new();
    for (kind, field, value) in [
        ("Wait", "Seconds", json!(1)),
        ("Task", "Resource", json!("arn:aws:states:::lambda:invoke")),
        ("Parallel", "Branches", json!([])),
        ("Map", "MaxConcurrency", json!(1)),
        ("Choice", "Default", json!("A")),
        ("Fail", "Error", json!("E")),
    ] {
        mistakes.extend(with_field(definition, &others(kind), field, &value));
    }
    mistakes
}

fn inline(definition: &Definition) -> Vec<Mistake> {
    let maps = of_type(definition, "Map").filter(|place| {
        let state = place.value(&definition.document);
        ["ItemProcessor", "Iterator"].iter().all(|field| {
            state[*field].pointer("/ProcessorConfig/Mode").is_none_or(|mode| mode == "INLINE")
        })
    });
    let parts = [
        ("ItemBatcher", json!({ "MaxItemsPerBatch": 2 })),
        ("ItemReader", json!({ "Resource": "arn:aws:states:::s3:listObjectsV2" })),
        ("ResultWriter", json!({ "Resource": "arn:aws:states:::s3:putObject" })),
    ];
    let make = |place| parts.clone().map(|(field, value)| set(definition, place, field, value));
    maps.flat_map(make).collect()
}

fn all_with_others(definition: &Definition) -> Vec<Mistake> {
    let lists = of_roles(definition, &[Role::Retrier, Role::Catcher]);
    let errors = json!(["States.ALL", "Other"]);
    lists.map(|place| set(definition, place, "ErrorEquals", errors.clone())).collect()
}

fn all_first(definition: &Definition) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for place in of_roles(definition, &[Role::Retrier, Role::Catcher]) {
        let (list, index) = place.pointer.rsplit_once('/').unwrap();
        let length = definition.document.pointer(list).and_then(Value::as_array).unwrap().len();
        if index.parse::<usize>().unwrap() + 1 < length {
            mistakes.push(set(definition, place, "ErrorEquals", json!(["States.ALL"])));
        }
    }
    mistakes
}
