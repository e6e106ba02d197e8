//! The state that the invocations of one message share, and the steps that change it.

use std::fmt;
use std::time::Duration;

use handler::arn::{ExecutionArn, ExecutionName};
use handler::executions::HistoryEvent;
use handler::ledger::Entry;
use handler::memory::ledger::Item;
use handler::memory::{MemoryBounces, MemoryExecutions, MemoryLedger, Script};
use tokio::time::advance;

use super::invariant::Violation;
use super::invocation::Invocation;
use super::mail::Mail;
use super::request::Request;
use super::scenario::{Inherited, Scenario, Settings, records};
use super::statistics::{Mark, Marks};
use super::trace::TraceChecker;

/// The start time of every schedule, in seconds since 1970.
const START_TIME: i64 = 1_800_000_000;

/// What happens to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RequestOutcome {
    /// It takes effect and is answered.
    Answered,
    /// It takes effect; the answer is delivered later.
    Delayed,
    /// It is throttled, without effect.
    Throttled,
    /// It fails without effect.
    Refused,
    /// It takes effect; the answer is lost.
    Lost,
    /// The client repeats it because the first answer was lost.
    Repeated,
    /// The invocation ends before the request is sent.
    Crashed,
    /// The invocation ends while the request is in flight.
    Abandoned,
}

/// What Step Functions answers if several answers are possible.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct View {
    /// The number of newest events that a look misses.
    pub(crate) hidden: usize,
    /// Whether a look misses the output of a success.
    pub(crate) without_output: bool,
    /// Whether an equal start of a running execution is rejected, as by an emulator.
    pub(crate) strict: bool,
}

impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.hidden > 0 {
            write!(f, ", {} events behind", self.hidden)?;
        }
        if self.without_output {
            write!(f, ", without output")?;
        }
        if self.strict {
            write!(f, ", as an emulator would")?;
        }
        Ok(())
    }
}

/// An execution and the number of events of its script that have happened.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub(crate) execution: ExecutionArn,
    pub(crate) done: usize,
}

/// The state that the invocations of one message share.
pub(crate) struct World<'a> {
    pub(crate) scenario: &'a Scenario,
    pub(crate) mail: &'a Mail,
    pub(crate) ledger: MemoryLedger,
    pub(crate) executions: MemoryExecutions,
    pub(crate) bounces: MemoryBounces,
    pub(crate) runs: Vec<Run>,
    pub(crate) alive: Vec<Invocation>,
    /// Requests of ended invocations. Each can still take effect at any time.
    pub(crate) in_flight: Vec<Request>,
    /// The index of the deployed settings.
    pub(crate) deployed: usize,
    pub(crate) begun: usize,
    /// The true time.
    pub(crate) now: i64,
    /// Whether executions run their whole script as soon as they start.
    pub(crate) run_at_once: bool,
    /// The result of the last invocation that ended by itself: its verdict or its error type.
    pub(crate) ended: Option<Result<String, &'static str>>,
    pub(crate) checker: TraceChecker<'a>,
    pub(crate) marks: Marks,
    /// The log of the schedule; `None` if it is not recorded.
    transcript: Option<Vec<String>>,
}

impl<'a> World<'a> {
    pub(crate) fn new(scenario: &'a Scenario, mail: &'a Mail, with_transcript: bool) -> Self {
        let executions = MemoryExecutions::default();
        executions.set_page_size(scenario.page_size);
        for settings in &scenario.settings {
            executions.set_machine(&settings.machine, Script::new());
        }
        let mut world = Self {
            scenario,
            mail,
            ledger: MemoryLedger::default(),
            executions,
            bounces: MemoryBounces::default(),
            runs: Vec::new(),
            alive: Vec::new(),
            in_flight: Vec::new(),
            deployed: 0,
            begun: 0,
            now: START_TIME,
            run_at_once: false,
            ended: None,
            checker: TraceChecker::new(scenario, mail),
            marks: Marks::default(),
            transcript: with_transcript.then(Vec::new),
        };
        if let Some(inherited) = scenario.inherited {
            world.inherit(inherited);
        }
        world
    }

    /// The log of the schedule.
    pub(crate) fn into_transcript(self) -> Vec<String> {
        self.transcript.unwrap_or_default()
    }

    pub(crate) fn log(&mut self, words: impl FnOnce() -> String) {
        if let Some(transcript) = &mut self.transcript {
            transcript.push(words());
        }
    }

