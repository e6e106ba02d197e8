//! The end of every schedule: the state machine ends, there are no more faults, and the mail system
//! invokes twice more.

use std::time::Duration;

use handler::executions::HistoryEvent;
use handler::rule::Rule;

use super::invariant::{Invariant, Violation};
use super::mail::disposition;
use super::scenario::records;
use super::scheduler::Scheduler;
use super::truth::{Decision, decision};
use super::world::{RequestOutcome, View, World};

/// At least the pause between any two looks.
const BETWEEN_LOOKS: Duration = Duration::from_secs(2);

impl World<'_> {
    /// Invokes twice more. Requests that are still in flight take effect before the first of these
    /// invocations, between the two, or never.
    pub(crate) async fn probe(&mut self, scheduler: &mut impl Scheduler) -> Result<(), Violation> {
        self.log(|| "the state machine comes to its end, the faults stop".to_owned());
        self.run_to_end();
        self.run_at_once = true;
        let mut late = Vec::new();
        while !self.in_flight.is_empty() {
            match scheduler.choose(3) {
                0 => self.apply_abandoned(0)?,
                1 => late.push(self.in_flight.remove(0)),
                _ => drop(self.in_flight.remove(0)),
            }
        }
        self.invoke_without_faults().await?;
        self.in_flight = late;
        while !self.in_flight.is_empty() {
            self.apply_abandoned(0)?;
        }
        self.invoke_without_faults().await
    }

    async fn invoke_without_faults(&mut self) -> Result<(), Violation> {
        let mut expected = vec![self.expected()];
        // If the state machine records its verdict during the wait, both answers are possible.
        if self.scenario.script.contains(&records()) {
            expected.push(self.recorded(&self.scenario.recorded_by_machine));
        }
        let noted = self.entry().is_some_and(|entry| entry.bounced);
        let before = self.bounces.sent().len();
        self.begin()?;
        while let [invocation] = self.alive.as_slice() {
            if invocation.sleeps() {
                self.tick(BETWEEN_LOOKS).await?;
            } else {
                self.grant(0, RequestOutcome::Answered, View::default())?;
            }
        }
        self.check_bounces(noted, before)?;
        let ended = self.ended.take();
        if self.checker.excuses_several_verdicts() {
            // The note of a bounce for an earlier verdict can be in the entry of a later one.
            let ended = ended.as_ref().map(|ended| ended.as_deref().map(disposition));
            if expected.iter().any(|one| Some(one.as_deref().map(disposition)) == ended) {
                return Ok(());
            }
        }
        if ended.as_ref().is_some_and(|ended| expected.contains(ended)) {
            return Ok(());
        }
        let invariant = if self.is_redriven_success() {
            Invariant::AnswersAfterRedrive
        } else {
            Invariant::AnswersWhenDone
        };
        Violation::of(invariant, format!("expected {expected:?}, got {ended:?}"))
    }

    /// Checks the bounces of an invocation without faults.
    fn check_bounces(&self, noted: bool, before: usize) -> Result<(), Violation> {
        let sent = self.bounces.sent().len() - before;
        let notes = self.entry().is_none_or(|entry| entry.bounced);
        if sent <= usize::from(!noted) && (sent == 0 || notes) {
            return Ok(());
        }
        let detail = format!("{sent} bounces, noted before: {noted}, noted since: {notes}");
        Violation::of(Invariant::NotedBounceIsLast, detail)
    }

    fn is_redriven_success(&self) -> bool {
        let script = &self.scenario.script;
        script.contains(&HistoryEvent::Redriven)
            && !matches!(script.last(), Some(HistoryEvent::Unsuccessful(_)))
    }

    /// The result of an invocation without faults after the end of the state machine.
    fn expected(&self) -> Result<String, &'static str> {
        let (entry, settings) = (self.entry(), self.settings());
        let recorded = entry.as_ref().and_then(|entry| entry.verdict.as_ref());
        if let Some(recorded) = recorded.filter(|_| self.scenario.rule == Rule::Synchronous) {
            return self.recorded(recorded);
        }
        let (execution, origin) = match entry {
            Some(entry) => {
                (entry.execution_arn, entry.origin.unwrap_or_else(|| settings.origin.clone()))
            }
            None => (self.ours(), settings.origin.clone()),
        };
        let is_gone = self.scenario.machine_goes && execution.state_machine() != settings.machine;
        if is_gone && self.run(&execution).is_none() {
            return Err("StateMachineUnavailable");
        }
        if self.scenario.rule == Rule::Asynchronous {
            return Ok(self.mail.unaffected());
        }
        let policy = self.mail.by_policy(settings.on_failure);
        match decision(&self.scenario.script, &origin) {
            Decision::Open => Err("NotReady"),
            Decision::Unsuccessful => policy.ok_or("ExecutionFailed"),
            Decision::Output(output) => {
                let verdict = output.and_then(|output| self.mail.reads(output));
                verdict.or(policy).ok_or("InvalidVerdict")
            }
        }
    }

    /// The result of an invocation that finds a recorded verdict.
    fn recorded(&self, verdict: &str) -> Result<String, &'static str> {
        self.mail.reads(verdict).ok_or("InvalidVerdict")
    }
}
