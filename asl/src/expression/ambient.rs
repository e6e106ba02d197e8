//! What expressions need from the running execution: the time, random numbers, and a time budget.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::path::Undecided;
use crate::fault::{Fault, FaultKind};
use crate::limits::MAX_EVALUATIONS;

/// The part of a running execution that its expressions can use.
pub(crate) struct Ambient(Mutex<State>);

struct State {
    now: Timestamp,
    random: fastrand::Rng,
    /// The real time that expressions have taken so far.
    evaluated: Duration,
    undecided: BTreeSet<(String, Undecided)>,
}

impl Ambient {
    /// Random numbers depend only on `seed`, so that an execution with the same ARN repeats itself.
    pub(crate) fn new(seed: &str, now: Timestamp) -> Self {
        // FNV-1a: unlike the hashes of the standard library, it is the same in every release.
        let seed = seed.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let random = fastrand::Rng::with_seed(seed);
        Self(Mutex::new(State {
            now,
            random,
            evaluated: Duration::ZERO,
            undecided: BTreeSet::new(),
        }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The time on the execution's clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.state().now
    }

    /// Moves the clock forward; it never goes back.
    pub(crate) fn set_now(&self, now: Timestamp) {
        let mut state = self.state();
        state.now = state.now.max(now);
    }

    /// A generator of random numbers: different for each call, the same in each repetition of the
    /// execution.
    pub(crate) fn random(&self) -> fastrand::Rng {
        self.state().random.fork()
    }

    /// Notes that a path or an expression was evaluated whose meaning is undecided.
    pub(crate) fn depend_on(&self, path: &str, undecided: Undecided) {
        self.state().undecided.insert((path.to_owned(), undecided));
    }

    /// The paths and expressions so far whose meaning is undecided.
    pub(crate) fn undecided(&self) -> Vec<(String, Undecided)> {
        self.state().undecided.iter().cloned().collect()
    }

    /// Evaluates an expression and subtracts the real time that it takes from the budget.
    pub(crate) fn evaluating<T>(&self, evaluate: impl FnOnce() -> T) -> T {
        let began = Instant::now();
        let evaluated = evaluate();
        self.spend(began.elapsed());
        evaluated
    }

    fn spend(&self, took: Duration) {
        self.state().evaluated += took;
    }

    /// Fails if the expressions of the execution together took too long.
    pub(crate) fn check_budget(&self) -> Result<(), Fault> {
        if self.state().evaluated > MAX_EVALUATIONS {
            let most = MAX_EVALUATIONS.as_secs();
            let message = format!("The execution evaluated expressions for more than {most} s.");
            return Err(Fault::new(FaultKind::Exhausted, message));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_expressions_of_an_execution_share_a_time_limit() {
        let ambient = Ambient::new("", Timestamp::UNIX_EPOCH);
        ambient.spend(MAX_EVALUATIONS);
        assert!(ambient.check_budget().is_ok());
        ambient.spend(Duration::from_nanos(1));
        let fault = ambient.check_budget().unwrap_err();
        assert!(fault.message.contains("expressions for more than 60 s"));
        assert_eq!(ambient.evaluating(|| 7), 7);
    }
}
