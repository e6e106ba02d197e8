//! What `--output json` prints in every console test matches docs/reference/json-output.schema.json, and
//! docs/reference/json-output.md matches that.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::{Map, Value};
use snapbox::{assert_data_eq, file};

use crate::session::ConsoleSession;

const DOCUMENT: &str = include_str!("../../../docs/reference/json-output.schema.json");
const PAGE: &str = include_str!("../../../docs/reference/json-output.md");

/// Commands that print a document in either format.
const DOCUMENTS: [&str; 2] = ["render", "schema"];

/// A validator for each type that refuses fields missing from the schema. The document itself
/// allows them, because new fields may be added without a new schema number.
static TYPES: LazyLock<BTreeMap<String, Validator>> = LazyLock::new(|| {
    let mut closed = document();
    for part in closed["$defs"].as_object_mut().unwrap().values_mut() {
        close_inside(part);
    }
    let validator = |name: &String| {
        let mut schema = Map::from_iter([("$defs".to_owned(), closed["$defs"].clone())]);
        schema.insert("$schema".to_owned(), closed["$schema"].clone());
        schema.insert("$ref".to_owned(), format!("#/$defs/{name}").into());
        schema.insert("unevaluatedProperties".to_owned(), false.into());
        let options = jsonschema::options().should_validate_formats(true);
        (name.clone(), options.build(&schema.into()).unwrap())
    };
    types().iter().map(validator).collect()
});

fn document() -> Value {
    serde_json::from_str(DOCUMENT).unwrap()
}

/// The types of objects. The other definitions, in upper case, are parts of them.
fn types() -> BTreeSet<String> {
    let document = document();
    let names = document["$defs"].as_object().unwrap().keys();
    names
        .filter(|name| name.starts_with(|first: char| first.is_ascii_lowercase()))
        .cloned()
        .collect()
}

/// Refuses unknown fields wherever a value is described, except in definitions that are mixed into
/// others.
fn close_inside(schema: &mut Value) {
    let Some(keywords) = schema.as_object_mut() else { return };
    for (keyword, below) in keywords {
        match (keyword.as_str(), below) {
            ("properties", Value::Object(fields)) => fields.values_mut().for_each(close),
            ("anyOf", Value::Array(choices)) => choices.iter_mut().for_each(close),
            ("items", item) => close(item),
            _ => {}
        }
    }
}

fn close(schema: &mut Value) {
    close_inside(schema);
    let refers = schema.get("$ref").is_some() || schema.get("properties").is_some();
    if let (true, Some(keywords)) = (refers, schema.as_object_mut()) {
        keywords.insert("unevaluatedProperties".to_owned(), false.into());
    }
}

/// The faults of a line.
fn faults(line: &str) -> Vec<String> {
    let Ok(object) = serde_json::from_str::<Value>(line) else {
        return vec!["it is no JSON".to_owned()];
    };
    let Some(validator) = object["type"].as_str().and_then(|name| TYPES.get(name)) else {
        return vec![format!(
            "docs/reference/json-output.schema.json has no type {}, and docs/reference/json-output.md needs it too",
            object["type"]
        )];
    };
    validator.iter_errors(&object).map(|e| format!("{}: {e}", e.instance_path())).collect()
}

