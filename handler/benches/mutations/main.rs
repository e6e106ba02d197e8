//! Mutation testing of the simulation: makes plausible mistakes, one at a time, in a copy of the
//! crate and reports which invariant catches each.
//!
//! ```sh
//! cargo bench -p handler --no-default-features --bench mutations             # all, as a table
//! cargo bench -p handler --no-default-features --bench mutations -- redrive  # those whose name has the word
//! ```

#![expect(clippy::unwrap_used, reason = "a check that panics has failed, as it should")]
#![expect(clippy::print_stdout, reason = "this program prints its results")]

mod mistakes;
mod sandbox;

use std::process::ExitCode;

use sandbox::{Findings, Sandbox};

fn main() -> ExitCode {
    // Cargo adds `--bench` to the arguments.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let sandbox = Sandbox::open();
    println!("| mistake | caught by every overlap of two | caught by chance |");
    println!("| --- | --- | --- |");
    let sound = report("none", sandbox.simulate());
    let mut missed = Vec::new();
    for mistake in mistakes::all() {
        if words.iter().all(|word| mistake.name.contains(word.as_str()))
            && report(mistake.name, sandbox.try_out(&mistake)) != Some(true)
        {
            missed.push(mistake.name);
        }
    }
    if sound == Some(false) && missed.is_empty() {
        return ExitCode::SUCCESS;
    }
    println!("\nNot as it should be: {missed:?}, and without a mistake: {sound:?}");
    ExitCode::FAILURE
}

/// Whether the mistake was caught; `None` if that is unknown because of an error.
fn report(name: &str, result: Result<Findings, String>) -> Option<bool> {
    match result {
        Ok(Findings { every_overlap, by_chance }) => {
            let caught = every_overlap.is_some() || by_chance.is_some();
            let words = |found: Option<String>| found.unwrap_or_else(|| "–".to_owned());
            println!("| {name} | {} | {} |", words(every_overlap), words(by_chance));
            Some(caught)
        }
        Err(error) => {
            println!("| {name} | {error} | |");
            None
        }
    }
}
