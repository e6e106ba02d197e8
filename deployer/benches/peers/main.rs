//! Compares the deployer with the AWS CLI on the same work in the same run: `cargo peers`.
//!
//! Builds the release program, installs the AWS CLI from PyPI into a private environment under the
//! target folder, and starts the emulator that the tests use. Both programs create, leave unchanged
//! and remove the same stack, in turn; the results are printed as tables. `cargo peers -- PROGRAM`
//! measures an existing deployer. Slow results never fail the benchmark; only a wrong outcome does.
//! `docs/how-it-works/performance.md` explains the tables.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

mod commands;
#[expect(dead_code, reason = "the end-to-end tests use all of it")]
#[path = "../../tests/emulator/mod.rs"]
mod emulator;
mod figures;
#[expect(dead_code, reason = "no rule for faults is needed to count calls")]
#[path = "../../tests/end_to_end/microburst.rs"]
mod microburst;
mod rounds;
mod table;
mod testbed;

use std::env;
use std::path::PathBuf;

use crate::emulator::Trouble;
use crate::testbed::TestBed;

/// The number of measurements of each step: enough for a median, in two minutes.
const ROUNDS: usize = 9;

/// The number of measurements of each start.
const STARTS: usize = 200;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Trouble> {
    if !cfg!(target_os = "linux") {
        return Err(Trouble::new("peak memory is read in Linux's unit: it needs Linux"));
    }
    // Cargo passes `--bench` to every benchmark.
    let ready = env::args().skip(1).find(|argument| argument != "--bench");
    let testbed = TestBed::set(ready.map(PathBuf::from)).await?;
    println!("{}", table::program(&testbed)?);
    println!("{}", table::commands(&commands::starts(&testbed, STARTS).await?));
    println!("{}", table::commands(&commands::once(&testbed).await?));
    println!("{}", table::rounds(&rounds::play(&testbed, ROUNDS).await?));
    Ok(())
}
