//! The outcome of a message: the verdict, as the handler judges it, and what it means for each
//! recipient.

use handler::actions::verdict::{ActionType, RecipientAction};
use handler::actions::{Effect, Verdict, effects};
use handler::error::InvocationError;
use handler::executions::{EndStatus, Ending, Outcome};
use handler::finding::Finding;
use handler::judgement::{Judgement, judge, recheck};
use handler::on_failure::OnFailure;
use handler::workmail::Message;
use serde::Serialize;

use super::MessageRecord;
use super::timeline::end;
use crate::logs::InvocationLine;
use cloud::HistoryEvent;

/// The outcome of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "fate", rename_all = "snake_case")]
pub enum MessageOutcome {
    /// There is a verdict.
    Decided {
        /// Who or what decided.
        by: DecidedBy,
        groups: Vec<Group>,
        /// The codes of the findings about the verdict.
        findings: Vec<&'static str>,
    },
    /// The execution is still running.
    Pending,
    /// The execution ended without success, and WorkMail gets no verdict.
    Failed {
        /// How it ended, as Step Functions names it.
        status: &'static str,
        error: Option<String>,
    },
    /// The output is not a valid verdict, so WorkMail gets none.
    Invalid { findings: Vec<String> },
    /// There was an execution, but neither it nor its verdict still exists.
    Lost,
    /// The message was claimed, but there is no execution (yet).
    NotStarted,
    /// The rule is asynchronous: WorkMail delivered the message and waits for no verdict.
    Unaffected {
        /// How the execution ended, as Step Functions names it; null if it is still running, or unknown.
        status: Option<&'static str>,
        error: Option<String>,
    },
}

/// What the verdict comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DecidedBy {
    /// The execution's own output.
    Execution,
    /// The output of this state.
    State(String),
    /// What was recorded in the ledger.
    Record,
    Policy(String),
}

/// Recipients with the same actions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Group {
    /// The actions. Several if the verdict contradicts itself; none if the rule's fallback action
    /// applies.
    pub actions: Vec<ActionType>,
    /// The number of recipients in the event.
    pub recipients: usize,
    /// The number of recipients that the verdict adds, as BCC.
    pub added: usize,
    /// Whether there are others that cannot be counted: WorkMail truncated the event, or the event
    /// is no longer known.
    pub others: bool,
    /// Their addresses, if contents are requested.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<String>,
}

/// Judges a message as the handler would now.
pub fn message_outcome(record: &MessageRecord, with_contents: bool) -> MessageOutcome {
    if record.lines.iter().any(|(_, line)| line.is_asynchronous()) {
        return unaffected(record);
    }
    let message = message(record);
    let recorded = record.entry.as_ref().and_then(|entry| entry.verdict.as_deref());
    let mut findings = Vec::new();
    let decided = |by, verdict: &str, findings: Vec<Finding>| {
        let groups = groups(verdict, message.as_ref(), with_contents);
        let mut codes: Vec<_> = findings.iter().map(|finding| finding.code).collect();
        codes.dedup();
        MessageOutcome::Decided { by, groups, findings: codes }
    };
    let Some((message, history)) = message.as_ref().zip(record.history.as_deref()) else {
        // The handler checked what it recorded.
        return match recorded {
            Some(verdict) => decided(recorded_by(record), verdict, findings),
            None if record.lines.iter().any(|(_, line)| found_execution(line)) => {
                MessageOutcome::Lost
            }
            None => MessageOutcome::NotStarted,
        };
    };
    if let Some(recorded) = recorded {
        return match recheck(recorded, message, &mut findings) {
            Ok(verdict) => decided(recorded_by(record), verdict.as_str(), findings),
            Err(error) => failed(&error),
        };
    }
    let outcome = outcome(history, record.output_state());
    let by = match &outcome {
        Outcome::Passed { state, .. } => DecidedBy::State(state.clone()),
        _ => DecidedBy::Execution,
    };
    // A verdict by policy is recorded; if its entry is gone, only the log shows that there was one.
    let policy: OnFailure = record.policy().and_then(|word| word.parse().ok()).unwrap_or_default();
    match judge(&outcome, message, policy, &mut findings) {
        Judgement::Answer { verdict, by_policy: true, .. } => {
            decided(DecidedBy::Policy(policy.to_string()), verdict.as_str(), Vec::new())
        }
        Judgement::Answer { verdict, .. } => decided(by, verdict.as_str(), findings),
        Judgement::Fail(error) => failed(&error),
    }
}

