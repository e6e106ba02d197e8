//! `deployer outputs`.

use crate::config::bad_values;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::finding::Finding;
use crate::installation::lookup;
use crate::options::stack::StackArgs;
use crate::report::answers::Outputs;
use crate::report::{self, Assignments, Quoting};
use crate::session::Session;
use cloud::Output;

/// Print the stack's outputs, for scripts.
///
/// Exits with 3 if there is no stack. Names in `env` and `dotenv` are in upper snake case:
/// `MfsmFunctionArn` is `MFSM_FUNCTION_ARN`.
#[derive(Debug, Clone, clap::Args)]
pub struct OutputsArgs {
    /// Which stack.
    #[command(flatten)]
    pub stack: StackArgs,
    /// Format of the outputs; not together with --output json [default: text]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,
}

/// The format in which outputs are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// One line for each output, with its name and value
    Text,
    /// One object with a member for each output
    Json,
    /// Lines for a POSIX shell: `eval "$(deployer outputs --format env)"`
    Env,
    /// Lines for a `.env` file
    Dotenv,
}

/// Fails when an input is invalid, there is no stack, AWS refuses the read, or two names become the
/// same.
pub async fn run(args: &OutputsArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let name = args.stack.name()?;
    if !session.is_text() && args.format.is_some() {
        let sentence = "it cannot be used with --output json, which has its own format";
        return Err(bad_values(vec![Finding::error("format", "--format", sentence)]));
    }
    let cloud = session.connect().await?;
    let stack = lookup::stack(&cloud, name.as_str()).await?;
    let text = text(&stack.outputs, args.format)?;
    session.answer(&Outputs::formatted(&stack.outputs, text));
    Ok(Exit::Done)
}

/// The text to print; nothing if lines are requested and there is no output.
fn text(outputs: &[Output], format: Option<Format>) -> Result<Option<String>, CommandError> {
    let text = match format.unwrap_or(Format::Text) {
        Format::Text => report::outputs(outputs),
        Format::Json => return Ok(Some(report::outputs_object(outputs))),
        Format::Env => assignments(outputs, Quoting::Shell)?,
        Format::Dotenv => assignments(outputs, Quoting::Dotenv)?,
    };
    Ok((!text.is_empty()).then_some(text))
}

fn assignments(outputs: &[Output], quoting: Quoting) -> Result<String, CommandError> {
    let assignments = Assignments::of(outputs).map_err(|shared| {
        let sentence = format!("two outputs would have the name {shared}");
        CommandError::failed(sentence).hint("--format json keeps their own names")
    })?;
    Ok(assignments.text(quoting))
}
