//! The command line program: builds the world, runs, and ends with an exit code.

use std::process::ExitCode;

use cloud::aws::AwsConnect;
use deployer::host::terminal::Terminal;
use deployer::host::{Surroundings, World, new_id, panic, wall_clock};

fn main() -> ExitCode {
    panic::ends_the_program();
    let connect = Box::new(AwsConnect::new());
    let surroundings = Surroundings::of_process();
    let terminal = Terminal::real();
    let world = World { connect, terminal, clock: wall_clock, new_id, surroundings };
    deployer::start(std::env::args_os(), world).into()
}
