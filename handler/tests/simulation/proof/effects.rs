//! The effects of requests on the world, and of answers on invocations.

use std::time::Duration;

use handler::executions::{HistoryEvent, Started};
use handler::ledger::Claim;
use handler::on_failure::OnFailure;
use handler::rule::Rule;
use handler::trace::{OutcomeWord, Path, Trace};

use super::invariant::{Invariant, Violation};
use super::invocation::Ended;
use super::request::{Answer, Footprint, Request};
use super::statistics::Mark;
use super::world::{Run, View, World};

/// Longer than any schedule lasts.
const FOREVER: Duration = Duration::from_secs(1 << 32);

impl World<'_> {
    /// Applies a request.
    pub(super) fn apply(&mut self, request: &Request, view: View) -> Result<Answer, Violation> {
        let recorded = self.entry().and_then(|entry| entry.verdict);
        self.executions.set_hidden(view.hidden);
        let output_lag = if view.without_output { FOREVER } else { Duration::ZERO };
        self.executions.set_output_lag(output_lag);
        if let Request::Start { input, .. } = request
            && input != self.mail.input()
        {
            let detail = format!("a start has the input {input}");
            return Err(Violation { invariant: Invariant::OneInput, detail });
        }
        let answer = request.apply(&self.ledger, &self.executions, &self.bounces);
        match (request, &answer) {
            (Request::Claim { terms, expires_at, .. }, Answer::Claim(Ok(Claim::Claimed))) => {
                self.checker.claimed(terms, *expires_at)?;
            }
            (Request::Record { verdict, .. }, _)
                if recorded.is_some_and(|recorded| recorded != verdict.as_str()) =>
            {
                self.marks.set(Mark::SecondVerdictRecorded);
            }
            (Request::Start { .. }, Answer::Start(Ok(started))) => {
                let running = matches!(started, Started::Accepted(_));
                return self.started(request, running, view);
            }
            (_, Answer::History(Ok(Some(page)))) if page.next.is_some() => {
                self.marks.set(Mark::SeveralPages);
            }
            (Request::SendBounce { bounce }, _) => self.bounced(&bounce.explanation)?,
            (Request::NoteBounce { .. }, _) => self.marks.set(Mark::BounceNoted),
            _ => {}
        }
        Ok(answer)
    }

    /// A bounce was sent, which tells the sender of the message the verdict.
    fn bounced(&mut self, explanation: &str) -> Result<(), Violation> {
        self.marks.set(match self.bounces.sent().len() {
            1 => Mark::BounceSent,
            _ => Mark::BounceRepeated,
        });
        let given = self.mail.bounced(explanation);
        let histories: Vec<&[HistoryEvent]> =
            self.runs.iter().map(|run| &self.scenario.script[..run.done]).collect();
        self.checker.answered(&given, &histories)
    }

    /// Leaves a request in flight. A look is dropped, because it has no effect.
    pub(super) fn abandon(&mut self, request: Request) {
        if request.footprint() != Footprint::Reads {
            self.in_flight.push(request);
        }
    }

    /// Records that an execution exists now.
    fn started(
        &mut self,
        request: &Request,
        running: bool,
        view: View,
    ) -> Result<Answer, Violation> {
        let Some(execution) = request.execution() else {
            unreachable!("a start is about an execution");
        };
        let accepted = Started::Accepted(execution.to_string());
        let known = self.run(&execution).is_some();
        let started = match (known, running) {
            (false, _) => {
                self.runs.push(Run { execution: execution.clone(), done: 0 });
                accepted
            }
            (true, true) if view.strict => {
                self.marks.set(Mark::ExistsThoughRunning);
                Started::AlreadyExists
            }
            (true, true) => {
                self.marks.set(Mark::StartedAgainWhileRunning);
                accepted
            }
            (true, false) => {
                self.marks.set(Mark::ExistsClosed);
                Started::AlreadyExists
            }
        };
        if self.run_at_once {
            self.proceed(&execution, usize::MAX);
        }
        self.checker.executions(&self.executions.started())?;
        Ok(Answer::Start(Ok(started)))
    }

    /// Lets an invocation continue as far as it can.
    pub(super) fn resume(&mut self, at: usize) -> Result<(), Violation> {
        let Some(ended) = self.alive[at].poll() else {
            return Ok(());
        };
        let invocation = self.alive.remove(at);
        // An invocation that ran out of time leaves its request in flight.
        if let Some(request) = invocation.take_request() {
            self.abandon(request);
        }
        self.note_end(&ended);
        let Ended { answer, trace } = ended;
        self.log(|| format!("#{} ends: {answer:?}", invocation.number));
        let histories: Vec<&[HistoryEvent]> =
            self.runs.iter().map(|run| &self.scenario.script[..run.done]).collect();
        let answer = answer.map(|answer| self.mail.given(&answer, trace.bounced, &self.bounces));
        match &answer {
            Ok(given) => self.checker.answered(given, &histories)?,
            Err(error) => self.checker.failed(error, &invocation, &histories)?,
        }
        self.ended = Some(answer.map_err(|error| error.type_name()));
        Ok(())
    }

    fn note_end(&mut self, ended: &Ended) {
        let Trace { path, outcome, policy, .. } = &ended.trace;
        match path {
            Some(Path::First) => self.marks.set(Mark::First),
            Some(Path::Retry) => self.marks.set(Mark::Retry),
            Some(Path::Resumed) => self.marks.set(Mark::Resumed),
            Some(Path::Recorded) => self.marks.set(Mark::Recorded),
            None => {}
        }
        match outcome {
            Some(OutcomeWord::Missing) => self.marks.set(Mark::Missing),
            Some(OutcomeWord::Running) => self.marks.set(Mark::Running),
            Some(OutcomeWord::Passed) => self.marks.set(Mark::Passed),
            Some(OutcomeWord::Succeeded) => self.marks.set(Mark::Succeeded),
            Some(OutcomeWord::Failed) => self.marks.set(Mark::Failed),
            Some(OutcomeWord::TimedOut) => self.marks.set(Mark::TimedOut),
            Some(OutcomeWord::Aborted) => self.marks.set(Mark::Aborted),
            None => {}
        }
        self.marks.set(match &ended.answer {
            Ok(_) if policy.is_some_and(|policy| policy != OnFailure::Retry) => {
                Mark::AnsweredByPolicy
            }
            Ok(_) if ended.trace.rule == Rule::Asynchronous => Mark::AnsweredAtOnce,
            Ok(_) => Mark::Answered,
            Err(error) => match error.type_name() {
                "NotReady" => Mark::NotReady,
                "ExecutionFailed" => Mark::ExecutionFailed,
                "InvalidVerdict" => Mark::InvalidVerdict,
                "LedgerUnavailable" => Mark::LedgerUnavailable,
                "ExecutionsUnavailable" => Mark::ExecutionsUnavailable,
                "StateMachineUnavailable" => Mark::StateMachineUnavailable,
                "OutOfTime" => Mark::OutOfTime,
                "BounceNotSent" => Mark::BounceNotSent,
                other => unreachable!("no invocation for a readable message fails with {other}"),
            },
        });
    }

    /// Records what a look misses.
    pub(super) fn note_view(&mut self, request: &Request, view: View) {
        if request.footprint() != Footprint::Reads {
            return;
        }
        let Some(run) = request.execution().and_then(|execution| self.run(&execution)) else {
            return;
        };
        if view.hidden > run.done {
            self.marks.set(Mark::MissingAfterStart);
        } else if view.hidden > 0 {
            self.marks.set(Mark::LaggingRead);
        }
        if view.without_output {
            self.marks.set(Mark::LateOutput);
        }
    }
}
