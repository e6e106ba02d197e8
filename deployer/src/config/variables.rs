//! `DEPLOYER_…` variables: settings, named like the options.

use serde_json::Value;

use super::bad_values;
use super::file_values::typed;
use super::keys::{Entry, KEYS, Key, Kind, Layer, LayerValue, Origin};
use super::pair;
use super::quoted::quoted;
use crate::document::{Strict, with_source_texts};
use crate::error::CommandError;
use crate::finding::Finding;
use crate::host::ProcessEnvironment;

/// The variable that names the file, as `--config` does.
pub(super) const FILE: &str = "DEPLOYER_CONFIG";
/// The variable that names the environment in the file, as `--env` does.
pub(super) const ENVIRONMENT: &str = "DEPLOYER_ENV";
/// Read when the program is built, and set while it runs under Cargo.
const OF_THE_BUILD: &str = "DEPLOYER_HANDLER_ARCH";

/// The name of a setting's variable.
fn name(key: &Key) -> String {
    format!("DEPLOYER_{}", key.name.to_uppercase().replace('-', "_"))
}

/// The value of a setting in its variable: one value, exactly as the option takes it. Where a comma cannot be part
/// of a value, commas separate several. A list or a map can be written as in the file, too.
/// Error: a finding that names the variable.
pub(super) fn value(
    key: &Key,
    process: &ProcessEnvironment,
) -> Result<Option<LayerValue>, CommandError> {
    let name = name(key);
    let Some(value) = process.variable(&name) else { return Ok(None) };
    let origin = Origin::Variable(name);
    let entry = |text: String, removes| Entry { text, removes, origin: origin.clone() };
    let entries = match (key.kind, value.trim_start().chars().next()) {
        (Kind::Map, Some('{')) => {
            object(key, value, &origin)?.into_iter().map(|(text, gone)| entry(text, gone)).collect()
        }
        (Kind::Map | Kind::List, Some('[')) => {
            items(value, &origin)?.into_iter().map(|text| entry(text, false)).collect()
        }
        (Kind::Map, _) if key.name == "tag" => {
            tags(value).into_iter().map(|text| entry(text.to_owned(), false)).collect()
        }
        (Kind::List, _) => pair::list(value).into_iter().map(|text| entry(text, false)).collect(),
        (Kind::Map | Kind::Text | Kind::Path | Kind::Flag, _) => {
            vec![entry(value.to_owned(), false)]
        }
    };
    Ok(Some(LayerValue { layer: Layer::Variable, entries }))
}

/// The pairs between commas. AWS allows no comma in a tag, so that none can be part of one.
fn tags(value: &str) -> Vec<&str> {
    match value.contains(',') {
        true => value.split(',').map(str::trim).filter(|part| !part.is_empty()).collect(),
        false => vec![value],
    }
}

/// The items of a list, each as the option takes it.
fn items(value: &str, origin: &Origin) -> Result<Vec<String>, CommandError> {
    let read = Strict::from_yaml(value).map(|Strict(read)| with_source_texts(read, value));
    let items = match read {
        Ok(Value::Array(items)) => {
            items.iter().map(|item| item.as_str().map(str::to_owned)).collect()
        }
        _ => None,
    };
    items.ok_or_else(|| {
        let sentence =
            "it begins with `[`, but is not a list of strings, such as [\"one\", \"two\"]";
        bad_values(vec![Finding::error("setting", origin.to_string(), sentence)])
    })
}

/// The members of an object as they would be typed, and whether each removes the lower layer's.
fn object(key: &Key, value: &str, origin: &Origin) -> Result<Vec<(String, bool)>, CommandError> {
    let fault = |sentence: String| {
        bad_values(vec![Finding::error("setting", origin.to_string(), sentence)])
    };
    let read = Strict::from_yaml(value).map(|Strict(read)| with_source_texts(read, value));
    let Ok(Value::Object(members)) = read else {
        let sentence = "it begins with `{`, but is not an object, such as {\"name\": \"value\"}";
        return Err(fault(sentence.to_owned()));
    };
    let entry = |(name, value): (&String, &Value)| {
        let text = typed(key, name, value)
            .map_err(|wrong| fault(format!("`{}`: {wrong}", quoted(name))))?;
        Ok((text, value.is_null()))
    };
    members.iter().map(entry).collect()
}

/// Warnings about variables that begin with `DEPLOYER_` and are not settings. The word is so common
/// that another program may use such a name.
/// Error: a finding for each name that is almost that of a setting, or whose value is not UTF-8.
pub(super) fn unknown(process: &ProcessEnvironment) -> Result<Vec<Finding>, CommandError> {
    let mut known: Vec<String> = KEYS.iter().map(name).collect();
    known.extend([FILE, ENVIRONMENT, OF_THE_BUILD].map(str::to_owned));
    let unreadable = process.unreadable.iter().filter(|name| known.contains(name));
    let mut faults: Vec<Finding> = unreadable
        .map(|name| Finding::error("setting", name.as_str(), "the value is not UTF-8"))
        .collect();
    let mut warnings = Vec::new();
    for variable in process.variables.keys().filter(|variable| !known.contains(variable)) {
        if process.variable(variable).is_none() {
            continue;
        }
        let (name, code) = (quoted(variable), "unknown-variable");
        match known.iter().find(|known| is_misspelled(variable, known)) {
            Some(meant) => {
                let sentence = format!("no such setting; did you mean {meant}?");
                faults.push(Finding::error(code, name, sentence));
            }
            None => {
                let sentence = "no such setting; it has no effect";
                warnings.push(Finding::warning(code, name, sentence));
            }
        }
    }
    if faults.is_empty() { Ok(warnings) } else { Err(bad_values(faults)) }
}

/// Whether the one is almost certainly the other. What is only similar, such as `DEPLOYER_VERSION`, may
/// be another program's.
fn is_misspelled(variable: &str, known: &str) -> bool {
    let plain = |name: &str| name.trim_start_matches("DEPLOYER").replace('_', "");
    let (variable, known) = (plain(variable), plain(known));
    let most = if known.len() > 4 { 1 } else { 0 };
    strsim::damerau_levenshtein(&variable, &known) <= most || variable == format!("{known}S")
}
