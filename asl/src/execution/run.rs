//! What all parts of one running execution share: its clock, its history, its luck.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::Value;

use super::coverage::{Covered, Part};
use super::history::{Details, Event, EventKind};
use crate::definition::machine::Machine;
use crate::fault::{Fault, FaultKind};
use crate::limits::{MAX_EVALUATIONS, MAX_EVENTS, MAX_STATES};
use crate::tasks::Tasks;

/// Names of an execution and its machine, for the context object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// ARN of the execution.
    pub execution_arn: String,
    /// Name of the execution.
    pub execution_name: String,
    /// ARN of the machine's role.
    pub role_arn: String,
    /// ARN of the machine.
    pub machine_arn: String,
    /// Name of the machine.
    pub machine_name: String,
}

/// One running execution.
pub(crate) struct Run {
    pub(crate) machine: Arc<Machine>,
    pub(crate) tasks: Arc<dyn Tasks>,
    pub(crate) identity: Identity,
    pub(crate) input: Arc<Value>,
    pub(crate) started: Timestamp,
    state: Mutex<State>,
}

struct State {
    now: Timestamp,
    /// When somebody wants to go on; the number tells equal times apart.
    timers: BTreeSet<(Timestamp, u64)>,
    timers_made: u64,
    /// Somebody can go on at once.
    woken: bool,
    /// How many tasks wait for somebody outside of this program.
    outside: usize,
    events: Vec<Event>,
    covered: BTreeSet<Covered>,
    entered: u64,
    /// How long its expressions took so far, in real time.
    evaluated: Duration,
    random: fastrand::Rng,
}

/// What an execution that cannot go on by itself waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanting {
    /// Nothing: it only gave way to its other branches.
    Turn,
    /// A time.
    Time(Timestamp),
    /// An answer from outside.
    Answer,
    /// Nothing that could ever come.
    Nothing,
}

impl Run {
    pub(crate) fn new(
        machine: Arc<Machine>,
        tasks: Arc<dyn Tasks>,
        identity: Identity,
        input: Value,
        now: Timestamp,
    ) -> Self {
        // Each execution has its own luck, and always the same.
        let seed = identity.execution_arn.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let state = State {
            now,
            timers: BTreeSet::new(),
            timers_made: 0,
            woken: false,
            outside: 0,
            events: Vec::new(),
            covered: BTreeSet::new(),
            entered: 0,
            evaluated: Duration::ZERO,
            random: fastrand::Rng::with_seed(seed),
        };
        let (input, state) = (Arc::new(input), Mutex::new(state));
        Self { machine, tasks, identity, input, started: now, state }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.state().now
    }

    pub(crate) fn set_now(&self, now: Timestamp) {
        let mut state = self.state();
        state.now = state.now.max(now);
    }

    pub(crate) fn events(&self, from: usize) -> Vec<Event> {
        self.state().events.get(from..).unwrap_or_default().to_vec()
    }

    /// Notes that the execution came through a part of its definition.
    pub(crate) fn cover(&self, state: &Arc<str>, part: Part) {
        self.state().covered.insert(Covered { state: Arc::clone(state), part });
    }

    pub(crate) fn covered(&self) -> BTreeSet<Covered> {
        self.state().covered.clone()
    }

    /// Records an event and gives its number.
    pub(crate) fn record(&self, previous_id: u64, kind: EventKind, details: Details) -> u64 {
        let mut state = self.state();
        let (id, at) = (state.events.len() as u64 + 1, state.now);
        state.events.push(Event { id, previous_id, at, kind, details });
        id
    }

    /// Evaluates an expression, and adds up how long that took.
    pub(crate) fn evaluating<T>(&self, evaluate: impl FnOnce() -> T) -> T {
        let began = Instant::now();
        let evaluated = evaluate();
        self.has_evaluated(began.elapsed());
        evaluated
    }

    fn has_evaluated(&self, took: Duration) {
        self.state().evaluated += took;
    }

    /// Counts a state that is entered or tried again, and refuses it when there were too many, the history is
    /// full, or expressions took too long.
    pub(crate) fn count_state(&self) -> Result<(), Fault> {
        let mut state = self.state();
        state.entered += 1;
        if state.entered > MAX_STATES {
            let message = format!("The execution entered more than {MAX_STATES} states.");
            return Err(Fault::new(FaultKind::Exhausted, message));
        }
        if state.events.len() >= MAX_EVENTS {
            let message = format!(
                "The execution reached the maximum number of history events ({MAX_EVENTS})."
            );
            return Err(Fault::new(FaultKind::Exhausted, message));
        }
        if state.evaluated > MAX_EVALUATIONS {
            let most = MAX_EVALUATIONS.as_secs();
            let message = format!("The execution evaluated expressions for more than {most} s.");
            return Err(Fault::new(FaultKind::Exhausted, message));
        }
        Ok(())
    }

