//! `deployer local`.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use handler::workmail::Message;
use handler::workmail::limits::MAX_RULE_TIMEOUT;
use serde::Serialize;
use tokio::sync::mpsc::unbounded_channel;

use crate::config::bad_values;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::files::watcher::Files;
use crate::finding::Finding;
use crate::flow::{Flow, built_in};
use crate::graph::Passage;
use crate::host::Host;
use crate::host::interrupt;
use crate::host::terminal::OutputFormat;
use crate::message::file;
use crate::options::graph::{DrawingArgs, Shown};
use crate::options::local_flow::LocalFlowArgs;
use crate::options::new_event::{self, MessageArgs};
use crate::options::real_tasks::RealArgs;
use crate::options::task_mocks::HindranceArgs;
use crate::report;
use crate::rule::{Ending, Fallback, Outcome, Question, check_fallback};
use crate::session::GlobalArgs;
use crate::simulation::{
    Assumption, FUNCTION_ARN, Hindered, Listener, Played, Scenario, Step, play, play_live,
};
use crate::trace::timeline;

/// Run one message through a state machine on this machine, without AWS.
///
/// The deployed function's own code answers, the state machine is interpreted, and WorkMail asks again until there
/// is a verdict or the rule's timeout is over; whatever is waited for takes no time. Shows on one timeline what
/// happens, then what becomes of each recipient. What no document of AWS says is named as assumed. --show graph
/// shows the state machine with the path that was taken, --svg draws it.
///
/// Tasks answer what --answers says: a file, JSON or YAML, with the names of states and for each an answer
/// (`output`, or `error` and `cause`, or `never: true`; and `took`, in seconds), or a list of answers, one for
/// each attempt. A task without an answer fails with the error NoAnswer. With --task a command answers, which the
/// system's shell runs: it reads what the task was called with as JSON, and writes the task's output as JSON; if it
/// ends with another code than 0, the task fails with what it writes as {"error": NAME, "cause": TEXT}, else with
/// Task.Failed and the last line of its standard error. Meanwhile the simulation's clock stands still. --fail and --slow show what a flow does
/// when a task fails or dawdles. What the interpreter cannot run it refuses by name (docs/asl.md).
///
/// With --realtime nothing is skipped, and each moment is told when it happens. With --watch all of it is run anew
/// whenever the flow, the answers or the event are saved.
///
/// Exits with 0 where there is a verdict that WorkMail takes, with 1 where there is none.
#[derive(Debug, Clone, clap::Args)]
pub struct LocalArgs {
    /// Which flow.
    #[command(flatten)]
    pub flow: LocalFlowArgs,
    /// What tasks do.
    #[command(flatten)]
    pub hindrance: HindranceArgs,
    /// Which tasks are real.
    #[command(flatten)]
    pub real: RealArgs,
    /// Let the process of an invocation end after its first step of this kind
    #[arg(long, value_name = "STEP")]
    pub crash_after: Option<Step>,
    /// For how many minutes the rule asks again, 0 to 240 [default: 240]
    #[arg(long, value_name = "MINUTES", value_parser = clap::value_parser!(u16).range(0..=240))]
    pub rule_timeout: Option<u16>,
    /// The rule's fallback action, to say what recipients without a verdict get
    #[arg(long, value_name = "ACTION")]
    pub fallback: Option<Fallback>,
    /// What to show of its way.
    #[command(flatten)]
    pub drawing: DrawingArgs,
    /// Show what goes into the execution and its states, and what comes out
    #[arg(long)]
    pub with_contents: bool,
    /// Let everything take as long as it would take, and tell it as it happens
    #[arg(long)]
    pub realtime: bool,
    /// Run it anew whenever a file of it is saved: flow or state machine, answers, event; Ctrl-C ends
    #[arg(long)]
    pub watch: bool,
    /// File with the event, as JSON, in place of one that the options describe
    #[arg(long, value_name = "FILE", conflicts_with = "MessageArgs")]
    pub event: Option<PathBuf>,
    /// What a new event says.
    #[command(flatten, next_help_heading = "Options for a new event")]
    pub message: MessageArgs,
}

