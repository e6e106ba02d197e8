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

/// The value of a setting in its variable. Commas separate several texts; `\,` is a comma in one. A
/// map can be an object, too, as in the file.
/// Error: a finding that names the variable.
pub(super) fn value(
    key: &Key,
    process: &ProcessEnvironment,
) -> Result<Option<LayerValue>, CommandError> {
    let name = name(key);
    let Some(value) = process.variable(&name) else { return Ok(None) };
    let origin = Origin::Variable(name);
    let entry = |text: String, removes| Entry { text, removes, origin: origin.clone() };
    let entries = match key.kind {
        Kind::Map if value.trim_start().starts_with('{') => {
            object(key, value, &origin)?.into_iter().map(|(text, gone)| entry(text, gone)).collect()
        }
        Kind::Map => pairs(key, value).into_iter().map(|text| entry(text, false)).collect(),
        Kind::List => pair::list(value).into_iter().map(|text| entry(text, false)).collect(),
        Kind::Text | Kind::Path | Kind::Flag => vec![entry(value.to_owned(), false)],
    };
    Ok(Some(LayerValue { layer: Layer::Variable, entries }))
}

/// The pairs between commas. A part without a parameter's name is another element of the preceding
/// list.
fn pairs(key: &Key, value: &str) -> Vec<String> {
    let mut pairs: Vec<String> = Vec::new();
    for part in pair::parts(value) {
        match pairs.last_mut() {
            Some(list) if key.name == "parameter" && !part.contains('=') => {
                *list = format!("{list},{part}");
            }
            _ => pairs.push(part.to_owned()),
        }
    }
    pairs
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

/// What is to be said about variables that begin with `DEPLOYER_` and are no settings. The word is so
/// common that another program may use such a name.
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
