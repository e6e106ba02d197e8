//! Changes at one place of a JSON document or of its text.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

use crate::any_json::{ODD, content, number};

/// A placeholder for text that a [`Value`] cannot represent, until the document is text.
const PLACEHOLDER: &str = "\u{1}placeholder\u{1}";

/// A change of the value at one place.
#[derive(Debug, Clone)]
enum Change {
    /// The value is replaced by this text.
    Spell(String),
    /// The member or element is removed.
    Remove,
    /// The element is repeated, or the member is repeated under another name.
    Again(&'static str),
    /// The value becomes the only element of a list.
    Wrap,
    /// The value becomes the result of the `lambda:invoke` integration.
    Payload,
    /// The value becomes its own JSON text.
    Quote,
}

/// The text of a document that is changed at one place.
pub(crate) fn changed(
    document: impl Strategy<Value = Value>,
    names: &'static [&'static str],
    words: &'static [&'static str],
) -> impl Strategy<Value = String> {
    let spelling = prop_oneof![
        4 => select(vec!["null", "true", "false", "{}", "[]", r#""""#, r#"" ""#, "[{}]", "[null]"])
            .prop_map(str::to_owned),
        4 => select(words).prop_map(|word| json!(word).to_string()),
        1 => number(),
        1 => content().prop_map(|text| json!(text).to_string()),
        2 => select(ODD.to_vec()).prop_map(str::to_owned),
    ];
    let change = prop_oneof![
        6 => spelling.prop_map(Change::Spell),
        1 => Just(Change::Remove),
        2 => select(names).prop_map(Change::Again),
        1 => Just(Change::Wrap),
        1 => Just(Change::Payload),
        1 => Just(Change::Quote),
    ];
    (document, any::<Index>(), change)
        .prop_map(|(document, place, change)| apply(document, place, &change))
}

fn apply(mut document: Value, place: Index, change: &Change) -> String {
    let places = places("", &document);
    let place = place.get(&places);
    match change {
        Change::Spell(_) => *at(&mut document, place) = json!(PLACEHOLDER),
        Change::Remove => remove(&mut document, place),
        Change::Again(name) => again(&mut document, place, name),
        Change::Wrap => replace(at(&mut document, place), |value| json!([value])),
        Change::Payload => replace(
            at(&mut document, place),
            |value| json!({"ExecutedVersion": "$LATEST", "Payload": value, "StatusCode": 200}),
        ),
        Change::Quote => replace(at(&mut document, place), |value| json!(value.to_string())),
    }
    let text = document.to_string();
    match change {
        Change::Spell(spelling) => text.replace(&json!(PLACEHOLDER).to_string(), spelling),
        _ => text,
    }
}

/// The JSON pointers of all places in a document.
fn places(prefix: &str, value: &Value) -> Vec<String> {
    let inner: Vec<(String, &Value)> = match value {
        Value::Array(list) => {
            list.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect()
        }
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), value)).collect()
        }
        _ => Vec::new(),
    };
    let inner = inner.iter().flat_map(|(name, value)| {
        places(&format!("{prefix}/{}", name.replace('~', "~0").replace('/', "~1")), value)
    });
    std::iter::once(prefix.to_owned()).chain(inner).collect()
}

fn at<'a>(document: &'a mut Value, place: &str) -> &'a mut Value {
    document.pointer_mut(place).unwrap()
}

fn replace(place: &mut Value, with: impl Fn(&Value) -> Value) {
    *place = with(place);
}

fn remove(document: &mut Value, place: &str) {
    let Some((parent, name)) = place.rsplit_once('/') else {
        return;
    };
    match at(document, parent) {
        Value::Array(list) => drop(list.remove(name.parse().unwrap())),
        Value::Object(members) => drop(members.remove(name)),
        _ => unreachable!("only lists and objects are parents"),
    }
}

fn again(document: &mut Value, place: &str, name: &str) {
    let Some((parent, _)) = place.rsplit_once('/') else {
        return;
    };
    let value = at(document, place).clone();
    match at(document, parent) {
        Value::Array(list) => list.push(value),
        Value::Object(members) => drop(members.insert(name.to_owned(), value)),
        _ => unreachable!("only lists and objects are parents"),
    }
}

/// A text that is cut off or has a stray character.
pub(crate) fn damaged(text: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    let stray = select(vec!["", "\u{0}", "\"", "}", "]", ",", "\\", "\u{feff}", "é"]);
    (text, any::<Index>(), stray, any::<bool>()).prop_map(|(text, place, stray, cut)| {
        let borders: Vec<usize> =
            text.char_indices().map(|(index, _)| index).chain([text.len()]).collect();
        let (before, after) = text.split_at(*place.get(&borders));
        format!("{before}{stray}{}", if cut { "" } else { after })
    })
}
