//! A random walk: up to three invocations at once, any number of faults, and everything that the
//! operator, the state machine and time can do meanwhile.

use std::time::Duration;

use handler::arn::ExecutionArn;

use super::invariant::Violation;
use super::invocation::Invocation;
use super::request::Footprint;
use super::scheduler::Scheduler;
use super::statistics::Mark;
use super::world::{RequestOutcome, View, World};

/// The maximum number of overlapping invocations.
const AT_ONCE: usize = 3;

/// The number of steps after which all running invocations crash.
const STEPS: usize = 120;

/// How much longer than the mail system retries a long pause is.
const LONGER: Duration = Duration::from_secs(3600);

/// What can happen next.
#[derive(Debug, Clone)]
enum Action {
    Begin,
    Resume(usize),
    Proceed(ExecutionArn, usize),
    ApplyAbandoned(usize),
    Tick,
    Deploy,
    LoseEntry,
    LongPause,
}

/// All faults of a request.
const FAULTS: [RequestOutcome; 6] = [
    RequestOutcome::Throttled,
    RequestOutcome::Refused,
    RequestOutcome::Lost,
    RequestOutcome::Repeated,
    RequestOutcome::Crashed,
    RequestOutcome::Abandoned,
];

/// Walks until all invocations have ended.
pub(crate) async fn random_walk(
    world: &mut World<'_>,
    scheduler: &mut impl Scheduler,
) -> Result<(), Violation> {
    let fault = *scheduler.pick(&[0, 4, 20]);
    let planned = 1 + scheduler.choose(6);
    for _ in 0..STEPS {
        if world.begun >= planned && world.alive.is_empty() {
            break;
        }
        match choose_action(world, planned, scheduler) {
            Action::Begin => world.begin()?,
            Action::Resume(at) => resume(world, at, fault, scheduler)?,
            Action::Proceed(execution, up_to) => world.proceed(&execution, up_to),
            Action::ApplyAbandoned(at) => world.apply_abandoned(at)?,
            Action::Tick => {
                // Sometimes the whole time of an invocation passes, so that its requests outlive
                // it.
                let longest = if scheduler.happens(5) { 14_000 } else { 1_000 };
                let time = *scheduler.pick(&[50, 50, 200, longest]);
                world.tick(Duration::from_millis(time)).await?;
            }
            Action::Deploy => world.deploy(),
            Action::LoseEntry => world.lose_entry(),
            Action::LongPause => {
                world.marks.set(Mark::LongAfterExpiry);
                world.pause(world.mail.asked_again_for() + LONGER);
            }
        }
    }
    while !world.alive.is_empty() {
        if world.alive[0].footprint().is_some() {
            world.grant(0, RequestOutcome::Abandoned, View::default())?;
        } else {
            world.crash(0);
        }
    }
    Ok(())
}

/// Chooses the next action from the possible ones, by weight.
fn choose_action(world: &World<'_>, planned: usize, scheduler: &mut impl Scheduler) -> Action {
    let mut actions: Vec<(usize, Action)> = Vec::new();
    if world.begun < planned && world.alive.len() < AT_ONCE {
        actions.push((if world.alive.is_empty() { 8 } else { 3 }, Action::Begin));
    }
    for (at, alive) in world.alive.iter().enumerate() {
        if !alive.sleeps() {
            actions.push((6, Action::Resume(at)));
        }
    }
    for run in world.runs.iter().filter(|run| run.done < world.scenario.script.len()) {
        actions.push((4, Action::Proceed(run.execution.clone(), run.done + 1)));
    }
    for at in 0..world.in_flight.len() {
        actions.push((2, Action::ApplyAbandoned(at)));
    }
    actions.push((if world.alive.iter().any(Invocation::sleeps) { 6 } else { 1 }, Action::Tick));
    if world.deployed + 1 < world.scenario.settings.len() {
        actions.push((2, Action::Deploy));
    }
    if world.entry().is_some() && (world.scenario.entry_can_vanish || world.entry_is_expired()) {
        actions.push((1, Action::LoseEntry));
    }
    if world.scenario.lasts_long && world.alive.is_empty() {
        actions.push((1, Action::LongPause));
    }
    let mut draw = scheduler.choose(actions.iter().map(|(weight, _)| weight).sum());
    for (weight, action) in actions {
        match draw.checked_sub(weight) {
            Some(rest) => draw = rest,
            None => return action,
        }
    }
    unreachable!("the draw is smaller than the sum of all weights")
}

fn resume(
    world: &mut World<'_>,
    at: usize,
    fault: usize,
    scheduler: &mut impl Scheduler,
) -> Result<(), Violation> {
    let faulty = scheduler.happens(fault);
    let Some(footprint) = world.alive[at].footprint() else {
        if faulty {
            world.crash(at);
            return Ok(());
        }
        return world.deliver(at);
    };
    let outcome = if faulty {
        *scheduler.pick(&FAULTS)
    } else if scheduler.happens(20) {
        RequestOutcome::Delayed
    } else {
        RequestOutcome::Answered
    };
    let view = view(world, at, footprint, scheduler);
    world.grant(at, outcome, view)
}

fn view(
    world: &World<'_>,
    at: usize,
    footprint: Footprint,
    scheduler: &mut impl Scheduler,
) -> View {
    let execution = world.alive[at].execution();
    let done = execution.and_then(|execution| Some(world.run(&execution)?.done));
    match (footprint, done) {
        (Footprint::Creates, _) => View { strict: scheduler.happens(30), ..View::default() },
        (Footprint::Reads, Some(done)) => View {
            hidden: if scheduler.happens(30) { scheduler.choose(done + 2) } else { 0 },
            without_output: scheduler.happens(15),
            strict: false,
        },
        _ => View::default(),
    }
}
