//! Inputs without an end, or that multiply when they are read, are refused early.

use std::fs::File;
use std::time::{Duration, Instant};

use crate::session::ConsoleSession;

/// The inputs of these commands, each with `FILE` in its place.
const COMMANDS: [&str; 9] = [
    "check --state-machine FILE",
    "check --flow FILE",
    "check --config FILE",
    "check --handler FILE",
    "local --event FILE",
    "local --eml FILE",
    "local --answers FILE",
    "test --tests FILE",
    "up --plan FILE",
];

async fn assert_refused(session: &ConsoleSession, command: &str, file: &str, says: &str) {
    let began = Instant::now();
    let printed = session.run(&command.replace("FILE", file)).await;
    // `check` finds it, and the others refuse it.
    assert!(matches!(printed.code, 2 | 3), "{command}: {}", printed.all());
    assert!(printed.all().contains(says), "{command}: {}", printed.all());
    assert!(began.elapsed() < Duration::from_secs(5), "{command}: {:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn files_without_an_end_are_refused_early() {
    let session = ConsoleSession::deployed("too-large").await;
    // A sparse file: it has this size, and takes no room.
    File::create(session.folder.join("huge")).unwrap().set_len(64 << 30).unwrap();
    for command in COMMANDS {
        assert_refused(&session, command, "$DIR/huge", "").await;
        if cfg!(unix) {
            assert_refused(&session, command, "/dev/zero", "").await;
        }
    }
    std::fs::remove_file(session.folder.join("huge")).unwrap();
}

#[tokio::test(start_paused = true)]
async fn aliases_that_multiply_are_refused_early() {
    let session = ConsoleSession::deployed("aliases").await;
    let aliases = "*a, ".repeat(20_000);
    for anchor in ["x".repeat(20_000), format!("[{}]", "~, ".repeat(9_000))] {
        session.file("aliases.yaml", format!("a: &a {anchor}\nStates: [{aliases}]\n"));
        for command in [COMMANDS[0], COMMANDS[2], COMMANDS[6]] {
            assert_refused(&session, command, "$DIR/aliases.yaml", "aliases repeat").await;
        }
    }
}
