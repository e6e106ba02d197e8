//! Checks the trace of a schedule, which is everything that happens on it, against the invariants.
//!
//! # Excused violations
//!
//! Only the ledger outlasts a machine and the settings. If an entry is deleted before it expires,
//! the information that only it had is lost. From then on, exactly the following is excused:
//!
//! - The entry had a recorded verdict: later verdicts may differ from the first one.
//! - The message is claimed again with another origin, or the entry had none: the same.
//! - The message is claimed again for another machine: there may be a second execution too.
//!
//! An entry of the original application does not contain whose output is the verdict, and the
//! handler does not know what that application answered. If the setting changes while such a
//! message waits, different verdicts are excused too.
//!
//! If an entry is deleted and claimed again on the same terms, nothing is excused.

use std::collections::BTreeMap;

use handler::error::InvocationError;
use handler::executions::HistoryEvent;
use handler::ledger::{Entry, Terms};
use handler::on_failure::OnFailure;
use handler::origin::Origin;
use handler::rule::Rule;

use super::invariant::{Invariant, Violation};
use super::invocation::Invocation;
use super::mail::Mail;
use super::scenario::{Scenario, Settings, records};
use super::truth::{Decision, decisions};

/// Checks each step of a schedule.
pub(crate) struct TraceChecker<'a> {
    scenario: &'a Scenario,
    mail: &'a Mail,
    /// The first verdict.
    first: Option<String>,
    /// Whose output may be the verdict.
    origins: Vec<Origin>,
    policies: Vec<OnFailure>,
    /// The last deleted entry.
    lost: Option<Entry>,
    several_executions_excused: bool,
    several_verdicts_excused: bool,
}

type Histories<'h> = [&'h [HistoryEvent]];

impl<'a> TraceChecker<'a> {
    pub(crate) fn new(scenario: &'a Scenario, mail: &'a Mail) -> Self {
        Self {
            scenario,
            mail,
            first: None,
            origins: Vec::new(),
            policies: Vec::new(),
            lost: None,
            several_executions_excused: false,
            several_verdicts_excused: false,
        }
    }

    /// The mail system invokes, with these settings deployed.
    pub(crate) fn asked(&mut self, settings: &Settings) {
        self.policies.push(settings.on_failure);
        // Entries of the original application have no origin, so every setting counts.
        if self.scenario.inherited.is_some() {
            self.several_verdicts_excused |=
                self.origins.last().is_some_and(|before| *before != settings.origin);
            self.origins.push(settings.origin.clone());
        }
    }

    /// The message was claimed.
    pub(crate) fn claimed(&mut self, terms: &Terms, expires_at: i64) -> Result<(), Violation> {
        if let Some(lost) = &self.lost {
            let before = lost.execution_arn.state_machine();
            let is_other = before != terms.execution_arn.state_machine();
            self.several_executions_excused |= is_other;
            self.several_verdicts_excused |= is_other;
            self.several_verdicts_excused |= lost.origin.as_ref() != Some(&terms.origin);
        }
        self.origins.push(terms.origin.clone());
        let asked_for = self.mail.asked_again_for().as_secs().cast_signed();
        // By the clock of the invocation that claims, which knows no other clock.
        let early = terms.claimed_at + asked_for - expires_at;
        if early > 0 {
            let detail = format!("the entry can expire {early} s before the last retry");
            return Violation::of(Invariant::EntryOutlivesRetries, detail);
        }
        Ok(())
    }

    /// The entry was deleted.
    pub(crate) fn entry_lost(&mut self, entry: Entry) {
        self.several_verdicts_excused |= entry.verdict.is_some();
        self.lost = Some(entry);
    }

    /// Whether verdicts that differ from the first one are excused.
    pub(crate) fn excuses_several_verdicts(&self) -> bool {
        self.several_verdicts_excused
    }

    /// These executions exist.
    pub(crate) fn executions(&self, started: &BTreeMap<String, String>) -> Result<(), Violation> {
        if started.len() > 1 && !self.several_executions_excused {
            let arns: Vec<&String> = started.keys().collect();
            return Violation::of(Invariant::OneExecution, format!("there are {arns:?}"));
        }
        Ok(())
    }

