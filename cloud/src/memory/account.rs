//! The state of the account in memory: its clock, its record of calls, its planned failures.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::{
    CallObserver, CallOutcome, CloudError, CodeNeeded, Codes, ConnectError, EncryptionKey,
    ErrorKind, Failure, FinishedCall, Function, HistoryEvent, LedgerEntry, MailOrganization, Reply,
    StateTest, Subscriptions, TestedState, Unusable, Validation,
};

use super::buckets::BucketRecord;
use super::deeds::Deed;
use super::parts::Unfinished;
use super::records::{LogRecord, Measurement, PolicySimulator};
use super::refusal;
use super::stack_record::StackRecord;

/// 2026-11-21T12:00:00Z, when every account in memory starts.
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

/// Everything in the account.
pub(super) struct Account {
    pub(super) id: String,
    pub(super) configured_region: Option<String>,
    /// Why there is no connection.
    pub(super) unusable: Option<Unusable>,
    /// The device whose code a connection needs, and the right code.
    pub(super) device: Option<(CodeNeeded, String)>,
    /// The ARN of the caller, if it is not the account's operator.
    pub(super) caller: Option<String>,
    pub(super) denied: bool,
    pub(super) calls: Vec<Call>,
    pub(super) failures: Vec<PlannedFailure>,
    /// How many calls come before the next failure, and the failure.
    pub(super) failure_after: Option<(usize, CloudError)>,
    pub(super) clock: Clock,
    /// Every stack that ever existed, oldest first.
    pub(super) stacks: Vec<StackRecord>,
    pub(super) buckets: BTreeMap<String, BucketRecord>,
    /// How many versions of objects were made.
    pub(super) versions: u64,
    /// What was done, and by which program, oldest first.
    pub(super) deeds: Vec<Deed>,
    /// The bucket and the key of an object that the next request does not find.
    pub(super) hidden_object: Option<(String, String)>,
    /// Resources that outlived their stack: type and name.
    pub(super) retained: BTreeSet<(String, String)>,
    /// Functions that a test adds directly.
    pub(super) functions: Vec<Function>,
    /// By table and invocation id.
    pub(super) entries: BTreeMap<(String, String), LedgerEntry>,
    /// Histories by the ARN of the execution.
    pub(super) executions: BTreeMap<String, Vec<HistoryEvent>>,
    /// Why executions cannot be redriven, by ARN.
    pub(super) not_redrivable: BTreeMap<String, String>,
    /// The regions that refuse to list their stacks.
    pub(super) refusing_regions: BTreeMap<String, RegionRefusal>,
    /// All log events, in the order in which they were added.
    pub(super) logged: Vec<LogRecord>,
    /// The replies to the next invocations, in order; `None` for no reply.
    pub(super) replies: VecDeque<Option<Reply>>,
    /// The payloads of the invocations.
    pub(super) invocations: Vec<String>,
    /// The answers to the next requests of tasks.
    pub(super) answers: VecDeque<serde_json::Value>,
    /// The requests of tasks.
    pub(super) requests: Vec<(&'static str, serde_json::Value)>,
    pub(super) measurements: Vec<Measurement>,
    /// The observer of calls.
    pub(super) observer: CallObserver,
    pub(super) simulator: PolicySimulator,
    /// The validation of every definition, if it is not a success.
    pub(super) validation: Option<Validation>,
    /// What `TestState` answers, by state.
    pub(super) tested_states: BTreeMap<String, VecDeque<TestedState>>,
    /// The requests to `TestState`.
    pub(super) state_tests: Vec<StateTest>,
    /// The mail organizations, by id.
    pub(super) organizations: BTreeMap<String, MailOrganization>,
    /// Quotas that differ from the defaults, by name; `None` for one that Service Quotas does not
    /// list.
    pub(super) quotas: BTreeMap<String, Option<f64>>,
    /// The subscriptions of topics by ARN, if a test sets them; `None` for a topic that is gone.
    pub(super) subscriptions: BTreeMap<String, Option<Subscriptions>>,
    /// The uploads in parts that are not finished, by ID.
    pub(super) part_uploads: BTreeMap<String, Unfinished>,
    /// The keys of KMS, by ARN.
    pub(super) keys: BTreeMap<String, EncryptionKey>,
    pub(super) failing_resources: BTreeMap<String, String>,
    pub(super) undeletable_resources: BTreeMap<String, String>,
    pub(super) unrestorable_resources: BTreeMap<String, String>,
    /// Why the next change set fails, and what its validation found.
    pub(super) next_change_set_fails: Option<(String, Vec<Failure>)>,
    /// A resource that the next change set replaces, whatever changes in it.
    pub(super) next_change_set_replaces: Option<String>,
    /// Whether drift-aware change sets see no drift, as with a type that CloudFormation cannot
    /// read.
    pub(super) drift_hidden: bool,
    /// The types of resources that drift detections skip.
    pub(super) not_compared: Vec<String>,
    /// How often the drift detection still reports that it is running.
    pub(super) detection_polls: u32,
    /// Why drift detections cannot compare everything.
    pub(super) detection_failure: Option<String>,
    pub(super) kill_point: Option<KillPoint>,
}

/// A call that is planned to fail.
pub(super) struct PlannedFailure {
    pub(super) operation: String,
    /// How many calls of the operation come before it.
    pub(super) calls: usize,
    pub(super) failure: CloudError,
}

/// How a region refuses calls.
pub(super) struct RegionRefusal {
    pub(super) kind: ErrorKind,
    pub(super) code: String,
    pub(super) message: String,
}

impl RegionRefusal {
    pub(super) fn error(&self, service: &'static str, operation: &'static str) -> CloudError {
        refusal::refuse(service, operation, self.kind, &self.code, &self.message)
    }
}

/// When to kill the calling program.
pub(super) enum KillPoint {
    /// After this many more calls.
    AfterCalls(usize),
    /// At the call that follows the next one of this operation.
    AfterOperation(String),
}

/// The panic that kills a program here, as SIGKILL does: what it was about to do does not happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Killed;

impl Account {
    pub(super) fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            configured_region: None,
            unusable: None,
            device: None,
            caller: None,
            denied: false,
            calls: Vec::new(),
            failures: Vec::new(),
            failure_after: None,
            clock: Clock::default(),
            stacks: Vec::new(),
            buckets: BTreeMap::new(),
            versions: 0,
            deeds: Vec::new(),
            hidden_object: None,
            retained: BTreeSet::new(),
            functions: Vec::new(),
            entries: BTreeMap::new(),
            executions: BTreeMap::new(),
            not_redrivable: BTreeMap::new(),
            refusing_regions: BTreeMap::new(),
            logged: Vec::new(),
            replies: VecDeque::new(),
            invocations: Vec::new(),
            answers: VecDeque::new(),
            requests: Vec::new(),
            measurements: Vec::new(),
            observer: CallObserver::default(),
            simulator: PolicySimulator::default(),
            validation: None,
            tested_states: BTreeMap::new(),
            state_tests: Vec::new(),
            organizations: BTreeMap::new(),
            quotas: BTreeMap::new(),
            subscriptions: BTreeMap::new(),
            part_uploads: BTreeMap::new(),
            keys: BTreeMap::new(),
            failing_resources: BTreeMap::new(),
            undeletable_resources: BTreeMap::new(),
            unrestorable_resources: BTreeMap::new(),
            next_change_set_fails: None,
            next_change_set_replaces: None,
            drift_hidden: false,
            not_compared: Vec::new(),
            detection_polls: 0,
            detection_failure: None,
            kill_point: None,
        }
    }

    /// Makes a connection, unless a test planned otherwise.
    pub(super) fn admit(&self, codes: &Codes) -> Result<(), ConnectError> {
        if let Some(unusable) = &self.unusable {
            return Err(unusable.clone().into());
        }
        match &self.device {
            None => Ok(()),
            Some((needed, right)) => match codes.of(&needed.profile) {
                None => Err(ConnectError::Code(needed.clone())),
                Some(code) if code == right => Ok(()),
                Some(_) => Err(refusal::wrong_code().into()),
            },
        }
    }

    /// Records a call, and refuses it if a test planned that.
    pub(super) fn enter(
        &mut self,
        service: &'static str,
        operation: &'static str,
        writes: bool,
    ) -> Result<(), CloudError> {
        self.kill_if_due(operation);
        self.calls.push(Call { service, operation, writes });
        let entered = self.admitted(service, operation);
        let outcome = match &entered {
            Ok(()) => CallOutcome::Accepted(Some(200)),
            Err(refused) => CallOutcome::Refused { status: 400, code: refused.code.clone() },
        };
        self.observer.observe(&FinishedCall {
            service: service.to_owned(),
            operation: operation.to_owned(),
            duration: Duration::ZERO,
            attempts: 1,
            outcome,
            request_id: Some(format!("request-{}", self.calls.len())),
        });
        entered
    }

    fn admitted(
        &mut self,
        service: &'static str,
        operation: &'static str,
    ) -> Result<(), CloudError> {
        if self.denied {
            return Err(refusal::expired(service, operation));
        }
        if let Some(failure) = self.failure_now() {
            return Err(CloudError { service, operation, ..failure });
        }
        self.planned_failure(operation).map_or(Ok(()), Err)
    }

    fn planned_failure(&mut self, operation: &str) -> Option<CloudError> {
        let planned = |one: &PlannedFailure| one.operation == operation;
        let due = self.failures.iter().position(|one| planned(one) && one.calls == 0);
        let due = due.map(|at| self.failures.remove(at).failure);
        for later in self.failures.iter_mut().filter(|one| planned(one)) {
            later.calls = later.calls.saturating_sub(1);
        }
        due
    }
}

