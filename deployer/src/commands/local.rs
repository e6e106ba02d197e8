//! `deployer local`.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use handler::workmail::Message;
use handler::workmail::limits::MAX_RULE_TIMEOUT;
use tokio::sync::mpsc::unbounded_channel;

use crate::config::bad_values;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::explain::no_verdict;
use crate::files::watcher::{FileWatcher, place_of};
use crate::flow::{Flow, built_in};
use crate::graph::{Graph, PathTaken};
use crate::host::interrupt;
use crate::message::file;
use crate::options::functions::FunctionsArgs;
use crate::options::graph::{GraphArgs, Shown};
use crate::options::local_flow::LocalFlowArgs;
use crate::options::new_event::{self, MessageArgs};
use crate::options::page::PageArgs;
use crate::options::real_tasks::RealTasksArgs;
use crate::options::task_mocks::{Sample, TaskMocksArgs};
use crate::report;
use crate::report::answers::{Changed, LiveMoment, Warning};
use crate::rule::{Ending, Fallback, RuleOutcome, RuleRequest, check_fallback};
use crate::session::{FunctionLines, Session};
use crate::simulation::{
    Assumption, FUNCTION_ARN, FunctionRunner, Listener, ReadyFunctions, Scenario, Simulated, Step,
    TaskMocks, simulate, simulate_in_real_time,
};
use crate::trace::{MessageRecord, TimelineEventKind, timeline};

/// Run one message through a flow on this machine, without AWS.
///
/// The deployed function's own code answers, the state machine is interpreted, and WorkMail retries
/// until there is a verdict or the rule's timeout is over; waiting takes no time. Shows one
/// timeline of what happens, and then the result for each recipient. Behavior that AWS does not
/// document is marked as assumed. --show graph shows the state machine with the path that was
/// taken; --svg draws it.
///
/// --answers sets the answers of tasks: a file, JSON or YAML, with the names of states, and for
/// each an answer (`output`, or `error` and `cause`, or `never: true`; and `took`, in seconds), or
/// a list of answers, one for each attempt. A task without an answer fails with the error NoAnswer.
/// With --task, the system's shell runs a command that answers the task: it reads the task's input
/// as JSON, and writes the task's output as JSON. If its exit code is not 0, the task fails with
/// the {"error": NAME, "cause": TEXT} that it writes, else with Task.Failed and the last line of
/// its standard error. The simulation's clock stops while the command runs. --fail and --slow show
/// what a flow does when a task fails or is slow. The interpreter refuses what it cannot run, and
/// names it (docs/reference/state-language.md).
///
/// Functions of the flow (docs/guides/functions.md) run on this machine, unless another option sets
/// the answers of their states. They cannot reach anything outside unless --real-functions allows
/// it; their log goes to stderr.
///
/// With --realtime, no time is skipped, and each moment is shown when it happens. With --watch,
/// everything runs again whenever the flow, the answers, the event, or `deployer.yaml` is saved.
///
/// With --rule asynchronous, WorkMail invokes the function once, and delivers the message without a
/// verdict.
///
/// Exits with 0 if there is a verdict that WorkMail accepts, and with 1 if there is none. Under an
/// asynchronous rule, exits with 0 if the execution succeeds, and with 1 if it does not.
#[derive(Debug, Clone, clap::Args)]
pub struct LocalArgs {
    /// Which flow.
    #[command(flatten)]
    pub flow: LocalFlowArgs,
    /// The answers of tasks.
    #[command(flatten)]
    pub task_mocks: TaskMocksArgs,
    /// Which tasks are real.
    #[command(flatten)]
    pub real_tasks: RealTasksArgs,
    /// How the functions of the flow run.
    #[command(flatten)]
    pub functions: FunctionsArgs,
    /// End the process of an invocation after its first step of this kind
    #[arg(long, value_name = "STEP")]
    pub crash_after: Option<Step>,
    /// For how many minutes WorkMail retries, 0 to 240 [default: 240]
    #[arg(long, value_name = "MINUTES", value_parser = clap::value_parser!(u16).range(0..=240))]
    pub rule_timeout: Option<u16>,
    /// Fallback action of the rule, to show what happens for recipients without a verdict
    #[arg(long, value_name = "ACTION")]
    pub fallback: Option<Fallback>,
    /// What to show of its path.
    #[command(flatten)]
    pub graph: GraphArgs,
    /// Whether to write a page.
    #[command(flatten)]
    pub page: PageArgs,
    /// Show the inputs and outputs of the execution and its states
    #[arg(long)]
    pub with_contents: bool,
    /// Run in real time, and show each moment when it happens
    #[arg(long)]
    pub realtime: bool,
    /// Run again whenever one of its files is saved: flow or state machine, answers, event,
    /// settings; Ctrl-C ends it
    #[arg(long)]
    pub watch: bool,
    /// File with the event, as JSON, instead of one that the options describe; or `-` for standard
    /// input
    #[arg(long, value_name = "FILE", conflicts_with = "MessageArgs")]
    pub event: Option<PathBuf>,
    /// What a new event says.
    #[command(flatten, next_help_heading = "Options for a new event")]
    pub message: MessageArgs,
}

