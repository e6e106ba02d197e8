//! Where settings come from: options, then `DEPLOYER_…` variables, then `deployer.yaml`, then defaults.
//!
//! What the lower layers say is put behind what was typed, as options, and read once more, so that there is
//! one reader of values, whoever wrote them.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use super::bad_values;
use super::file::{FILE_NAME, File};
use super::rivals::is_replaced;
use super::shown::shown;
use crate::error::CommandError;
use crate::finding::Finding;

/// A setting that every layer knows by the same name.
#[derive(Debug)]
pub struct Key {
    /// The option's name without its hyphens; the member of `deployer.yaml`.
    pub name: &'static str,
    /// Whether it can have several values.
    pub is_list: bool,
    /// Whether it names a file, relative to the one it stands in.
    pub is_path: bool,
    /// Whether it is true or false, and an option without a value.
    pub is_flag: bool,
}

const fn value(name: &'static str) -> Key {
    Key { name, is_list: false, is_path: false, is_flag: false }
}

const fn list(name: &'static str) -> Key {
    Key { is_list: true, ..value(name) }
}

const fn path(name: &'static str) -> Key {
    Key { is_path: true, ..value(name) }
}

const fn flag(name: &'static str) -> Key {
    Key { is_flag: true, ..value(name) }
}

/// Every setting, in the order of the help.
pub const KEYS: [Key; 25] = [
    list("org-arn"),
    value("stack-name"),
    path("flow"),
    list("parameter"),
    path("state-machine"),
    value("wait-time"),
    value("output-state"),
    value("on-failure"),
    value("memory"),
    value("log-retention"),
    value("log-level"),
    value("metrics"),
    value("alarms"),
    value("alarm-age"),
    list("tag"),
    path("handler"),
    value("role-arn"),
    list("notification-arn"),
    value("on-stack-failure"),
    flag("express"),
    flag("protect"),
    value("region"),
    value("profile"),
    value("endpoint-url"),
    value("workmail-endpoint-url"),
];

/// The variable that names the file, as `--config` does.
const CONFIG_VARIABLE: &str = "DEPLOYER_CONFIG";
/// The variable that names the environment in the file, as `--env` does.
const ENVIRONMENT_VARIABLE: &str = "DEPLOYER_ENV";

/// Who said something, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Layer {
    File,
    Environment,
    Variable,
    Option,
}

/// What a layer says of a setting that was not typed.
pub(super) struct Said {
    pub(super) values: Vec<String>,
    pub(super) origin: Origin,
    pub(super) layer: Layer,
}

/// Where a setting comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// It was typed.
    Option(&'static str),
    /// A variable of the environment.
    Variable(String),
    /// A place in the file, such as `deployer.yaml: environments.test.memory`.
    File(String),
    /// Nobody said anything.
    Default,
}

impl Origin {
    /// Which layer it is.
    #[must_use]
    pub fn layer(&self) -> &'static str {
        match self {
            Self::Option(_) => "option",
            Self::Variable(_) => "variable",
            Self::File(_) => "file",
            Self::Default => "default",
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Option(name) => write!(f, "--{name}"),
            Self::Variable(place) | Self::File(place) => f.write_str(place),
            Self::Default => f.write_str("default"),
        }
    }
}

/// Where each setting comes from, by its key.
#[derive(Debug, Clone, Default)]
pub struct Origins(BTreeMap<&'static str, Origin>);

impl Origins {
    /// Where a setting comes from.
    #[must_use]
    pub fn of(&self, key: &str) -> Origin {
        self.0.get(key).cloned().unwrap_or(Origin::Default)
    }

    /// Makes a finding about an option say where its value really stands.
    pub fn relocate(&self, findings: &mut [Finding]) {
        for finding in findings {
            let origin = finding.location.strip_prefix("--").and_then(|key| self.0.get(key));
            if let Some(origin) = origin {
                finding.location = origin.to_string();
            }
        }
    }
}

/// What surrounds the command line.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// The variables of the environment that begin with `DEPLOYER_`.
    pub variables: BTreeMap<String, String>,
    /// The folder in which the program was called.
    pub folder: PathBuf,
    /// Whether a terminal is one for plain lines: CI collects what it shows, or it cannot move its cursor.
    pub plain: bool,
}

