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
mod local;
mod logs;
mod man;
mod outputs;
mod permissions;
mod plan;
mod pull;
mod recover;
mod render;
mod schema;
mod status;
mod test;
mod trace;
mod up;
mod watch;

use clap::Subcommand;

use crate::config::Origins;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::host::World;
use crate::session::GlobalArgs;

/// The commands. The help of each is on its arguments, in its own file.
#[derive(Debug, Subcommand)]
pub enum Command {
    Up(up::UpArgs),
    Plan(plan::PlanArgs),
    Render(render::RenderArgs),
    Check(check::CheckArgs),
    Doctor(doctor::DoctorArgs),
    Permissions(permissions::PermissionsArgs),
    Export(export::ExportArgs),
    Status(status::StatusArgs),
    Outputs(outputs::OutputsArgs),
    Watch(watch::WatchArgs),
    Logs(logs::LogsArgs),
    Trace(trace::TraceArgs),
    Decide(decide::DecideArgs),
    Cancel(cancel::CancelArgs),
    Recover(recover::RecoverArgs),
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
    Completions(completions::CompletionsArgs),
    Man(man::ManArgs),
    Schema(schema::SchemaArgs),
    ExitCodes(exit_codes::ExitCodesArgs),
}

pub async fn dispatch(
    command: &Command,
    global: &GlobalArgs,
    origins: &Origins,
    world: &mut World,
) -> Result<Exit, CommandError> {
    match command {
        Command::Up(args) => up::run(args, global, world).await,
        Command::Plan(args) => plan::run(args, global, world).await,
        Command::Render(args) => render::run(args, world),
        Command::Check(args) => check::run(args, global, origins, world).await,
        Command::Doctor(args) => doctor::run(args, global, world).await,
        Command::Permissions(args) => permissions::run(args, global, world),
        Command::Export(args) => export::run(args, global, world),
        Command::Status(args) => status::run(args, global, world).await,
        Command::Outputs(args) => outputs::run(args, global, world).await,
        Command::Watch(args) => watch::run(args, global, world).await,
        Command::Logs(args) => logs::run(args, global, world).await,
        Command::Trace(args) => trace::run(args, global, world).await,
        Command::Decide(args) => decide::run(args, global, world).await,
        Command::Recover(args) => recover::run(args, global, world).await,
        Command::Cancel(args) => cancel::run(args, global, world).await,
        Command::Down(args) => down::run(args, global, world).await,
        Command::Drift(args) => drift::run(args, global, world).await,
        Command::Pull(args) => pull::run(args, global, world).await,
        Command::Config(args) => Ok(config::run(args, global, origins, world)),
        Command::Invoke(args) => invoke::run(args, global, world).await,
        Command::Local(args) => local::run(args, global, world).await,
        Command::Test(args) => test::run(args, global, world).await,
        Command::Event(args) => event::run(args, global, world),
        Command::Flows(args) => flows::run(args, global, world),
        Command::Init(args) => init::run(args, global, world),
        Command::Completions(args) => completions::run(args, global, world),
        Command::Man(args) => man::run(args, global, world),
        Command::Schema(args) => schema::run(args, world),
        Command::ExitCodes(args) => exit_codes::run(args, global, world),
    }
}