/// Fails when an input is invalid, or there is no verdict.
pub(super) async fn run(args: &LocalArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let interruption = session.host.terminal.asking();
    let work =
        async { if args.watch { watch(args, session).await } else { once(args, session).await } };
    match interrupt::unless_pressed(&interruption, work).await {
        Some(ended) => ended,
        None if args.watch => Ok(Exit::Done),
        None => Err(CommandError::failed("interrupted before the end")),
    }
}

/// Runs it again whenever a file is saved. Ends only if the settings file changes: then everything
/// has to be read again.
async fn watch(args: &LocalArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let settings = session.settings_file();
    let mut files = FileWatcher::new(args.files());
    files.add(vec![settings.clone()]);
    loop {
        if let Err(error) = once(args, session).await {
            let now = session.now();
            let terminal = &mut session.host.terminal;
            report::tell_error(&error, terminal, session.global.output, now);
        }
        if session.host.terminal.unwritten().is_some() {
            return Ok(Exit::Failed);
        }
        session.remark(&report::waits_for_changes(files.count()));
        let changed = files.changed().await;
        session.answer(&Changed::new(&changed, session.now()));
        if changed.iter().any(|path| place_of(path) == place_of(&settings)) {
            session.again = Some(files);
            return Ok(Exit::Done);
        }
    }
}

async fn once(args: &LocalArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let (runner, mut lines) = args.functions.runner(session)?;
    let Prepared { mut flow, tasks, scenario, _functions } =
        prepare(args, session, &runner, &mut lines).await?;
    session.layers.origins.relocate(&mut flow.warnings);
    flow.warnings.iter().for_each(|warning| session.answer(&Warning(warning)));
    let (event, rule_timeout) = (scenario.event.clone(), scenario.rule_timeout);
    let rule = scenario.settings.rule;
    let message = Message::parse(&event);
    if let Err(fault) = &message {
        session.log(&report::no_message(fault));
    }
    let message = message.as_ref().ok();
    check_fallback(args.fallback, message, "--fallback")
        .map_err(|fault| bad_values(vec![fault]))?;
    let assumptions = Assumption::of(rule, rule_timeout);
    session.remark(&report::assumptions(&assumptions));
    assumptions.iter().for_each(|assumption| session.answer(assumption));
    let simulated = match args.realtime {
        true => simulate_and_print(args, session, scenario, &mut lines).await?,
        false => session.with_lines(&mut lines, simulate(scenario)).await?,
    };
    if args.crash_after.is_some() && !simulated.crashed {
        session.log(report::NO_CRASH);
    }
    if args.graph.shows(Shown::Timeline) && !args.realtime {
        print_timeline(args, session, &simulated);
    }
    tasks.unanswered().iter().for_each(|warning| session.answer(&Warning(warning)));
    simulated.undecided().iter().for_each(|warning| session.answer(&Warning(warning)));
    let path = PathTaken::of(simulated.case.history.as_deref().unwrap_or_default());
    args.graph.show(&flow, &path, session)?;
    let request =
        RuleRequest { function: FUNCTION_ARN, event: &event, message, rule, rule_timeout };
    let outcome = RuleOutcome::new(request, &simulated.invocations, args.fallback);
    write_page(args, &flow, &path, &simulated, &outcome)?;
    conclude(session, request, &outcome, &simulated, &tasks)
}

/// Simulates in real time, and prints each moment when it happens.
async fn simulate_and_print(
    args: &LocalArgs,
    session: &mut Session<'_>,
    scenario: Scenario,
    lines: &mut FunctionLines,
) -> Result<Simulated, CommandError> {
    let (sender, mut receiver) = unbounded_channel();
    let began = scenario.began;
    let listener = Listener { sender, with_contents: args.with_contents };
    let print = async {
        loop {
            tokio::select! {
                biased;
                line = lines.next() => session.log(&line),
                moment = receiver.recv() => match moment {
                    Some(moment) if args.graph.shows(Shown::Timeline) => {
                        session.answer(&LiveMoment::new(&moment, began));
                    }
                    Some(_) => {}
                    // The simulation has ended and dropped the sender.
                    None => break,
                },
            }
        }
    };
    let (simulated, ()) = tokio::join!(simulate_in_real_time(scenario, listener), print);
    simulated
}

impl LocalArgs {
    /// The files and folders that decide what happens.
    fn files(&self) -> Vec<PathBuf> {
        let flow = self.flow.flow.as_ref().filter(|name| built_in(name).is_none());
        let files = [&self.flow.state_machine, &self.task_mocks.answers, &self.event];
        let files = files.into_iter().chain([&self.message.eml]).flatten().cloned();
        flow.map(PathBuf::from).into_iter().chain(files).collect()
    }
}

