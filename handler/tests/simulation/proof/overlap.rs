//! Every way in which invocations that overlap can go, within a budget of misfortunes.
//!
//! The number of schedules is kept in bounds by leaving out what cannot make a difference:
//!
//! - An answer arrives together with its request's effect. Between the two the invocation does
//!   nothing, and what it does next is a request again (which can be held back for as long) or its
//!   end, whose checks only get stricter the earlier it comes.
//! - The state machine goes on when somebody looks: a look can see it at any point of its script,
//!   before or after what others saw. Where it was in between, nobody can tell, unless it records
//!   its verdict itself: that is a step of its own.
//! - A crash happens while a request is under way, and the request takes effect at any later moment
//!   or never; a crash before it was sent or after it took effect is one of these.
//! - Of two neighbouring steps of different invocations that share nothing, such as a look and a
//!   claim, only one order is tried; the other leads to the same world.
//! - Time is free: whoever sleeps is woken at once. Running out of time leaves nothing behind that
//!   a crash does not.

use std::time::Duration;

use handler::arn::ExecutionArn;
use handler::executions::HistoryEvent;

use super::chooser::Chooser;
use super::invariant::Violation;
use super::invocation::Invocation;
use super::request::Footprint;
use super::scenario::records;
use super::world::{View, Way, World};

/// Who does the next step. In this order, which says which of two equal schedules is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Actor {
    /// The invocation of this number.
    Invocation(usize),
    /// The request that is under way.
    UnderWay,
    /// The state machine that records its verdict itself.
    Machine,
    /// Whoever deletes entries.
    Operator,
}

/// How a schedule ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// Everybody is done.
    Complete,
    /// Another order of the same steps is tried elsewhere.
    Redundant,
}

/// So many invocations at once, and at most so many misfortunes.
pub(crate) async fn overlap(
    world: &mut World<'_>,
    invocations: usize,
    mut misfortunes: usize,
    chooser: &mut impl Chooser,
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
        let turns = turns(world, last, misfortunes);
        if turns.is_empty() {
            return Ok(End::Redundant);
        }
        let (actor, mut footprint) = *chooser.pick(&turns);
        match actor {
            Actor::Invocation(number) => {
                let way = *chooser.pick(ways(footprint, misfortunes));
                if way != Way::Answered {
                    misfortunes -= 1;
                }
                let at = at(world, number);
                let view = view(world, at, way, footprint, chooser);
                if !has_effect(way) {
                    footprint = Footprint::Nothing;
                }
                world.grant(at, way, view)?;
            }
            Actor::UnderWay => world.land(0)?,
            Actor::Machine => world.run_out(),
            Actor::Operator => {
                misfortunes -= 1;
                world.lose_entry();
            }
        }
        last = Some((actor, footprint));
    }
}

/// Who can go on, but for those whose step could as well have come before the last one.
fn turns(
    world: &World<'_>,
    last: Option<(Actor, Footprint)>,
    misfortunes: usize,
) -> Vec<(Actor, Footprint)> {
    let mut turns: Vec<(Actor, Footprint)> = world
        .alive
        .iter()
        .filter_map(|alive| Some((Actor::Invocation(alive.number), alive.footprint()?)))
        .collect();
    turns.extend(world.under_way.first().map(|request| (Actor::UnderWay, request.footprint())));
    if world.scenario.entry_can_vanish && misfortunes > 0 && world.entry().is_some() {
        turns.push((Actor::Operator, Footprint::Entry));
    }
    if world.has_to_record() {
        turns.push((Actor::Machine, Footprint::Everything));
    }
    turns.retain(|(actor, footprint)| {
        !last.is_some_and(|(before, did)| *actor < before && !footprint.meets(did))
    });
    turns
}

fn at(world: &World<'_>, number: usize) -> usize {
    let mut numbers = world.alive.iter().map(|alive| alive.number);
    numbers.position(|alive| alive == number).expect("who has a turn is alive")
}

/// How a request can go.
fn ways(footprint: Footprint, misfortunes: usize) -> &'static [Way] {
    if misfortunes == 0 {
        return &[Way::Answered];
    }
    if footprint == Footprint::Reads {
        return &[Way::Answered, Way::Throttled, Way::Crashed];
    }
    &[Way::Answered, Way::Refused, Way::Lost, Way::Repeated, Way::Abandoned]
}

/// What Step Functions says to a request, where it may say one thing or another.
fn view(
    world: &mut World<'_>,
    at: usize,
    way: Way,
    footprint: Footprint,
    chooser: &mut impl Chooser,
) -> View {
    let execution = world.alive[at].execution();
    let Some(execution) = execution.filter(|_| has_effect(way)) else {
        return View::default();
    };
    let exists = world.run(&execution).is_some();
    match footprint {
        Footprint::Creates if exists || way == Way::Repeated => {
            View { strict: chooser.choose(2) == 1, ..View::default() }
        }
        Footprint::Reads if exists => look(world, &execution, chooser),
        _ => View::default(),
    }
}

/// What a look sees: nothing at all, the start, or that and some of the script, which the
/// execution does until then.
fn look(world: &mut World<'_>, execution: &ExecutionArn, chooser: &mut impl Chooser) -> View {
    let script = &world.scenario.script;
    let recorded = script.iter().position(|event| *event == records());
    let reached = match recorded {
        Some(at) if world.has_to_record() => at,
        _ => script.len(),
    };
    let seen = chooser.choose(reached + 2);
    let succeeded = seen > 1 && matches!(script[seen - 2], HistoryEvent::Succeeded { .. });
    let without_output = succeeded && chooser.choose(2) == 1;
    world.proceed(execution, seen.saturating_sub(1));
    let done = world.run(execution).map_or(0, |run| run.done);
    View { hidden: done + 1 - seen, without_output, strict: false }
}

fn has_effect(way: Way) -> bool {
    matches!(way, Way::Answered | Way::Lost | Way::Repeated)
}
