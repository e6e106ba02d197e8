//! Simulates one message on its way through a flow, from the first invocation to the end of its execution.

use std::collections::BTreeSet;
use std::io;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::Duration;

use handler::arn::{ExecutionName, StateMachineArn};
use handler::flow::Flow;
use handler::memory::MemoryLedger;
use handler::workmail::Message;
use jiff::Timestamp;
use tokio::runtime::Runtime;

use super::clock::Clock;
use super::crash::{CrashPoint, Crashing, Step};
use super::executions::{EndedExecution, InterpretedExecutions};
use super::history;
use super::lambda::SimulatedFunction;
use super::names::FUNCTION_ARN;
use super::real_time::{Listener, RealTimeObserver, RealTimeTasks};
use crate::config::ResolvedAnswerSettings;
use crate::error::CommandError;
use crate::finding::Finding;
use crate::rule::{Invocation, Invocations, RuleRequest, ask};
use crate::trace::MessageRecord;
use asl::{Covered, Event, Machine, Tasks, Undecided};

const MACHINE_ARN: &str = "arn:aws:states:us-east-1:123456789012:stateMachine:local";

pub struct Scenario {
    pub event: String,
    pub machine: Arc<Machine>,
    /// What answers its tasks.
    pub tasks: Arc<dyn Tasks>,
    /// How the message gets its answer.
    pub settings: ResolvedAnswerSettings,
    /// For how long the rule repeats the invocation; 0 is one invocation.
    pub rule_timeout: Duration,
    /// The step after which the process ends in the first invocation that reaches it.
    pub crash_after: Option<Step>,
    /// When the message comes in.
    pub began: Timestamp,
}

pub struct Simulated {
    /// The invocations, and how they ended.
    pub invocations: Invocations,
    /// The handler's lines and the execution's history to its end, which may come after the last invocation.
    pub case: MessageRecord,
    /// Whether the process ended in an invocation, as the scenario says.
    pub crashed: bool,
    /// The parts of the definition that the execution covers.
    pub covered: BTreeSet<Covered>,
    /// The paths and expressions that the execution evaluated and whose meaning AWS does not document.
    pub undecided: Vec<(String, Undecided)>,
    /// The execution's events.
    pub events: Vec<Event>,
}

impl Simulated {
    /// The paths and expressions whose meaning AWS does not document, as warnings: in Step Functions, the
    /// verdict can differ.
    pub fn undecided(&self) -> Vec<Finding> {
        let warning = |(path, undecided): &(String, Undecided)| {
            let sentence = format!(
                "AWS does not document what this means, so the verdict can differ: {undecided}"
            );
            let fix = "write it another way, or try the flow in AWS with `invoke`";
            Finding::warning("undecided", path, sentence).fix(fix)
        };
        self.undecided.iter().map(warning).collect()
    }
}

/// Simulates scenarios, one after the other. Its clock is not the program's: when there is nothing to do but
/// wait, it jumps to the end of the wait.
pub struct Simulator(Runtime);

impl Simulator {
    /// A new one. Do not make or use it on a thread that runs another runtime.
    /// Fails when the system cannot provide a second runtime.
    pub fn new() -> Result<Self, CommandError> {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_time().start_paused(true).build().map(Self).map_err(no_runtime)
    }

    /// Simulates a scenario. Waiting takes no time.
    /// Fails as invoking does; a simulated function causes no such error.
    pub fn simulate(&self, scenario: Scenario) -> Result<Simulated, CommandError> {
        self.0.block_on(run(scenario, None))
    }
}

/// Simulates a scenario. Waiting takes no time.
/// Fails when the system cannot provide a second runtime.
pub async fn simulate(scenario: Scenario) -> Result<Simulated, CommandError> {
    on_another_thread(move || Simulator::new()?.simulate(scenario)).await
}

/// Simulates a scenario in as much time as it would take, and reports each moment when it happens.
/// Fails when the system cannot provide a second runtime.
pub async fn simulate_in_real_time(
    scenario: Scenario,
    listener: Listener,
) -> Result<Simulated, CommandError> {
    on_another_thread(move || {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_time().build().map_err(no_runtime)?;
        runtime.block_on(run(scenario, Some(listener)))
    })
    .await
}

