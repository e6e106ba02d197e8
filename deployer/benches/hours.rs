//! Measures the simulation of 240 minutes of a rule's retries: `cargo simulation`.
//!
//! Builds the release program (`cargo simulation -- PROGRAM` measures an existing one) and
//! simulates messages with `deployer local`. The measured time includes the start of the process
//! and the reading of the files; the first row is a command that does nothing else. Slow results
//! never fail the benchmark; only an unexpected exit code does.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

mod program;

const ROUNDS: usize = 21;

/// Waits almost as long as a rule retries, then decides.
const LATE: &str = r#"{"StartAt": "Wait", "States": {
    "Wait": {"Type": "Wait", "Seconds": 14390, "Next": "Decide"},
    "Decide": {"Type": "Pass", "Result": {"actions": [{"action": {"type": "DROP"}, "allRecipients": true}]},
        "End": true}}}"#;

/// Checks a condition every ten seconds that never becomes true: a history of 8,600 events.
const LOOP: &str = r#"{"StartAt": "Wait", "States": {
    "Wait": {"Type": "Wait", "Seconds": 10, "Next": "Count"},
    "Count": {"Type": "Pass", "Next": "Enough?"},
    "Enough?": {"Type": "Choice", "Default": "Wait", "Choices": [
        {"Variable": "$$.State.EnteredTime", "StringEquals": "never", "Next": "Decide"}]},
    "Decide": {"Type": "Succeed"}}}"#;

/// What was simulated, and the milliseconds of each round.
type Row = (&'static str, Vec<f64>);

fn main() -> Result<(), Box<dyn Error>> {
    let program = program::chosen()?;
    let folder = std::env::temp_dir().join(format!("simulation-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let measured = measure(&program, &folder);
    fs::remove_dir_all(&folder)?;
    for (what, mut milliseconds) in measured? {
        milliseconds.sort_by(f64::total_cmp);
        let (median, most) = (milliseconds[ROUNDS / 2], milliseconds[ROUNDS - 1]);
        println!("{what}: {median:.1} ms (median of {ROUNDS}; at most {most:.1} ms)");
    }
    Ok(())
}

fn measure(program: &Path, folder: &Path) -> Result<Vec<Row>, Box<dyn Error>> {
    let file = |name: &str, text: &str| -> Result<String, Box<dyn Error>> {
        let path = folder.join(name);
        fs::write(&path, text)?;
        Ok(path.display().to_string())
    };
    let (late, loops) = (file("late.json", LATE)?, file("loop.json", LOOP)?);
    let local = |file: &str, more: &str| format!("local --state-machine {file} {more}");
    let cases = [
        ("a command that only prints", "exit-codes".to_owned(), 0),
        ("decided after 239 min, asked 246 times", local(&late, ""), 0),
        ("the same with an output state", local(&late, "--output-state Decide"), 0),
        ("never decided, 8,600 events", local(&loops, ""), 1),
        ("the same with an output state", local(&loops, "--output-state Decide"), 1),
    ];
    let mut measured = Vec::new();
    for (what, line, expected) in cases {
        let words: Vec<&str> = line.split_whitespace().collect();
        let rounds = (0..ROUNDS).map(|_| {
            let begun = Instant::now();
            run(program, &words, expected)?;
            Ok(begun.elapsed().as_secs_f64() * 1000.0)
        });
        measured.push((what, rounds.collect::<Result<Vec<f64>, Box<dyn Error>>>()?));
    }
    Ok(measured)
}

fn run(program: &Path, words: &[&str], expected: i32) -> Result<(), Box<dyn Error>> {
    let ran = Command::new(program).args(words).output()?;
    if ran.status.code() != Some(expected) {
        let printed = String::from_utf8_lossy(&ran.stderr).into_owned();
        return Err(format!("{}: {}: {printed}", words.join(" "), ran.status).into());
    }
    Ok(())
}