/// Runs the command.
///
/// # Errors
/// When an input is faulty, or there is no verdict.
pub(super) async fn run(
    args: &LocalArgs,
    global: &GlobalArgs,
    world: &mut Host,
) -> Result<Exit, CommandError> {
    let interruption = world.terminal.asking();
    let work = async {
        if args.watch {
            again_and_again(args, global, world).await
        } else {
            once(args, global, world).await
        }
    };
    match interrupt::unless_pressed(&interruption, work).await {
        Some(ended) => ended,
        None if args.watch => Ok(Exit::Done),
        None => Err(CommandError::failed("interrupted before the end")),
    }
}

/// Runs it whenever something was saved, for ever.
async fn again_and_again(
    args: &LocalArgs,
    global: &GlobalArgs,
    world: &mut Host,
) -> Result<Exit, CommandError> {
    let mut files = Files::new(args.files());
    loop {
        if let Err(error) = once(args, global, world).await {
            report::tell_error(&error, &mut world.terminal, global.output, (world.clock)());
        }
        if global.output == OutputFormat::Text {
            world.terminal.tell(&report::waits_for_changes(files.count()));
        }
        let changed = files.changed().await;
        match global.output {
            OutputFormat::Text => world.terminal.tell(&report::changed(&changed, (world.clock)())),
            OutputFormat::Json => world.answer_object("changed", &Changed { files: &changed }),
        }
    }
}

#[derive(Serialize)]
struct Changed<'a> {
    files: &'a [PathBuf],
}

async fn once(
    args: &LocalArgs,
    global: &GlobalArgs,
    world: &mut Host,
) -> Result<Exit, CommandError> {
    let (flow, tasks, scenario) = scenario(args, global, world).await?;
    tell_warnings(&flow.warnings, global, world);
    let (event, rule_timeout) = (scenario.event.clone(), scenario.rule_timeout);
    let message = Message::parse(&event);
    if let Err(fault) = &message {
        world.terminal.tell(&report::no_message(fault));
    }
    let message = message.as_ref().ok();
    check_fallback(args.fallback, message, "--fallback")
        .map_err(|fault| bad_values(vec![fault]))?;
    for assumption in Assumption::of(rule_timeout) {
        match global.output {
            OutputFormat::Text => world.terminal.tell(&report::assumption(assumption)),
            OutputFormat::Json => world.answer_object("assumption", &assumption),
        }
    }
    let played = match args.realtime {
        true => play_and_tell(args, global, world, scenario).await?,
        false => play(scenario).await?,
    };
    if args.crash_after.is_some() && !played.crashed {
        world.terminal.tell(report::NO_CRASH);
    }
    if args.drawing.shows(Shown::Timeline) && !args.realtime {
        tell_story(args, global, world, &played);
    }
    tell_warnings(&tasks.unanswered(), global, world);
    let passage = Passage::of(played.case.history.as_deref().unwrap_or_default());
    args.drawing.draw(&flow, &passage, global, world)?;
    let question = Question { function: FUNCTION_ARN, event: &event, message, rule_timeout };
    conclude(args, global, world, question, &played)
}

fn tell_warnings(warnings: &[Finding], global: &GlobalArgs, world: &mut Host) {
    for warning in warnings {
        match global.output {
            OutputFormat::Text => {
                report::finding(warning).iter().for_each(|line| world.terminal.tell(line));
            }
            OutputFormat::Json => world.answer_object("finding", warning),
        }
    }
}

