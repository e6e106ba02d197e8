//! What became of a message: the verdict, judged as the handler judges it, and what it means for each
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

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "fate", rename_all = "snake_case")]
pub enum Fate {
    /// There is a verdict.
    Decided {
        /// Whose.
        by: Ruling,
        /// What happens to whom.
        groups: Vec<Group>,
        /// What the check of the verdict found, by code.
        findings: Vec<&'static str>,
    },
    /// The execution goes on.
    Pending,
    /// The execution ended without success, and WorkMail asks in vain.
    Failed {
        /// How it ended, in Step Functions' word.
        status: &'static str,
        /// The name of the error.
        error: Option<String>,
    },
    /// What should be the verdict is none, and WorkMail asks in vain.
    Invalid {
        /// What is wrong with it.
        findings: Vec<String>,
    },
    /// There was an execution, and neither it nor its verdict is left.
    Lost,
    /// The message was claimed, and there is no execution (yet).
    NotStarted,
}

/// Whose verdict it is.
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

/// Recipients to whom the same happens.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Group {
    /// What happens. Several where the verdict contradicts itself; none where the rule's fallback action
    /// applies.
    pub actions: Vec<ActionType>,
    /// To how many recipients of the event.
    pub recipients: usize,
    /// To how many that the verdict adds, as BCC.
    pub added: usize,
    /// Whether to others, too, who cannot be counted: WorkMail cut them from the event, or the event is
    /// not known any more.
    pub others: bool,
    /// Their addresses, where contents are wanted.
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
            None if case.lines.iter().any(|(_, line)| was_there(line)) => Fate::Lost,
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
    // A verdict by policy is recorded; where its entry is gone, only the log still says that there was one.
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
fn was_there(line: &InvocationLine) -> bool {
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

/// What a verdict means for the recipients, without the text of a bounce message.
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
        groups[place].take(effect, with_contents);
    }
    groups
}

/// Without the event nobody knows whom of the named the verdict adds.
fn group_of_unknown(action: &RecipientAction) -> Group {
    Group {
        actions: vec![action.action.kind],
        recipients: action.recipients.as_ref().map_or(0, Vec::len),
        others: action.all_recipients,
        ..Group::default()
    }
}

impl Group {
    fn take(&mut self, effect: Effect, with_contents: bool) {
        match (&effect.recipient, effect.added) {
            (None, _) => self.others = true,
            (Some(_), true) => self.added += 1,
            (Some(_), false) => self.recipients += 1,
        }
        self.addresses.extend(effect.recipient.filter(|_| with_contents));
    }
}
