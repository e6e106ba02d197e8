//! One message on its way through a flow, from the first question to the end of its execution.

use super::names::FUNCTION_ARN;
use std::collections::BTreeSet;
use std::io;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::Duration;

use handler::arn::{ExecutionName, StateMachineArn};
use handler::flow::Flow;
use handler::memory::MemoryLedger;
use handler::on_failure::OnFailure;
use handler::origin::Origin;
use handler::workmail::Message;
use jiff::Timestamp;
use tokio::runtime::Runtime;

use super::clock::Clock;
use super::crash::{Crash, Deadly, Step};
use super::executions::Interpreted;
use super::history;
use super::lambda::SimulatedFunction;
use super::real_time::{Listener, Live, Timed};
use crate::error::CommandError;
use crate::rule::{Asked, Invocation, Question, ask};
use crate::trace::MessageRecord;
use asl::{Covered, Event, Machine, Tasks};

const MACHINE_ARN: &str = "arn:aws:states:us-east-1:123456789012:stateMachine:local";

/// What is simulated.
pub struct Scenario {
    /// The event's text.
    pub event: String,
    /// The state machine.
    pub machine: Arc<Machine>,
    /// Who answers its tasks.
    pub tasks: Arc<dyn Tasks>,
    /// Whose output is the verdict.
    pub origin: Origin,
    /// How long the invocation that starts the execution waits for it.
    pub wait: Duration,
    /// What to answer when the state machine did not decide.
    pub on_failure: OnFailure,
    /// For how long the rule goes on asking; 0 is one invocation.
    pub rule_timeout: Duration,
    /// After which step the first invocation that takes it dies.
    pub crash_after: Option<Step>,
    /// When the message comes in.
    pub began: Timestamp,
}

/// What happened.
pub struct Played {
    /// What the asking came to.
    pub asked: Asked,
    /// The handler's lines and the execution's history, to its end: it goes on when nobody asks any more.
    pub case: MessageRecord,
    /// Whether an invocation died, as was asked for.
    pub crashed: bool,
    /// The parts of the definition that the execution came through.
    pub covered: BTreeSet<Covered>,
}

/// Where scenarios are played, one after the other. Its clock is not the program's: where nothing is left to
/// do but to wait, it jumps to the end of the wait.
pub struct Stage(Runtime);

impl Stage {
    /// A new one. Not to be made, nor used, on a thread that runs another runtime.
    ///
    /// # Errors
    /// When the system gives no second runtime.
    pub fn new() -> Result<Self, CommandError> {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_time().start_paused(true).build().map(Self).map_err(no_runtime)
    }

    /// Plays a scenario. No time passes, whatever is waited for.
    ///
    /// # Errors
    /// Those of the asking, which a simulated function does not make.
    pub fn play(&self, scenario: Scenario) -> Result<Played, CommandError> {
        self.0.block_on(perform(scenario, None))
    }
}

/// Plays a scenario. No time passes, whatever is waited for.
///
/// # Errors
/// When the system gives no second runtime.
pub async fn play(scenario: Scenario) -> Result<Played, CommandError> {
    aside(move || Stage::new()?.play(scenario)).await
}

/// Plays a scenario in as much time as it would take, and tells each moment when it happens.
///
/// # Errors
/// When the system gives no second runtime.
pub async fn play_live(scenario: Scenario, listener: Listener) -> Result<Played, CommandError> {
    aside(move || {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_time().build().map_err(no_runtime)?;
        runtime.block_on(perform(scenario, Some(listener)))
    })
    .await
}

/// On a thread of its own, because this one has the program's runtime.
async fn aside(
    play: impl FnOnce() -> Result<Played, CommandError> + Send + 'static,
) -> Result<Played, CommandError> {
    match tokio::task::spawn_blocking(play).await {
        Ok(played) => played,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            Err(cancelled) => Err(no_runtime(io::Error::other(cancelled))),
        },
    }
}

fn no_runtime(error: io::Error) -> CommandError {
    CommandError::new(crate::exit::Exit::Failed, error)
}

/// On the clock of the runtime that it runs on.
async fn perform(scenario: Scenario, listener: Option<Listener>) -> Result<Played, CommandError> {
    let clock = Clock::starting(scenario.began);
    let machine: StateMachineArn = MACHINE_ARN.parse().expect("the ARN above is one");
    let executions = match listener {
        None => Interpreted::new(scenario.machine, scenario.tasks, clock),
        Some(_) => {
            let tasks = Arc::new(Timed(scenario.tasks));
            Interpreted::new(scenario.machine, tasks, clock).in_real_time()
        }
    };
    let message = Message::parse(&scenario.event).ok();
    // Not from the log: an invocation that dies after its start leaves an execution and no line.
    let execution_arn = message.as_ref().map(|message| {
        machine.execution(&ExecutionName::from_key(message.invocation_id())).to_string()
    });
    let live = listener
        .map(|heard| Live::new(heard, clock, executions.clone(), execution_arn.clone()))
        .map(Arc::new);
    let crash = Crash::after(scenario.crash_after);
    let flow = Flow {
        ledger: Deadly { edge: MemoryLedger::default(), crash: crash.clone() },
        executions: Deadly { edge: executions.clone(), crash: crash.clone() },
        machine,
        origin: scenario.origin,
        wait: scenario.wait,
        on_failure: scenario.on_failure,
    };
    let function = SimulatedFunction::new(flow, crash.clone(), clock, live.clone());
    let question = Question {
        function: FUNCTION_ARN,
        event: &scenario.event,
        message: message.as_ref(),
        rule_timeout: scenario.rule_timeout,
    };
    let asked = all_answers(&function, question, live.as_deref()).await?;
    if let Some(live) = &live {
        live.to_the_end().await;
    }
    let ended = match &execution_arn {
        Some(arn) => executions.to_the_end(arn).await,
        None => None,
    };
    let (events, covered) = ended.unzip();
    let case = MessageRecord {
        invocation_id: message
            .map(|message| message.invocation_id().to_owned())
            .unwrap_or_default(),
        entry: None,
        lines: function.into_lines(),
        execution_arn,
        history: events.map(|events: Vec<Event>| events.iter().map(history::of_cloud).collect()),
    };
    Ok(Played { asked, case, crashed: crash.happened(), covered: covered.unwrap_or_default() })
}

/// Asks to the end; every invocation is in the handler's lines.
async fn all_answers(
    function: &SimulatedFunction,
    question: Question<'_>,
    live: Option<&Live>,
) -> Result<Asked, CommandError> {
    let mut unheard = |_: &Invocation| ();
    let asked = ask(function, question, &mut unheard);
    let Some(live) = live else { return Ok(asked.await?) };
    tokio::select! {
        asked = asked => Ok(asked?),
        never = live.keep_up() => match never {},
    }
}
