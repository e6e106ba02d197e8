//! How long an invocation may wait for an execution, and how often it polls. Pure arithmetic.
//!
//! Each poll is a request, and the token bucket of `DescribeExecution` has 300 requests and refills
//! at 15 per second for a whole account and region (AWS Step Functions developer guide, "Service
//! quotas"). So the first pause is short, for machines that end quickly, and the pauses grow fast.
//! The default wait of one second has three polls, so that a hundred messages in one second fit the
//! bucket. The calculation is in docs/reference/limits.md.

use std::time::Duration;

/// The pause before the first poll. A machine of a few states ends within it.
const FIRST_PAUSE: Duration = Duration::from_millis(50);

/// The factor by which each pause is longer than the previous one.
const GROWTH: u32 = 4;

/// The longest pause between two polls.
const LONGEST_PAUSE: Duration = Duration::from_secs(4);

/// The time reserved after waiting, to record and answer, including retries.
const KEPT_AFTER_WAITING: Duration = Duration::from_secs(2);

/// The time before the deadline at which an invocation ends itself. It then fails with its own
/// error and log line, which it would not have if Lambda ended it.
pub const KEPT_FOR_THE_END: Duration = Duration::from_millis(500);

/// The polls of one invocation.
#[derive(Debug, Clone)]
pub struct Patience {
    budget: Duration,
    pause: Duration,
    looked: bool,
    at_once: bool,
}

impl Patience {
    /// Waits as long as configured, but never into the time reserved at the end of the invocation.
    #[must_use]
    pub fn new(configured: Duration, time_left: Duration) -> Self {
        let budget = configured.min(time_left.saturating_sub(KEPT_AFTER_WAITING));
        Self { budget, pause: FIRST_PAUSE, looked: false, at_once: false }
    }

    /// Polls immediately and then as usual, for an execution that was started before.
    #[must_use]
    pub fn at_once(self) -> Self {
        Self { at_once: true, ..self }
    }

    /// The pause before the next poll, given how long the wait has lasted, or `None` when patience
    /// ends. There is at least one poll, and the last one is at the end of the wait.
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

    /// The times of all polls, in milliseconds, if each poll takes `look`.
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
