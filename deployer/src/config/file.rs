//! `deployer.yaml`: settings, named like the options, and environments that override them.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::file_values::{self, Place};
use super::keys::{KEYS, Key, Kind, Layer, LayerValue};
use super::quoted::quoted;
use crate::document::suggestion::{closest, meant};
use crate::document::{Positions, Strict, with_source_texts};
use crate::error::{CommandError, Sentence};
use crate::files::text::read_text;
use crate::finding::{Finding, Position};

const ENVIRONMENTS: &str = "environments";

/// What other tools, or habits, call a setting.
const HABITS: [(&str, &str); 7] = [
    ("env", ENVIRONMENTS),
    ("envs", ENVIRONMENTS),
    ("stages", ENVIRONMENTS),
    ("name", "stack-name"),
    ("organization", "org-arn"),
    ("organization-arn", "org-arn"),
    ("definition", "state-machine"),
];

/// Options that people look for in the file.
const OPTIONS_ONLY: [&str; 14] = [
    "answers",
    "change-set-name",
    "color",
    "config",
    "deny-warnings",
    "event",
    "output",
    "plan",
    "progress",
    "quiet",
    "reset-settings",
    "tests",
    "verbose",
    "yes",
];

/// A settings file that was read and contains nothing unknown.
#[derive(Debug)]
pub(super) struct File {
    pub(super) path: PathBuf,
    /// The names of the environments in it, sorted.
    pub(super) environments: Vec<String>,
    /// The name of the chosen environment.
    pub(super) environment: Option<String>,
    settings: Map<String, Value>,
    of_environment: Map<String, Value>,
    positions: Positions,
    is_built_in: fn(&str) -> bool,
}

/// What the findings about a file need.
struct Check<'a> {
    path: &'a Path,
    positions: &'a Positions,
    faults: Vec<Finding>,
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
        let Strict(document) = Strict::from_yaml(&text)
            .map_err(|cause| unusable(format!("{name} is not YAML that deployer reads"), cause))?;
        let positions = Positions::of(&text);
        let mut check = Check { path, positions: &positions, faults: Vec::new() };
        let document = with_source_texts(document, &text);
        let mut settings = check.object(document, &[]);
        let environments = settings.remove(ENVIRONMENTS).unwrap_or_default();
        let environments = check.object(environments, &[ENVIRONMENTS]);
        check.settings(&settings, &[], Layer::File);
        let mut names: Vec<String> = environments.keys().cloned().collect();
        names.sort();
        let mut chosen = None;
        for (name, settings) in environments {
            let place = [ENVIRONMENTS, name.as_str()];
            let settings = check.object(settings, &place);
            check.settings(&settings, &place, Layer::Environment);
            if environment == Some(&name) {
                chosen = Some(settings);
            }
        }
        if let (Some(requested), None) = (environment, &chosen) {
            check.missing_environment(requested, &names);
        }
        if !check.faults.is_empty() {
            let sentence = Sentence(format!("{name} cannot be used"));
            return Err(CommandError::usage(sentence).findings(check.faults));
        }
        Ok(Self {
            path: path.to_owned(),
            environments: names,
            environment: chosen.is_some().then_some(environment).flatten().map(str::to_owned),
            settings,
            of_environment: chosen.unwrap_or_default(),
            positions,
            is_built_in,
        })
    }

    /// The values of a setting in the file and in its environment, where they set it; lowest layer
    /// first.
    pub(super) fn values(&self, key: &Key) -> Vec<LayerValue> {
        let environment = self.environment.as_deref().unwrap_or_default();
        let own: &[&str] = &[];
        let layers = [
            (Layer::File, &self.settings, own),
            (Layer::Environment, &self.of_environment, &[ENVIRONMENTS, environment]),
        ];
        let in_layer = |(layer, settings, inside): (Layer, &Map<String, Value>, &[&str])| {
            let value = settings.get(key.name)?;
            let place = Place { file: &self.path, positions: &self.positions, inside };
            let mut entries = file_values::entries(key, value, &place).ok()?;
            if key.kind == Kind::Path {
                entries.iter_mut().for_each(|entry| entry.text = self.placed(key, &entry.text));
            }
            Some(LayerValue { layer, entries })
        };
        layers.into_iter().filter_map(in_layer).collect()
    }

    /// A path, relative to the folder in which the program was called.
    fn placed(&self, key: &Key, value: &str) -> String {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        match key.name == "flow" && (self.is_built_in)(value) {
            true => value.to_owned(),
            false => folder.join(value).display().to_string(),
        }
    }
}

