//! The state of the account in memory: its clock, its record of calls, its planned failures.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::{SignedDuration, Timestamp};

use crate::cloud::{CloudError, Failure, Function, MailOrganization, Quota, Validation};

use super::buckets::BucketRecord;
use super::permissions::Simulator;
use super::stacks::StackRecord;
use super::{quotas, refusal};

/// 2026-11-21T12:00:00Z, where every account in memory begins.
const FIRST_SECOND: i64 = 1_795_262_400;

/// One API call that the account received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The service, such as `CloudFormation`.
    pub service: &'static str,
    /// The operation, such as `CreateChangeSet`.
    pub operation: &'static str,
    /// Whether the operation changes anything when it succeeds.
    pub writes: bool,
}

/// Everything there is in the account.
pub(super) struct World {
    pub(super) account: String,
    pub(super) configured_region: Option<String>,
    /// Whose credentials these are, where it is not the account's operator.
    pub(super) caller: Option<String>,
    pub(super) denied: bool,
    pub(super) calls: Vec<Call>,
    pub(super) failures: VecDeque<(String, CloudError)>,
    pub(super) clock: Clock,
    /// Every stack that ever was, oldest first.
    pub(super) stacks: Vec<StackRecord>,
    pub(super) buckets: BTreeMap<String, BucketRecord>,
    /// Resources that outlived their stack: type and name.
    pub(super) retained: BTreeSet<(String, String)>,
    /// Functions that a test describes by hand.
    pub(super) functions: Vec<Function>,
    pub(super) simulator: Simulator,
    /// What Step Functions thinks of definitions, where it is not all well.
    pub(super) validation: Option<Validation>,
    /// The mail organizations, by id.
    pub(super) organizations: BTreeMap<String, MailOrganization>,
    /// What the account is granted, by service.
    pub(super) quotas: Vec<(String, Quota)>,
    pub(super) failing_resources: BTreeMap<String, String>,
    pub(super) undeletable_resources: BTreeMap<String, String>,
    pub(super) unrestorable_resources: BTreeMap<String, String>,
    /// The reason, and what its validation found.
    pub(super) next_change_set_fails: Option<(String, Vec<Failure>)>,
    /// A resource that the next change set replaces, whatever changes of it.
    pub(super) next_change_set_replaces: Option<String>,
    /// Whether drift-aware change sets see no drift, as with a type that CloudFormation cannot read.
    pub(super) blind_to_drift: bool,
    pub(super) death: Option<Death>,
}

/// When the program that calls is to die.
pub(super) enum Death {
    /// At its next call but so many.
    After(usize),
    /// At the call that follows the next one of this operation.
    Following(String),
}

/// What a program dies of here: as if by SIGKILL, whatever it was about to do does not happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Killed;

impl World {
    pub(super) fn new(account: &str) -> Self {
        Self {
            account: account.to_owned(),
            configured_region: None,
            caller: None,
            denied: false,
            calls: Vec::new(),
            failures: VecDeque::new(),
            clock: Clock::default(),
            stacks: Vec::new(),
            buckets: BTreeMap::new(),
            retained: BTreeSet::new(),
            functions: Vec::new(),
            simulator: Simulator::default(),
            validation: None,
            organizations: BTreeMap::new(),
            quotas: quotas::defaults(),
            failing_resources: BTreeMap::new(),
            undeletable_resources: BTreeMap::new(),
            unrestorable_resources: BTreeMap::new(),
            next_change_set_fails: None,
            next_change_set_replaces: None,
            blind_to_drift: false,
            death: None,
        }
    }

    /// Records a call and refuses it where a test asked for that.
    pub(super) fn enter(
        &mut self,
        service: &'static str,
        operation: &'static str,
        writes: bool,
    ) -> Result<(), CloudError> {
        self.approach_death(operation);
        self.calls.push(Call { service, operation, writes });
        if self.denied {
            return Err(refusal::expired(service, operation));
        }
        match self.failures.iter().position(|(name, _)| name == operation) {
            Some(at) => match self.failures.remove(at) {
                Some((_, failure)) => Err(failure),
                None => Ok(()),
            },
            None => Ok(()),
        }
    }
}

impl World {
    /// Ends the calling program where a test asked for that. Unwinding stands for death: nothing in the
    /// program catches it or acts on it.
    fn approach_death(&mut self, operation: &str) {
        match self.death.take() {
            None => {}
            Some(Death::After(0)) => std::panic::resume_unwind(Box::new(Killed)),
            Some(Death::After(left)) => self.death = Some(Death::After(left - 1)),
            Some(Death::Following(awaited)) if awaited == operation => {
                self.death = Some(Death::After(0));
            }
            still => self.death = still,
        }
    }
}

/// A clock that moves by one second whenever something happens.
#[derive(Default)]
pub(super) struct Clock {
    seconds: i64,
}

impl Clock {
    /// The time of the next thing that happens.
    pub(super) fn tick(&mut self) -> Timestamp {
        let now = self.now();
        self.seconds += 1;
        now
    }

    /// The time now.
    pub(super) fn now(&self) -> Timestamp {
        let start = Timestamp::from_second(FIRST_SECOND).unwrap_or(Timestamp::UNIX_EPOCH);
        start.checked_add(SignedDuration::from_secs(self.seconds)).unwrap_or(start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_starts_at_a_fixed_time_and_moves_by_seconds() {
        let mut clock = Clock::default();
        assert_eq!(clock.tick().to_string(), "2026-11-21T12:00:00Z");
        assert_eq!(clock.tick().to_string(), "2026-11-21T12:00:01Z");
    }
}
