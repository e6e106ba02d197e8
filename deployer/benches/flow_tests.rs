//! Measures how long a thousand tests of a flow take: `cargo flow-tests`.
//!
//! Builds the release program (`cargo flow-tests -- PROGRAM` measures an existing one), copies the
//! built-in flow `block-list` into a folder with it, writes a thousand tests there, and runs them
//! with `deployer test`. The measured time includes the start of the process and the reading of the
//! files. Slow results never fail the benchmark; only a failing test does.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

mod program;

const ROUNDS: usize = 15;
const TESTS: usize = 1_000;

fn main() -> Result<(), Box<dyn Error>> {
    let program = program::chosen()?;
    let folder = std::env::temp_dir().join(format!("flow-tests-{}", std::process::id()));
    let measured = measure(&program, &folder);
    fs::remove_dir_all(&folder)?;
    for (what, mut milliseconds) in measured? {
        milliseconds.sort_by(f64::total_cmp);
        let (median, most) = (milliseconds[ROUNDS / 2], milliseconds[ROUNDS - 1]);
        let rate = TESTS as f64 / median * 1000.0;
        println!(
            "{what}: {TESTS} tests in {median:.0} ms (median of {ROUNDS}; at most {most:.0} ms), {rate:.0} a second"
        );
    }
    Ok(())
}

/// What was measured, and the milliseconds of each round.
type Measured = (&'static str, Vec<f64>);

/// Runs each kind of file.
fn measure(program: &Path, folder: &Path) -> Result<Vec<Measured>, Box<dyn Error>> {
    run(program, &["init".as_ref(), folder.as_os_str(), "--from=block-list".as_ref()])?;
    let mut measured = Vec::new();
    for (what, test) in [("decided at once", at_once as fn(usize) -> String), ("mixed", mixed)] {
        let tests: String = (0..TESTS).map(test).collect();
        let file = folder.join("tests.yaml");
        fs::write(&file, format!("tests:\n{tests}"))?;
        let words = ["test", "--coverage", "--flow"];
        let mut words: Vec<_> = words.iter().map(AsRef::as_ref).collect();
        words.extend([folder.as_os_str(), "--tests".as_ref(), file.as_os_str()]);
        let rounds = (0..ROUNDS).map(|_| {
            let begun = Instant::now();
            run(program, &words)?;
            Ok(begun.elapsed().as_secs_f64() * 1000.0)
        });
        measured.push((what, rounds.collect::<Result<Vec<f64>, Box<dyn Error>>>()?));
    }
    Ok(measured)
}

/// A sender whose domain is listed: three states, two calls, one invocation.
fn at_once(nth: usize) -> String {
    format!(
        "  - name: listed domain {nth}
    event: {{ from: a{nth}@bad.example, recipients: [b{nth}@example.com] }}
    answers: {{ Look for the address: {{ output: {{}} }}, Look for the domain: {{ output: {{ Item: {{}} }} }} }}
    expect: {{ verdict: MOVE_TO_JUNK, within: 1s, calls: {{ Look for the domain: {{ Key: {{ Sender: {{ S: bad.example }} }} }} }} }}
"
    )
}

/// A realistic mix: most are decided at once, one in ten is retried for a while, one in fifty for
/// four hours.
fn mixed(nth: usize) -> String {
    match nth % 50 {
        0 => format!(
            "  - name: no table {nth}
    fail: {{ Look for the address: DynamoDB.ResourceNotFoundException }}
    expect: {{ verdict: none, execution: FAILED }}
"
        ),
        1 | 11 | 21 | 31 | 41 => format!(
            "  - name: slow table {nth}
    slow: {{ Look for the address: 10m }}
    answers: {{ Look for the address: {{ output: {{ Item: {{}} }} }} }}
    expect: {{ verdict: MOVE_TO_JUNK, within: 11m }}
"
        ),
        _ => at_once(nth),
    }
}

fn run(program: &Path, words: &[&std::ffi::OsStr]) -> Result<(), Box<dyn Error>> {
    let output = Command::new(program).args(words).output()?;
    if output.status.success() {
        return Ok(());
    }
    let printed = String::from_utf8_lossy(&output.stdout);
    let printed = printed.lines().filter(|line| !line.starts_with("PASS")).take(40);
    let printed = printed.collect::<Vec<_>>().join("\n");
    Err(format!(
        "{words:?}: {}\n{printed}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    )
    .into())
}
