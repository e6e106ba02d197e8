//! When an invocation is retried.
//!
//! A synchronous rule retries it itself. AWS says that WorkMail retries "with exponential backoff"
//! until the rule's timeout, and gives no figures (WorkMail administrator guide, "Configuring AWS
//! Lambda for Amazon WorkMail"). The figures here are assumptions, chosen so that a person who
//! waits for a verdict does not wait for the next invocation.

use std::time::Duration;

use handler::rule::Rule;

/// The first pause. An assumption.
pub const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// How much longer each pause is than the one before. An assumption.
pub const GROWTH: u32 = 2;

/// The longest pause. An assumption.
pub const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// The pauses after which Lambda retries an asynchronous invocation that failed.
/// Source: Lambda developer guide, "How Lambda handles errors and retries with asynchronous invocation".
pub const PAUSES_OF_LAMBDA: [Duration; 2] = [Duration::from_secs(60), Duration::from_secs(120)];

/// The pauses between the invocations about one message.
#[derive(Debug, Clone)]
pub enum Pauses {
    OfRule(Backoff),
    OfLambda(std::slice::Iter<'static, Duration>),
}

impl Pauses {
    /// For a rule of this kind. The timeout is that of a synchronous rule.
    pub fn of(rule: Rule, rule_timeout: Duration) -> Self {
        match rule {
            Rule::Synchronous => Self::OfRule(Backoff::new(rule_timeout)),
            Rule::Asynchronous => Self::OfLambda(PAUSES_OF_LAMBDA.iter()),
        }
    }

    /// The pause before the next invocation, `elapsed` after the first one began; `None` if there is no other.
    pub fn next_pause(&mut self, elapsed: Duration) -> Option<Duration> {
        match self {
            Self::OfRule(backoff) => backoff.next_pause(elapsed),
            Self::OfLambda(pauses) => pauses.next().copied(),
        }
    }
}

/// The pauses of a synchronous rule.
#[derive(Debug, Clone)]
pub struct Backoff {
    rule_timeout: Duration,
    pause: Duration,
}

impl Backoff {
    /// For a rule with this timeout; 0 means that it never retries, as in WorkMail.
    pub fn new(rule_timeout: Duration) -> Self {
        Self { rule_timeout, pause: FIRST_PAUSE }
    }

    /// The pause before the next invocation, `elapsed` after the first one began; `None` when the rule's timeout
    /// is over. The last invocation is right at the end.
    pub fn next_pause(&mut self, elapsed: Duration) -> Option<Duration> {
        let left = self.rule_timeout.saturating_sub(elapsed);
        if left.is_zero() {
            return None;
        }
        let pause = self.pause.min(left);
        self.pause = (self.pause * GROWTH).min(LONGEST_PAUSE);
        Some(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// When retries begin, in seconds after the first invocation, if invocations take no time.
    fn moments(rule_timeout: u64) -> Vec<u64> {
        let mut backoff = Backoff::new(Duration::from_secs(rule_timeout));
        let (mut elapsed, mut moments) = (Duration::ZERO, Vec::new());
        while let Some(pause) = backoff.next_pause(elapsed) {
            elapsed += pause;
            moments.push(elapsed.as_secs());
        }
        moments
    }

    #[test]
    fn pauses_grow_up_to_a_minute_and_the_last_question_comes_at_the_end() {
        assert_eq!(moments(300), [1, 3, 7, 15, 31, 63, 123, 183, 243, 300]);
        assert_eq!(moments(3), [1, 3]);
    }

    #[test]
    fn a_rule_without_a_timeout_never_asks_again() {
        assert_eq!(moments(0), [0; 0]);
    }

    #[test]
    fn a_slow_answer_takes_of_the_rules_time() {
        let mut backoff = Backoff::new(Duration::from_secs(20));
        assert_eq!(backoff.next_pause(Duration::from_secs(15)), Some(Duration::from_secs(1)));
        assert_eq!(backoff.next_pause(Duration::from_secs(31)), None);
    }
}