    /// A source of random numbers, different each time and the same in each repetition.
    pub(crate) fn random(&self) -> fastrand::Rng {
        self.state().random.fork()
    }

    /// What the execution waits for, after all of it was asked to go on.
    pub(crate) fn wanting(&self) -> Wanting {
        let mut state = self.state();
        if std::mem::take(&mut state.woken) {
            Wanting::Turn
        } else if state.outside > 0 {
            Wanting::Answer
        } else if let Some(&(time, _)) = state.timers.first() {
            Wanting::Time(time)
        } else {
            Wanting::Nothing
        }
    }

    /// Waits until a time on the execution's clock.
    pub(crate) fn sleep_until(&self, until: Timestamp) -> Sleep<'_> {
        Sleep { run: self, until, timer: None }
    }

    /// Waits for a while on the execution's clock.
    pub(crate) fn sleep(&self, duration: Duration) -> Sleep<'_> {
        let until = later(self.now(), duration);
        self.sleep_until(until)
    }

    /// Lets the other branches go on first.
    pub(crate) fn give_way(&self) -> GiveWay<'_> {
        GiveWay { run: self, given: false }
    }

    /// Runs something that may wait for somebody outside; meanwhile the clock stands still.
    pub(crate) async fn outside<T>(&self, future: impl Future<Output = T>) -> T {
        let mut future = std::pin::pin!(future);
        let mut presence = Presence { run: self, counted: false };
        std::future::poll_fn(move |context| {
            let polled = future.as_mut().poll(context);
            presence.count(polled.is_pending());
            polled
        })
        .await
    }
}

/// A time so much later; the end of time if there is none.
pub(crate) fn later(time: Timestamp, duration: Duration) -> Timestamp {
    time.checked_add(duration).unwrap_or(Timestamp::MAX)
}

/// Waiting for a time.
pub(crate) struct Sleep<'a> {
    run: &'a Run,
    until: Timestamp,
    timer: Option<u64>,
}

impl Future for Sleep<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        let mut state = self.run.state();
        if state.now >= self.until {
            return Poll::Ready(());
        }
        if self.timer.is_none() {
            state.timers_made += 1;
            let timer = state.timers_made;
            state.timers.insert((self.until, timer));
            drop(state);
            self.timer = Some(timer);
        }
        Poll::Pending
    }
}

impl Drop for Sleep<'_> {
    fn drop(&mut self) {
        if let Some(timer) = self.timer {
            self.run.state().timers.remove(&(self.until, timer));
        }
    }
}

/// Giving way once.
pub(crate) struct GiveWay<'a> {
    run: &'a Run,
    given: bool,
}

impl Future for GiveWay<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.given {
            return Poll::Ready(());
        }
        self.given = true;
        self.run.state().woken = true;
        Poll::Pending
    }
}

/// Being outside, as far as the clock is concerned.
struct Presence<'a> {
    run: &'a Run,
    counted: bool,
}

impl Presence<'_> {
    fn count(&mut self, outside: bool) {
        if outside != self.counted {
            let mut state = self.run.state();
            state.outside =
                if outside { state.outside + 1 } else { state.outside.saturating_sub(1) };
            self.counted = outside;
        }
    }
}

impl Drop for Presence<'_> {
    fn drop(&mut self) {
        self.count(false);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{CannedTasks, MachineType};

    #[test]
    fn expressions_have_a_greatest_time_in_all() {
        let definition = json!({ "StartAt": "A", "States": { "A": { "Type": "Succeed" } } });
        let machine = Machine::read(&definition, MachineType::Standard).unwrap();
        let text = String::new;
        let identity = Identity {
            execution_arn: text(),
            execution_name: text(),
            role_arn: text(),
            machine_arn: text(),
            machine_name: text(),
        };
        let tasks = Arc::new(CannedTasks::default());
        let run = Run::new(Arc::new(machine), tasks, identity, json!({}), Timestamp::UNIX_EPOCH);
        run.has_evaluated(MAX_EVALUATIONS);
        assert!(run.count_state().is_ok());
        run.has_evaluated(Duration::from_nanos(1));
        let fault = run.count_state().unwrap_err();
        assert!(fault.message.contains("expressions for more than 60 s"));
        assert_eq!(run.evaluating(|| 7), 7);
    }
}