/// Plays it in real time, and tells each moment when it happens.
async fn play_and_tell(
    args: &LocalArgs,
    global: &GlobalArgs,
    world: &mut Host,
    scenario: Scenario,
) -> Result<Played, CommandError> {
    let (hears, mut heard) = unbounded_channel();
    let began = scenario.began;
    let listener = Listener { hears, with_contents: args.with_contents };
    let tell = async {
        // Ends with the play, which then has nothing more to say.
        while let Some(moment) = heard.recv().await {
            match global.output {
                _ if !args.drawing.shows(Shown::Timeline) => {}
                OutputFormat::Text => {
                    report::happened(&moment, began).iter().for_each(|line| world.answer(line));
                }
                OutputFormat::Json => world.answer_object("moment", &moment),
            }
        }
    };
    let (played, ()) = tokio::join!(play_live(scenario, listener), tell);
    played
}

impl LocalArgs {
    /// The files and folders that say what happens.
    fn files(&self) -> Vec<PathBuf> {
        let flow = self.flow.flow.as_ref().filter(|name| built_in(name).is_none());
        let files = [&self.flow.state_machine, &self.hindrance.answers, &self.event];
        let files = files.into_iter().chain([&self.message.eml]).flatten().cloned();
        flow.map(PathBuf::from).into_iter().chain(files).collect()
    }
}

/// What is to be playd, every input read and checked.
async fn scenario(
    args: &LocalArgs,
    global: &GlobalArgs,
    world: &mut Host,
) -> Result<(Flow, Arc<Hindered>, Scenario), CommandError> {
    let (local, cloud) = args.real.read(&args.flow, global, world).await?;
    let mut tasks = args.hindrance.tasks(&local.flow)?;
    args.real.ask(&local.flow, cloud.as_ref(), &mut tasks)?;
    let tasks = Arc::new(tasks);
    let minutes = args.rule_timeout.map(|minutes| Duration::from_secs(u64::from(minutes) * 60));
    let scenario = Scenario {
        event: match &args.event {
            Some(path) => file::read(path)?,
            None => new_event::text(&args.message, world)?,
        },
        tasks: Arc::clone(&tasks) as _,
        machine: local.machine,
        settings: local.settings,
        crash_after: args.crash_after,
        rule_timeout: minutes.unwrap_or(MAX_RULE_TIMEOUT),
        began: (world.clock)(),
    };
    Ok((local.flow, tasks, scenario))
}

fn tell_story(args: &LocalArgs, global: &GlobalArgs, world: &mut Host, played: &Played) {
    let moments = timeline(&played.case, args.with_contents);
    match global.output {
        OutputFormat::Text => world.answer(&report::simulated(&moments)),
        OutputFormat::Json => {
            moments.iter().for_each(|moment| world.answer_object("moment", moment));
        }
    }
}

/// Says what it came to.
fn conclude(
    args: &LocalArgs,
    global: &GlobalArgs,
    world: &mut Host,
    question: Question<'_>,
    played: &Played,
) -> Result<Exit, CommandError> {
    let outcome = Outcome::new(question, &played.asked, args.fallback);
    match global.output {
        OutputFormat::Text => {
            let warnings = report::warnings(&outcome.findings);
            warnings.iter().for_each(|line| world.terminal.tell(line));
            world.answer(&format!("\n{}", report::rule_outcome(&outcome)));
        }
        OutputFormat::Json => world.answer_object("rule_outcome", &outcome),
    }
    let attempts = played.asked.last.attempt;
    match played.asked.ending {
        Ending::Verdict(_) => Ok(Exit::Done),
        Ending::Hopeless => Err(CommandError::failed(
            "the handler gives no verdict for an event like this, however often it is asked",
        )
        .hint("`deployer event` prints events that the handler takes")),
        Ending::TimedOut => {
            let minutes = question.rule_timeout.as_secs() / 60;
            let sentence =
                format!("there was no verdict in {minutes} min and {attempts} invocations");
            Err(CommandError::failed(sentence).hint(
                "with --with-contents the timeline shows what went into each state, and what came out",
            ))
        }
    }
}
