//! `deployer status`.

use std::time::Duration;

use serde_json::Value;
use tokio::time::sleep;

use crate::config::bad_values;
use crate::error::{CommandError, place};
use crate::exit::Exit;
use crate::finding::Finding;
use crate::health;
use crate::host::interrupt;
use crate::logs::span;
use crate::options::stack::StackArgs;
use crate::plan::DeployedFlow;
use crate::report;
use crate::report::answers::Status;
use crate::session::Session;
use cloud::{Cloud, ErrorKind};

/// How many events are read: those of some operations, in one call.
const EVENTS: usize = 100;

/// The shortest interval of --watch. Each poll costs some calls, and metrics are minutes old
/// anyway.
const SHORTEST_INTERVAL: Duration = Duration::from_secs(5);

/// The number of polls in a row that may fail before --watch ends.
const MAX_FAILED_LOOKS: u32 = 20;

/// Show the stack, its settings, its health, and the last events.
///
/// The health of the flow: the function's state, drift of the state machine, verdicts by type,
/// failures and waiting messages of the last hour and day, and whether the function was ever
/// invoked. CloudWatch is some minutes behind. What your credentials cannot read is shown as
/// unknown, and is not a failure. Times are local (the variable TZ names another zone). Exits with
/// 0 if there is a stack, and with 3 if there is none.
///
/// --watch refreshes the status until Ctrl-C, and then exits with 0. On a terminal, the status is
/// redrawn in place and removed at the end; elsewhere, it is printed whenever it has changed, below
/// the time; with --output json, each poll prints one object.
#[derive(Debug, Clone, clap::Args)]
pub struct StatusArgs {
    /// Refresh the status until Ctrl-C
    #[arg(long)]
    pub watch: bool,
    /// How long --watch waits between two polls (5s, 2m) [default: 30s]
    #[arg(long, value_name = "TIME", requires = "watch")]
    pub interval: Option<String>,
    /// Which stack.
    #[command(flatten)]
    pub stack: StackArgs,
}

/// Fails when the name is invalid or AWS refuses a read.
pub async fn run(args: &StatusArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let name = args.stack.name()?;
    let interval = interval(args)?;
    let cloud = session.connect().await?;
    let mut viewer = Viewer { cloud: &cloud, name: name.as_str(), last: None };
    let Some(interval) = interval else { return Ok(viewer.look(session, None).await?.exit()) };
    let asking = session.host.terminal.asking();
    let watching = viewer.watch(session, interval);
    let ended = interrupt::unless_pressed(&asking, watching).await;
    session.host.terminal.draw(&[]);
    ended.unwrap_or(Ok(Exit::Done))
}

/// The interval of --watch, if it is given.
fn interval(args: &StatusArgs) -> Result<Option<Duration>, CommandError> {
    let given = args.interval.as_deref().unwrap_or("30s");
    match span(given) {
        _ if !args.watch => Ok(None),
        Some(interval) if interval >= SHORTEST_INTERVAL => Ok(Some(interval)),
        _ => {
            let least = SHORTEST_INTERVAL.as_secs();
            let sentence =
                format!("`{given}` is not a valid interval: use 30s or 5m, and at least {least}s");
            Err(bad_values(vec![Finding::error("interval", "--interval", sentence)]))
        }
    }
}

/// What a poll found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Stack,
    NoStack,
    /// No one reads stdout any more.
    NoReader,
}

impl Found {
    fn exit(self) -> Exit {
        if self == Self::NoStack { Exit::Work } else { Exit::Done }
    }
}

struct Viewer<'a> {
    cloud: &'a Cloud,
    name: &'a str,
    /// What was printed last.
    last: Option<String>,
}

impl Viewer<'_> {
    /// Polls until there is no stack or no reader.
    /// Fails when the first poll fails, AWS refuses a read, or polls keep failing.
    async fn watch(
        &mut self,
        session: &mut Session<'_>,
        interval: Duration,
    ) -> Result<Exit, CommandError> {
        let mut failed = None;
        loop {
            match self.look(session, Some(interval)).await {
                Ok(Found::Stack) => failed = Some(0),
                Ok(found) => return Ok(found.exit()),
                Err(error) => {
                    let transient = !matches!(error.kind, ErrorKind::Denied | ErrorKind::Invalid);
                    match failed {
                        Some(times) if transient && times < MAX_FAILED_LOOKS => {
                            failed = Some(times + 1);
                            session.log(&report::look_failed(&error));
                        }
                        _ => return Err(error.into()),
                    }
                }
            }
            sleep(interval).await;
        }
    }

    /// Reads the status and prints it; `watched` is the interval of --watch.
    async fn look(
        &mut self,
        session: &mut Session<'_>,
        watched: Option<Duration>,
    ) -> Result<Found, cloud::CloudError> {
        let Some(stack) = self.cloud.stacks.describe(self.name).await? else {
            session.answer(&Status::absent(self.name, place(self.cloud).await));
            return Ok(Found::NoStack);
        };
        let now = session.now();
        let (events, health, template) = tokio::join!(
            self.cloud.stacks.events(&stack.id, None, EVENTS),
            health::read(self.cloud, &stack, now),
            self.cloud.stacks.template(&stack.id),
        );
        let template: Option<Value> =
            template.ok().flatten().and_then(|text| serde_json::from_str(&text).ok());
        let region = &self.cloud.region;
        let flow = template.as_ref().and_then(|read| DeployedFlow::of(&stack, read, region));
        let health = match (health, &template) {
            (Some(health), Some(template)) => {
                let health = health.with_parts_of(self.cloud, &stack, template).await;
                Some(health.stored_by(&stack, template, region))
            }
            (health, _) => health,
        };
        let events = events?;
        let status = Status::of(&stack, flow.as_ref(), health.as_ref(), &events);
        let printed = match watched {
            Some(interval) if session.is_text() => self.show(session, &status, interval),
            _ => session.try_answer(&status),
        };
        Ok(if printed.is_ok() { Found::Stack } else { Found::NoReader })
    }

    /// Redraws the status on a terminal; anywhere else, prints it if it has changed.
    fn show(
        &mut self,
        session: &mut Session<'_>,
        status: &Status<'_>,
        interval: Duration,
    ) -> std::io::Result<()> {
        let (screen, now) = (session.host.terminal.answers_screen(), session.now());
        let reader = session.reader();
        let time = report::moment(now, &reader.zone);
        if let Some(size) = screen {
            let every = interval.as_secs();
            let heading = format!("{time}, every {every} s until Ctrl-C");
            let rows = report::status_rows(&status.sections(&reader), &heading, size);
            session.host.terminal.draw(&rows);
            return Ok(());
        }
        let text = report::Answer::text(status, &reader).unwrap_or_default();
        if self.last.as_ref() == Some(&text) {
            return Ok(());
        }
        let space = if self.last.is_some() { "\n" } else { "" };
        let printed = session.host.terminal.answer(&format!("{space}{time}\n{text}"));
        self.last = Some(text);
        printed
    }
}
