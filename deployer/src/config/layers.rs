//! Where settings come from: options, then `DEPLOYER_…` variables, then the environment in
//! `deployer.yaml`, then the file's own settings, then defaults.
//!
//! Values of the lower layers are appended to the command line as options, which is then parsed
//! again. So one parser reads all values, wherever they come from.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::bad_values;
use super::file::File;
use super::file_search;
use super::flow_choice::FlowChoices;
use super::keys::{Entry, KEYS, Key, Kind, Layer, LayerValue, Origin};
use super::origins::Origins;
use super::pair;
use super::quoted::quoted;
use super::variables;
use crate::error::CommandError;
use crate::finding::Finding;
use crate::host::ProcessEnvironment;

/// What makes a folder that of a flow.
const MANIFESTS: [&str; 2] = ["flow.yaml", "flow.yml"];

/// What the layers need to know about the command line.
#[derive(Debug)]
pub struct CommandLine<'a> {
    /// The options on the command line, and their values.
    pub given: BTreeMap<String, Vec<String>>,
    /// The keys that the command accepts.
    pub accepted: BTreeSet<String>,
    /// `--config`.
    pub file: Option<&'a Path>,
    /// `--env`.
    pub environment: Option<&'a str>,
    /// Whether a value of `flow` is the name of a built-in flow, and not a path.
    pub is_built_in: fn(&str) -> bool,
}

/// The settings of the layers below the command line.
#[derive(Debug, Default)]
pub struct Layers {
    /// The settings as options.
    pub options: Vec<OsString>,
    pub origins: Origins,
    /// The organizations, even if the command has no option for them: they determine the region.
    pub organizations: Vec<String>,
    pub file: Option<SettingsFile>,
    /// Whether the command is about a stack.
    pub is_about_a_stack: bool,
    /// Warnings about the settings; none of them is an error.
    pub warnings: Vec<Finding>,
}

/// What is known of the file of settings.
#[derive(Debug)]
pub struct SettingsFile {
    pub path: PathBuf,
    /// The names of the environments in it.
    pub environments: Vec<String>,
    /// The name of the chosen one.
    pub environment: Option<String>,
}

/// Finds the values of all settings that are not on the command line, as options, and reports the
/// origin of each setting.
/// Fails when the file is given and missing, or invalid; when a variable is invalid.
pub fn complete(
    command_line: &CommandLine<'_>,
    process: &ProcessEnvironment,
) -> Result<Layers, CommandError> {
    let mut layers = Layers { warnings: variables::unknown(process)?, ..Layers::default() };
    let file = file(command_line, process)?;
    if file.is_none() {
        layers.warnings.extend(file_search::strays(&process.folder));
    }
    let values = values(command_line, file.as_ref(), process)?;
    let choices = FlowChoices::of(&values["flow"], &values["state-machine"]);
    refuse_contradictions(&values, &choices, command_line)?;
    for key in &KEYS {
        let entries = match key.kind {
            Kind::Map => merged(key, &values[key.name], |layer| {
                key.name == "parameter" && choices.replaces_parameters_of(layer)
            }),
            _ => highest(&values[key.name]),
        };
        if key.name == "org-arn" {
            layers.organizations = entries.iter().map(|entry| entry.text.clone()).collect();
        }
        let is_replaced = matches!(key.name, "flow" | "state-machine")
            && choices.chosen().is_some_and(|choice| choice.key != key.name);
        if is_replaced {
            continue;
        }
        layers.warn_of_protection(key, &entries, command_line);
        layers.origins.set(key, &entries);
        if command_line.accepted.contains(key.name) {
            for entry in entries.iter().filter(|entry| !matches!(entry.origin, Origin::Option(_))) {
                layers.options.extend(as_option(key, entry)?);
            }
        }
    }
    if choices.chosen().is_none() && command_line.accepted.contains("flow") {
        layers.use_flow_of(&process.folder)?;
    }
    layers.warn_of_unused_parameters(&values["parameter"], &choices, command_line);
    layers.is_about_a_stack = command_line.accepted.contains("stack-name");
    layers.file = file.map(|File { path, environments, environment, .. }| SettingsFile {
        path,
        environments,
        environment,
    });
    Ok(layers)
}

impl Layers {
    /// In the folder of a flow, and in those inside of it, every command means that flow.
    /// Fails when the folder belongs to someone else.
    fn use_flow_of(&mut self, folder: &Path) -> Result<(), CommandError> {
        let Some((found, up)) = file_search::folder_with(&MANIFESTS, folder)? else {
            return Ok(());
        };
        let place = match up {
            0 => "the current folder".to_owned(),
            _ => "a parent of the current folder".to_owned(),
        };
        let here = if found.as_os_str().is_empty() { Path::new(".") } else { &found };
        self.options.push(format!("--flow={}", here.display()).into());
        self.origins.set_one("flow", Origin::Folder(place));
        Ok(())
    }

    /// `--no-execute` and `--protect` exclude each other, so a lower layer's does nothing.
    fn warn_of_protection(&mut self, key: &Key, entries: &[Entry], command_line: &CommandLine<'_>) {
        let is_on = |entry: &&Entry| entry.text == "true";
        let set = entries.last().filter(|_| key.name == "protect").filter(is_on);
        if let (Some(entry), true) = (set, command_line.given.contains_key("no-execute")) {
            let sentence =
                "--no-execute changes no stack, so termination protection is not switched on";
            let place = entry.origin.to_string();
            self.warnings.push(Finding::warning("no-effect", place, sentence));
        }
    }