    pub(crate) fn settings(&self) -> &'a Settings {
        &self.scenario.settings[self.deployed]
    }

    /// The execution for which an invocation would claim the message now.
    pub(crate) fn ours(&self) -> ExecutionArn {
        let name = ExecutionName::from_key(self.mail.key());
        self.settings().machine.execution(&name)
    }

    pub(crate) fn entry(&self) -> Option<Entry> {
        self.ledger.item(self.mail.key()).map(|item| item.entry)
    }

    pub(crate) fn run(&self, execution: &ExecutionArn) -> Option<&Run> {
        self.runs.iter().find(|run| run.execution == *execution)
    }

    fn inherit(&mut self, inherited: Inherited) {
        self.marks.set(Mark::InheritedEntry);
        let (execution_arn, machine) = (self.ours(), self.settings().machine.clone());
        if inherited == Inherited::Started {
            let (name, input) = (execution_arn.name().to_owned(), self.mail.input());
            let start = Request::Start { machine, name, input: input.to_owned() };
            drop(start.apply(&self.ledger, &self.executions, &self.bounces));
            self.runs.push(Run { execution: execution_arn.clone(), done: 0 });
        }
        let entry =
            Entry { execution_arn, origin: None, claimed_at: None, verdict: None, bounced: false };
        let expires_at = self.now + self.mail.asked_again_for().as_secs().cast_signed();
        self.ledger.put(self.mail.key(), Item { entry, expires_at });
        self.log(|| format!("the original application left an entry: {inherited:?}"));
    }

    /// The mail system invokes.
    pub(crate) fn begin(&mut self) -> Result<(), Violation> {
        let number = self.begun;
        self.begun += 1;
        let off = self.scenario.clocks[number % self.scenario.clocks.len()];
        if off != 0 {
            self.marks.set(Mark::ClockOff);
        }
        let settings = self.settings();
        self.checker.asked(settings);
        self.log(|| {
            let Settings { machine, origin, on_failure, wait } = settings;
            format!("#{number} begins, {off} s off: {machine}, {origin}, {on_failure}, {wait:?}")
        });
        let epoch_seconds = self.now + off;
        let invocation = Invocation::new(number, self.scenario, settings, self.mail, epoch_seconds);
        self.alive.push(invocation);
        match self.alive.len() {
            2 => self.marks.set(Mark::TwoAtOnce),
            3 => self.marks.set(Mark::ThreeAtOnce),
            _ => {}
        }
        self.resume(self.alive.len() - 1)
    }

    /// Processes the request at the gate of an invocation.
    pub(crate) fn grant(
        &mut self,
        at: usize,
        outcome: RequestOutcome,
        view: View,
    ) -> Result<(), Violation> {
        let number = self.alive[at].number;
        let Some(request) = self.alive[at].take_request() else {
            unreachable!("only invocations at their gate are granted something");
        };
        self.note_view(&request, view);
        self.log(|| format!("#{number} asks to {request}: {outcome:?}{view}"));
        let answer = match outcome {
            RequestOutcome::Answered => self.apply(&request, view)?,
            RequestOutcome::Delayed => {
                self.marks.set(Mark::Delayed);
                let answer = self.apply(&request, view)?;
                self.alive[at].hold(answer);
                return Ok(());
            }
            RequestOutcome::Throttled => {
                self.marks.set(Mark::Throttled);
                self.alive[at].saw_fault = true;
                request.fails("ThrottlingException")
            }
            RequestOutcome::Refused => {
                self.marks.set(Mark::Refused);
                self.alive[at].saw_fault = true;
                request.fails("InternalServerError")
            }
            RequestOutcome::Lost => {
                self.marks.set(Mark::Lost);
                self.alive[at].saw_fault = true;
                drop(self.apply(&request, view)?);
                request.fails("InternalServerError")
            }
            RequestOutcome::Repeated => {
                self.marks.set(Mark::Repeated);
                drop(self.apply(&request, view)?);
                self.apply(&request, view)?
            }
            RequestOutcome::Crashed => {
                self.marks.set(Mark::Crashed);
                self.alive.remove(at);
                return Ok(());
            }
            RequestOutcome::Abandoned => {
                self.marks.set(Mark::Abandoned);
                self.alive.remove(at);
                self.abandon(request);
                return Ok(());
            }
        };
        self.alive[at].hold(answer);
        self.deliver(at)
    }

    /// Delivers the stored answer.
    pub(crate) fn deliver(&mut self, at: usize) -> Result<(), Violation> {
        self.alive[at].deliver();
        self.resume(at)
    }

    /// Ends an invocation whose answer is not delivered yet.
    pub(crate) fn crash(&mut self, at: usize) {
        self.marks.set(Mark::Crashed);
        let number = self.alive.remove(at).number;
        self.log(|| format!("#{number} crashes"));
    }

    /// Applies a request whose invocation has ended.
    pub(crate) fn apply_abandoned(&mut self, at: usize) -> Result<(), Violation> {
        self.marks.set(Mark::AbandonedTookEffect);
        let request = self.in_flight.remove(at);
        self.log(|| format!("takes effect at last: {request}"));
        self.apply(&request, View::default()).map(drop)
    }

    /// Lets time pass.
    pub(crate) async fn tick(&mut self, time: Duration) -> Result<(), Violation> {
        self.log(|| format!("{time:?} pass"));
        advance(time).await;
        for at in (0..self.alive.len()).rev() {
            self.resume(at)?;
        }
        Ok(())
    }

    /// Lets time pass while no invocation is running.
    pub(crate) fn pause(&mut self, time: Duration) {
        self.now += time.as_secs().cast_signed();
        self.log(|| format!("{time:?} pass"));
    }

    /// Whether DynamoDB may delete the entry.
    pub(crate) fn entry_is_expired(&self) -> bool {
        self.ledger.item(self.mail.key()).is_some_and(|item| item.expires_at < self.now)
    }

    /// Lets an execution proceed until this number of events of its script have happened.
    pub(crate) fn proceed(&mut self, execution: &ExecutionArn, up_to: usize) {
        let Some(at) = self.runs.iter().position(|run| run.execution == *execution) else {
            return;
        };
        let next = &self.scenario.script[self.runs[at].done..];
        for event in next.iter().take(up_to.saturating_sub(self.runs[at].done)) {
            self.log(|| format!("the execution: {event:?}"));
            self.executions.add_event(execution, event.clone());
            self.runs[at].done += 1;
            if *event == HistoryEvent::Redriven {
                self.marks.set(Mark::Redriven);
            } else if *event == records() {
                self.machine_records();
            }
        }
    }

    /// Whether an execution has yet to record its verdict itself.
    pub(crate) fn has_to_record(&self) -> bool {
        self.runs.iter().any(|run| self.scenario.script[run.done..].contains(&records()))
    }

    /// The state machine writes a verdict to the ledger unless there is one.
    fn machine_records(&mut self) {
        if let Some(mut item) = self.ledger.item(self.mail.key())
            && item.entry.verdict.is_none()
        {
            self.marks.set(Mark::RecordedByMachine);
            item.entry.verdict = Some(self.scenario.recorded_by_machine.clone());
            self.ledger.put(self.mail.key(), item);
        }
    }

    /// Lets every execution run to the end of its script.
    pub(crate) fn run_to_end(&mut self) {
        for execution in self.runs.iter().map(|run| run.execution.clone()).collect::<Vec<_>>() {
            self.proceed(&execution, usize::MAX);
        }
    }

    /// The operator deploys the next settings.
    pub(crate) fn deploy(&mut self) {
        let before = self.settings();
        self.deployed += 1;
        let after = self.settings();
        if before.machine != after.machine {
            self.marks.set(Mark::MachineReplaced);
            if self.scenario.machine_goes {
                self.executions.remove_machine(&before.machine);
            }
            self.executions.set_machine(&after.machine, Script::new());
        }
        if before.origin != after.origin {
            self.marks.set(Mark::OriginChanged);
        }
        if before.on_failure != after.on_failure {
            self.marks.set(Mark::PolicyChanged);
        }
        self.log(|| "the next settings are deployed".to_owned());
    }

    /// The operator deletes the entry, or DynamoDB deletes it because it has expired.
    pub(crate) fn lose_entry(&mut self) {
        let Some(item) = self.ledger.item(self.mail.key()) else { return };
        let early = self.now <= item.expires_at;
        self.marks.set(if early { Mark::EntryVanishedEarly } else { Mark::EntryExpired });
        if item.entry.verdict.is_some() {
            self.marks.set(Mark::RecordDestroyed);
        }
        self.log(|| format!("the entry vanishes: {item:?}"));
        self.ledger.delete_expired(i64::MAX);
        self.checker.entry_lost(item.entry);
    }
}
