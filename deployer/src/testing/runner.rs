//! Runs tests on as many threads as there are processors. Each thread has a clock that jumps.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use handler::workmail::Message;

use super::calls::RecordedTasks;
use super::difference::{Aspect, Difference, Happened, differences};
use super::functions::FunctionsUnderTest;
use super::result::{Played, TestResult};
use super::suite::Test;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::simulation::{Simulated, Simulator};
use crate::trace::timeline;

/// The results of several tests.
pub struct TestRun {
    /// In the order of the tests.
    pub results: Vec<TestResult>,
    /// How long it took to run them, in milliseconds.
    pub milliseconds: f64,
}

/// Runs every test, and keeps the executions with `keep`.
/// Fails when the system cannot provide a second runtime.
pub async fn run(
    tests: Vec<Test>,
    keep: bool,
    functions: FunctionsUnderTest,
) -> Result<TestRun, CommandError> {
    // On other threads, because this one has the program's runtime.
    match tokio::task::spawn_blocking(move || run_here(&tests, keep, &functions)).await {
        Ok(run) => run,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            Err(cancelled) => Err(CommandError::new(Exit::Failed, cancelled)),
        },
    }
}

/// Runs every test, and waits for them. Do not call it on a thread that runs an asynchronous runtime.
/// Fails when the system cannot provide a second runtime.
pub fn run_here(
    tests: &[Test],
    keep: bool,
    functions: &FunctionsUnderTest,
) -> Result<TestRun, CommandError> {
    let begun = Instant::now();
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    let next = AtomicUsize::new(0);
    let work = || -> Result<Vec<(usize, TestResult)>, CommandError> {
        let simulator = Simulator::new()?;
        let mut results = Vec::new();
        loop {
            let nth = next.fetch_add(1, Ordering::Relaxed);
            let Some(test) = tests.get(nth) else { return Ok(results) };
            results.push((nth, run_test(test, &simulator, keep, functions)?));
        }
    };
    let mut results = Vec::with_capacity(tests.len());
    thread::scope(|scope| {
        let threads: Vec<_> = (0..processors.min(tests.len())).map(|_| scope.spawn(work)).collect();
        for thread in threads {
            let worked = thread.join().unwrap_or_else(|panic| resume_unwind(panic));
            results.extend(worked?);
        }
        Ok::<(), CommandError>(())
    })?;
    results.sort_by_key(|(nth, _)| *nth);
    let results = results.into_iter().map(|(_, result)| result).collect();
    Ok(TestRun { results, milliseconds: milliseconds_since(begun) })
}

fn run_test(
    test: &Test,
    simulator: &Simulator,
    keep: bool,
    functions: &FunctionsUnderTest,
) -> Result<TestResult, CommandError> {
    let begun = Instant::now();
    let mut mocks = test.tasks();
    mocks.functions = functions.of(test, &mocks);
    let tasks = Arc::new(RecordedTasks::new(mocks));
    let scenario = test.scenario(Arc::clone(&tasks) as _);
    let began = scenario.began;
    let message = Message::parse(&scenario.event).ok();
    let simulated = simulator.simulate(scenario)?;
    let moments = timeline(&simulated.case, false);
    let time = simulated.case.lines.last().map(|(ended, _)| ended.duration_since(began));
    let time = time.and_then(|time| Duration::try_from(time).ok()).unwrap_or_default();
    let happened = Happened {
        simulated: &simulated,
        message: message.as_ref(),
        moments: &moments,
        after: simulated.invocations.has_succeeded().then_some(time),
        calls: &tasks.first_calls(),
    };
    let mut differences = differences(&test.expectation, &happened);
    differences.extend(no_crash(test, &simulated));
    let unanswered = tasks.tasks().answers.missed().into_iter();
    differences.extend(unanswered.map(Difference::unanswered));
    let passed = differences.is_empty();
    let played = keep.then(|| Played {
        prepared: test.prepared(),
        execution_arn: simulated.case.execution_arn.clone().unwrap_or_default(),
        events: simulated.events,
        moments: moments.clone(),
    });
    Ok(TestResult {
        file: test.position.file.clone(),
        line: test.position.line,
        column: test.position.column,
        name: test.name.clone(),
        passed,
        milliseconds: milliseconds_since(begun),
        simulated_milliseconds: u64::try_from(time.as_millis()).unwrap_or(u64::MAX),
        invocations: simulated.invocations.last.attempt,
        differences,
        timeline: if passed { Vec::new() } else { moments },
        covered: simulated.covered,
        played,
    })
}

fn milliseconds_since(begun: Instant) -> f64 {
    begun.elapsed().as_secs_f64() * 1000.0
}

/// The test sets a crash that did not happen.
fn no_crash(test: &Test, simulated: &Simulated) -> Option<Difference> {
    let step = test.crash_after.filter(|_| !simulated.crashed)?;
    let word = clap::ValueEnum::to_possible_value(&step)?.get_name().to_owned();
    Some(Difference::new(Aspect::CrashAfter, word, serde_json::Value::Null))
}