    /// A verdict was answered after these histories of the executions.
    pub(crate) fn answered(
        &mut self,
        verdict: &str,
        histories: &Histories<'_>,
    ) -> Result<(), Violation> {
        if self.scenario.rule == Rule::Asynchronous {
            return self.answered_at_once(verdict, histories);
        }
        if !self.is_justified(verdict, histories) {
            let whole: &Histories<'_> = &[&self.scenario.script];
            let invariant = if self.is_justified(verdict, whole) {
                Invariant::NotTooEarly
            } else {
                Invariant::NothingInvented
            };
            return Violation::of(invariant, format!("{verdict} was given"));
        }
        match &self.first {
            Some(first) if first != verdict && !self.several_verdicts_excused => {
                let detail = format!("{verdict} was given after {first}");
                Violation::of(Invariant::OneVerdict, detail)
            }
            Some(_) => Ok(()),
            None => {
                self.first = Some(verdict.to_owned());
                Ok(())
            }
        }
    }

    fn answered_at_once(&self, verdict: &str, histories: &Histories<'_>) -> Result<(), Violation> {
        if verdict == self.mail.unaffected() && !histories.is_empty() {
            return Ok(());
        }
        let detail = format!("{verdict} was given with {} executions", histories.len());
        Violation::of(Invariant::StartedWhenAnswered, detail)
    }

    /// An invocation failed after these histories of the executions.
    pub(crate) fn failed(
        &self,
        error: &InvocationError,
        invocation: &Invocation,
        histories: &Histories<'_>,
    ) -> Result<(), Violation> {
        let is_retry = invocation.policy == OnFailure::Retry;
        let waits = self.scenario.rule == Rule::Synchronous;
        let honest = match error {
            InvocationError::NotReady => waits,
            InvocationError::ExecutionFailed { .. } => {
                waits
                    && is_retry
                    && self.found(histories, |decision| decision == Decision::Unsuccessful)
            }
            InvocationError::InvalidVerdict { .. } if waits => {
                // No policy applies to a record that is not a verdict, because it cannot be
                // replaced.
                let recorded = self.recorded_by_machine(histories);
                recorded.is_some_and(|recorded| self.mail.reads(recorded).is_none())
                    || is_retry && self.found(histories, |decision| self.is_no_verdict(decision))
            }
            InvocationError::StateMachineUnavailable(_) => self.scenario.machine_goes,
            InvocationError::OutOfTime => invocation.is_out_of_time(),
            InvocationError::BounceNotSent(_) => invocation.saw_fault || invocation.is_over(),
            _ => invocation.saw_fault,
        };
        if honest {
            return Ok(());
        }
        let (number, name) = (invocation.number, error.type_name());
        Violation::of(Invariant::HonestErrors, format!("#{number} failed with {name}: {error}"))
    }

    /// Whether the verdict comes from the state machine or from a policy that applies.
    fn is_justified(&self, verdict: &str, histories: &Histories<'_>) -> bool {
        let given = |decision: Decision<'_>| match decision {
            Decision::Output(Some(output)) => self.mail.reads(output).as_deref() == Some(verdict),
            _ => false,
        };
        let is_policy = self
            .policies
            .iter()
            .any(|policy| self.mail.by_policy(*policy).as_deref() == Some(verdict));
        let allows_policy = |decision: Decision<'_>| {
            decision == Decision::Unsuccessful || self.is_no_verdict(decision)
        };
        let recorded = self.recorded_by_machine(histories);
        recorded.is_some_and(|recorded| self.mail.reads(recorded).as_deref() == Some(verdict))
            || self.found(histories, given)
            || is_policy && self.found(histories, allows_policy)
    }

    /// What the state machine recorded itself, if it did.
    fn recorded_by_machine(&self, histories: &Histories<'_>) -> Option<&'a str> {
        let has = histories.iter().any(|history| history.contains(&records()));
        has.then_some(&self.scenario.recorded_by_machine)
    }

    fn is_no_verdict(&self, decision: Decision<'_>) -> bool {
        match decision {
            Decision::Output(Some(output)) => self.mail.reads(output).is_none(),
            Decision::Output(None) => true,
            _ => false,
        }
    }

    /// Whether any look at any time could find such a decision.
    fn found(&self, histories: &Histories<'_>, such: impl Fn(Decision<'_>) -> bool) -> bool {
        let origins = &self.origins;
        histories
            .iter()
            .any(|history| origins.iter().any(|origin| decisions(history, origin).any(&such)))
    }
}
