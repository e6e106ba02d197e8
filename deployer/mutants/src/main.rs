//! Mutation tests of the deployer, without a build for every mutant.
//!
//! A copy of the workspace gets all mutants at once. Each is a branch that a number in a file turns
//! on. So the copy is built once. A first run of the tests records which test reaches which mutant,
//! and then every mutant is tried with the tests that reach it. The product's own code stays as it
//! is.

mod returned;
mod sandbox;
mod schema;
mod trial;

use std::process::ExitCode;

use crate::sandbox::Sandbox;
use crate::schema::Mutant;
use crate::trial::{Fate, Trials};

/// The folders of `deployer/src` that are mutated, if the command line names none.
const FOLDERS: [&str; 4] = ["artifact", "plan", "operation", "config"];

fn main() -> ExitCode {
    let (numbers, mut folders): (Vec<_>, Vec<_>) =
        std::env::args().skip(1).partition(|word| word.parse::<usize>().is_ok());
    let every = numbers.first().and_then(|word| word.parse().ok()).unwrap_or(1);
    if folders.is_empty() {
        folders = FOLDERS.map(str::to_owned).to_vec();
    }
    let mut unviable = Vec::new();
    let (sandbox, mutants) = loop {
        let (sandbox, mutants) = Sandbox::open(&folders, &unviable);
        match sandbox.build() {
            Ok(()) => break (sandbox, mutants),
            Err(found) => {
                for mutant in mutants.iter().filter(|mutant| found.contains(&mutant.number)) {
                    println!("does not compile: {mutant}");
                }
                unviable.extend(found);
            }
        }
    };
    println!("{} mutants; {} more do not compile", mutants.len(), unviable.len());
    let trials = Trials::prepare(&sandbox);
    let fates: Vec<(&Mutant, Fate)> = mutants
        .iter()
        .step_by(every)
        .map(|mutant| {
            let fate = trials.of(mutant);
            println!("{fate}: {mutant}");
            (mutant, fate)
        })
        .collect();
    for folder in &folders {
        summarize(folder, &fates);
    }
    if fates.iter().all(|(_, fate)| fate.is_caught()) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn summarize(folder: &str, fates: &[(&Mutant, Fate)]) {
    let here: Vec<_> =
        fates.iter().filter(|(mutant, _)| mutant.file.split('/').next() == Some(folder)).collect();
    let count = |wanted: Fate| here.iter().filter(|(_, fate)| *fate == wanted).count();
    println!(
        "{folder}: {} mutants, {} caught, {} timed out, {} missed, {} not reached",
        here.len(),
        count(Fate::Caught),
        count(Fate::TimedOut),
        count(Fate::Missed),
        count(Fate::NotReached),
    );
}
