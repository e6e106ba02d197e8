//! `cargo demo`: the whole way once, told as it happens.
//!
//! Builds the real `deployer`, starts an emulated AWS on this machine, installs a message flow in it,
//! lets mail pass, and removes everything again. No AWS account is needed and none is touched. It
//! ends with an error as soon as something is not as it should be, and cleans up however it ends.

use std::process::ExitCode;

use crate::output::Output;

#[path = "../../tests/emulator/mod.rs"]
mod emulator;
mod output;
mod script;

/// What shells give a program that Ctrl-C ended.
const INTERRUPTED: u8 = 130;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let mut output = Output::new();
    // Whichever comes first; what the story holds, the emulator above all, ends with it.
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
