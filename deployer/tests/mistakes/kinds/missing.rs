//! Required fields that are missing, and lists that are empty.

use serde_json::json;

use super::super::places::{Place, Role};
use super::super::{Definition, Kind, Mistake};
use super::{of_roles, of_type, set, without};

const REQUIRED: &str = "the field is required";

pub(super) const KINDS: &[Kind] = &[
    Kind { name: "no first state", why: REQUIRED, make: |it| of_machines(it, "StartAt") },
    Kind { name: "no states", why: REQUIRED, make: |it| of_machines(it, "States") },
    Kind { name: "no type", why: REQUIRED, make: |it| of_role(it, Role::State, "Type") },
    Kind { name: "no way on", why: "a state has Next or End", make: no_way_on },
    Kind { name: "no resource", why: REQUIRED, make: |it| of_state(it, "Task", "Resource") },
    Kind { name: "no choices", why: REQUIRED, make: |it| of_state(it, "Choice", "Choices") },
    Kind { name: "no branches", why: REQUIRED, make: |it| of_state(it, "Parallel", "Branches") },
    Kind { name: "no processor of items", why: REQUIRED, make: no_processor },
    Kind {
        name: "nothing to wait for",
        why: "a Wait has one of four fields",
        make: nothing_to_wait_for,
    },
    Kind {
        name: "rule without a target",
        why: REQUIRED,
        make: |it| of_role(it, Role::Rule, "Next"),
    },
    Kind {
        name: "catcher without a target",
        why: REQUIRED,
        make: |it| of_role(it, Role::Catcher, "Next"),
    },
    Kind { name: "no names of errors", why: REQUIRED, make: no_errors },
    Kind { name: "reader or writer without a resource", why: REQUIRED, make: no_resource_of_part },
    Kind { name: "reader without a type of input", why: REQUIRED, make: no_input_type },
    Kind { name: "role without its ARN", why: REQUIRED, make: no_role },
    Kind { name: "empty list", why: "it has at least one item", make: empty },
];

/// The places that have a field, without it.
fn each<'a>(
    definition: &'a Definition,
    places: impl Iterator<Item = &'a Place>,
    field: &str,
) -> Vec<Mistake> {
    let with = places.filter(|place| place.value(&definition.document).get(field).is_some());
    with.map(|place| without(definition, place, field)).collect()
}

fn of_machines(definition: &Definition, field: &str) -> Vec<Mistake> {
    each(definition, of_roles(definition, &[Role::Outermost, Role::Inner]), field)
}

fn of_role(definition: &Definition, role: Role, field: &str) -> Vec<Mistake> {
    each(definition, of_roles(definition, &[role]), field)
}

fn of_state(definition: &Definition, kind: &str, field: &str) -> Vec<Mistake> {
    each(definition, of_type(definition, kind), field)
}

fn no_way_on(definition: &Definition) -> Vec<Mistake> {
    [of_role(definition, Role::State, "Next"), of_role(definition, Role::State, "End")]
        .into_iter()
        .flatten()
        .collect()
}

fn no_processor(definition: &Definition) -> Vec<Mistake> {
    let fields = ["ItemProcessor", "Iterator"];
    fields.iter().flat_map(|field| of_state(definition, "Map", field)).collect()
}

fn nothing_to_wait_for(definition: &Definition) -> Vec<Mistake> {
    let fields = ["Seconds", "SecondsPath", "Timestamp", "TimestampPath"];
    fields.iter().flat_map(|field| of_state(definition, "Wait", field)).collect()
}

fn no_errors(definition: &Definition) -> Vec<Mistake> {
    let roles = [Role::Retrier, Role::Catcher];
    roles.into_iter().flat_map(|role| of_role(definition, role, "ErrorEquals")).collect()
}

fn no_resource_of_part(definition: &Definition) -> Vec<Mistake> {
    let roles = [Role::ItemReader, Role::ResultWriter];
    // A writer that only shapes its results needs no resource.
    let parts = of_roles(definition, &roles).filter(|place| {
        place.role == Role::ItemReader
            || place.value(&definition.document).get("WriterConfig").is_none()
    });
    each(definition, parts, "Resource")
}

fn no_input_type(definition: &Definition) -> Vec<Mistake> {
    of_role(definition, Role::ReaderConfig, "InputType")
}

fn no_role(definition: &Definition) -> Vec<Mistake> {
    let with = of_type(definition, "Task")
        .filter(|place| place.value(&definition.document).get("Credentials").is_some());
    with.map(|place| set(definition, place, "Credentials", json!({}))).collect()
}

fn empty(definition: &Definition) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for place in &definition.places {
        for field in ["Choices", "Branches", "ErrorEquals", "And", "Or"] {
            if place.value(&definition.document).get(field).is_some() {
                mistakes.push(set(definition, place, field, json!([])));
            }
        }
    }
    mistakes
}
