//! Where the time of an invocation went.

use std::time::Duration;

use tokio::time::Instant;

/// What an invocation spends its time on, in the order of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Asking the ledger for the message.
    Claim,
    /// Starting the execution.
    Start,
    /// Waiting for the execution, looks included.
    Wait,
    /// Recording the verdict.
    Record,
}

impl Phase {
    /// Every phase, in order.
    pub const ALL: [Self; 4] = [Self::Claim, Self::Start, Self::Wait, Self::Record];
}

/// How long each phase has lasted. Exactly one can be going on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Phases {
    current: Option<(Phase, Instant)>,
    spent: [Option<Duration>; Phase::ALL.len()],
}

impl Phases {
    /// Ends the phase that goes on and begins another one.
    pub fn begin(&mut self, phase: Phase) {
        self.end();
        self.current = Some((phase, Instant::now()));
    }

    /// Ends the phase that goes on, if there is one.
    pub fn end(&mut self) {
        if let Some((phase, began)) = self.current.take() {
            let spent = self.spent[phase as usize].get_or_insert_default();
            *spent += began.elapsed();
        }
    }

    /// How long a phase lasted; `None` if it never began.
    #[must_use]
    pub fn spent(&self, phase: Phase) -> Option<Duration> {
        self.spent[phase as usize]
    }
}
