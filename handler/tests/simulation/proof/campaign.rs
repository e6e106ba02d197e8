//! Runs many schedules, and reports the first one that violates an invariant.

use std::fmt;
use std::ops::Range;

use tokio::runtime::Builder;

use super::invariant::Violation;
use super::mail::Mail;
use super::overlap::{End, overlap};
use super::parallel::in_parallel;
use super::random_schedule;
use super::random_walk::random_walk;
use super::scenario::Scenario;
use super::scheduler::{Odometer, Scheduler};
use super::statistics::{Marks, Statistics};
use super::world::World;

/// The number of seeds that a core takes at a time.
const CHUNK: usize = 500;

/// A schedule that violates an invariant.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) violation: Violation,
    /// The schedule: a seed, or a scenario and the choices.
    pub(crate) schedule: String,
    /// The number of schedules until it was found, including this one.
    pub(crate) after: u64,
    pub(crate) transcript: Vec<String>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "caught by {:?} after {} schedules", self.violation.invariant, self.after)?;
        writeln!(f, "{}", self.violation)?;
        writeln!(f, "schedule: {}", self.schedule)?;
        self.transcript.iter().try_for_each(|line| writeln!(f, "  {line}"))
    }
}

/// Runs all schedules of each scenario with this number of overlapping invocations and at most this
/// number of faults.
pub(crate) fn exhaustive(
    mail: &Mail,
    scenarios: &[Scenario],
    invocations: usize,
    faults: usize,
) -> Result<Statistics, Box<Failure>> {
    in_parallel(scenarios, |scenario| every(mail, scenario, invocations, faults))
}

fn every(
    mail: &Mail,
    scenario: &Scenario,
    invocations: usize,
    faults: usize,
) -> Result<Statistics, Box<Failure>> {
    on_paused_clock(async {
        let (mut statistics, mut odometer) = (Statistics::default(), Odometer::default());
        loop {
            let mut world = World::new(scenario, mail, false);
            match run_schedule(&mut world, invocations, faults, &mut odometer).await {
                Ok(Some(marks)) => statistics.count(marks),
                Ok(None) => {}
                Err(violation) => {
                    let schedule = format!("{}, choices {:?}", scenario.name, odometer.choices());
                    odometer.rewind();
                    let mut world = World::new(scenario, mail, true);
                    drop(run_schedule(&mut world, invocations, faults, &mut odometer).await);
                    let transcript = world.into_transcript();
                    let after = statistics.schedules + 1;
                    return Err(Box::new(Failure { violation, schedule, after, transcript }));
                }
            }
            if !odometer.next_schedule() {
                return Ok(statistics);
            }
        }
    })
}

/// The marks of the schedule; `None` if an equivalent order of its steps is tried elsewhere.
async fn run_schedule(
    world: &mut World<'_>,
    invocations: usize,
    faults: usize,
    scheduler: &mut impl Scheduler,
) -> Result<Option<Marks>, Violation> {
    if overlap(world, invocations, faults, scheduler).await? == End::Redundant {
        return Ok(None);
    }
    world.probe(scheduler).await?;
    Ok(Some(world.marks))
}

/// Runs one random schedule for each seed.
pub(crate) fn random(mail: &Mail, seeds: Range<u64>) -> Result<Statistics, Box<Failure>> {
    let chunks: Vec<Range<u64>> = seeds
        .clone()
        .step_by(CHUNK)
        .map(|first| first..seeds.end.min(first + CHUNK as u64))
        .collect();
    in_parallel(&chunks, |seeds| each(mail, seeds.clone()))
}

fn each(mail: &Mail, seeds: Range<u64>) -> Result<Statistics, Box<Failure>> {
    let first = seeds.start;
    on_paused_clock(async {
        let mut statistics = Statistics::default();
        for seed in seeds {
            match by_seed(seed, mail, false).await {
                (Ok(marks), _) => statistics.count(marks),
                (Err(violation), _) => {
                    let (_, transcript) = by_seed(seed, mail, true).await;
                    let (schedule, after) = (format!("seed {seed}"), seed - first + 1);
                    return Err(Box::new(Failure { violation, schedule, after, transcript }));
                }
            }
        }
        Ok(statistics)
    })
}

/// Runs the schedule of a seed. Returns whether all invariants hold, and the transcript.
pub(crate) fn replay(mail: &Mail, seed: u64) -> (Result<(), Violation>, Vec<String>) {
    let (result, transcript) = on_paused_clock(by_seed(seed, mail, true));
    (result.map(drop), transcript)
}

async fn by_seed(
    seed: u64,
    mail: &Mail,
    with_transcript: bool,
) -> (Result<Marks, Violation>, Vec<String>) {
    let mut rng = fastrand::Rng::with_seed(seed);
    let scenario = random_schedule::scenario(&mut rng, mail);
    let mut world = World::new(&scenario, mail, with_transcript);
    let mut result = random_walk(&mut world, &mut rng).await;
    if result.is_ok() {
        result = world.probe(&mut rng).await;
    }
    (result.map(|()| world.marks), world.into_transcript())
}

/// Runs schedules on a clock that advances only on request.
fn on_paused_clock<T>(schedules: impl Future<Output = T>) -> T {
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a runtime without I/O can always be built").block_on(schedules)
}
