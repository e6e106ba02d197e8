//! How long an invocation may wait for an execution, and how often it looks. Pure arithmetic.
//!
//! A look costs a request, and `DescribeExecution` has a bucket of 300 requests that refills at 15 a
//! second for a whole account and region (AWS Step Functions developer guide, "Service quotas"). So
//! the pauses grow fast: soon enough for a machine that ends in a blink, and three looks in the
//! default wait of a second, so that a hundred messages in one second fit the bucket.
//! docs/limits.md has the arithmetic.

use std::time::Duration;

/// The pause before the first look. A machine of a few states ends within it.
const FIRST_PAUSE: Duration = Duration::from_millis(50);

/// How much longer each pause is than the one before.
const GROWTH: u32 = 4;

/// The longest pause between two looks.
const LONGEST_PAUSE: Duration = Duration::from_secs(4);

/// What is left of the invocation's time after waiting: for recording and answering, with retries.
const KEPT_AFTER_WAITING: Duration = Duration::from_secs(2);

/// What is left of the invocation's time when it ends by itself, so that it fails with its own
/// error and log line before Lambda kills it without either.
pub const KEPT_FOR_THE_END: Duration = Duration::from_millis(500);

/// The looks of one invocation.
#[derive(Debug, Clone)]
pub struct Patience {
    budget: Duration,
    pause: Duration,
    looked: bool,
    at_once: bool,
}

impl Patience {
    /// Waits as long as configured, but never into the end of the invocation.
    #[must_use]
    pub fn new(configured: Duration, time_left: Duration) -> Self {
        let budget = configured.min(time_left.saturating_sub(KEPT_AFTER_WAITING));
        Self { budget, pause: FIRST_PAUSE, looked: false, at_once: false }
    }

    /// Looks at once, then as ever: the execution is known to be an old one.
    #[must_use]
    pub fn at_once(self) -> Self {
        Self { at_once: true, ..self }
    }

    /// The pause before the next look, given how long the wait has lasted, or `None` when patience
    /// is over. There is at least one look, and one at the very end.
    pub fn next_pause(&mut self, waited: Duration) -> Option<Duration> {
        let left = self.budget.saturating_sub(waited);
        if left.is_zero() && self.looked {
            return None;
        }
        self.looked = true;
        if std::mem::take(&mut self.at_once) {
            return Some(Duration::ZERO);
        }
        let pause = self.pause.min(left);
        self.pause = (self.pause * GROWTH).min(LONGEST_PAUSE);
        Some(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The moments of all looks, in milliseconds, if looking itself took `look`.
    fn moments(configured: u64, time_left: u64, look: u64) -> Vec<u128> {
        let millis = Duration::from_millis;
        looks(Patience::new(millis(configured), millis(time_left)), millis(look))
    }

    fn looks(mut patience: Patience, look: Duration) -> Vec<u128> {
        let (mut waited, mut moments) = (Duration::ZERO, Vec::new());
        while let Some(pause) = patience.next_pause(waited) {
            waited += pause;
            moments.push(waited.as_millis());
            waited += look;
        }
        moments
    }

    #[test]
    fn looks_come_soon_then_back_off_and_the_last_is_at_the_end() {
        assert_eq!(moments(1_000, 14_000, 0), [50, 250, 1_000]);
        assert_eq!(moments(12_000, 14_000, 0), [50, 250, 1_050, 4_250, 8_250, 12_000]);
    }

    #[test]
    fn no_wait_is_one_look_at_once() {
        assert_eq!(moments(0, 14_000, 0), [0]);
        assert_eq!(moments(1_000, 1_500, 0), [0]);
    }

    #[test]
    fn two_seconds_before_the_deadline_patience_ends() {
        assert_eq!(moments(13_000, 14_000, 0).last(), Some(&12_000));
        assert_eq!(moments(13_000, 3_000, 0).last(), Some(&1_000));
    }

    #[test]
    fn an_old_execution_is_looked_at_first() {
        let patience = Patience::new(Duration::from_secs(1), Duration::from_secs(14)).at_once();
        assert_eq!(looks(patience, Duration::ZERO), [0, 50, 250, 1_000]);
    }

    #[test]
    fn slow_looks_are_not_made_up_for() {
        assert_eq!(moments(1_000, 14_000, 400), [50, 650]);
    }
}
