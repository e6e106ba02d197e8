//! `deployer logs`.

use crate::session::legacy as connect;
use std::ops::ControlFlow;

use crate::config::{StackName, bad_values};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::finding::Finding;
use crate::host::Host;
use crate::host::interrupt;
use crate::installation::Installation;
use crate::installation::lookup;
use crate::logs::{Level, Line, Listener, LogSource, Merged, Selection, follow, moment};
use crate::report::{LogStyle, LogTeller};
use crate::session::GlobalArgs;
use cloud::{Cloud, CloudError, ErrorKind};

/// Show what the handler, Lambda and the state machine logged, by time.
///
/// Each invocation of the handler is one line: when it ended, which message, what came of it, how long it
/// took; below it what was wrong. Times are UTC. Nothing of a message's content is logged, unless somebody
/// switched that on for the state machine.
#[derive(Debug, Clone, clap::Args)]
pub struct LogsArgs {
    /// Go on as lines come, until Ctrl-C
    #[arg(long, short, conflicts_with = "until")]
    pub follow: bool,
    /// From when on: how long ago (90s, 10m, 2h, 3d, 1w), or a time (2026-11-21T12:00:00Z)
    #[arg(long, value_name = "TIME", default_value = "10m")]
    pub since: String,
    /// Until when [default: now]
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// CloudWatch's filter pattern, such as 'ERROR' or '{ $.errorType = "ExecutionFailed" }'
    #[arg(long, value_name = "PATTERN")]
    pub filter: Option<String>,
    /// Leave out what is less important
    #[arg(long, value_name = "LEVEL")]
    pub level: Option<Level>,
    /// Print the lines as they were logged
    #[arg(long)]
    pub raw: bool,
    /// Name of the CloudFormation stack
    #[arg(long, value_name = "NAME", default_value = StackName::DEFAULT)]
    pub stack_name: String,
}

/// Runs the command.
///
/// # Errors
/// When a value is faulty, there is no stack, or AWS refuses a read.
pub(super) async fn run(
    args: &LogsArgs,
    global: &GlobalArgs,
    world: &mut Host,
) -> Result<Exit, CommandError> {
    let clock = world.clock;
    let (name, since, until) = values(args, clock())?;
    let cloud = connect::connect_anywhere(world, global).await?;
    let installation = lookup::find(&cloud, name.as_str()).await?;
    let selection = selection(args, installation, since, until);
    let asking = world.terminal.asking();
    let style = LogStyle::new(global.output, args.raw);
    let teller = LogTeller::new(&mut world.terminal, style, clock);
    let mut listening = Listening { teller, level: args.level, told: 0 };
    if args.follow {
        let following = follow(&*cloud.logs, selection, &mut listening);
        let ended = interrupt::unless_pressed(&asking, following).await;
        return ended.unwrap_or(Ok(())).map(|()| Exit::Done).map_err(|e| refused(e, args));
    }
    read(&cloud, &selection, &mut listening).await.map_err(|error| refused(error, args))?;
    if listening.told == 0 {
        listening.teller.tell(&format!(
            "nothing was logged since {since}; an earlier --since looks further back"
        ));
    }
    Ok(Exit::Done)
}

type Values = (StackName, jiff::Timestamp, Option<jiff::Timestamp>);

/// Every faulty value at once.
fn values(args: &LogsArgs, now: jiff::Timestamp) -> Result<Values, CommandError> {
    let name = StackName::parse(&args.stack_name);
    let since = moment(&args.since, now, "--since");
    let until = args.until.as_deref().map(|text| moment(text, now, "--until")).transpose();
    match (name, since, until) {
        (Ok(_), Ok(since), Ok(Some(until))) if until < since => {
            let sentence = format!("{until} is before {since}, where --since begins");
            Err(bad_values(vec![Finding::error("time", "--until", sentence)]))
        }
        (Ok(name), Ok(since), Ok(until)) => Ok((name, since, until)),
        (name, since, until) => {
            let faults = [name.err(), since.err(), until.err()];
            Err(bad_values(faults.into_iter().flatten().collect()))
        }
    }
}

fn selection(
    args: &LogsArgs,
    installation: Installation,
    from: jiff::Timestamp,
    to: Option<jiff::Timestamp>,
) -> Selection {
    let function = (LogSource::Function, installation.function_logs);
    let machine = installation.machine_logs.map(|group| (LogSource::StateMachine, group));
    let groups = std::iter::once(function).chain(machine).collect();
    Selection { groups, from, to, pattern: args.filter.clone() }
}

/// Reads to the end, or until nobody listens any more.
async fn read(
    cloud: &Cloud,
    selection: &Selection,
    listening: &mut Listening<'_>,
) -> Result<(), CloudError> {
    let mut lines = Merged::new(&*cloud.logs, selection);
    while let Some(line) = lines.next().await? {
        if listening.line(&line).is_break() {
            break;
        }
    }
    Ok(())
}

fn refused(error: CloudError, args: &LogsArgs) -> CommandError {
    let about_the_pattern = error.kind == ErrorKind::Invalid && args.filter.is_some();
    let refused = CommandError::from(error);
    match about_the_pattern {
        true => refused.hint(
            "is --filter a filter pattern of CloudWatch Logs? Words are found as they are; members of \
             JSON lines are compared as in '{ $.errorType = \"NotReady\" }'",
        ),
        false => refused,
    }
}

struct Listening<'a> {
    teller: LogTeller<'a>,
    level: Option<Level>,
    told: usize,
}

impl Listener for Listening<'_> {
    fn line(&mut self, line: &Line) -> ControlFlow<()> {
        let reading = line.read();
        if self.level.is_some_and(|level| reading.level() < level) {
            return ControlFlow::Continue(());
        }
        self.told += 1;
        match self.teller.line(line, &reading) {
            Ok(()) => ControlFlow::Continue(()),
            // Who closes the pipe has read enough.
            Err(_) => ControlFlow::Break(()),
        }
    }

    fn look_failed(&mut self, error: &CloudError) {
        self.teller.tell(&format!("a look failed and will be repeated: {error}"));
    }
}
