//! `deployer logs`.

use std::ops::ControlFlow;

use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};

use crate::config::{StackName, bad_values};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::finding::Finding;
use crate::host::interrupt;
use crate::installation::{Installation, lookup};
use crate::logs::{Level, Line, Listener, LogSource, Merged, Selection, follow, parse_time};
use crate::options::stack::StackArgs;
use crate::report;
use crate::report::answers::Log;
use crate::session::Session;
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
    /// Which stack.
    #[command(flatten)]
    pub stack: StackArgs,
}

/// Fails when a value is faulty, there is no stack, or AWS refuses a read.
pub async fn run(args: &LogsArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let (name, since, until) = values(args, session.now())?;
    let cloud = session.connect().await?;
    let installation = lookup::find(&cloud, name.as_str(), &session.next).await?;
    let selection = selection(args, installation, since, until);
    let asking = session.host.terminal.asking();
    let mut printer = Printer { session, level: args.level, raw: args.raw, day: None, printed: 0 };
    if args.follow {
        let following = follow(&*cloud.logs, selection, &mut printer);
        let ended = interrupt::unless_pressed(&asking, following).await;
        return ended.unwrap_or(Ok(())).map(|()| Exit::Done).map_err(|e| refused(e, args));
    }
    read(&cloud, &selection, &mut printer).await.map_err(|error| refused(error, args))?;
    if printer.printed == 0 {
        session.log(&report::nothing_logged(since));
    }
    Ok(Exit::Done)
}

type Values = (StackName, Timestamp, Option<Timestamp>);

/// Reads the options' values, and reports every faulty value at once.
fn values(args: &LogsArgs, now: Timestamp) -> Result<Values, CommandError> {
    let name = args.stack.parse();
    let since = parse_time(&args.since, now, "--since");
    let until = args.until.as_deref().map(|text| parse_time(text, now, "--until")).transpose();
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
    from: Timestamp,
    to: Option<Timestamp>,
) -> Selection {
    let function = (LogSource::Function, installation.function_logs);
    let machine = installation.machine_logs.map(|group| (LogSource::StateMachine, group));
    let groups = std::iter::once(function).chain(machine).collect();
    Selection { groups, from, to, pattern: args.filter.clone() }
}

/// Reads to the end, or until stdout is closed.
async fn read(
    cloud: &Cloud,
    selection: &Selection,
    printer: &mut Printer<'_, '_>,
) -> Result<(), CloudError> {
    let mut lines = Merged::new(&*cloud.logs, selection);
    while let Some(line) = lines.next().await? {
        if printer.line(&line).is_break() {
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

/// Prints the lines of a level or above.
struct Printer<'s, 'a> {
    session: &'s mut Session<'a>,
    level: Option<Level>,
    raw: bool,
    /// The day of the last line, in UTC.
    day: Option<Date>,
    printed: usize,
}

impl Listener for Printer<'_, '_> {
    fn line(&mut self, line: &Line) -> ControlFlow<()> {
        let parsed = line.parse();
        if self.level.is_some_and(|level| parsed.level() < level) {
            return ControlFlow::Continue(());
        }
        self.printed += 1;
        let day = line.event.timestamp.to_zoned(TimeZone::UTC).date();
        let new_day = (self.day.replace(day) != Some(day)).then_some(day);
        match self.session.try_answer(&Log { line, parsed: &parsed, raw: self.raw, new_day }) {
            Ok(()) => ControlFlow::Continue(()),
            // The reader has closed the pipe and wants no more.
            Err(_) => ControlFlow::Break(()),
        }
    }

    fn look_failed(&mut self, error: &CloudError) {
        self.session.log(&report::look_failed(error));
    }
}
