//! Measures the handler, and a floor program in the same run: `cargo speed`.
//!
//! Builds the program that Lambda runs (the profile `lambda`, for this machine) and the floor, the
//! smallest program that uses Lambda's runtime API. Then simulates Lambda, DynamoDB and Step
//! Functions on this machine and prints tables. `cargo speed -- PROGRAM` measures a handler that
//! was built before. The benchmark fails only for a wrong answer, never for slowness. How to read
//! the tables: `docs/how-it-works/performance.md`.

#![expect(clippy::unwrap_used, reason = "a benchmark that panics has failed, as it should")]
#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

mod answers;
mod aws;
mod http;
mod lambda;
mod measure;
mod original;
mod path;
mod process;
mod programs;
mod samples;
mod table;
mod tls;

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::path::{Path, Transport};
use crate::programs::Programs;
use crate::tls::Authority;

fn main() -> ExitCode {
    if !cfg!(target_os = "linux") {
        println!("the benchmark reads CPU time and memory from /proc: it needs Linux");
        return ExitCode::FAILURE;
    }
    // Cargo passes `--bench` to every benchmark.
    let ready = env::args().skip(1).find(|argument| argument != "--bench");
    let programs = Programs::build(ready.map(PathBuf::from));
    println!("{}", table::sizes(&programs));
    let authority = Authority::new(&programs.folder);
    let mut rows = Vec::new();
    for transport in [Transport::Tls, Transport::Plain] {
        for path in Path::ALL {
            rows.push(measure::row(&programs, &authority, path, transport));
        }
    }
    println!("{}", table::all_rows(&rows));
    println!("{}", table::comparison_with_the_original(&rows));
    ExitCode::SUCCESS
}
