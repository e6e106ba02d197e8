//! `deployer logs`.

use std::collections::VecDeque;
use std::ops::ControlFlow;

use jiff::Timestamp;

use crate::config::{StackName, bad_values};
use crate::document::suggestion::instead;
use crate::error::{CommandError, Sentence};
use crate::exit::Exit;
use crate::finding::Finding;
use crate::host::interrupt;
use crate::installation::{Installation, lookup};
use crate::logs::{
    Level, Line, Listener, LogSource, Merged, Messages, ParsedLine, Reduced, Selection, about,
    follow, parse_id, parse_time,
};
use crate::options::stack::StackArgs;
use crate::report;
use crate::report::answers::Log;
use crate::session::Session;
use cloud::{Cloud, CloudError, ErrorKind};

/// Show what happened to each message, one line per message.
///
/// Each line has the time, the verdict, WorkMail's message ID, the invocation ID, the duration of
/// the last invocation, and anything unusual. Warnings and errors that are not about a message have
/// their own lines. --full prints a line for everything that the handler, Lambda, and the state
/// machine logged. Times are local (the variable TZ names another zone). Message contents are not
/// logged, unless this was turned on for the state machine. --output json always has every line.
/// Lines arrive up to some minutes late.
#[derive(Debug, Clone, clap::Args)]
pub struct LogsArgs {
    /// Message ID or invocation ID: show only what is about this message
    #[arg(value_name = "ID", conflicts_with = "filter")]
    pub id: Option<String>,
    /// Print new lines as they arrive, until Ctrl-C
    #[arg(long, short, conflicts_with = "until")]
    pub follow: bool,
    /// Print only the last N lines; with --follow, these and all new lines
    #[arg(long, short = 'n', value_name = "N", aliases = ["tail", "limit"])]
    pub lines: Option<usize>,
    /// Start: how long ago (90s, 10m, 2h, 3d, 1w), or a time (2026-11-21T12:00:00Z) [default: 10m;
    /// with an ID or --lines, 1d]
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// End [default: now]
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// CloudWatch Logs filter pattern, such as 'ERROR' or '{ $.errorType = "ExecutionFailed" }'
    #[arg(long, value_name = "PATTERN")]
    pub filter: Option<String>,
    /// Lowest level to show; debug implies --full
    #[arg(long, value_name = "LEVEL")]
    pub level: Option<Level>,
    /// Print a line for everything that was logged, instead of one per message
    #[arg(long)]
    pub full: bool,
    /// Show the log of a function of the flow, instead of the handler and the state machine;
    /// implies --full
    #[arg(long, value_name = "NAME", conflicts_with = "id")]
    pub function: Option<String>,
    /// Print the lines as they were logged
    #[arg(long)]
    pub raw: bool,
    /// Which stack.
    #[command(flatten)]
    pub stack: StackArgs,
}

impl LogsArgs {
    fn since(&self) -> &str {
        let default = if self.id.is_some() || self.lines.is_some() { "1d" } else { "10m" };
        self.since.as_deref().unwrap_or(default)
    }

    /// Whether every line is printed, and not one for each message.
    fn is_full(&self) -> bool {
        self.full || self.raw || self.function.is_some() || self.level == Some(Level::Debug)
    }
}

