//! `deployer pull`.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::error::{CommandError, Sentence};
use crate::exit::Exit;
use crate::files::atomic_write_all;
use crate::flow::built_in;
use crate::installation::{lookup, machine_arn};
use crate::next_command::NextCommand;
use crate::options::stack::StackArgs;
use crate::plan::{DeployedFlow, overlay_of, settings};
use crate::report::answers::Definition;
use crate::session::Session;
use cloud::{Cloud, Stack};

/// The file of the overlay, next to that of the settings.
const OVERLAY: &str = "overlay.yaml";

/// Write or print the state machine's current definition.
///
/// Editing in the Step Functions console changes the state machine, not your files: `pull` writes
/// the definition to a file, for `up --state-machine FILE`. With --settings, it also writes the
/// settings that the stack was deployed with, as a `deployer.yaml` that names the definition's
/// file.
#[derive(Debug, Clone, clap::Args)]
pub struct PullArgs {
    /// File to write; `.json` is written as JSON, everything else as YAML [default: JSON to stdout]
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Which stack.
    #[command(flatten)]
    pub stack: StackArgs,
    /// File to write the stack's settings to, as YAML; the stack's overlay is written next to it, as
    /// overlay.yaml
    #[arg(long, value_name = "FILE")]
    pub settings: Option<PathBuf>,
    /// Replace existing files
    #[arg(long)]
    pub force: bool,
}

/// Fails when there is no stack or no state machine, AWS refuses a read, or the file exists
/// already.
pub async fn run(args: &PullArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let name = args.stack.name()?;
    let cloud = session.connect().await?;
    let stack = lookup::stack(&cloud, name.as_str()).await?;
    let (machine, definition) = live(&cloud, &stack, &session.next).await?;
    let mut files = Vec::new();
    if let Some(path) = &args.file {
        files.push((path.clone(), written(path, &definition)));
    }
    if let Some(path) = &args.settings {
        files.extend(settings_of(&cloud, &stack, args.file.as_deref(), path).await?);
    }
    write_all(&files, args.force)?;
    let shown = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
    session.answer(&Definition {
        stack_name: name.as_str(),
        machine: &machine,
        file: shown(&args.file),
        settings: shown(&args.settings),
        definition: &definition,
    });
    Ok(Exit::Done)
}

/// The state machine's ARN, and its definition.
async fn live(
    cloud: &Cloud,
    stack: &Stack,
    next: &NextCommand,
) -> Result<(String, Value), CommandError> {
    let Some(arn) = machine_arn(stack) else {
        return Err(CommandError::failed(format!(
            "stack {} ({}) has no state machine in its outputs",
            stack.name, stack.status
        )));
    };
    let Some(text) = cloud.machines.definition(arn).await? else {
        return Err(CommandError::failed(format!("the state machine {arn} no longer exists"))
            .hint(format!("{} creates it again", next.code(&["up", "--revert-drift"]))));
    };
    // Step Functions accepts only JSON.
    let definition = serde_json::from_str(&text).unwrap_or(Value::String(text));
    Ok((arn.to_owned(), definition))
}

/// The path of a file from the folder of another, with `/`, which every system understands: both
/// can move to another machine together.
fn relative(path: &Path, beside: &Path) -> String {
    let (Ok(path), Ok(beside)) = (std::path::absolute(path), std::path::absolute(beside)) else {
        return path.display().to_string();
    };
    let (to, from): (Vec<_>, Vec<_>) = (path.components().collect(), beside.components().collect());
    let from = &from[..from.len().saturating_sub(1)];
    let common = to.iter().zip(from).take_while(|(one, other)| one == other).count();
    // Another drive of Windows.
    if common == 0 {
        return path.display().to_string();
    }
    let up = from[common..].iter().map(|_| "..".to_owned());
    let down = to[common..].iter().map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

/// The file of the stack's settings, with the definition's file if it is written too, else with the flow and its
/// parameters if the flow is one that every machine has; and the file of its overlay, if it has one.
async fn settings_of(
    cloud: &Cloud,
    stack: &Stack,
    definition: Option<&Path>,
    file: &Path,
) -> Result<Vec<(PathBuf, String)>, CommandError> {
    let text = cloud.stacks.template(&stack.id).await?;
    let template = text.and_then(|text| serde_json::from_str::<Value>(&text).ok());
    let template = template.unwrap_or_default();
    let mut settings = settings(stack, &template, &cloud.region);
    let overlay = overlay_of(&template).and_then(|patch| serde_json::from_str::<Value>(patch).ok());
    let overlay = overlay.map(|patch| (file.with_file_name(OVERLAY), yaml(&patch)));
    match &overlay {
        Some((path, _)) => settings.insert("overlay".to_owned(), relative(path, file).into()),
        None => settings.remove("overlay"),
    };
    if let Some(path) = definition {
        settings.insert("state-machine".to_owned(), relative(path, file).into());
    } else if let Some(deployed) = DeployedFlow::of(stack, &template, &cloud.region)
        && let Some(flow) = built_in(&deployed.flow)
    {
        settings.insert("flow".to_owned(), flow.name.into());
        if !deployed.parameters.is_empty() {
            settings.insert("parameter".to_owned(), deployed.parameters.into());
        }
    }
    let settings = (file.to_owned(), yaml(&settings.into()));
    Ok([settings].into_iter().chain(overlay).collect())
}

/// The document as JSON if the file's name ends in `.json`, else as YAML.
fn written(path: &Path, document: &Value) -> String {
    let json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    if json { format!("{document:#}\n") } else { yaml(document) }
}

fn yaml(document: &Value) -> String {
    serde_yaml::to_string(document).expect("JSON is YAML")
}

/// Writes all of the files; none if one exists already, or cannot be written.
fn write_all(files: &[(PathBuf, String)], force: bool) -> Result<(), CommandError> {
    let there = files.iter().find(|(path, _)| !force && path.exists());
    if let Some((path, _)) = there {
        let sentence = format!("the file {} already exists", path.display());
        return Err(CommandError::usage(Sentence(sentence)).hint("--force replaces it"));
    }
    let files: Vec<(&Path, &[u8])> =
        files.iter().map(|(path, text)| (path.as_path(), text.as_bytes())).collect();
    Ok(atomic_write_all(&files)?)
}
