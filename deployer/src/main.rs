//! The command line program: builds the world, runs, and ends with an exit code.

use std::process::ExitCode;

use deployer::cloud::aws::AwsConnect;
use deployer::config::Surroundings;
use deployer::terminal::Terminal;
use deployer::world::{World, wall_clock};

fn main() -> ExitCode {
    let connect = Box::new(AwsConnect::new());
    let surroundings = Surroundings::of_process();
    let world = World { connect, terminal: Terminal::real(), clock: wall_clock, surroundings };
    deployer::start(std::env::args_os(), world).into()
}