fn unaffected(record: &MessageRecord) -> MessageOutcome {
    let newest = record.history.as_ref().and_then(|history| history.last());
    MessageOutcome::Unaffected {
        status: newest.and_then(|event| end(&event.kind)),
        error: newest.and_then(|event| event.error.clone()),
    }
}

/// Whether an invocation found an execution.
fn found_execution(line: &InvocationLine) -> bool {
    line.outcome.as_deref().is_some_and(|outcome| outcome != "missing")
}

/// The message, which is the execution's input.
pub(super) fn message(record: &MessageRecord) -> Option<Message> {
    let started = record.history.as_ref()?.iter().find(|event| event.kind == "ExecutionStarted")?;
    Message::parse(started.input.as_deref()?).ok()
}

fn recorded_by(record: &MessageRecord) -> DecidedBy {
    if let Some(policy) = record.policy() {
        return DecidedBy::Policy(policy.to_owned());
    }
    match record.history.as_deref().map(|history| outcome(history, record.output_state())) {
        Some(Outcome::Passed { state, .. }) => DecidedBy::State(state),
        _ => DecidedBy::Record,
    }
}

/// What the handler would find, as `handler::history` and `DescribeExecution` read it.
fn outcome(history: &[HistoryEvent], output_state: Option<&str>) -> Outcome {
    let exit = |event: &&HistoryEvent| {
        event.kind.ends_with("StateExited") && event.state.as_deref() == output_state
    };
    if let Some(state) = output_state
        && let Some(passed) = history.iter().rev().find(exit)
    {
        return Outcome::Passed { state: state.to_owned(), output: passed.output.clone() };
    }
    let redriven = history.iter().any(|event| event.kind == "ExecutionRedriven");
    let Some(newest) = history.last() else { return Outcome::Missing };
    let status = match end(&newest.kind) {
        None => return Outcome::Running,
        Some("SUCCEEDED") => {
            return Outcome::Succeeded { output: newest.output.clone(), redriven };
        }
        Some("TIMED_OUT") => EndStatus::TimedOut,
        Some("ABORTED") => EndStatus::Aborted,
        Some(_) => EndStatus::Failed,
    };
    Outcome::Unsuccessful(Ending { status, error: newest.error.clone() })
}

fn failed(error: &InvocationError) -> MessageOutcome {
    match error {
        InvocationError::ExecutionFailed { ending, .. } => {
            MessageOutcome::Failed { status: ending.status.as_str(), error: ending.error.clone() }
        }
        InvocationError::InvalidVerdict { findings, .. } => {
            let errors = findings.iter().filter(|finding| finding.is_error());
            MessageOutcome::Invalid { findings: errors.map(ToString::to_string).collect() }
        }
        _ => MessageOutcome::Pending,
    }
}

/// The effects of a verdict on the recipients, without the text of a bounce message.
fn groups(verdict: &str, message: Option<&Message>, with_contents: bool) -> Vec<Group> {
    let Ok(verdict) = serde_json::from_str::<Verdict>(verdict) else { return Vec::new() };
    let Some(message) = message else {
        return verdict.actions.iter().map(group_of_unknown).collect();
    };
    let mut groups: Vec<Group> = Vec::new();
    for effect in effects(message.audience(), Some(&verdict)) {
        let actions: Vec<ActionType> = effect.actions.iter().map(|action| action.kind).collect();
        let place = groups.iter().position(|group| group.actions == actions);
        let place = place.unwrap_or_else(|| {
            groups.push(Group { actions, ..Group::default() });
            groups.len() - 1
        });
        groups[place].add(effect, with_contents);
    }
    groups
}

/// Without the event, it is unknown which of the named recipients the verdict adds.
fn group_of_unknown(action: &RecipientAction) -> Group {
    Group {
        actions: vec![action.action.kind],
        recipients: action.recipients.as_ref().map_or(0, Vec::len),
        others: action.all_recipients,
        ..Group::default()
    }
}

impl Group {
    fn add(&mut self, effect: Effect, with_contents: bool) {
        match (&effect.recipient, effect.added) {
            (None, _) => self.others = true,
            (Some(_), true) => self.added += 1,
            (Some(_), false) => self.recipients += 1,
        }
        self.addresses.extend(effect.recipient.filter(|_| with_contents));
    }
}
