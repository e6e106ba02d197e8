//! How long each phase of an invocation took.

use std::time::Duration;

use tokio::time::Instant;

/// What an invocation spends its time on, in the order of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Claiming the message in the ledger.
    Claim,
    /// Starting the execution.
    Start,
    /// Waiting for the execution, including the polls.
    Wait,
    /// Recording the verdict.
    Record,
}

impl Phase {
    /// Every phase, in order.
    pub const ALL: [Self; 4] = [Self::Claim, Self::Start, Self::Wait, Self::Record];
}

/// How long each phase has taken. At most one phase is in progress.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Phases {
    current: Option<(Phase, Instant)>,
    spent: [Option<Duration>; Phase::ALL.len()],
}

impl Phases {
    /// Ends the current phase and begins another one.
    pub fn begin(&mut self, phase: Phase) {
        self.end();
        self.current = Some((phase, Instant::now()));
    }

    /// Ends the current phase, if there is one.
    pub fn end(&mut self) {
        if let Some((phase, began)) = self.current.take() {
            let spent = self.spent[phase as usize].get_or_insert_default();
            *spent += began.elapsed();
        }
    }

    /// How long a phase took; `None` if it never began.
    #[must_use]
    pub fn spent(&self, phase: Phase) -> Option<Duration> {
        self.spent[phase as usize]
    }
}
