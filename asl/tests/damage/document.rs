//! Damaged documents: valid JSON documents with a few changes.

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Map, Value, json};

/// One of these documents, with up to four of its values changed.
pub(crate) fn damaged_document(
    seeds: Vec<Value>,
    words: &'static [&'static str],
) -> impl Strategy<Value = Value> {
    let change = (any::<Index>(), any::<Index>(), any::<Index>(), 0..8_u8);
    let changes = prop::collection::vec(change, 1..5);
    (prop::sample::select(seeds), changes).prop_map(move |(mut document, changes)| {
        for (at, other, word, kind) in changes {
            let places = places(&document);
            let (place, other) =
                (&places[at.index(places.len())], &places[other.index(places.len())]);
            let elsewhere = document.pointer(other).cloned().unwrap_or_default();
            let word = words[word.index(words.len())];
            let Some(value) = document.pointer_mut(place) else { continue };
            match kind {
                0 => *value = Value::Null,
                1 => *value = elsewhere,
                2 => *value = json!(word),
                3 => *value = json!([value.take()]),
                4 => *value = json!({ word: value.take() }),
                5 => *value = json!(-1.5e10),
                _ => change_inside(value, word, elsewhere, kind == 6),
            }
        }
        document
    })
}

/// The JSON pointers of all values in a document.
fn places(document: &Value) -> Vec<String> {
    let mut places = Vec::new();
    let mut waiting = vec![(String::new(), document)];
    while let Some((place, value)) = waiting.pop() {
        match value {
            Value::Object(members) => waiting.extend(members.iter().map(|(name, member)| {
                (format!("{place}/{}", name.replace('~', "~0").replace('/', "~1")), member)
            })),
            Value::Array(items) => {
                let items = items.iter().enumerate();
                waiting.extend(items.map(|(index, item)| (format!("{place}/{index}"), item)));
            }
            _ => {}
        }
        places.push(place);
    }
    places
}

fn change_inside(value: &mut Value, word: &str, elsewhere: Value, remove: bool) {
    match value {
        Value::Object(members) if remove => {
            *members = members.clone().into_iter().skip(1).collect();
        }
        Value::Object(members) => drop(members.insert(word.to_owned(), elsewhere)),
        Value::Array(items) if remove => drop(items.pop()),
        Value::Array(items) => items.push(elsewhere),
        Value::String(text) if remove => *text = text.chars().skip(1).collect(),
        Value::String(text) => text.push_str(word),
        other => *other = Value::Object(Map::new()),
    }
}
