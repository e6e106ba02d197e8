//! `deployer pull`.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::Value;

use crate::cli::{GlobalArgs, OutputFormat};
use crate::cloud::Cloud;
use crate::commands::prepare;
use crate::config::{StackName, bad_values};
use crate::error::{CommandError, Sentence};
use crate::exit::Exit;
use crate::plan::machine_arn;
use crate::world::World;

/// Write the definition that the state machine has now to a file, or print it.
///
/// Editing in the Step Functions console changes the state machine, not your files: `pull` brings the
/// definition home, for `up --state-machine FILE`.
#[derive(Debug, Clone, clap::Args)]
pub struct PullArgs {
    /// Where to; `.json` is written as JSON, everything else as YAML [default: JSON to stdout]
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Name of the CloudFormation stack
    #[arg(long, value_name = "NAME", default_value = StackName::DEFAULT)]
    pub stack_name: String,
    /// Replace the file if there is one
    #[arg(long)]
    pub force: bool,
}

/// The file cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the definition to {0}")]
struct WriteError(String, #[source] std::io::Error);

/// Runs the command.
///
/// # Errors
/// When there is no stack or no state machine, AWS refuses a read, or the file is there already.
pub async fn run(
    args: &PullArgs,
    global: &GlobalArgs,
    world: &mut World,
) -> Result<Exit, CommandError> {
    let name = StackName::parse(&args.stack_name).map_err(|fault| bad_values(vec![fault]))?;
    let cloud = prepare::connect_anywhere(world, global).await?;
    let (arn, definition) = live(&cloud, name.as_str()).await?;
    if let Some(path) = &args.file {
        write(path, &definition, args.force)?;
    }
    let shown = args.file.as_ref().map(|path| path.display().to_string());
    match (global.output, shown) {
        (OutputFormat::Json, file) => {
            let answer =
                Answer { stack_name: name.as_str(), machine: &arn, file, definition: &definition };
            world.answer_object("definition", &answer);
        }
        (OutputFormat::Text, Some(file)) => {
            world.terminal.tell(&format!(
                "wrote the definition of {arn} to {file}; `deployer up --state-machine {file}` deploys it"
            ));
        }
        (OutputFormat::Text, None) => world.answer(&format!("{definition:#}")),
    }
    Ok(Exit::Done)
}

#[derive(Serialize)]
struct Answer<'a> {
    stack_name: &'a str,
    machine: &'a str,
    file: Option<String>,
    definition: &'a Value,
}

/// The state machine's ARN, and its definition.
async fn live(cloud: &Cloud, name: &str) -> Result<(String, Value), CommandError> {
    let stack = cloud.stacks.describe(name).await?;
    let Some(stack) = stack else {
        let sentence = format!("there is no stack {name} in region {}", cloud.region);
        return Err(CommandError::new(Exit::Work, Sentence(sentence)));
    };
    let Some(arn) = machine_arn(&stack) else {
        return Err(CommandError::failed(format!(
            "stack {name} ({}) names no state machine in its outputs",
            stack.status
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

fn write(path: &Path, definition: &Value, force: bool) -> Result<(), CommandError> {
    let json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let text = match json {
        true => format!("{definition:#}\n"),
        false => serde_yaml::to_string(definition).expect("JSON is YAML"),
    };
    let mut options = OpenOptions::new();
    match force {
        true => options.write(true).create(true).truncate(true),
        false => options.write(true).create_new(true),
    };
    let written = options.open(path).and_then(|mut file| file.write_all(text.as_bytes()));
    let name = path.display().to_string();
    match written {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            Err(CommandError::usage(Sentence(format!("there is a file {name} already")))
                .hint("--force replaces it"))
        }
        Err(error) => Err(CommandError::usage(WriteError(name, error))),
    }
}
