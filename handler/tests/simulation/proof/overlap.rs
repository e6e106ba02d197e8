//! All schedules of overlapping invocations, with a limited number of faults.
//!
//! To limit the number of schedules, steps that make no difference are left out:
//!
//! - An answer arrives together with the effect of its request. Between the two, the invocation
//!   does nothing. Its next step is another request, which can be delayed as long, or its end,
//!   whose checks are stricter the earlier it comes.
//! - The state machine proceeds when an invocation looks: a look can see it at any point of its
//!   script, before or after what other looks saw. Its progress in between is not observable,
//!   except if it records its verdict itself, which is a separate step.
//! - A crash happens while a request is in flight, and the request takes effect at any later time
//!   or never. This includes a crash before the request is sent or after it took effect.
//! - If two adjacent steps of different invocations are independent, such as a look and a claim,
//!   only one order is tried. The other order leads to the same state.
//! - Time has no cost: a sleeping invocation is woken at once. An invocation that runs out of time
//!   leaves the same state as one that crashes.

use std::time::Duration;

use handler::arn::ExecutionArn;
use handler::executions::HistoryEvent;

use super::invariant::Violation;
use super::invocation::Invocation;
use super::request::Footprint;
use super::scenario::records;
use super::scheduler::Scheduler;
use super::world::{RequestOutcome, View, World};

/// The source of a step. The order determines which of two equivalent schedules is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Actor {
    /// The invocation of this number.
    Invocation(usize),
    /// The request that is in flight.
    InFlight,
    /// The state machine, which records its verdict itself.
    Machine,
    /// The operator, who deletes the entry.
    Operator,
}

/// How a schedule ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// All invocations have ended.
    Complete,
    /// Another order of the same steps is tried in another schedule.
    Redundant,
}

/// Runs a schedule of this number of overlapping invocations and at most this number of faults.
pub(crate) async fn overlap(
    world: &mut World<'_>,
    invocations: usize,
    mut faults: usize,
    scheduler: &mut impl Scheduler,
) -> Result<End, Violation> {
    for number in 0..invocations {
        if number > 0 && number < world.scenario.settings.len() {
            world.deploy();
        }
        world.begin()?;
    }
    let mut last: Option<(Actor, Footprint)> = None;
    loop {
        while world.alive.iter().any(Invocation::sleeps) {
            world.tick(Duration::from_millis(50)).await?;
        }
        if world.alive.is_empty() {
            return Ok(End::Complete);
        }
        let steps = enabled_steps(world, last, faults);
        if steps.is_empty() {
            return Ok(End::Redundant);
        }
        let (actor, mut footprint) = *scheduler.pick(&steps);
        match actor {
            Actor::Invocation(number) => {
                let outcome = *scheduler.pick(possible_outcomes(footprint, faults));
                if outcome != RequestOutcome::Answered {
                    faults -= 1;
                }
                let at = at(world, number);
                let view = view(world, at, outcome, footprint, scheduler);
                if !has_effect(outcome) {
                    footprint = Footprint::Nothing;
                }
                world.grant(at, outcome, view)?;
            }
            Actor::InFlight => world.apply_abandoned(0)?,
            Actor::Machine => world.run_to_end(),
            Actor::Operator => {
                faults -= 1;
                world.lose_entry();
            }
        }
        last = Some((actor, footprint));
    }
}

/// The possible steps, except those that are independent of the last step and sorted before it.
fn enabled_steps(
    world: &World<'_>,
    last: Option<(Actor, Footprint)>,
    faults: usize,
) -> Vec<(Actor, Footprint)> {
    let mut steps: Vec<(Actor, Footprint)> = world
        .alive
        .iter()
        .filter_map(|alive| Some((Actor::Invocation(alive.number), alive.footprint()?)))
        .collect();
    steps.extend(world.in_flight.first().map(|request| (Actor::InFlight, request.footprint())));
    if world.scenario.entry_can_vanish && faults > 0 && world.entry().is_some() {
        steps.push((Actor::Operator, Footprint::Entry));
    }
    if world.has_to_record() {
        steps.push((Actor::Machine, Footprint::Everything));
    }
    steps.retain(|(actor, footprint)| {
        !last.is_some_and(|(before, did)| *actor < before && !footprint.conflicts_with(did))
    });
    steps
}

fn at(world: &World<'_>, number: usize) -> usize {
    let mut numbers = world.alive.iter().map(|alive| alive.number);
    numbers.position(|alive| alive == number).expect("an invocation with an enabled step is alive")
}

/// What can happen to a request.
fn possible_outcomes(footprint: Footprint, faults: usize) -> &'static [RequestOutcome] {
    if faults == 0 {
        return &[RequestOutcome::Answered];
    }
    if footprint == Footprint::Reads {
        return &[RequestOutcome::Answered, RequestOutcome::Throttled, RequestOutcome::Crashed];
    }
    &[
        RequestOutcome::Answered,
        RequestOutcome::Refused,
        RequestOutcome::Lost,
        RequestOutcome::Repeated,
        RequestOutcome::Abandoned,
    ]
}

/// What Step Functions answers to a request, where several answers are possible.
fn view(
    world: &mut World<'_>,
    at: usize,
    outcome: RequestOutcome,
    footprint: Footprint,
    scheduler: &mut impl Scheduler,
) -> View {
    let execution = world.alive[at].execution();
    let Some(execution) = execution.filter(|_| has_effect(outcome)) else {
        return View::default();
    };
    let exists = world.run(&execution).is_some();
    match footprint {
        Footprint::Creates if exists || outcome == RequestOutcome::Repeated => {
            View { strict: scheduler.choose(2) == 1, ..View::default() }
        }
        Footprint::Reads if exists => look(world, &execution, scheduler),
        _ => View::default(),
    }
}

/// What a look sees: nothing, the start, or the start and a part of the script. The execution
/// proceeds to that point first.
fn look(world: &mut World<'_>, execution: &ExecutionArn, scheduler: &mut impl Scheduler) -> View {
    let script = &world.scenario.script;
    let recorded = script.iter().position(|event| *event == records());
    let reached = match recorded {
        Some(at) if world.has_to_record() => at,
        _ => script.len(),
    };
    let seen = scheduler.choose(reached + 2);
    let succeeded = seen > 1 && matches!(script[seen - 2], HistoryEvent::Succeeded { .. });
    let without_output = succeeded && scheduler.choose(2) == 1;
    world.proceed(execution, seen.saturating_sub(1));
    let done = world.run(execution).map_or(0, |run| run.done);
    View { hidden: done + 1 - seen, without_output, strict: false }
}

fn has_effect(outcome: RequestOutcome) -> bool {
    matches!(outcome, RequestOutcome::Answered | RequestOutcome::Lost | RequestOutcome::Repeated)
}
