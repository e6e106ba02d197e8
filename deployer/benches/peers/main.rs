//! What the deployer costs, beside the AWS CLI doing the same work in the same run: `cargo peers`.
//!
//! Builds the release program, installs the AWS CLI from PyPI into a private environment under the target
//! folder, starts the emulator that the tests use, and lets both programs make, leave alone and remove
//! the same stack, in turn; prints tables. `cargo peers -- PROGRAM` measures a deployer that was built
//! before. Nothing here fails for being slow, only for a wrong end. How to read the tables:
//! `docs/performance.md`.

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

/// How often each step is measured: enough for a median, in two minutes.
const ROUNDS: usize = 9;

/// How often each start is measured.
const STARTS: usize = 200;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Trouble> {
    if !cfg!(target_os = "linux") {
        return Err(Trouble::new("peak memory is read in Linux's unit: it needs Linux"));
    }
    // Cargo says `--bench` to every benchmark.
    let ready = env::args().skip(1).find(|argument| argument != "--bench");
    let testbed = TestBed::set(ready.map(PathBuf::from)).await?;
    println!("{}", table::program(&testbed)?);
    println!("{}", table::commands(&commands::starts(&testbed, STARTS).await?));
    println!("{}", table::commands(&commands::once(&testbed).await?));
    println!("{}", table::rounds(&rounds::play(&testbed, ROUNDS).await?));
    Ok(())
}
