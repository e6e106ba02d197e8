//! A random walk: up to three invocations at once, any number of misfortunes, everything that the
//! operator, the state machine and time can do meanwhile.

use std::time::Duration;

use handler::arn::ExecutionArn;

use super::census::Mark;
use super::chooser::Chooser;
use super::invariant::Violation;
use super::invocation::Invocation;
use super::request::Footprint;
use super::world::{View, Way, World};

/// The most invocations that overlap.
const AT_ONCE: usize = 3;

/// After so many steps whoever is still alive crashes.
const STEPS: usize = 120;

/// Longer than the mail system asks.
const LONG: Duration = Duration::from_secs(5 * 3600);

/// What can happen next.
#[derive(Debug, Clone)]
enum Turn {
    Begin,
    GoOn(usize),
    Proceed(ExecutionArn, usize),
    Land(usize),
    Tick,
    Deploy,
    LoseEntry,
    LongPause,
}

/// Everything that can go wrong with a request.
const MISFORTUNES: [Way; 6] =
    [Way::Throttled, Way::Refused, Way::Lost, Way::Repeated, Way::Crashed, Way::Abandoned];

/// Walks until all invocations have ended.
pub(crate) async fn wander(
    world: &mut World<'_>,
    chooser: &mut impl Chooser,
) -> Result<(), Violation> {
    let misfortune = *chooser.pick(&[0, 4, 20]);
    let planned = 1 + chooser.choose(6);
    for _ in 0..STEPS {
        if world.begun >= planned && world.alive.is_empty() {
            break;
        }
        match turn(world, planned, chooser) {
            Turn::Begin => world.begin()?,
            Turn::GoOn(at) => go_on(world, at, misfortune, chooser)?,
            Turn::Proceed(execution, up_to) => world.proceed(&execution, up_to),
            Turn::Land(at) => world.land(at)?,
            Turn::Tick => {
                // Sometimes an invocation's whole time, so that requests outlive it.
                let longest = if chooser.happens(5) { 14_000 } else { 1_000 };
                let time = *chooser.pick(&[50, 50, 200, longest]);
                world.tick(Duration::from_millis(time)).await?;
            }
            Turn::Deploy => world.deploy(),
            Turn::LoseEntry => world.lose_entry(),
            Turn::LongPause => {
                world.marks.set(Mark::LongAfterExpiry);
                world.pause(LONG);
            }
        }
    }
    while !world.alive.is_empty() {
        if world.alive[0].footprint().is_some() {
            world.grant(0, Way::Abandoned, View::default())?;
        } else {
            world.crash(0);
        }
    }
    Ok(())
}

/// Chooses among what can happen, some of it more often than the rest.
fn turn(world: &World<'_>, planned: usize, chooser: &mut impl Chooser) -> Turn {
    let mut turns: Vec<(usize, Turn)> = Vec::new();
    if world.begun < planned && world.alive.len() < AT_ONCE {
        turns.push((if world.alive.is_empty() { 8 } else { 3 }, Turn::Begin));
    }
    for (at, alive) in world.alive.iter().enumerate() {
        if !alive.sleeps() {
            turns.push((6, Turn::GoOn(at)));
        }
    }
    for run in world.runs.iter().filter(|run| run.done < world.scenario.script.len()) {
        turns.push((4, Turn::Proceed(run.execution.clone(), run.done + 1)));
    }
    for at in 0..world.under_way.len() {
        turns.push((2, Turn::Land(at)));
    }
    turns.push((if world.alive.iter().any(Invocation::sleeps) { 6 } else { 1 }, Turn::Tick));
    if world.deployed + 1 < world.scenario.settings.len() {
        turns.push((2, Turn::Deploy));
    }
    if world.entry().is_some() && (world.scenario.entry_can_vanish || world.entry_is_expired()) {
        turns.push((1, Turn::LoseEntry));
    }
    if world.scenario.lasts_long && world.alive.is_empty() {
        turns.push((1, Turn::LongPause));
    }
    let mut lot = chooser.choose(turns.iter().map(|(weight, _)| weight).sum());
    for (weight, turn) in turns {
        match lot.checked_sub(weight) {
            Some(rest) => lot = rest,
            None => return turn,
        }
    }
    unreachable!("the lot is smaller than the sum of all weights")
}

fn go_on(
    world: &mut World<'_>,
    at: usize,
    misfortune: usize,
    chooser: &mut impl Chooser,
) -> Result<(), Violation> {
    let unlucky = chooser.happens(misfortune);
    let Some(footprint) = world.alive[at].footprint() else {
        if unlucky {
            world.crash(at);
            return Ok(());
        }
        return world.deliver(at);
    };
    let way = if unlucky {
        *chooser.pick(&MISFORTUNES)
    } else if chooser.happens(20) {
        Way::Delayed
    } else {
        Way::Answered
    };
    let view = view(world, at, footprint, chooser);
    world.grant(at, way, view)
}

fn view(world: &World<'_>, at: usize, footprint: Footprint, chooser: &mut impl Chooser) -> View {
    let execution = world.alive[at].execution();
    let done = execution.and_then(|execution| Some(world.run(&execution)?.done));
    match (footprint, done) {
        (Footprint::Creates, _) => View { strict: chooser.happens(30), ..View::default() },
        (Footprint::Reads, Some(done)) => View {
            hidden: if chooser.happens(30) { chooser.choose(done + 2) } else { 0 },
            without_output: chooser.happens(15),
            strict: false,
        },
        _ => View::default(),
    }
}
