//! One file per command: its help, its arguments, and `run`, which orchestrates and computes nothing.

mod cancel;
mod check;
mod completions;
mod config;
mod decide;
mod doctor;
mod down;
mod drift;
mod event;
mod exit_codes;
mod export;
mod flows;
mod init;
mod invoke;
mod list;
mod local;
mod logs;
mod man;
mod new_function;
mod open;
mod outputs;
mod permissions;
mod plan;
mod pull;
mod recover;
mod redrive;
mod render;
mod rule;
mod schema;
mod status;
mod stop;
mod test;
mod trace;
mod up;
mod watch;

use clap::Subcommand;

use crate::error::CommandError;
use crate::exit::Exit;
use crate::session::Session;

/// The commands. The help of each is on its arguments, in its own file.
#[derive(Debug, Subcommand)]
pub enum Command {
    #[command(aliases = ["deploy", "apply"])]
    Up(up::UpArgs),
    #[command(alias = "diff")]
    Plan(plan::PlanArgs),
    Render(render::RenderArgs),
    #[command(alias = "validate")]
    Check(check::CheckArgs),
    Doctor(doctor::DoctorArgs),
    Permissions(permissions::PermissionsArgs),
    Export(export::ExportArgs),
    #[command(alias = "ls")]
    List(list::ListArgs),
    Status(status::StatusArgs),
    Outputs(outputs::OutputsArgs),
    Rule(rule::RuleArgs),
    Open(open::OpenArgs),
    Watch(watch::WatchArgs),
    Logs(logs::LogsArgs),
    Trace(trace::TraceArgs),
    Decide(decide::DecideArgs),
    Stop(stop::StopArgs),
    Redrive(redrive::RedriveArgs),
    Cancel(cancel::CancelArgs),
    Recover(recover::RecoverArgs),
    #[command(aliases = ["destroy", "delete", "remove", "rm"])]
    Down(down::DownArgs),
    Drift(drift::DriftArgs),
    Pull(pull::PullArgs),
    Config(config::ConfigArgs),
    Invoke(invoke::InvokeArgs),
    Local(local::LocalArgs),
    Test(test::TestArgs),
    Event(event::EventArgs),
    Flows(flows::FlowsArgs),
    Init(init::InitArgs),
    NewFunction(new_function::NewFunctionArgs),
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
    Schema(schema::SchemaArgs),
    ExitCodes(exit_codes::ExitCodesArgs),
}

impl Command {
    /// Whether it changes something in AWS, for a stack that its options alone do not determine. A
    /// reviewed plan names its stack.
    fn changes_a_stack(&self) -> bool {
        match self {
            Self::Up(args) => args.plan.is_none(),
            Self::Decide(args) => args.id.is_some(),
            Self::Invoke(args) => !args.local,
            Self::Down(_) | Self::Cancel(_) | Self::Recover(_) => true,
            Self::Stop(_) | Self::Redrive(_) => true,
            _ => false,
        }
    }

    /// Whether CloudFormation can still be at work on a stack after the command was interrupted.
    pub fn operates_on_a_stack(&self) -> bool {
        matches!(
            self,
            Self::Up(_) | Self::Down(_) | Self::Cancel(_) | Self::Recover(_) | Self::Watch(_)
        )
    }

    /// Whether the command sends one request that changes something in AWS: an interruption can come after AWS
    /// has accepted it.
    pub fn sends_a_change(&self) -> bool {
        match self {
            Self::Decide(args) => args.id.is_some(),
            Self::Stop(_) | Self::Redrive(_) | Self::Invoke(_) => true,
            _ => false,
        }
    }
}

/// Runs a command.
/// Fails as the command does.
pub async fn dispatch(command: &Command, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    session.require_environment(command.changes_a_stack())?;
    match command {
        Command::Up(args) => up::run(args, session).await,
        Command::Plan(args) => plan::run(args, session).await,
        Command::Render(args) => render::run(args, session).await,
        Command::Check(args) => check::run(args, session).await,
        Command::Doctor(args) => doctor::run(args, session).await,
        Command::Permissions(args) => permissions::run(args, session),
        Command::Export(args) => export::run(args, session).await,
        Command::List(args) => list::run(args, session).await,
        Command::Status(args) => status::run(args, session).await,
        Command::Outputs(args) => outputs::run(args, session).await,
        Command::Rule(args) => rule::run(args, session).await,
        Command::Open(args) => open::run(args, session).await,
        Command::Watch(args) => watch::run(args, session).await,
        Command::Logs(args) => logs::run(args, session).await,
        Command::Trace(args) => trace::run(args, session).await,
        Command::Decide(args) => decide::run(args, session).await,
        Command::Stop(args) => stop::run(args, session).await,
        Command::Redrive(args) => redrive::run(args, session).await,
        Command::Recover(args) => recover::run(args, session).await,
        Command::Cancel(args) => cancel::run(args, session).await,
        Command::Down(args) => down::run(args, session).await,
        Command::Drift(args) => drift::run(args, session).await,
        Command::Pull(args) => pull::run(args, session).await,
        Command::Config(args) => config::run(args, session).await,
        Command::Invoke(args) => invoke::run(args, session).await,
        Command::Local(args) => local::run(args, session).await,
        Command::Test(args) => test::run(args, session).await,
        Command::Event(args) => event::run(args, session),
        Command::Flows(args) => flows::run(args, session),
        Command::Init(args) => init::run(args, session),
        Command::NewFunction(args) => new_function::run(args, session),
        Command::Completions(args) => completions::run(args, session),
        Command::Man(args) => man::run(args, session),
        Command::Schema(args) => schema::run(args, session),
        Command::ExitCodes(args) => exit_codes::run(args, session),
    }
}