/// Fails when a value is invalid, there is no stack, no line is about the message, or AWS refuses a
/// read.
pub async fn run(args: &LogsArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let values = values(args, session)?;
    let cloud = session.connect().await?;
    let installation = lookup::find(&cloud, values.name.as_str(), &session.next).await?;
    let selection = selection(args, installation, &values)?;
    let group = selection.groups.first().map(|(_, group)| group.clone()).unwrap_or_default();
    let asking = session.host.terminal.asking();
    let messages =
        (session.is_text() && !args.is_full()).then(|| Messages::new(args.filter.is_some()));
    let last = args.lines;
    let kept = VecDeque::new();
    let mut printer = Printer { session, args, messages, last, kept, seen: 0, printed: 0 };
    if args.follow {
        let following = follow(&*cloud.logs, selection, &mut printer);
        let ended = interrupt::unless_pressed(&asking, following).await;
        return ended.unwrap_or(Ok(())).map(|()| Exit::Done).map_err(|e| refused(e, args));
    }
    read(&cloud, &selection, &mut printer).await.map_err(|error| refused(error, args))?;
    let (seen, printed) = (printer.seen, printer.printed);
    if printed > 0 || args.lines == Some(0) {
        return Ok(Exit::Done);
    }
    let since = report::moment(values.since, &session.zone());
    if let Some(id) = &args.id {
        return Err(unknown(id, &since, &group));
    }
    session.log(&report::nothing_logged(
        &since,
        args.since(),
        seen,
        args.level.is_some() || args.filter.is_some(),
    ));
    Ok(Exit::Done)
}

/// The options' values.
struct Values {
    name: StackName,
    since: Timestamp,
    until: Option<Timestamp>,
}

/// Reads the options' values, and reports all invalid values together.
fn values(args: &LogsArgs, session: &Session<'_>) -> Result<Values, CommandError> {
    let (now, zone) = (session.now(), session.zone());
    let name = args.stack.parse();
    let since = parse_time(args.since(), now, &zone, "--since");
    let until = args.until.as_deref().map(|text| parse_time(text, now, &zone, "--until"));
    let id = args.id.as_deref().map(parse_id).transpose();
    match (name, since, until.transpose(), id) {
        (Ok(_), Ok(since), Ok(Some(until)), Ok(_)) if until < since => {
            let (until, since) = (report::moment(until, &zone), report::moment(since, &zone));
            let sentence = format!("{until} is before {since}, the time of --since");
            Err(bad_values(vec![Finding::error("time", "--until", sentence)]))
        }
        (Ok(name), Ok(since), Ok(until), Ok(_)) => Ok(Values { name, since, until }),
        (name, since, until, id) => {
            let faults = [id.err(), name.err(), since.err(), until.err()];
            Err(bad_values(faults.into_iter().flatten().collect()))
        }
    }
}

/// About a message, the lines of the handler; else all lines of both groups.
fn selection(
    args: &LogsArgs,
    installation: Installation,
    values: &Values,
) -> Result<Selection, CommandError> {
    let groups = match &args.function {
        Some(name) => vec![(LogSource::Function, of_function(name, installation)?)],
        None => {
            let function = (LogSource::Function, installation.function_logs);
            let machine = installation.machine_logs.map(|group| (LogSource::StateMachine, group));
            let machine = machine.filter(|_| args.id.is_none());
            std::iter::once(function).chain(machine).collect()
        }
    };
    Ok(Selection {
        groups,
        from: values.since,
        to: values.until,
        pattern: args.id.as_deref().map(about).or_else(|| args.filter.clone()),
    })
}

/// The log group of a function of the flow.
fn of_function(name: &str, installation: Installation) -> Result<String, CommandError> {
    let mut groups = installation.flow_function_logs;
    groups.remove(name).ok_or_else(|| {
        let sentence = format!("the flow has no function `{}`", name.escape_debug());
        let hint = match groups.is_empty() {
            true => "omit --function: the flow has none".to_owned(),
            false => instead(name, groups.keys().map(String::as_str), "it has "),
        };
        CommandError::new(Exit::Work, Sentence(sentence)).hint(hint)
    })
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
            return Ok(());
        }
    }
    let _ = printer.print_messages();
    Ok(())
}

fn refused(error: CloudError, args: &LogsArgs) -> CommandError {
    let about_the_pattern = error.kind == ErrorKind::Invalid && args.filter.is_some();
    let refused = CommandError::from(error);
    match about_the_pattern {
        true => refused.hint(
            "--filter must be a filter pattern of CloudWatch Logs: words match literally; members \
             of JSON lines are compared as in '{ $.errorType = \"NotReady\" }'",
        ),
        false => refused,
    }
}

