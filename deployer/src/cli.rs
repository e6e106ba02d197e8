//! What can be typed. Doc comments here are the help that people read.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{
    ArgAction, ArgMatches, Args as ClapArgs, CommandFactory, FromArgMatches, Parser, Subcommand,
    ValueEnum,
};
use serde::{Deserialize, Serialize};

use crate::commands;
use crate::config::StackName;
use crate::exit::Exit;
use crate::terminal::{ColorChoice, Progress};

/// Installs and runs e-mail message flows on AWS from a single binary.
///
/// A message flow is a state machine that decides what happens to every e-mail that passes an Amazon
/// WorkMail organization. `deployer up` installs it as one CloudFormation stack; `deployer down`
/// removes it.
#[derive(Debug, Parser)]
#[command(
    name = "deployer",
    disable_version_flag = true,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// How to reach AWS and how to talk.
    #[command(flatten)]
    pub global: GlobalArgs,
}

/// Options of every command.
#[derive(Debug, Clone, ClapArgs)]
#[command(next_help_heading = "Options of every command")]
pub struct GlobalArgs {
    /// The AWS region [default: the organization's, else the environment's or the profile's]
    #[arg(long, global = true, value_name = "REGION")]
    pub region: Option<String>,
    /// The profile of the AWS configuration files
    #[arg(long, global = true, value_name = "NAME")]
    pub profile: Option<String>,
    /// One endpoint for every AWS service, such as an emulator's
    #[arg(long, global = true, value_name = "URL")]
    pub endpoint_url: Option<String>,
    /// File of settings [default: deployer.yaml, if there is one]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Environment in the file of settings
    #[arg(long, global = true, value_name = "NAME")]
    pub env: Option<String>,
    /// How to talk
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text")]
    pub output: OutputFormat,
    /// When to colour; NO_COLOR is respected
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorChoice,
    /// How to tell what goes on with the stack
    #[arg(long, global = true, value_name = "HOW", default_value = "auto")]
    pub progress: Progress,
    /// Print version, handler carried, and exit
    #[arg(long, short = 'V', action = ArgAction::Version)]
    version: Option<bool>,
}

/// Who reads the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// Lines for people
    Text,
    /// Objects for programs, one a line
    Json,
}

/// The commands. The help of each is on its arguments, in its own file.
#[derive(Debug, Subcommand)]
#[expect(missing_docs, reason = "a doc comment here would hide the help on the arguments")]
pub enum Command {
    Up(commands::up::UpArgs),
    Plan(commands::plan::PlanArgs),
    Render(commands::render::RenderArgs),
    Check(commands::check::CheckArgs),
    Doctor(commands::doctor::DoctorArgs),
    Permissions(commands::permissions::PermissionsArgs),
    Export(commands::export::ExportArgs),
    Status(commands::status::StatusArgs),
    Outputs(commands::outputs::OutputsArgs),
    Watch(commands::watch::WatchArgs),
    Logs(commands::logs::LogsArgs),
    Trace(commands::trace::TraceArgs),
    Decide(commands::decide::DecideArgs),
    Cancel(commands::cancel::CancelArgs),
    Recover(commands::recover::RecoverArgs),
    Down(commands::down::DownArgs),
    Drift(commands::drift::DriftArgs),
    Pull(commands::pull::PullArgs),
    Config(commands::config::ConfigArgs),
    Invoke(commands::invoke::InvokeArgs),
    Local(commands::local::LocalArgs),
    Test(commands::test::TestArgs),
    Event(commands::event::EventArgs),
    Flows(commands::flows::FlowsArgs),
    Init(commands::init::InitArgs),
    Completions(commands::completions::CompletionsArgs),
    Man(commands::man::ManArgs),
    Schema(commands::schema::SchemaArgs),
    ExitCodes(commands::exit_codes::ExitCodesArgs),
}

