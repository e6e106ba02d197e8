//! What a simulation assumes, because AWS does not document it.

use std::time::Duration;

use handler::rule::Rule;
use serde::Serialize;

use crate::rule::backoff::{FIRST_PAUSE, GROWTH, LONGEST_PAUSE};

/// Something that may be different in AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "assumption", rename_all = "snake_case")]
pub enum Assumption {
    /// When WorkMail retries: AWS only says "with exponential backoff".
    Backoff {
        /// The first pause, in seconds.
        first_pause_seconds: u64,
        /// How much longer each pause is than the one before.
        growth: u32,
        /// The longest pause, in seconds.
        longest_pause_seconds: u64,
    },
    /// Requests, cold starts and states take no time: only waiting does, and tasks whose answer says how long they took.
    NoLatency,
    /// Reads return at once what was written, which Step Functions does not guarantee.
    NoLag,
}

impl Assumption {
    /// Those that matter for a rule of this kind with this timeout. Without a timeout, WorkMail does not retry, and
    /// nor does it under an asynchronous rule.
    pub fn of(rule: Rule, rule_timeout: Duration) -> Vec<Self> {
        let backoff = Self::Backoff {
            first_pause_seconds: FIRST_PAUSE.as_secs(),
            growth: GROWTH,
            longest_pause_seconds: LONGEST_PAUSE.as_secs(),
        };
        let asks_again = rule == Rule::Synchronous && !rule_timeout.is_zero();
        asks_again.then_some(backoff).into_iter().chain([Self::NoLatency, Self::NoLag]).collect()
    }
}
