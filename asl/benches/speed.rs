//! Measures how many executions of a machine the interpreter runs in a second: `cargo bench -p asl --bench speed`.
//!
//! Each machine is read once and run again and again, from its input to its last event, with tasks that answer at once.
//! The best round counts: other programs on the computer only make one slower. Slow results never fail the benchmark.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]
#![expect(clippy::unwrap_used, reason = "a machine that cannot be read is a failure")]

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::{Value, json};

use asl::{
    Answer, Execution, Identity, Machine, MachineType, MockedAnswer, MockedTasks, Progress,
    TaskResult,
};

const ROUNDS: usize = 15;
const ROUND: Duration = Duration::from_millis(200);

/// What is run: a built-in flow or a definition of the tests.
const MACHINES: [(&str, &str); 8] = [
    ("state-machines/default/definition.asl.yaml", "the built-in flow `default`"),
    ("state-machines/quarantine/definition.asl.yaml", "the built-in flow `quarantine`: JSONata"),
    ("asl/tests/definitions/choice-operators.asl.json", "rules, JSONPath"),
    ("asl/tests/definitions/header-rules.asl.json", "rules with regular expressions, JSONata"),
    ("asl/tests/definitions/filter-paths.asl.json", "filters and intrinsic functions"),
    ("asl/tests/definitions/lookup-table.asl.json", "functions of JSONata"),
    ("asl/tests/definitions/inline-machine.asl.json", "Parallel and Map states"),
    ("asl/tests/definitions/saga-parallel.asl.json", "tasks that fail, retries, a catcher"),
];

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    println!("| machine | events | executions a second |");
    println!("| --- | ---: | ---: |");
    for (file, what) in MACHINES {
        let text = fs::read_to_string(root.join(file)).unwrap();
        let definition: Value = serde_yaml::from_str(&text).unwrap();
        let machine = Arc::new(Machine::read(&definition, MachineType::Standard).unwrap());
        let events = run(&machine);
        let best = (0..ROUNDS).map(|_| rate(&machine)).fold(0.0, f64::max);
        println!("| {what} | {events} | {best:.0} |");
    }
}

/// Executions per second in one round.
fn rate(machine: &Arc<Machine>) -> f64 {
    let begun = Instant::now();
    let mut executions = 0.0;
    while begun.elapsed() < ROUND {
        run(machine);
        executions += 1.0;
    }
    executions / begun.elapsed().as_secs_f64()
}

/// Runs a machine to its end and returns how many events it has.
fn run(machine: &Arc<Machine>) -> usize {
    let identity = Identity {
        execution_arn: "arn:aws:states:eu-west-1:123456789012:execution:M:e".to_owned(),
        execution_name: "e".to_owned(),
        role_arn: "arn:aws:iam::123456789012:role/r".to_owned(),
        machine_arn: "arn:aws:states:eu-west-1:123456789012:stateMachine:M".to_owned(),
        machine_name: "M".to_owned(),
    };
    // Only one task of the saga succeeds.
    let result = TaskResult::Succeeded(json!({ "booked": true }));
    let answer =
        MockedAnswer { parameters: None, iteration: None, answer: Answer::at_once(result) };
    let tasks = MockedTasks::new(HashMap::from([("Hotel".to_owned(), vec![answer])]));
    let now = Timestamp::UNIX_EPOCH;
    let mut execution =
        Execution::start(Arc::clone(machine), Arc::new(tasks), identity, message(), now);
    let progress = execution.advance(Timestamp::MAX);
    assert!(matches!(progress, Progress::Ended(_)), "it does not end: {progress:?}");
    execution.events(0).len()
}

/// A message as WorkMail describes it, and what the other machines read.
fn message() -> Value {
    let recipients: Vec<Value> =
        (0..10).map(|nth| json!({ "address": format!("r{nth}@example.com") })).collect();
    json!({
        "summaryVersion": "2018-10-10", "invocationId": "1", "messageId": "2", "flowDirection": "INBOUND",
        "envelope": { "mailFrom": { "address": "a@example.org" }, "recipients": recipients },
        "sender": { "address": "a@example.org" }, "subject": "Winner of a free prize", "truncated": false,
        "headers": [{ "name": "From", "value": "a@example.org" }, { "name": "List-Id", "value": "x" }],
        "recipients": ["r1@example.com"], "odd name": { "x": 1 },
        "items": [{ "name": "x", "size": 10 }, { "name": "y", "size": 200 }, { "name": "x", "size": 300 }],
        "kind": "other", "size": 5, "limit": 1, "at": "2027-01-01T00:00:00Z", "spam": false, "other": "x",
        "left": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], "key": "a", "car": false,
    })
}