fn unknown(id: &str, since: &str, group: &str) -> CommandError {
    let sentence = format!(
        "no line is about {id} yet: the log group {group} was searched from {since} on, for this \
         message ID or invocation ID"
    );
    CommandError::new(Exit::Work, Sentence(sentence)).hint(
        "lines arrive up to some minutes late; an earlier --since searches further back, as far as \
         logs are kept",
    )
}

/// Prints the lines of the log, of a level or above.
struct Printer<'s, 'a> {
    session: &'s mut Session<'a>,
    args: &'s LogsArgs,
    /// Reduces the lines to one per message, unless all of them are printed.
    messages: Option<Messages>,
    /// How many of the first lines are printed, until that is done.
    last: Option<usize>,
    /// The last lines, if all lines count.
    kept: VecDeque<Reduced>,
    /// How many lines there were.
    seen: usize,
    printed: usize,
}

impl Printer<'_, '_> {
    fn print_messages(&mut self) -> ControlFlow<()> {
        let last = self.last.take().unwrap_or(usize::MAX);
        let mut all: Vec<Reduced> = match &self.messages {
            Some(messages) => messages.reduced().cloned().collect(),
            None => std::mem::take(&mut self.kept).into(),
        };
        all.retain(|reduced| self.is_shown(reduced.level()));
        let left = all.len().saturating_sub(last);
        all[left..].iter().try_for_each(|reduced| self.reduced(reduced))
    }

    fn is_shown(&self, level: Level) -> bool {
        self.args.level.is_none_or(|least| level >= least)
    }

    /// Keeps a line until enough others follow.
    fn keep(&mut self, line: &Line, parsed: ParsedLine, last: usize) {
        if self.is_shown(parsed.level()) {
            self.kept.push_back(Reduced::Other(line.clone(), parsed));
        }
        if self.kept.len() > last {
            self.kept.pop_front();
        }
    }

    fn reduced(&mut self, reduced: &Reduced) -> ControlFlow<()> {
        match reduced {
            Reduced::Message(message) => {
                let text = report::message_line(message, &self.session.zone());
                self.print(message.line.level, |session| session.host.terminal.answer(&text))
            }
            Reduced::Other(line, parsed) => self.full(line, parsed),
        }
    }

    fn full(&mut self, line: &Line, parsed: &ParsedLine) -> ControlFlow<()> {
        let raw = self.args.raw;
        self.print(parsed.level(), |session| session.try_answer(&Log { line, parsed, raw }))
    }

    fn print(
        &mut self,
        level: Level,
        print: impl FnOnce(&mut Session<'_>) -> std::io::Result<()>,
    ) -> ControlFlow<()> {
        if !self.is_shown(level) {
            return ControlFlow::Continue(());
        }
        self.printed += 1;
        match print(self.session) {
            Ok(()) => ControlFlow::Continue(()),
            // The reader has closed the pipe.
            Err(_) => ControlFlow::Break(()),
        }
    }
}

impl Listener for Printer<'_, '_> {
    fn line(&mut self, line: &Line) -> ControlFlow<()> {
        let parsed = line.parse();
        // CloudWatch's pattern may match more.
        if let (Some(id), ParsedLine::Invocation(invocation)) = (&self.args.id, &parsed)
            && !invocation.is_about(id)
        {
            return ControlFlow::Continue(());
        }
        self.seen += 1;
        match (&mut self.messages, self.last) {
            (None, None) => self.full(line, &parsed),
            (None, Some(last)) => {
                self.keep(line, parsed, last);
                ControlFlow::Continue(())
            }
            (Some(messages), last) => match messages.take(line, parsed) {
                Some(news) if self.args.follow && last.is_none() => self.reduced(&news),
                _ => ControlFlow::Continue(()),
            },
        }
    }

    fn caught_up(&mut self) -> ControlFlow<()> {
        match self.last {
            Some(_) => self.print_messages(),
            None => ControlFlow::Continue(()),
        }
    }

    fn look_failed(&mut self, error: &CloudError) {
        self.session.log(&report::look_failed(error));
    }
}
