//! The command line program: builds the world, runs, and ends with an exit code.

use std::process::ExitCode;

use deployer::cloud::aws::AwsConnect;
use deployer::terminal::Terminal;
use deployer::world::World;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let world = World {
        connect: Box::new(AwsConnect::new()),
        terminal: Terminal::real(),
        clock: deployer::world::wall_clock,
    };
    deployer::run(std::env::args_os(), world).await.into()
}
