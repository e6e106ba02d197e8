//! `cargo demo`: runs through everything once and prints what happens.
//!
//! Builds the real `deployer`, starts an emulated AWS on this machine, installs a message flow in
//! it, delivers mail, and removes everything again. It needs no AWS account and touches none. It
//! ends with an error as soon as something is not as expected, and always cleans up.

use std::process::ExitCode;

use crate::output::Output;

#[path = "../../tests/emulator/mod.rs"]
mod emulator;
mod output;
mod script;

/// The exit code that shells report for a program ended by Ctrl-C.
const INTERRUPTED: u8 = 130;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let mut output = Output::new();
    // Whichever comes first. Dropping the script's future ends what it owns, above all the
    // emulator.
    let ending = tokio::select! {
        biased;
        _ = tokio::signal::ctrl_c() => None,
        printed = script::tell(&mut output) => Some(printed),
    };
    match ending {
        Some(Ok(())) => ExitCode::SUCCESS,
        Some(Err(trouble)) => {
            output.fail(&trouble);
            ExitCode::FAILURE
        }
        None => {
            output.say("Interrupted. The emulator is stopped and its files are removed.");
            ExitCode::from(INTERRUPTED)
        }
    }
}