impl Account {
    fn failure_now(&mut self) -> Option<CloudError> {
        let (left, failure) = self.failure_after.take()?;
        if left == 0 {
            return Some(failure);
        }
        self.failure_after = Some((left - 1, failure));
        None
    }

    /// Whether a stack of the region has a resource of this type and name.
    pub(super) fn has_resource(&self, region: &str, resource_type: &str, name: &str) -> bool {
        let stacks = self.stacks.iter().filter(|stack| stack.identity.region == region);
        let mut resources = stacks.flat_map(|stack| stack.resources.values());
        resources.any(|one| one.resource_type == resource_type && one.physical_id == name)
    }

    /// The index of the stack with this name or ARN; by name only while it is not deleted.
    pub(super) fn find_stack(&self, region: &str, name_or_id: &str) -> Option<usize> {
        self.stacks.iter().rposition(|stack| {
            stack.identity.region == region
                && (stack.identity.stack_id == name_or_id
                    || (stack.identity.stack_name == name_or_id && !stack.is_deleted()))
        })
    }

    /// Makes the next step of a stack's operation visible.
    pub(super) fn advance(&mut self, at: usize) {
        let stack = &mut self.stacks[at];
        for pending in stack.queue.pop_front().unwrap_or_default() {
            if let Some(left) = stack.apply(pending, self.clock.tick()) {
                self.retained.insert((left.resource_type, left.physical_id));
            }
        }
    }

    /// Ends the calling program if a test planned that. The panic represents the kill: nothing in
    /// the program catches it or reacts to it.
    fn kill_if_due(&mut self, operation: &str) {
        match self.kill_point.take() {
            None => {}
            Some(KillPoint::AfterCalls(0)) => std::panic::resume_unwind(Box::new(Killed)),
            Some(KillPoint::AfterCalls(left)) => {
                self.kill_point = Some(KillPoint::AfterCalls(left - 1));
            }
            Some(KillPoint::AfterOperation(last)) if last == operation => {
                self.kill_point = Some(KillPoint::AfterCalls(0));
            }
            other => self.kill_point = other,
        }
    }
}

/// A clock that advances by one second with every event.
#[derive(Default)]
pub(super) struct Clock {
    seconds: i64,
}

impl Clock {
    /// The time of the next event.
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
