//! `deployer pull`.

use crate::session::legacy as connect;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value;

use crate::config::{StackName, bad_values};
use crate::error::{CommandError, Sentence};
use crate::exit::Exit;
use crate::host::Host;
use crate::host::terminal::OutputFormat;
use crate::installation::machine_arn;
use crate::plan::settings;
use crate::session::GlobalArgs;
use cloud::{Cloud, Stack};

/// Write the definition that the state machine has now to a file, or print it.
///
/// Editing in the Step Functions console changes the state machine, not your files: `pull` brings the
/// definition home, for `up --state-machine FILE`. With --settings, it brings home what the stack was deployed
/// with, too, as a `deployer.yaml` that names the definition's file.
#[derive(Debug, Clone, clap::Args)]
pub struct PullArgs {
    /// Where to; `.json` is written as JSON, everything else as YAML [default: JSON to stdout]
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Name of the CloudFormation stack
    #[arg(long, value_name = "NAME", default_value = StackName::DEFAULT)]
    pub stack_name: String,
    /// Where to write the stack's settings, as YAML
    #[arg(long, value_name = "FILE")]
    pub settings: Option<PathBuf>,
    /// Replace files that are there
    #[arg(long)]
    pub force: bool,
}

/// A file cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {0}")]
struct WriteError(String, #[source] std::io::Error);

/// Runs the command.
///
/// # Errors
/// When there is no stack or no state machine, AWS refuses a read, or the file is there already.
pub(super) async fn run(
    args: &PullArgs,
    global: &GlobalArgs,
    world: &mut Host,
) -> Result<Exit, CommandError> {
    let name = StackName::parse(&args.stack_name).map_err(|fault| bad_values(vec![fault]))?;
    let cloud = connect::connect_anywhere(world, global).await?;
    let stack = deployed(&cloud, name.as_str()).await?;
    let (arn, definition) = live(&cloud, &stack).await?;
    let mut files = Vec::new();
    if let Some(path) = &args.file {
        files.push((path, written(path, &definition)));
    }
    if let Some(path) = &args.settings {
        let settings = settings_of(&cloud, &stack, args.file.as_deref()).await?;
        files.push((path, yaml(&settings)));
    }
    write_all(&files, args.force)?;
    tell(args, global, world, &arn, &definition);
    Ok(Exit::Done)
}

fn tell(args: &PullArgs, global: &GlobalArgs, world: &mut Host, machine: &str, definition: &Value) {
    let shown = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
    let (file, settings) = (shown(&args.file), shown(&args.settings));
    if global.output == OutputFormat::Json {
        let stack_name = &args.stack_name;
        let answer = Answer { stack_name, machine, file, settings, definition };
        return world.answer_object("definition", &answer);
    }
    match &file {
        Some(file) => world.terminal.tell(&format!(
            "wrote the definition of {machine} to {file}; `deployer up --state-machine {file}` deploys it"
        )),
        None => world.answer(&format!("{definition:#}")),
    }
    if let Some(settings) = settings {
        world.terminal.tell(&format!(
            "wrote the settings of stack {} to {settings}; `deployer up --config {settings}` deploys with them",
            args.stack_name
        ));
    }
}

#[derive(Serialize)]
struct Answer<'a> {
    stack_name: &'a str,
    machine: &'a str,
    file: Option<String>,
    settings: Option<String>,
    definition: &'a Value,
}

async fn deployed(cloud: &Cloud, name: &str) -> Result<Stack, CommandError> {
    let stack = cloud.stacks.describe(name).await?;
    stack.ok_or_else(|| {
        let sentence = format!("there is no stack {name} in region {}", cloud.region);
        CommandError::new(Exit::Work, Sentence(sentence))
    })
}

/// The state machine's ARN, and its definition.
async fn live(cloud: &Cloud, stack: &Stack) -> Result<(String, Value), CommandError> {
    let Some(arn) = machine_arn(stack) else {
        return Err(CommandError::failed(format!(
            "stack {} ({}) names no state machine in its outputs",
            stack.name, stack.status
        )));
    };
    let Some(text) = cloud.machines.definition(arn).await? else {
        return Err(CommandError::failed(format!(
            "the state machine {arn} does not exist any more"
        ))
        .hint("`deployer up --revert-drift` asks for it back"));
    };
    // Step Functions takes nothing that is no JSON.
    let definition = serde_json::from_str(&text).unwrap_or(Value::String(text));
    Ok((arn.to_owned(), definition))
}

/// What the stack was deployed with, and the definition's file, where it is written, too.
async fn settings_of(
    cloud: &Cloud,
    stack: &Stack,
    definition: Option<&Path>,
) -> Result<Value, CommandError> {
    let text = cloud.stacks.template(&stack.id).await?;
    let template = text.and_then(|text| serde_json::from_str::<Value>(&text).ok());
    let mut settings = settings(stack, &template.unwrap_or_default(), &cloud.region);
    if let Some(path) = definition {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        settings.insert("state-machine".to_owned(), path.display().to_string().into());
    }
    Ok(settings.into())
}

/// JSON where the file's name says so, else YAML.
fn written(path: &Path, document: &Value) -> String {
    let json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    if json { format!("{document:#}\n") } else { yaml(document) }
}

fn yaml(document: &Value) -> String {
    serde_yaml::to_string(document).expect("JSON is YAML")
}

/// Writes all of the files, or none where one is there already.
fn write_all(files: &[(&PathBuf, String)], force: bool) -> Result<(), CommandError> {
    let there = files.iter().find(|(path, _)| !force && path.exists());
    if let Some((path, _)) = there {
        let sentence = format!("there is a file {} already", path.display());
        return Err(CommandError::usage(Sentence(sentence)).hint("--force replaces it"));
    }
    for (path, text) in files {
        std::fs::write(path, text)
            .map_err(|error| CommandError::usage(WriteError(path.display().to_string(), error)))?;
    }
    Ok(())
}