/// A scenario, and what it needs until it has ended.
struct Prepared {
    flow: Flow,
    tasks: Arc<TaskMocks>,
    scenario: Scenario,
    /// The processes of the flow's functions end with it.
    _functions: Option<ReadyFunctions>,
}

/// The scenario, with every input read and checked.
async fn prepare(
    args: &LocalArgs,
    session: &mut Session<'_>,
    runner: &FunctionRunner,
    lines: &mut FunctionLines,
) -> Result<Prepared, CommandError> {
    session.announce_flow(&args.flow.source());
    let (local, cloud) = args.real_tasks.read(&args.flow, session).await?;
    let sample = sample(args, &local.flow);
    let mut tasks = args.task_mocks.read(&local.flow, sample)?;
    session.remark_samples(&local.flow);
    if let Some((origin, _)) = sample.filter(|_| !local.flow.task_states().is_empty()) {
        session.remark(&report::sample_answers(origin));
    }
    args.real_tasks.add_to(&mut tasks, &local.flow, cloud.as_ref())?;
    let mocked = tasks.mocked();
    let functions = ReadyFunctions::of(&local.flow, &mocked, runner);
    let functions = session.with_lines(lines, functions).await?;
    if let Some(functions) = &functions {
        session.warn_of_versions(&functions.other_versions);
        tasks.functions = Some(functions.tasks(mocked));
    }
    let tasks = Arc::new(tasks);
    let minutes = args.rule_timeout.map(|minutes| Duration::from_secs(u64::from(minutes) * 60));
    let scenario = Scenario {
        event: match &args.event {
            Some(path) => file::read(path)?,
            None => new_event::text(&args.message, session.host)?,
        },
        tasks: Arc::clone(&tasks) as _,
        machine: local.machine,
        settings: local.settings,
        crash_after: args.crash_after,
        rule_timeout: minutes.unwrap_or(MAX_RULE_TIMEOUT),
        began: session.now(),
    };
    Ok(Prepared { flow: local.flow, tasks, scenario, _functions: functions })
}

/// The answers of the flow's folder, if nothing else sets the answers of tasks.
fn sample<'a>(args: &LocalArgs, flow: &'a Flow) -> Option<&'a Sample> {
    let answers = flow.belongings.answers.as_ref();
    answers.filter(|_| args.task_mocks.answers.is_none() && args.real_tasks.real.is_empty())
}

fn print_timeline(args: &LocalArgs, session: &mut Session<'_>, simulated: &Simulated) {
    let moments = timeline(&simulated.case, args.with_contents);
    if session.is_text() {
        return session.print(&report::simulated(&moments));
    }
    let Some(began) = moments.first().map(|moment| moment.at) else { return };
    moments.iter().for_each(|moment| session.answer(&LiveMoment::new(moment, began)));
}

/// The error of an execution that did not succeed, under a rule that waits for no verdict.
fn unsuccessful(case: &MessageRecord) -> Option<CommandError> {
    let ended = timeline(case, false).into_iter().rev().find_map(|moment| match moment.kind {
        TimelineEventKind::Ended { status, error, .. } => Some((status, error)),
        _ => None,
    });
    match ended {
        Some((status, _)) if status == "SUCCEEDED" => None,
        Some((status, error)) => {
            let error = error.map(|error| format!(" with {error}")).unwrap_or_default();
            Some(CommandError::failed(format!("the execution ended {status}{error}")))
        }
        None => Some(CommandError::failed("the execution did not end")),
    }
}

/// Writes the page, if an option asks for it.
fn write_page(
    args: &LocalArgs,
    flow: &Flow,
    path: &PathTaken,
    simulated: &Simulated,
    outcome: &RuleOutcome<'_>,
) -> Result<(), CommandError> {
    args.page.write(|| {
        let page = report::SimulatedMessage {
            flow: &flow.name,
            graph: &Graph::of(flow.definition.document()),
            path,
            timeline: &timeline(&simulated.case, args.with_contents),
            outcome,
            with_contents: args.with_contents,
        };
        page.html()
    })
}

/// Prints the result.
fn conclude(
    session: &mut Session<'_>,
    request: RuleRequest<'_>,
    outcome: &RuleOutcome<'_>,
    simulated: &Simulated,
    tasks: &TaskMocks,
) -> Result<Exit, CommandError> {
    if session.is_text() {
        session.warn(&outcome.findings);
        session.print("");
    }
    session.answer(outcome);
    match simulated.invocations.ending {
        Ending::Verdict(_) => Ok(Exit::Done),
        Ending::Started => unsuccessful(&simulated.case).map_or(Ok(Exit::Done), Err),
        Ending::TimedOut | Ending::Rejected => {
            let unanswered = tasks.unanswered();
            Err(no_verdict::simulated_error(
                &simulated.invocations,
                request.rule_timeout,
                &unanswered,
                &session.next,
            ))
        }
    }
}
