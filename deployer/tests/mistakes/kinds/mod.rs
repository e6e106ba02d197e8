//! The kinds of mistakes. Each makes its mistake in every place where it can be made, and only where Step Functions
//! refuses what comes out of it.

mod choices;
mod expressions;
mod languages;
mod missing;
mod names;
mod resources;
mod targets;
mod texts;
mod together;
mod values;

use serde_json::{Map, Value};

use super::definition::{Definition, pointer};
use super::places::{Place, Role};
use super::{Kind, Mistake};

/// All kinds.
pub(crate) fn kinds() -> impl Iterator<Item = &'static Kind> {
    let groups = [
        names::KINDS,
        values::KINDS,
        missing::KINDS,
        together::KINDS,
        languages::KINDS,
        targets::KINDS,
        choices::KINDS,
        expressions::KINDS,
        resources::KINDS,
        texts::KINDS,
    ];
    groups.into_iter().flatten()
}

/// The object at a pointer.
fn object<'a>(document: &'a mut Value, at: &str) -> &'a mut Map<String, Value> {
    document.pointer_mut(at).and_then(Value::as_object_mut).unwrap()
}

/// The places of these roles.
fn of_roles<'a>(definition: &'a Definition, roles: &'a [Role]) -> impl Iterator<Item = &'a Place> {
    definition.places.iter().filter(|place| roles.contains(&place.role))
}

/// The states of this type.
fn of_type<'a>(definition: &'a Definition, kind: &'a str) -> impl Iterator<Item = &'a Place> {
    definition.places.iter().filter(move |place| place.is_state(kind))
}

/// Sets a field of a place. It may be reported there.
fn set(definition: &Definition, place: &Place, field: &str, value: Value) -> Mistake {
    let at = &place.pointer;
    let change = |document: &mut Value| drop(object(document, at).insert(field.to_owned(), value));
    definition.changed(change, &[place.member(field)])
}

/// Takes a field away. That it is missing is reported at the place.
fn without(definition: &Definition, place: &Place, field: &str) -> Mistake {
    let at = &place.pointer;
    let change = |document: &mut Value| drop(object(document, at).shift_remove(field));
    definition.changed(change, std::slice::from_ref(at))
}

/// Gives a field another name, in the same position.
fn renamed(definition: &Definition, place: &Place, field: &str, name: &str) -> Mistake {
    let change = |document: &mut Value| {
        let members = object(document, &place.pointer);
        let renamed = std::mem::take(members).into_iter();
        let rename = |it: String| if it == field { name.to_owned() } else { it };
        members.extend(renamed.map(|(member, value)| (rename(member), value)));
    };
    definition.changed(change, &[place.member(name)])
}

/// All texts below a value, with their pointers.
fn texts<'a>(value: &'a Value, at: &str, found: &mut Vec<(String, &'a str)>) {
    match value {
        Value::String(text) => found.push((at.to_owned(), text)),
        Value::Object(members) => {
            members.iter().for_each(|(name, member)| texts(member, &pointer(at, name), found));
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.for_each(|(index, item)| texts(item, &format!("{at}/{index}"), found));
        }
        _ => {}
    }
}

/// Replaces the value at a pointer. It may be reported there.
fn replaced(definition: &Definition, at: &str, value: Value) -> Mistake {
    let change = |document: &mut Value| *document.pointer_mut(at).unwrap() = value;
    definition.changed(change, &[at.to_owned()])
}

/// The members of the place that have these names.
fn members<'a>(
    definition: &'a Definition,
    place: &Place,
) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let members = place.value(&definition.document).as_object().unwrap();
    members.iter().map(|(name, value)| (name.as_str(), value))
}