impl Check<'_> {
    /// The members of an object; none, and a fault, if the value is something else.
    fn object(&mut self, value: Value, inside: &[&str]) -> Map<String, Value> {
        match value {
            Value::Object(members) => members,
            Value::Null => Map::new(),
            _ => {
                self.fault("setting", inside, "an object is expected");
                Map::new()
            }
        }
    }

    fn settings(&mut self, settings: &Map<String, Value>, inside: &[&str], layer: Layer) {
        for (name, value) in settings {
            let place: Vec<&str> = inside.iter().copied().chain([name.as_str()]).collect();
            let Some(key) = KEYS.iter().find(|key| key.name == name) else {
                self.unknown(name, &place);
                continue;
            };
            let of = Place { file: self.path, positions: self.positions, inside };
            match file_values::entries(key, value, &of) {
                Ok(_) if layer == Layer::File && key.kind == Kind::Map => {
                    self.entries_without_value(value, &place);
                }
                Ok(_) => {}
                Err((inner, wrong)) => {
                    let place: Vec<&str> = place.into_iter().chain(inner.as_deref()).collect();
                    self.fault("setting", &place, wrong);
                }
            }
        }
        let is_set = |key: &str| match settings.get(key) {
            None | Some(Value::Null) => false,
            Some(Value::String(text)) => !text.trim().is_empty(),
            Some(_) => true,
        };
        if is_set("flow") && is_set("state-machine") {
            let place: Vec<&str> = inside.iter().copied().chain(["state-machine"]).collect();
            let sentence = "`flow` and `state-machine` exclude each other; remove one of them";
            self.fault("setting", &place, sentence);
        }
    }

    /// In an environment, null removes an entry of the file. The file itself has nothing to remove.
    fn entries_without_value(&mut self, value: &Value, place: &[&str]) {
        let entries = value.as_object().into_iter().flatten();
        for (name, _) in entries.filter(|(_, value)| value.is_null()) {
            let place: Vec<&str> = place.iter().copied().chain([name.as_str()]).collect();
            let sentence = "no value is given: write \"\" for an empty text, or remove the line";
            self.fault("setting", &place, sentence);
        }
    }

    fn unknown(&mut self, name: &str, place: &[&str]) {
        let known: Vec<&str> = KEYS.iter().map(|key| key.name).chain([ENVIRONMENTS]).collect();
        let habit = HABITS.iter().find(|(habit, _)| habit.eq_ignore_ascii_case(name));
        let close = habit.map(|(_, setting)| *setting).or_else(|| meant(name, known));
        let sentence = match close {
            Some(close) => format!("no such setting; did you mean `{close}`?"),
            None if OPTIONS_ONLY.contains(&name) => {
                format!("`--{name}` is only an option, not a setting of the file")
            }
            None => {
                let names: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
                format!("no such setting; use one of {}, {ENVIRONMENTS}", names.join(", "))
            }
        };
        self.fault("unknown-setting", place, sentence);
    }

    fn missing_environment(&mut self, requested: &str, known: &[String]) {
        let listed = known.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ");
        let requested_shown = quoted(requested);
        let sentence = match closest(requested, known.iter().map(String::as_str)) {
            _ if known.is_empty() => format!(
                "there is no environment `{requested_shown}`; the file has no `{ENVIRONMENTS}`"
            ),
            Some(close) => format!(
                "there is no environment `{requested_shown}`; did you mean `{}`? The file has: {listed}",
                quoted(close)
            ),
            None => format!("there is no environment `{requested_shown}`; the file has: {listed}"),
        };
        self.fault("setting", &[ENVIRONMENTS], sentence);
    }

    fn fault(&mut self, code: &'static str, place: &[&str], sentence: impl Into<String>) {
        let at = Place { file: self.path, positions: self.positions, inside: place };
        let position = at.position().map(|(line, column)| Position {
            file: self.path.display().to_string(),
            line,
            column,
        });
        let location = match place {
            [] => self.path.display().to_string(),
            place => place.iter().map(|name| quoted(name)).collect::<Vec<_>>().join("."),
        };
        self.faults.push(Finding::error(code, location, sentence).at(position));
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