/// What describes a message flow's stack, for `up`, `plan`, `render`, `check` and `export`.
#[derive(Debug, Clone, ClapArgs, Serialize, Deserialize)]
pub struct FlowArgs {
    /// ARN of the WorkMail organization whose rule may invoke the flow; repeat it for several
    #[arg(long, value_name = "ARN")]
    pub org_arn: Vec<String>,
    /// Name of the CloudFormation stack
    #[arg(long, value_name = "NAME", default_value = StackName::DEFAULT)]
    pub stack_name: String,
    /// Message flow: a built-in one (`deployer flows` lists them) or a folder [default: default, which
    /// delivers everything]
    #[arg(long, value_name = "NAME|DIR", conflicts_with = "state_machine")]
    pub flow: Option<String>,
    /// Value of one of the flow's parameters; may be repeated
    #[arg(long, value_name = "KEY=VALUE", conflicts_with = "state_machine")]
    pub parameter: Vec<String>,
    /// State machine to use in place of a flow: Amazon States Language, JSON or YAML
    #[arg(long, value_name = "FILE", conflicts_with_all = ["flow", "parameter"])]
    pub state_machine: Option<PathBuf>,
    /// Seconds the first invocation waits for the verdict, 0 to 13 [default: the flow's, else 1]
    #[arg(long, value_name = "SECONDS", allow_hyphen_values = true)]
    pub wait_time: Option<String>,
    /// State whose output is the verdict, even while later states run [default: the flow's, else the
    /// execution's output]
    #[arg(long, value_name = "STATE")]
    pub output_state: Option<String>,
    /// What to answer when the state machine fails: retry, default, bounce, drop or junk [default: the flow's,
    /// else retry]
    #[arg(long, value_name = "POLICY")]
    pub on_failure: Option<String>,
    /// Memory of the function in megabytes, 128 to 10240
    #[arg(long, value_name = "MB", default_value = "128", allow_hyphen_values = true)]
    pub memory: String,
    /// Days to keep logs
    #[arg(long, value_name = "DAYS", default_value = "30", allow_hyphen_values = true)]
    pub log_retention: String,
    /// What the handler logs: info, or debug for the event too, without its content
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    pub log_level: String,
    /// Whether the handler measures, which CloudWatch charges by the metric: on or off
    #[arg(long, value_name = "ON|OFF", default_value = "on")]
    pub metrics: String,
    /// SNS topic that hears of failures, throttling and old messages; a dashboard comes with it [default:
    /// no alarms]
    #[arg(long, value_name = "TOPIC_ARN")]
    pub alarms: Option<String>,
    /// Minutes that a message may wait for its verdict before that is an alarm, 1 to 240
    #[arg(long, value_name = "MINUTES", default_value = "30", allow_hyphen_values = true)]
    pub alarm_age: String,
    /// Tag for the stack and its resources; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    pub tag: Vec<String>,
    /// Handler to use in place of the embedded one: a zip, or a `bootstrap` for Linux
    #[arg(long, value_name = "FILE")]
    pub handler: Option<PathBuf>,
}

/// How CloudFormation is to carry out what `up` wants.
#[derive(Debug, Clone, ClapArgs)]
pub struct HandlingArgs {
    /// Role for CloudFormation to act with, now and later [default: your own rights]
    #[arg(long, value_name = "ARN")]
    pub role_arn: Option<String>,
    /// SNS topic that hears of the stack's events; may be repeated [default: as it is]
    #[arg(long, value_name = "ARN")]
    pub notification_arn: Vec<String>,
    /// What happens when the first creation fails: rollback (what was made is removed), delete (the failed
    /// stack too) or do-nothing (all stays, to be looked at); updates are always rolled back [default:
    /// rollback]
    #[arg(long, value_name = "WHAT")]
    pub on_stack_failure: Option<String>,
    /// Update in express mode: done once everything is configured, while resources may still settle
    #[arg(long)]
    pub express: bool,
    /// Switch termination protection on after success
    #[arg(long)]
    pub protect: bool,
}

/// What a command line is that asks for no command.
pub enum NoCommand {
    /// Help or version, to be answered.
    Answer(String),
    /// A fault, to be told.
    Fault(String),
}

/// Which options a command takes, and which of them stand on the command line, by their names.
#[derive(Debug, Default)]
pub struct Given {
    /// The options on the command line.
    pub given: BTreeSet<String>,
    /// The options of the command.
    pub taken: BTreeSet<String>,
}

impl Given {
    fn of(matches: &ArgMatches) -> Self {
        let mut all = command();
        all.build();
        let Some((name, matches)) = matches.subcommand() else { return Self::default() };
        let Some(command) = all.find_subcommand(name) else { return Self::default() };
        let (mut given, mut taken) = (BTreeSet::new(), BTreeSet::new());
        let mut excluded = BTreeSet::new();
        for option in command.get_arguments() {
            let Some(name) = option.get_long() else { continue };
            taken.insert(name.to_owned());
            if matches.value_source(option.get_id().as_str()) == Some(ValueSource::CommandLine) {
                given.insert(name.to_owned());
                let against = command.get_arg_conflicts_with(option).into_iter();
                excluded.extend(against.filter_map(|other| other.get_long().map(str::to_owned)));
            }
        }
        // What may not stand beside what was typed is no setting for the lower layers to fill in.
        let taken = &taken - &excluded;
        Self { given, taken }
    }
}

/// Reads the command line.
///
/// # Errors
/// When it asks for help or the version, or cannot be read.
pub fn parse(
    argv: impl IntoIterator<Item = OsString>,
    color: bool,
) -> Result<(Args, Given), NoCommand> {
    command()
        .try_get_matches_from(argv)
        .and_then(|matches| Ok((Args::from_arg_matches(&matches)?, Given::of(&matches))))
        .map_err(|error| no_command(&error, color))
}

fn no_command(error: &clap::Error, color: bool) -> NoCommand {
    if error.kind() == ErrorKind::DisplayVersion {
        return NoCommand::Answer(version());
    }
    let rendered = error.render();
    let text = if color { rendered.ansi().to_string() } else { rendered.to_string() };
    let text = text.trim_end().to_owned();
    if error.use_stderr() { NoCommand::Fault(text) } else { NoCommand::Answer(text) }
}

/// The whole command line.
#[must_use]
pub fn command() -> clap::Command {
    Args::command().version(env!("CARGO_PKG_VERSION")).after_help(Exit::table())
}

/// What `--version` says: looking at what is carried takes long enough to do it only then.
fn version() -> String {
    let carried = crate::artifact::embedded::description();
    format!("deployer {}\n{carried}", env!("CARGO_PKG_VERSION"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_consistent() {
        super::command().debug_assert();
    }
}
