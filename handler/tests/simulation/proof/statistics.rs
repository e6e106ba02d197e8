//! How often each kind of event occurs on the schedules. If nothing happens on the schedules, the
//! proof is worthless.

/// Defines the marks in one place, for the type and for the list of all marks.
macro_rules! marks {
    ($($mark:ident,)*) => {
        /// Something that can happen on a schedule.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Mark {
            $($mark,)*
        }

        /// All marks, in the order of the report.
        pub(crate) const MARKS: [Mark; [$(stringify!($mark)),*].len()] = [$(Mark::$mark),*];
    };
}

marks! {
    // The path of an invocation.
    First,
    Retry,
    Resumed,
    Recorded,
    // The outcome that it finds.
    Missing,
    Running,
    Passed,
    Succeeded,
    Failed,
    TimedOut,
    Aborted,
    // How it ends.
    Answered,
    AnsweredByPolicy,
    AnsweredAtOnce,
    NotReady,
    ExecutionFailed,
    InvalidVerdict,
    LedgerUnavailable,
    ExecutionsUnavailable,
    StateMachineUnavailable,
    OutOfTime,
    // How requests fail.
    Throttled,
    Refused,
    Lost,
    Repeated,
    Delayed,
    Crashed,
    Abandoned,
    AbandonedTookEffect,
    // What reads and starts return.
    LaggingRead,
    MissingAfterStart,
    LateOutput,
    StartedAgainWhileRunning,
    ExistsThoughRunning,
    ExistsClosed,
    SeveralPages,
    // What happens outside of invocations.
    TwoAtOnce,
    ThreeAtOnce,
    Redriven,
    MachineReplaced,
    OriginChanged,
    PolicyChanged,
    ClockOff,
    InheritedEntry,
    LongAfterExpiry,
    EntryExpired,
    EntryVanishedEarly,
    // Where two verdicts were possible.
    RecordedByMachine,
    SecondVerdictRecorded,
    RecordDestroyed,
    // What happens to bounces, which only SES leaves to the handler.
    BounceSent,
    BounceRepeated,
    BounceNoted,
    BounceNotSent,
}

/// The marks of one schedule.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Marks(u64);

impl Marks {
    pub(crate) fn set(&mut self, mark: Mark) {
        self.0 |= 1 << mark as u32;
    }

    fn has(self, mark: Mark) -> bool {
        self.0 & (1 << mark as u32) != 0
    }
}

/// The number of schedules, and the number of schedules with each mark.
#[derive(Debug, Clone)]
pub(crate) struct Statistics {
    pub(crate) schedules: u64,
    counts: [u64; MARKS.len()],
}

impl Default for Statistics {
    fn default() -> Self {
        Self { schedules: 0, counts: [0; MARKS.len()] }
    }
}

impl Statistics {
    /// Counts a schedule.
    pub(crate) fn count(&mut self, marks: Marks) {
        self.schedules += 1;
        for (count, mark) in self.counts.iter_mut().zip(MARKS) {
            *count += u64::from(marks.has(mark));
        }
    }

    /// The marks and the number of schedules with each of them.
    pub(crate) fn counts(&self) -> impl Iterator<Item = (Mark, u64)> {
        MARKS.into_iter().zip(self.counts)
    }

    /// Adds the counts of `other`.
    pub(crate) fn add(&mut self, other: &Self) {
        self.schedules += other.schedules;
        for (count, more) in self.counts.iter_mut().zip(other.counts) {
            *count += more;
        }
    }
}
