//! `deployer.yaml`: settings, named like the options, and environments that override them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::keys::{KEYS, Key, Layer, LayerValue, Origin};
use super::quoted::quoted;
use crate::document::Strict;
use crate::error::CommandError;
use crate::files::text::read_text;
use crate::finding::Finding;

/// The file that is read if none is given.
pub const FILE_NAME: &str = "deployer.yaml";

const ENVIRONMENTS: &str = "environments";

/// A settings file that was read and contains nothing unknown.
#[derive(Debug, Clone)]
pub(super) struct File {
    path: PathBuf,
    settings: Map<String, Value>,
    environment: Option<(String, Map<String, Value>)>,
    is_built_in: fn(&str) -> bool,
}

impl File {
    /// Reads a file, and the environment of that name in it.
    /// Fails when the file cannot be read or is not YAML; with a finding for each setting, in any
    /// environment, that is unknown or has a value of the wrong kind; when the environment is
    /// missing.
    pub(super) fn read(
        path: &Path,
        environment: Option<&str>,
        is_built_in: fn(&str) -> bool,
    ) -> Result<Self, CommandError> {
        let name = path.display();
        let text =
            read_text(path).map_err(|cause| unusable(format!("cannot read {name}"), cause))?;
        let document: Option<Strict> = serde_yaml::from_str(&text)
            .map_err(|cause| unusable(format!("{name} is not YAML that deployer reads"), cause))?;
        let mut faults = Vec::new();
        let document = document.map_or(Value::Null, |Strict(value)| value);
        let mut settings = object(document, path, "", &mut faults);
        let environments = settings.remove(ENVIRONMENTS).unwrap_or_default();
        let environments = object(environments, path, ENVIRONMENTS, &mut faults);
        check(path, "", &settings, &mut faults);
        let mut checked = BTreeMap::new();
        for (name, settings) in environments {
            let place = format!("{ENVIRONMENTS}.{}", quoted(&name));
            let settings = object(settings, path, &place, &mut faults);
            check(path, &format!("{place}."), &settings, &mut faults);
            checked.insert(name, settings);
        }
        let chosen = environment.and_then(|name| checked.remove_entry(name));
        if let (Some(requested), None) = (environment, &chosen) {
            let known: Vec<String> = checked.keys().map(|name| quoted(name)).collect();
            let (requested, count, known) = (quoted(requested), known.len(), known.join(", "));
            let sentence =
                format!("there is no environment `{requested}` ({count} known: {known})");
            faults.push(fault(path, ENVIRONMENTS, sentence));
        }
        if faults.is_empty() {
            return Ok(Self { path: path.to_owned(), settings, environment: chosen, is_built_in });
        }
        let sentence = format!("{} cannot be used", path.display());
        Err(CommandError::usage(crate::error::Sentence(sentence)).findings(faults))
    }

    /// The values of a setting and their origin; those of the environment take precedence over the
    /// file's own.
    pub(super) fn get(&self, key: &Key) -> Option<LayerValue> {
        let of_environment = self.environment.as_ref().and_then(|(name, settings)| {
            let values = values(key, settings.get(key.name)?).ok()?;
            Some((values, format!("{ENVIRONMENTS}.{name}.{}", key.name), Layer::Environment))
        });
        let (mut values, place, layer) = of_environment.or_else(|| {
            let values = values(key, self.settings.get(key.name)?).ok()?;
            Some((values, key.name.to_owned(), Layer::File))
        })?;
        if values.is_empty() {
            return None;
        }
        if key.is_path {
            let folder = self.path.parent().unwrap_or(Path::new(""));
            let placed = |value: String| match key.name == "flow" && (self.is_built_in)(&value) {
                true => value,
                false => folder.join(value).display().to_string(),
            };
            values = values.into_iter().map(placed).collect();
        }
        let origin = Origin::File(format!("{}: {place}", self.path.display()));
        Some(LayerValue { values, origin, layer })
    }
}

/// The members of an object; none, and a fault, if the value is something else.
fn object(value: Value, path: &Path, place: &str, faults: &mut Vec<Finding>) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        Value::Null => Map::new(),
        _ => {
            faults.push(fault(path, place, "an object is expected"));
            Map::new()
        }
    }
}

fn check(path: &Path, place: &str, settings: &Map<String, Value>, faults: &mut Vec<Finding>) {
    for (name, value) in settings {
        let place = format!("{place}{}", quoted(name));
        match KEYS.iter().find(|key| key.name == name) {
            Some(key) => {
                faults.extend(values(key, value).err().map(|wrong| fault(path, &place, wrong)));
            }
            None => {
                let known: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
                let sentence = format!("no such setting; known are {}", known.join(", "));
                faults.push(Finding::error("unknown-setting", at(path, &place), sentence));
            }
        }
    }
}

/// A setting's values in the form that an option takes.
fn values(key: &Key, value: &Value) -> Result<Vec<String>, &'static str> {
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Bool(flag) if key.is_flag => Ok(vec![flag.to_string()]),
        _ if key.is_flag => Err("true or false is expected"),
        Value::Array(items) if key.is_list => {
            items.iter().map(|item| scalar(item).ok_or("a list of strings is expected")).collect()
        }
        Value::Object(pairs) if key.name == "tag" => pairs
            .iter()
            .map(|(key, value)| {
                let value = scalar(value).ok_or("an object of strings is expected")?;
                Ok(format!("{key}={value}"))
            })
            .collect(),
        Value::Object(pairs) if key.name == "parameter" => pairs
            .iter()
            .map(|(key, value)| {
                let value = text(value).ok_or("an object of strings or lists is expected")?;
                Ok(format!("{key}={value}"))
            })
            .collect(),
        value => scalar(value).map(|value| vec![value]).ok_or(match key.is_list {
            true => "a string or a list of strings is expected",
            false => "a string or a number is expected",
        }),
    }
}

/// A value, or a list of them as it would be typed.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Array(items) => {
            items.iter().map(scalar).collect::<Option<Vec<_>>>().map(|items| items.join(","))
        }
        one => scalar(one),
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn fault(path: &Path, place: &str, sentence: impl Into<String>) -> Finding {
    Finding::error("setting", at(path, place), sentence)
}

fn at(path: &Path, place: &str) -> String {
    match place {
        "" => path.display().to_string(),
        place => format!("{}: {place}", path.display()),
    }
}

#[derive(Debug, thiserror::Error)]
#[error("{sentence}")]
struct Unusable {
    sentence: String,
    source: Box<dyn std::error::Error + Send + Sync>,
}

fn unusable(
    sentence: String,
    cause: impl std::error::Error + Send + Sync + 'static,
) -> CommandError {
    CommandError::usage(Unusable { sentence, source: Box::new(cause) })
}