impl Surroundings {
    /// Those of this process.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the deployer's variables"
    )]
    pub fn of_process() -> Self {
        let variables = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .filter(|(name, _)| name.starts_with("DEPLOYER_"))
            .collect();
        // CI services set CI; terminals say what they are in TERM, except on Windows.
        let in_ci = std::env::var("CI").is_ok_and(|ci| !matches!(ci.as_str(), "" | "0" | "false"));
        let dumb = match std::env::var("TERM") {
            Ok(term) => matches!(term.as_str(), "" | "dumb"),
            Err(_) => !cfg!(windows),
        };
        let plain = in_ci || dumb;
        Self { variables, folder: PathBuf::new(), plain }
    }

    fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

/// What was typed, as far as the layers need to know.
#[derive(Debug)]
pub struct Typed<'a> {
    /// The keys that have an option on the command line.
    pub given: BTreeSet<String>,
    /// The keys that the command takes.
    pub taken: BTreeSet<String>,
    /// `--config`.
    pub file: Option<&'a Path>,
    /// `--env`.
    pub environment: Option<&'a str>,
}

/// Finds the values of everything that was not typed, as options, and says where each setting comes from.
///
/// # Errors
/// When the file is named and missing, or faulty.
pub fn complete(
    typed: &Typed<'_>,
    around: &Surroundings,
) -> Result<(Vec<OsString>, Origins), CommandError> {
    let file = file(typed, around)?;
    let said: BTreeMap<&str, Said> = KEYS
        .iter()
        .filter(|key| !typed.given.contains(key.name))
        .filter_map(|key| {
            Some((key.name, of_variable(key, around).or_else(|| file.as_ref()?.get(key))?))
        })
        .collect();
    let layer = |key: &str| match typed.given.contains(key) {
        true => Some(Layer::Option),
        false => said.get(key).map(|said| said.layer),
    };
    let mut options = Vec::new();
    let mut origins = Origins::default();
    for key in KEYS.iter().filter(|key| typed.taken.contains(key.name)) {
        if typed.given.contains(key.name) {
            origins.0.insert(key.name, Origin::Option(key.name));
        } else if let Some(said) = said.get(key.name).filter(|_| !is_replaced(key.name, layer)) {
            options.extend(as_options(key, &said.values, &said.origin)?);
            origins.0.insert(key.name, said.origin.clone());
        }
    }
    Ok((options, origins))
}

/// The values as they would be typed. What is not wanted is not typed.
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
            let sentence = format!("`{}` is neither true nor false", shown(&values.join(",")));
            Err(bad_values(vec![Finding::error(key.name, origin.to_string(), sentence)]))
        }
    }
}

fn file(typed: &Typed<'_>, around: &Surroundings) -> Result<Option<File>, CommandError> {
    let environment = typed.environment.or_else(|| around.variable(ENVIRONMENT_VARIABLE));
    let named = typed.file.or_else(|| around.variable(CONFIG_VARIABLE).map(Path::new));
    let path = match named {
        Some(path) => path.to_owned(),
        None => around.folder.join(FILE_NAME),
    };
    // An environment is asked for in vain without a file, and reading it says so.
    if named.is_none() && environment.is_none() && !path.exists() {
        return Ok(None);
    }
    File::read(&path, environment).map(Some)
}

/// A variable's values; commas separate several, which neither ARNs nor tags may contain.
fn of_variable(key: &Key, around: &Surroundings) -> Option<Said> {
    let name = format!("DEPLOYER_{}", key.name.to_uppercase().replace('-', "_"));
    let value = around.variable(&name)?;
    let values = match key.is_list {
        true => parts(key, value),
        false => vec![value.to_owned()],
    };
    Some(Said { values, origin: Origin::Variable(name), layer: Layer::Variable })
}

/// What commas separate. A part that names no parameter is one more item of the list before it.
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
