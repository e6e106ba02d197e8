//! Installs and runs e-mail message flows on AWS from a single binary.
//!
//! One direction of flow: [`cli`] (what was typed) → [`config`] (what is meant) → [`template`],
//! [`artifact`] and [`flow`] → [`plan`] (what is wanted against what is there; pure) → [`operation`]
//! (doing, as a stream of facts) → [`report`] (telling) → [`terminal`] (the only door). [`cloud`] is
//! AWS in the program's own words; [`world`] is the outside that `main` hands in.

use std::ffi::OsString;

pub mod artifact;
pub mod cli;
pub mod cloud;
pub mod commands;
pub mod config;
pub mod error;
pub mod exit;
pub mod finding;
pub mod flow;
pub mod operation;
pub mod plan;
pub mod report;
pub mod template;
pub mod terminal;
pub mod world;

use cli::{Args, Command, Parsed};
use error::CommandError;
use exit::Exit;
use world::World;

/// Runs the program: reads the command line, runs the command, tells its error.
pub async fn run(argv: impl IntoIterator<Item = OsString>, mut world: World) -> Exit {
    let args = match cli::parse(argv, world.terminal.err_is_coloured()) {
        Parsed::Run(args) => args,
        Parsed::Answer(text) => {
            world.answer(&text);
            return Exit::Done;
        }
        Parsed::Fault(text) => {
            world.terminal.tell(&text);
            return Exit::Usage;
        }
    };
    world.terminal.choose_color(args.global.color);
    match dispatch(&args, &mut world).await {
        Ok(exit) => exit,
        Err(error) => {
            let now = (world.clock)();
            report::tell_error(&error, &mut world.terminal, args.global.output, now);
            error.exit
        }
    }
}

async fn dispatch(args: &Args, world: &mut World) -> Result<Exit, CommandError> {
    let global = &args.global;
    match &args.command {
        Command::Up(args) => commands::up::run(args, global, world).await,
        Command::Plan(args) => commands::plan::run(args, global, world).await,
        Command::Render(args) => commands::render::run(args, world),
        Command::Status(args) => commands::status::run(args, global, world).await,
        Command::Down(args) => commands::down::run(args, global, world).await,
    }
}
