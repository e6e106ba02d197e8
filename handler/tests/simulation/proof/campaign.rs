//! Many schedules, and a readable account of the first one on which something did not hold.

use std::fmt;
use std::ops::Range;

use tokio::runtime::Builder;

use super::census::{Census, Marks};
use super::chooser::{Chooser, Odometer};
use super::invariant::Violation;
use super::lottery;
use super::overlap::{End, overlap};
use super::scenario::{Mail, Scenario};
use super::spread::spread;
use super::wander::wander;
use super::world::World;

/// How many seeds one core takes at a time.
const PIECE: usize = 500;

/// A schedule on which something did not hold.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) violation: Violation,
    /// Which schedule it was: a seed, or a scenario and the choices.
    pub(crate) schedule: String,
    /// How many schedules it took to find it, this one included.
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

/// Everything that can happen when so many invocations overlap and at most so many misfortunes
/// strike, in every one of these scenarios.
pub(crate) fn exhaustive(
    scenarios: &[Scenario],
    invocations: usize,
    misfortunes: usize,
) -> Result<Census, Box<Failure>> {
    spread(scenarios, |scenario| every(scenario, invocations, misfortunes))
}

fn every(
    scenario: &Scenario,
    invocations: usize,
    misfortunes: usize,
) -> Result<Census, Box<Failure>> {
    let mail = Mail::new();
    in_frozen_time(async {
        let (mut census, mut odometer) = (Census::default(), Odometer::default());
        loop {
            let mut world = World::new(scenario, &mail, false);
            match to_the_end(&mut world, invocations, misfortunes, &mut odometer).await {
                Ok(Some(marks)) => census.count(marks),
                Ok(None) => {}
                Err(violation) => {
                    let schedule = format!("{}, choices {:?}", scenario.name, odometer.choices());
                    odometer.rewind();
                    let mut world = World::new(scenario, &mail, true);
                    drop(to_the_end(&mut world, invocations, misfortunes, &mut odometer).await);
                    let transcript = world.into_transcript();
                    let after = census.schedules + 1;
                    return Err(Box::new(Failure { violation, schedule, after, transcript }));
                }
            }
            if !odometer.turn() {
                return Ok(census);
            }
        }
    })
}

/// The marks of the schedule; `None` if it is one of those that are tried in another order.
async fn to_the_end(
    world: &mut World<'_>,
    invocations: usize,
    misfortunes: usize,
    chooser: &mut impl Chooser,
) -> Result<Option<Marks>, Violation> {
    if overlap(world, invocations, misfortunes, chooser).await? == End::Redundant {
        return Ok(None);
    }
    world.probe(chooser).await?;
    Ok(Some(world.marks))
}

/// One random schedule for each of these seeds.
pub(crate) fn random(seeds: Range<u64>) -> Result<Census, Box<Failure>> {
    let pieces: Vec<Range<u64>> = seeds
        .clone()
        .step_by(PIECE)
        .map(|first| first..seeds.end.min(first + PIECE as u64))
        .collect();
    spread(&pieces, |seeds| each(seeds.clone()))
}

fn each(seeds: Range<u64>) -> Result<Census, Box<Failure>> {
    let (mail, first) = (Mail::new(), seeds.start);
    in_frozen_time(async {
        let mut census = Census::default();
        for seed in seeds {
            match by_seed(seed, &mail, false).await {
                (Ok(marks), _) => census.count(marks),
                (Err(violation), _) => {
                    let (_, transcript) = by_seed(seed, &mail, true).await;
                    let (schedule, after) = (format!("seed {seed}"), seed - first + 1);
                    return Err(Box::new(Failure { violation, schedule, after, transcript }));
                }
            }
        }
        Ok(census)
    })
}

/// What happened on the schedule of a seed, and whether everything held.
pub(crate) fn replay(seed: u64) -> (Result<(), Violation>, Vec<String>) {
    let (result, transcript) = in_frozen_time(by_seed(seed, &Mail::new(), true));
    (result.map(drop), transcript)
}

async fn by_seed(seed: u64, mail: &Mail, tell: bool) -> (Result<Marks, Violation>, Vec<String>) {
    let mut rng = fastrand::Rng::with_seed(seed);
    let scenario = lottery::scenario(&mut rng);
    let mut world = World::new(&scenario, mail, tell);
    let mut result = wander(&mut world, &mut rng).await;
    if result.is_ok() {
        result = world.probe(&mut rng).await;
    }
    (result.map(|()| world.marks), world.into_transcript())
}

/// Runs schedules, on a clock that moves only when it is moved.
fn in_frozen_time<T>(schedules: impl Future<Output = T>) -> T {
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a runtime without I/O can always be built").block_on(schedules)
}