/// Checks what a command printed to stdout against the schema.
pub(crate) fn assert_valid(words: &[String], printed: &str) {
    let is_document = words.first().is_some_and(|word| DOCUMENTS.contains(&word.as_str()));
    let all = !is_document && words.windows(2).any(|pair| pair == ["--output", "json"]);
    for line in printed.lines() {
        let is_ours = || line.starts_with('{') && line.contains(r#","schema":"#);
        if all || is_ours() {
            let faults = faults(line);
            assert!(faults.is_empty(), "{}:\n{line}\n{}", words.join(" "), faults.join("\n"));
        }
    }
}

#[test]
fn the_document_is_a_schema_and_lists_its_types() {
    let document = document();
    assert!(jsonschema::meta::is_valid(&document));
    let listed = document["oneOf"].as_array().unwrap().iter();
    let listed: Vec<_> = listed.map(|choice| choice["$ref"].as_str().unwrap()).collect();
    let defined: Vec<_> = types().iter().map(|name| format!("#/$defs/{name}")).collect();
    assert_eq!(listed, defined);
    for name in types() {
        assert_eq!(document["$defs"][&name]["properties"]["type"]["const"], name.as_str());
        assert_eq!(document["$defs"][&name]["allOf"][0]["$ref"], "#/$defs/Envelope", "{name}");
    }
}

/// The schema is not empty: output is refused if a field is missing, has another type, or is
/// unknown.
#[tokio::test(start_paused = true)]
async fn a_missing_or_unknown_field_is_refused() {
    let session = ConsoleSession::new("schema-strict");
    let mut lines = session.flow("up", "--yes --output json").await.out;
    lines.push_str(&session.run("status --output json").await.out);
    lines.push_str(&session.flow("plan", "--memory 256 --output json").await.out);
    lines.push_str(&session.flow("check", "--memory 1 --output json").await.out);
    lines.push_str(&session.run("down --yes --output json").await.out);
    let mut changed = 0;
    for line in lines.lines() {
        assert_eq!(faults(line), [""; 0]);
        let object: Map<String, Value> = serde_json::from_str(line).unwrap();
        for field in object.keys() {
            let mut fewer = object.clone();
            fewer.remove(field);
            let mut other = object.clone();
            other[field] = serde_json::json!({ "neither": ["this", "nor", "that"] });
            for altered in [fewer, other] {
                changed += 1;
                let altered = Value::from(altered).to_string();
                assert!(!faults(&altered).is_empty(), "{altered}");
            }
        }
        let mut more = object.clone();
        more.insert("unheard_of".to_owned(), Value::Null);
        assert!(!faults(&Value::from(more).to_string()).is_empty());
    }
    assert!(changed > 300, "{changed}");
    let unknown = r#"{"type":"miracle","schema":1,"timestamp":"2026-11-21T12:00:00Z"}"#;
    assert!(faults(unknown)[0].contains("miracle"));
    let inside = lines.lines().find(|line| line.contains(r#""type":"outputs""#)).unwrap();
    let inside = inside.replacen(r#""key":"#, r#""unheard_of":1,"key":"#, 1);
    assert_eq!(faults(&inside).len(), 1, "{:?}", faults(&inside));
}

/// Every field of every type, and every value of a closed list, is on the page.
#[test]
fn the_page_names_every_type_and_field() {
    let document = document();
    for (name, schema) in document["$defs"].as_object().unwrap() {
        let is_type = name.starts_with(|first: char| first.is_ascii_lowercase());
        assert!(!is_type || PAGE.contains(&format!("`{name}`")), "type {name}");
        for (field, schema) in schema["properties"].as_object().unwrap() {
            assert!(PAGE.contains(&format!("`{field}`")), "{name}: field {field}");
            let values = schema["enum"].as_array().cloned().unwrap_or_default();
            for value in values.iter().filter_map(Value::as_str) {
                assert!(PAGE.contains(&format!("`{value}`")), "{name}: {field} {value}");
            }
        }
    }
    let listed = PAGE.lines().filter_map(|line| line.strip_prefix("| `")).flat_map(|line| {
        let cell = line.split('|').next().unwrap_or_default();
        cell.split(", ").map(|name| name.trim_matches([' ', '`']).to_owned()).collect::<Vec<_>>()
    });
    let known = document.to_string();
    for name in listed {
        assert!(
            known.contains(&format!("\"{name}\"")),
            "the page has {name}, and the schema has not"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn the_program_prints_the_document() {
    let session = ConsoleSession::new("schema");
    for line in ["schema", "schema --output json"] {
        let printed = session.run(line).await;
        assert_eq!((printed.code, printed.err.as_str()), (0, ""));
        assert_data_eq!(
            printed.out,
            file!["../../../docs/reference/json-output.schema.json"].raw()
        );
    }
}
