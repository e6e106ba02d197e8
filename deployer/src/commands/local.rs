//! `deployer local`.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use handler::origin::Origin;
use handler::workmail::Message;
use handler::workmail::limits::MAX_RULE_TIMEOUT;

use crate::cli::{GlobalArgs, OutputFormat};
use crate::commands::hindrance::HindranceArgs;
use crate::commands::message::{self, MessageArgs};
use crate::commands::{invoke, prepare};
use crate::config::{OutputState, WaitTime, bad_values, on_failure};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::flow::{Flow, FlowError, Home};
use crate::message::file;
use crate::report;
use crate::rule::{Ending, Fallback, Outcome, Question};
use crate::simulation::{Assumption, FUNCTION_ARN, Played, Scenario, Step, play};
use crate::trace::timeline;
use crate::world::World;

/// Where functions without an ARN are looked for: an account of AWS's examples.
const HOME: Home<'static> = Home { region: "us-east-1", account: "123456789012" };

/// Run one message through a state machine on this machine, without AWS.
///
/// The deployed function's own code answers, the state machine is interpreted, and WorkMail asks again until there
/// is a verdict or the rule's timeout is over; whatever is waited for takes no time. Shows on one timeline what
/// happens, then what becomes of each recipient. What no document of AWS says is named as assumed.
///
/// Tasks answer what --answers says: a file, JSON or YAML, with the names of states and for each an answer
/// (`output`, or `error` and `cause`, or `never: true`; and `took`, in seconds), or a list of answers, one for
/// each attempt. A task without an answer fails with the error NoAnswer. --fail and --slow show what a flow does
/// when a task fails or dawdles. What the interpreter cannot run it refuses by name (docs/asl.md).
///
/// Exits with 0 where there is a verdict that WorkMail takes, with 1 where there is none.
#[derive(Debug, Clone, clap::Args)]
pub struct LocalArgs {
    /// State machine to run in place of the built-in flow: Amazon States Language, JSON or YAML
    #[arg(long, value_name = "FILE")]
    pub state_machine: Option<PathBuf>,
    /// What tasks do.
    #[command(flatten)]
    pub hindrance: HindranceArgs,
    /// Seconds the first invocation waits for the verdict, 0 to 13 [default: 1]
    #[arg(long, value_name = "SECONDS", allow_hyphen_values = true)]
    pub wait_time: Option<String>,
    /// State whose output is the verdict, even while later states run [default: the execution's output]
    #[arg(long, value_name = "STATE")]
    pub output_state: Option<String>,
    /// What to answer when the state machine fails: retry, default, bounce, drop or junk
    #[arg(long, value_name = "POLICY", default_value = "retry")]
    pub on_failure: String,
    /// Let the process of an invocation end after its first step of this kind
    #[arg(long, value_name = "STEP")]
    pub crash_after: Option<Step>,
    /// For how many minutes the rule asks again, 0 to 240 [default: 240]
    #[arg(long, value_name = "MINUTES", value_parser = clap::value_parser!(u16).range(0..=240))]
    pub rule_timeout: Option<u16>,
    /// The rule's fallback action, to say what recipients without a verdict get
    #[arg(long, value_name = "ACTION")]
    pub fallback: Option<Fallback>,
    /// Show what goes into the execution and its states, and what comes out
    #[arg(long)]
    pub with_contents: bool,
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
pub async fn run(
    args: &LocalArgs,
    global: &GlobalArgs,
    world: &mut World,
) -> Result<Exit, CommandError> {
    let scenario = scenario(args, world)?;
    let (event, rule_timeout) = (scenario.event.clone(), scenario.rule_timeout);
    let message = Message::parse(&event);
    if let Err(fault) = &message {
        world.terminal.tell(&report::no_message(fault));
    }
    let message = message.as_ref().ok();
    invoke::fits(args.fallback, message)?;
    for assumption in Assumption::of(rule_timeout) {
        match global.output {
            OutputFormat::Text => world.terminal.tell(&report::assumption(assumption)),
            OutputFormat::Json => world.answer_object("assumption", &assumption),
        }
    }
    let played = play(scenario).await?;
    if args.crash_after.is_some() && !played.crashed {
        world.terminal.tell(report::NO_CRASH);
    }
    tell_story(args, global, world, &played);
    let question = Question { function: FUNCTION_ARN, event: &event, message, rule_timeout };
    conclude(args, global, world, question, &played)
}

/// What is to be simulated, every input read and checked.
fn scenario(args: &LocalArgs, world: &World) -> Result<Scenario, CommandError> {
    let wait = args.wait_time.as_deref().map(WaitTime::parse).transpose();
    let output_state = args.output_state.as_deref().map(OutputState::parse).transpose();
    let on_failure = on_failure(&args.on_failure);
    let (wait, output_state, on_failure) = match (wait, output_state, on_failure) {
        (Ok(wait), Ok(output_state), Ok(on_failure)) => (wait, output_state, on_failure),
        (wait, output_state, on_failure) => {
            let faults = [wait.err(), output_state.err(), on_failure.err()];
            return Err(bad_values(faults.into_iter().flatten().collect()));
        }
    };
    let output_state = output_state.map(|state| state.as_str().to_owned());
    let flow = flow(args, output_state.as_deref()).map_err(prepare::flow_error)?;
    let machine = flow.machine().map_err(prepare::flow_error)?;
    let minutes = args.rule_timeout.map(|minutes| Duration::from_secs(u64::from(minutes) * 60));
    Ok(Scenario {
        event: match &args.event {
            Some(path) => file::read(path)?,
            None => message::text(&args.message, world)?,
        },
        machine: Arc::new(machine),
        tasks: Arc::new(args.hindrance.tasks(&flow)?),
        origin: Origin::from(output_state),
        wait: wait.unwrap_or_default().duration(),
        on_failure,
        crash_after: args.crash_after,
        rule_timeout: minutes.unwrap_or(MAX_RULE_TIMEOUT),
        began: (world.clock)(),
    })
}

fn flow(args: &LocalArgs, output_state: Option<&str>) -> Result<Flow, FlowError> {
    match &args.state_machine {
        Some(path) => Flow::from_file(path, HOME, output_state),
        None => Flow::built_in(HOME, output_state),
    }
}

fn tell_story(args: &LocalArgs, global: &GlobalArgs, world: &mut World, played: &Played) {
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
    world: &mut World,
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
