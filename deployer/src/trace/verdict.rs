//! The outcome of a message: the verdict, as the handler judges it, and what it means for each
//! recipient.

use handler::error::InvocationError;
use handler::executions::{EndStatus, Ending, Outcome};
use handler::finding::Finding;
use handler::judgement::{Judgement, judge, recheck};
use handler::on_failure::OnFailure;
use handler::workmail::verdict::{ActionType, RecipientAction};
use handler::workmail::{Message, Verdict};
use serde::Serialize;

use super::Case;
use super::timeline::end;
use crate::logs::InvocationLine;
use crate::rule::{Effect, effects};
use cloud::HistoryEvent;

/// The outcome of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "fate", rename_all = "snake_case")]
pub enum Fate {
    /// There is a verdict.
    Decided {
        /// Who or what decided.
        by: Ruling,
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
}

/// What the verdict comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ruling {
    /// The execution's own output.
    Execution,
    /// The output of this state.
    State(String),
    /// What was recorded in the ledger.
    Record,
    /// The operator's policy.
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

/// Judges a case as the handler would now.
#[must_use]
pub fn fate(case: &Case, with_contents: bool) -> Fate {
    let message = message(case);
    let recorded = case.entry.as_ref().and_then(|entry| entry.verdict.as_deref());
    let mut findings = Vec::new();
    let decided = |by, verdict: &str, findings: Vec<Finding>| {
        let groups = groups(verdict, message.as_ref(), with_contents);
        let mut codes: Vec<_> = findings.iter().map(|finding| finding.code).collect();
        codes.dedup();
        Fate::Decided { by, groups, findings: codes }
    };
    let Some((message, history)) = message.as_ref().zip(case.history.as_deref()) else {
        // The handler checked what it recorded.
        return match recorded {
            Some(verdict) => decided(ruling_of_record(case), verdict, findings),
            None if case.lines.iter().any(|(_, line)| found_execution(line)) => Fate::Lost,
            None => Fate::NotStarted,
        };
    };
    if let Some(recorded) = recorded {
        return match recheck(recorded, message, &mut findings) {
            Ok(verdict) => decided(ruling_of_record(case), verdict.as_str(), findings),
            Err(error) => failed(&error),
        };
    }
    let outcome = outcome(history, case.output_state());
    let by = match &outcome {
        Outcome::Passed { state, .. } => Ruling::State(state.clone()),
        _ => Ruling::Execution,
    };
    // A verdict by policy is recorded; if its entry is gone, only the log shows that there was one.
    let policy: OnFailure = case.policy().and_then(|word| word.parse().ok()).unwrap_or_default();
    match judge(&outcome, message, policy, &mut findings) {
        Judgement::Answer { verdict, by_policy: true, .. } => {
            decided(Ruling::Policy(policy.to_string()), verdict.as_str(), Vec::new())
        }
        Judgement::Answer { verdict, .. } => decided(by, verdict.as_str(), findings),
        Judgement::Fail(error) => failed(&error),
    }
}

/// Whether an invocation found an execution.
fn found_execution(line: &InvocationLine) -> bool {
    line.outcome.as_deref().is_some_and(|outcome| outcome != "missing")
}

/// The message, which is the execution's input.
fn message(case: &Case) -> Option<Message> {
    let started = case.history.as_ref()?.iter().find(|event| event.kind == "ExecutionStarted")?;
    Message::parse(started.input.as_deref()?).ok()
}

fn ruling_of_record(case: &Case) -> Ruling {
    if let Some(policy) = case.policy() {
        return Ruling::Policy(policy.to_owned());
    }
    match case.history.as_deref().map(|history| outcome(history, case.output_state())) {
        Some(Outcome::Passed { state, .. }) => Ruling::State(state),
        _ => Ruling::Record,
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

fn failed(error: &InvocationError) -> Fate {
    match error {
        InvocationError::ExecutionFailed { ending, .. } => {
            Fate::Failed { status: ending.status.as_str(), error: ending.error.clone() }
        }
        InvocationError::InvalidVerdict { findings, .. } => {
            let errors = findings.iter().filter(|finding| finding.is_error());
            Fate::Invalid { findings: errors.map(ToString::to_string).collect() }
        }
        _ => Fate::Pending,
    }
}

/// The effects of a verdict on the recipients, without the text of a bounce message.
fn groups(verdict: &str, message: Option<&Message>, with_contents: bool) -> Vec<Group> {
    let Ok(verdict) = serde_json::from_str::<Verdict>(verdict) else { return Vec::new() };
    let Some(message) = message else {
        return verdict.actions.iter().map(group_of_unknown).collect();
    };
    let mut groups: Vec<Group> = Vec::new();
    for effect in effects(message, Some(&verdict)) {
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
