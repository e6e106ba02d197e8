//! What became of a message: the verdict, judged as the handler judges it, and what it means for each
//! recipient.

use handler::error::InvocationError;
use handler::executions::{EndStatus, Ending, Outcome};
use handler::finding::Finding;
use handler::judgement::{Judgement, judge, recheck};
use handler::on_failure::OnFailure;
use handler::workmail::Message;
use serde::Serialize;
use serde_json::Value;

use super::Case;
use super::timeline::end;
use crate::cloud::HistoryEvent;
use crate::logs::InvocationLine;

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
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    /// WorkMail's word for what happens; `None` for the rule's fallback action.
    pub action: Option<String>,
    /// How many recipients of the event.
    pub recipients: usize,
    /// How many that the verdict adds, as BCC.
    pub added: usize,
    /// Whether it is for everyone whom no other action names.
    pub everyone_else: bool,
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

/// What a checked verdict means for the recipients. Addresses are compared without regard to case.
fn groups(verdict: &str, message: Option<&Message>, with_contents: bool) -> Vec<Group> {
    let verdict: Value = serde_json::from_str(verdict).unwrap_or_default();
    let actions = verdict["actions"].as_array().map(Vec::as_slice).unwrap_or_default();
    // Without the message nobody knows whom of the named the verdict adds.
    let Some(message) = message else { return actions.iter().map(group_of_unknown).collect() };
    let recipients = message.recipients();
    let mut left: Vec<&String> = recipients.iter().collect();
    let mut groups = Vec::new();
    for action in actions.iter().filter(|action| action["allRecipients"] != true) {
        let named: Vec<String> = addresses(action);
        let is_named = |one: &&String| named.iter().any(|name| is_same(name, one));
        let of_event = recipients.iter().filter(is_named).count();
        left.retain(|one| !is_named(one));
        let mut group = group(action, of_event, named.len().saturating_sub(of_event));
        group.addresses = if with_contents { named } else { Vec::new() };
        groups.push(group);
    }
    let for_the_rest = actions.iter().find(|action| action["allRecipients"] == true);
    if for_the_rest.is_some() || !left.is_empty() || message.truncated() {
        let mut group = group(for_the_rest.unwrap_or(&Value::Null), left.len(), 0);
        group.everyone_else = true;
        group.addresses =
            left.into_iter().filter(|_| with_contents).map(ToOwned::to_owned).collect();
        groups.push(group);
    }
    groups
}

fn group_of_unknown(action: &Value) -> Group {
    let everyone_else = action["allRecipients"] == true;
    Group { everyone_else, ..group(action, addresses(action).len(), 0) }
}

fn group(action: &Value, recipients: usize, added: usize) -> Group {
    let action = action["action"]["type"].as_str().map(str::to_owned);
    Group { action, recipients, added, everyone_else: false, addresses: Vec::new() }
}

fn addresses(action: &Value) -> Vec<String> {
    let named = action["recipients"].as_array().into_iter().flatten();
    named.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn is_same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}
