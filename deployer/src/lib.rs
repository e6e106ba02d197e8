//! Installs and runs e-mail message flows on AWS from a single binary.
//!
//! One direction of flow: [`cli`] (what was typed) → [`config`] (what is meant) → [`template`],
//! [`artifact`] and [`flow`] → [`plan`] (what is wanted against what is there; pure) → [`operation`]
//! (doing, as a stream of facts) → [`report`] (telling) → [`terminal`] (the only door). [`cloud`] is
//! AWS in the program's own words; [`world`] is the outside that `main` hands in.

use std::ffi::OsString;

pub mod artifact;
pub mod bug;
pub mod cli;
pub mod commands;
pub mod config;
#[cfg(test)]
#[path = "../../asl/tests/damage/text.rs"]
mod damaged_text;
pub mod decision;
pub mod digest;
pub mod doctor;
pub mod end_of_support;
pub mod error;
pub mod exit;
pub mod export;
pub mod finding;
pub mod flow;
pub mod folder;
pub mod graph;
pub mod health;
pub mod installation;
pub mod interrupt;
pub mod logs;
pub mod message;
pub mod operation;
pub mod plan;
pub mod report;
pub mod rights;
pub mod rule;
pub mod saved;
pub mod simulation;
pub mod template;
pub mod terminal;
pub mod testing;
pub mod trace;
pub mod whole_file;
pub mod world;

use cli::{Args, Command, Given, NoCommand};
use config::{Origins, Typed};
use error::CommandError;
use exit::Exit;
use world::World;

/// Starts the program and sees it through to its exit code: Ctrl-C detaches.
pub fn start(argv: impl IntoIterator<Item = OsString>, mut world: World) -> Exit {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            world.terminal.tell(&format!("error: cannot start the asynchronous runtime: {error}"));
            return Exit::Failed;
        }
    };
    let exit = runtime.block_on(run_until_interrupted(argv, &mut world));
    // A prompt that nobody answered any more still waits on its thread; the program need not.
    runtime.shutdown_background();
    exit
}

async fn run_until_interrupted(
    argv: impl IntoIterator<Item = OsString>,
    world: &mut World,
) -> Exit {
    let asking = world.terminal.asking();
    tokio::select! {
        // First, so that it sees a question that the same Ctrl-C is about to end.
        biased;
        () = interrupt::pressed_while_working(asking) => {}
        exit = run(argv, world) => return exit,
    }
    world.terminal.tell(
        "\ninterrupted: an operation that was started goes on in AWS\n\n\
         hint: with the same --stack-name, `deployer watch` follows it again, `deployer cancel` cancels \
         it, and `deployer status` shows how far it is",
    );
    Exit::Detached
}

/// Runs the program: reads the command line, runs the command, tells its error.
pub async fn run(argv: impl IntoIterator<Item = OsString>, world: &mut World) -> Exit {
    let argv: Vec<OsString> = argv.into_iter().collect();
    let color = world.terminal.err_is_coloured();
    let (typed, given) = match cli::parse(argv.iter().cloned(), color) {
        Ok(parsed) => parsed,
        Err(instead) => return answer(instead, world),
    };
    world.terminal.choose_color(typed.global.color);
    world.terminal.choose_progress(typed.global.progress, world.surroundings.plain);
    let (options, origins) = match complete(&typed, given, world) {
        Ok(completed) => completed,
        Err(error) => return tell(&error, &typed, world),
    };
    let args = match cli::parse(with_options(argv, options), color) {
        Ok((args, _)) => args,
        Err(instead) => return answer(instead, world),
    };
    match dispatch(&args, &origins, world).await {
        Ok(exit) => exit,
        Err(mut error) => {
            origins.relocate(&mut error.findings);
            tell(&error, &args, world)
        }
    }
}

/// Finds what the command line leaves open.
fn complete(
    args: &Args,
    given: Given,
    world: &World,
) -> Result<(Vec<OsString>, Origins), CommandError> {
    let Given { given, taken } = given;
    let (file, environment) = (args.global.config.as_deref(), args.global.env.as_deref());
    config::complete(&Typed { given, taken, file, environment }, &world.surroundings)
}

/// Options go before a `--`, behind which everything is a value.
fn with_options(mut argv: Vec<OsString>, options: Vec<OsString>) -> Vec<OsString> {
    let end = argv.iter().position(|word| word == "--").unwrap_or(argv.len());
    argv.splice(end..end, options);
    argv
}

fn answer(instead: NoCommand, world: &mut World) -> Exit {
    match instead {
        NoCommand::Answer(text) => {
            world.answer(&text);
            Exit::Done
        }
        NoCommand::Fault(text) => {
            world.terminal.tell(&text);
            Exit::Usage
        }
    }
}

fn tell(error: &CommandError, args: &Args, world: &mut World) -> Exit {
    let now = (world.clock)();
    report::tell_error(error, &mut world.terminal, args.global.output, now);
    error.exit
}

async fn dispatch(args: &Args, origins: &Origins, world: &mut World) -> Result<Exit, CommandError> {
    let global = &args.global;
    match &args.command {
        Command::Up(args) => commands::up::run(args, global, world).await,
        Command::Plan(args) => commands::plan::run(args, global, world).await,
        Command::Render(args) => commands::render::run(args, world),
        Command::Check(args) => commands::check::run(args, global, origins, world).await,
        Command::Doctor(args) => commands::doctor::run(args, global, world).await,
        Command::Permissions(args) => commands::permissions::run(args, global, world),
        Command::Export(args) => commands::export::run(args, global, world),
        Command::Status(args) => commands::status::run(args, global, world).await,
        Command::Outputs(args) => commands::outputs::run(args, global, world).await,
        Command::Watch(args) => commands::watch::run(args, global, world).await,
        Command::Logs(args) => commands::logs::run(args, global, world).await,
        Command::Trace(args) => commands::trace::run(args, global, world).await,
        Command::Decide(args) => commands::decide::run(args, global, world).await,
        Command::Recover(args) => commands::recover::run(args, global, world).await,
        Command::Cancel(args) => commands::cancel::run(args, global, world).await,
        Command::Down(args) => commands::down::run(args, global, world).await,
        Command::Drift(args) => commands::drift::run(args, global, world).await,
        Command::Pull(args) => commands::pull::run(args, global, world).await,
        Command::Config(args) => Ok(commands::config::run(args, global, origins, world)),
        Command::Invoke(args) => commands::invoke::run(args, global, world).await,
        Command::Local(args) => commands::local::run(args, global, world).await,
        Command::Test(args) => commands::test::run(args, global, world).await,
        Command::Event(args) => commands::event::run(args, global, world),
        Command::Flows(args) => commands::flows::run(args, global, world),
        Command::Init(args) => commands::init::run(args, global, world),
        Command::Completions(args) => commands::completions::run(args, global, world),
        Command::Man(args) => commands::man::run(args, global, world),
        Command::Schema(args) => commands::schema::run(args, world),
        Command::ExitCodes(args) => commands::exit_codes::run(args, global, world),
    }
}
