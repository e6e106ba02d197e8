//! Where settings come from: options, then `DEPLOYER_…` variables, then `deployer.yaml`, then
//! defaults.
//!
//! Values of the lower layers are appended to the command line as options, which is then parsed
//! again. So one parser reads all values, wherever they come from.

use super::keys::{KEYS, Key, Layer, LayerValue, Origin};
use crate::host::ProcessEnvironment;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::Path;

use super::bad_values;
use super::conflicts::is_replaced;
use super::file::{FILE_NAME, File};
use super::quoted::quoted;
use crate::error::CommandError;
use crate::finding::Finding;

/// The variable that names the file, as `--config` does.
const CONFIG_VARIABLE: &str = "DEPLOYER_CONFIG";
/// The variable that names the environment in the file, as `--env` does.
const ENVIRONMENT_VARIABLE: &str = "DEPLOYER_ENV";

/// Where each setting comes from, by its key.
#[derive(Debug, Clone, Default)]
pub struct Origins(BTreeMap<&'static str, Origin>);

impl Origins {
    /// Where a setting comes from.
    pub fn of(&self, key: &str) -> Origin {
        self.0.get(key).cloned().unwrap_or(Origin::Default)
    }

    /// Makes a finding about an option name the actual origin of the value.
    pub fn relocate(&self, findings: &mut [Finding]) {
        for finding in findings {
            let origin = finding.location.strip_prefix("--").and_then(|key| self.0.get(key));
            if let Some(origin) = origin {
                finding.location = origin.to_string();
            }
        }
    }
}

/// What the layers need to know about the command line.
#[derive(Debug)]
pub struct CommandLine<'a> {
    /// The keys whose options are on the command line.
    pub given: BTreeSet<String>,
    /// The keys that the command accepts.
    pub accepted: BTreeSet<String>,
    /// `--config`.
    pub file: Option<&'a Path>,
    /// `--env`.
    pub environment: Option<&'a str>,
    /// Whether a value of `flow` is the name of a built-in flow, and not a path.
    pub is_built_in: fn(&str) -> bool,
}

/// Finds the values of all settings that are not on the command line, as options, and reports the
/// origin of each setting.
/// Fails when the file is given and missing, or faulty.
pub fn complete(
    command_line: &CommandLine<'_>,
    process: &ProcessEnvironment,
) -> Result<(Vec<OsString>, Origins), CommandError> {
    let file = file(command_line, process)?;
    let lower: BTreeMap<&str, LayerValue> = KEYS
        .iter()
        .filter(|key| !command_line.given.contains(key.name))
        .filter_map(|key| {
            Some((key.name, of_variable(key, process).or_else(|| file.as_ref()?.get(key))?))
        })
        .collect();
    let layer = |key: &str| match command_line.given.contains(key) {
        true => Some(Layer::Option),
        false => lower.get(key).map(|value| value.layer),
    };
    let mut options = Vec::new();
    let mut origins = Origins::default();
    for key in KEYS.iter().filter(|key| command_line.accepted.contains(key.name)) {
        if command_line.given.contains(key.name) {
            origins.0.insert(key.name, Origin::Option(key.name));
        } else if let Some(value) = lower.get(key.name).filter(|_| !is_replaced(key.name, layer)) {
            options.extend(as_options(key, &value.values, &value.origin)?);
            origins.0.insert(key.name, value.origin.clone());
        }
    }
    Ok((options, origins))
}

/// The values in the form in which they would be typed. A flag that is false is not typed.
fn as_options(
    key: &Key,
    values: &[String],
    origin: &Origin,
) -> Result<Vec<OsString>, CommandError> {
    if !key.is_flag {
        return Ok(values.iter().map(|value| format!("--{}={value}", key.name).into()).collect());
    }
    match values {
        [word] if word == "true" => Ok(vec![format!("--{}", key.name).into()]),
        [word] if word == "false" => Ok(Vec::new()),
        _ => {
            let sentence = format!("`{}` is neither true nor false", quoted(&values.join(",")));
            Err(bad_values(vec![Finding::error(key.name, origin.to_string(), sentence)]))
        }
    }
}

fn file(
    command_line: &CommandLine<'_>,
    process: &ProcessEnvironment,
) -> Result<Option<File>, CommandError> {
    let environment = command_line.environment.or_else(|| process.variable(ENVIRONMENT_VARIABLE));
    let named = command_line.file.or_else(|| process.variable(CONFIG_VARIABLE).map(Path::new));
    let path = match named {
        Some(path) => path.to_owned(),
        None => process.folder.join(FILE_NAME),
    };
    // An environment needs a file; if there is none, reading it reports that.
    if named.is_none() && environment.is_none() && !path.exists() {
        return Ok(None);
    }
    File::read(&path, environment, command_line.is_built_in).map(Some)
}

/// A variable's values; commas separate several ones, because neither ARNs nor tags can contain
/// them.
fn of_variable(key: &Key, process: &ProcessEnvironment) -> Option<LayerValue> {
    let name = format!("DEPLOYER_{}", key.name.to_uppercase().replace('-', "_"));
    let value = process.variable(&name)?;
    let values = match key.is_list {
        true => parts(key, value),
        false => vec![value.to_owned()],
    };
    Some(LayerValue { values, origin: Origin::Variable(name), layer: Layer::Variable })
}

/// The parts between commas. A part without a parameter name is another item of the preceding list.
fn parts(key: &Key, value: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for part in value.split(',').map(str::trim) {
        match parts.last_mut() {
            Some(list) if key.name == "parameter" && !part.contains('=') => {
                *list = format!("{list},{part}");
            }
            _ => parts.push(part.to_owned()),
        }
    }
    parts
}
