//! The command line program: creates the host, runs, and ends with an exit code.

use std::process::ExitCode;

use cloud::aws::AwsConnect;
use deployer::host::terminal::Terminal;
use deployer::host::{
    Host, ProcessEnvironment, browser, new_id, panic_hook, system_zone, wall_clock,
};

fn main() -> ExitCode {
    panic_hook::install();
    let connect = Box::new(AwsConnect::new());
    let environment = ProcessEnvironment::of_process();
    let terminal = Terminal::real();
    let (clock, zone, open) = (wall_clock, system_zone, browser::open);
    let host = Host { connect, terminal, clock, zone, new_id, open, environment };
    deployer::start(std::env::args_os(), host).into()
}