/// On its own thread, because this one has the program's runtime.
async fn on_another_thread(
    simulate: impl FnOnce() -> Result<Simulated, CommandError> + Send + 'static,
) -> Result<Simulated, CommandError> {
    match tokio::task::spawn_blocking(simulate).await {
        Ok(simulated) => simulated,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            Err(cancelled) => Err(no_runtime(io::Error::other(cancelled))),
        },
    }
}

fn no_runtime(error: io::Error) -> CommandError {
    CommandError::new(crate::exit::Exit::Failed, error)
}

/// Takes its time from the clock of the runtime.
async fn run(scenario: Scenario, listener: Option<Listener>) -> Result<Simulated, CommandError> {
    let clock = Clock::starting(scenario.began);
    let machine: StateMachineArn = MACHINE_ARN.parse().expect("the ARN above is one");
    let executions = executions(scenario.machine, scenario.tasks, clock, listener.is_some());
    let message = Message::parse(&scenario.event).ok();
    // Not from the log: an invocation whose process ends after the start leaves an execution and no line.
    let execution_arn = message.as_ref().map(|message| {
        machine.execution(&ExecutionName::from_key(message.invocation_id())).to_string()
    });
    let observer = listener
        .map(|listener| {
            let (executions, arn) = (executions.clone(), execution_arn.clone());
            RealTimeObserver::new(listener, clock, executions, arn, scenario.settings.rule)
        })
        .map(Arc::new);
    let crash = CrashPoint::after(scenario.crash_after);
    let flow = Flow {
        ledger: Crashing { edge: MemoryLedger::default(), crash: crash.clone() },
        executions: Crashing { edge: executions.clone(), crash: crash.clone() },
        machine,
        origin: scenario.settings.origin(),
        wait: scenario.settings.wait_time.duration(),
        on_failure: scenario.settings.on_failure,
        rule: scenario.settings.rule,
    };
    let function = SimulatedFunction::new(flow, crash.clone(), clock, observer.clone());
    let request = RuleRequest {
        function: FUNCTION_ARN,
        event: &scenario.event,
        message: message.as_ref(),
        rule: scenario.settings.rule,
        rule_timeout: scenario.rule_timeout,
    };
    let invocations = invoke_to_the_end(&function, request, observer.as_deref()).await?;
    if let Some(observer) = &observer {
        observer.to_the_end().await;
    }
    let ended = match &execution_arn {
        Some(arn) => executions.to_the_end(arn).await,
        None => None,
    };
    let id = message.map(|message| message.invocation_id().to_owned());
    let case = MessageRecord {
        calls: Vec::new(),
        invocation_id: id.unwrap_or_default(),
        entry: None,
        lines: function.into_lines(),
        execution_arn,
        history: ended.as_ref().map(|it| it.events.iter().map(history::of_cloud).collect()),
    };
    let crashed = crash.happened();
    let EndedExecution { events, covered, undecided } = ended.unwrap_or_default();
    Ok(Simulated { invocations, case, crashed, covered, undecided, events })
}

fn executions(
    machine: Arc<Machine>,
    tasks: Arc<dyn Tasks>,
    clock: Clock,
    in_real_time: bool,
) -> InterpretedExecutions {
    match in_real_time {
        false => InterpretedExecutions::new(machine, tasks, clock),
        true => {
            let tasks = Arc::new(RealTimeTasks(tasks));
            InterpretedExecutions::new(machine, tasks, clock).in_real_time()
        }
    }
}

/// Invokes until the rule gives up or has a verdict. Nothing is reported: the handler's lines hold every
/// invocation.
async fn invoke_to_the_end(
    function: &SimulatedFunction,
    request: RuleRequest<'_>,
    observer: Option<&RealTimeObserver>,
) -> Result<Invocations, CommandError> {
    let mut ignore = |_: &Invocation| ();
    let invocations = ask(function, request, &mut ignore);
    let Some(observer) = observer else { return Ok(invocations.await?) };
    tokio::select! {
        invocations = invocations => Ok(invocations?),
        never = observer.observe() => match never {},
    }
}