    fn warn_of_unused_parameters(
        &mut self,
        parameters: &[LayerValue],
        choices: &FlowChoices,
        command_line: &CommandLine<'_>,
    ) {
        let Some(chosen) = choices.chosen() else { return };
        // A state machine that is typed leaves no room for parameters.
        if !["parameter", "state-machine"].iter().any(|key| command_line.accepted.contains(*key)) {
            return;
        }
        let unused = parameters.iter().filter(|value| choices.replaces_parameters_of(value.layer));
        for entry in unused.flat_map(|value| &value.entries) {
            let sentence = format!(
                "`{}` is not used: it belongs to the flow that is set there, and not to {}",
                quoted(&pair::name("parameter", &entry.text)),
                quoted(&chosen.value)
            );
            let place = entry.origin.to_string();
            self.warnings.push(Finding::warning("unused-parameter", place, sentence));
        }
    }
}

/// What the command line refuses between options: a flow together with a state machine, and a
/// parameter of the latter.
/// Error: a finding for each place.
fn refuse_contradictions(
    values: &BTreeMap<&'static str, Vec<LayerValue>>,
    choices: &FlowChoices,
    command_line: &CommandLine<'_>,
) -> Result<(), CommandError> {
    let mut faults = Vec::new();
    let in_variable = |key: &str| values[key].iter().find(|value| value.layer == Layer::Variable);
    if let (Some(flow), Some(machine)) = (in_variable("flow"), in_variable("state-machine")) {
        let [flow, machine] = [flow, machine].map(|value| value.entries[0].origin.to_string());
        let sentence = format!("{flow} and {machine} exclude each other; unset one of them");
        faults.push(Finding::error("setting", machine, sentence));
    }
    let machine = choices.chosen().filter(|chosen| chosen.key == "state-machine");
    let machine = machine.filter(|_| command_line.accepted.contains("parameter"));
    if let (true, Some(chosen)) = (faults.is_empty(), machine) {
        let set = values["state-machine"].iter().find(|value| value.layer == chosen.layer);
        let origin = set.and_then(|value| value.entries.last()).map(|entry| &entry.origin);
        let above = values["parameter"].iter().filter(|value| value.layer >= chosen.layer);
        for entry in above.flat_map(|value| &value.entries).filter(|entry| !entry.removes) {
            let sentence = format!(
                "`{}`: a state machine has no parameters, and {} sets one; remove one of the two, or name a flow there",
                quoted(&pair::name("parameter", &entry.text)),
                origin.unwrap_or(&Origin::Default)
            );
            faults.push(Finding::error("setting", entry.origin.to_string(), sentence));
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(bad_values(faults)) }
}

/// The values of each setting in each layer that sets it, lowest layer first.
fn values(
    command_line: &CommandLine<'_>,
    file: Option<&File>,
    process: &ProcessEnvironment,
) -> Result<BTreeMap<&'static str, Vec<LayerValue>>, CommandError> {
    let mut all = BTreeMap::new();
    for key in &KEYS {
        let mut values = file.map(|file| file.values(key)).unwrap_or_default();
        values.extend(variables::value(key, process)?);
        values.extend(command_line.given.get(key.name).map(|texts| {
            let origin = Origin::Option(key.name);
            let entry = |text: &String| Entry {
                text: text.clone(),
                removes: false,
                origin: origin.clone(),
            };
            LayerValue { layer: Layer::Option, entries: texts.iter().map(entry).collect() }
        }));
        all.insert(key.name, values);
    }
    Ok(all)
}

/// The entries of the highest layer that has a value.
fn highest(values: &[LayerValue]) -> Vec<Entry> {
    values.last().map(|value| value.entries.clone()).unwrap_or_default()
}

/// The entries of all layers. Those of a higher layer replace those of the same name.
fn merged(key: &Key, values: &[LayerValue], is_left_out: impl Fn(Layer) -> bool) -> Vec<Entry> {
    let mut all: Vec<Entry> = Vec::new();
    for value in values.iter().filter(|value| !is_left_out(value.layer)) {
        let names: BTreeSet<String> =
            value.entries.iter().map(|entry| pair::name(key.name, &entry.text)).collect();
        all.retain(|entry| !names.contains(&pair::name(key.name, &entry.text)));
        all.extend(value.entries.iter().filter(|entry| !entry.removes).cloned());
    }
    all
}

/// An entry in the form in which it would be typed. A flag that is false is not typed.
fn as_option(key: &Key, entry: &Entry) -> Result<Option<OsString>, CommandError> {
    let (name, text) = (key.name, &entry.text);
    if key.kind != Kind::Flag {
        return Ok(Some(format!("--{name}={text}").into()));
    }
    match text.as_str() {
        "true" => Ok(Some(format!("--{name}").into())),
        "false" => Ok(None),
        _ => {
            let sentence = format!("`{}` is neither true nor false", quoted(text));
            Err(bad_values(vec![Finding::error(name, entry.origin.to_string(), sentence)]))
        }
    }
}

fn file(
    command_line: &CommandLine<'_>,
    process: &ProcessEnvironment,
) -> Result<Option<File>, CommandError> {
    let environment = command_line.environment.or_else(|| process.variable(variables::ENVIRONMENT));
    let named = command_line.file.or_else(|| process.variable(variables::FILE).map(Path::new));
    let found = match named {
        Some(path) => Some(path.to_owned()),
        None => file_search::find(&process.folder)?,
    };
    match (found, environment) {
        (Some(path), _) => File::read(&path, environment, command_line.is_built_in).map(Some),
        (None, None) => Ok(None),
        (None, Some(environment)) => {
            let sentence = format!(
                "there is no environment `{}`: neither this folder nor a parent folder has a \
                 deployer.yaml",
                quoted(environment)
            );
            Err(CommandError::usage(crate::error::Sentence(sentence))
                .hint("change to the folder of the project, or name the file with --config FILE"))
        }
    }
}
