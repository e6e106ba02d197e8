//! The operation in progress, as a block of rows that is redrawn: one row for each resource in
//! progress, and one for the whole stack. What has ended leaves the block and becomes a normal
//! line.

use std::collections::BTreeSet;
use std::time::Duration;

use anstyle::Style;
use jiff::Timestamp;
use tokio::time::Instant;

use super::style::{BOLD, DIM, ERROR, WARNING, styled};
use crate::host::terminal::Size;
use crate::operation::Event;
use cloud::StackEvent;

/// The end of a truncated row.
const CUT: &str = "...";
/// Rows for the user's input line and the last row of the block.
const RESERVED: usize = 2;

/// Whether the block already shows the event, so that a line would only repeat it.
pub(super) fn is_in_view(event: &Event) -> bool {
    match event {
        Event::StillWaiting { .. } => true,
        Event::Stack(event) => {
            event.status.ends_with("_IN_PROGRESS") && !event.resource_type.ends_with("::Stack")
        }
        _ => false,
    }
}

/// What is in progress.
#[derive(Default)]
pub struct Live {
    /// The number of resources in the next operation, if a change set has reported it.
    announced: Option<usize>,
    stack: Option<Stack>,
    /// What is waited for outside the stack.
    waiting: Option<(String, Instant)>,
}

/// A stack with an operation in progress.
struct Stack {
    id: String,
    status: String,
    begun: Instant,
    expected: Option<Duration>,
    resources: Option<usize>,
    under_way: Vec<Resource>,
    ended: BTreeSet<String>,
}

struct Resource {
    logical_id: String,
    kind: String,
    status: String,
    since: Instant,
}

impl Live {
    /// Applies an event. `now` is monotonic, `time` returns the wall-clock time.
    pub(super) fn on_event(&mut self, event: &Event, now: Instant, time: impl Fn() -> Timestamp) {
        match event {
            Event::UploadStarted { what, .. } => self.wait(&format!("uploading the {what}"), now),
            Event::ChangeSetRequested { .. } => self.wait("creating the change set", now),
            Event::ChangeSetReady { changes, .. } => {
                self.announced = Some(changes.len());
                self.waiting = None;
            }
            Event::StackStarted { operation, stack_id, expected_seconds } => {
                self.begin(operation, stack_id, *expected_seconds, now);
            }
            Event::Attached { stack_id, status, expected_seconds } => {
                self.begin(status, stack_id, *expected_seconds, now);
            }
            Event::Stack(event) => {
                let happened = now.checked_sub(age(event, time())).unwrap_or(now);
                self.stack_event(event, happened, now);
            }
            Event::StillWaiting { status, .. }
                if self.stack.is_none() && self.waiting.is_none() =>
            {
                self.wait(status, now);
            }
            // The next output, including an error, replaces the block.
            Event::Finished { .. } => *self = Self::default(),
            Event::StillWaiting { .. }
            | Event::PollFailed { .. }
            | Event::UploadProgressed { .. } => {}
            _ => self.waiting = None,
        }
    }

    fn wait(&mut self, what: &str, now: Instant) {
        self.waiting = Some((what.to_owned(), now));
    }

    fn begin(&mut self, status: &str, stack_id: &str, expected: Option<u64>, now: Instant) {
        self.waiting = None;
        self.stack = Some(Stack {
            id: stack_id.to_owned(),
            status: status.to_owned(),
            begun: now,
            expected: expected.map(Duration::from_secs),
            resources: self.announced.take(),
            under_way: Vec::new(),
            ended: BTreeSet::new(),
        });
    }

    fn stack_event(&mut self, event: &StackEvent, happened: Instant, now: Instant) {
        let Some(stack) = &mut self.stack else { return };
        let busy = event.status.ends_with("_IN_PROGRESS");
        if event.physical_id.as_deref() == Some(&stack.id) {
            // An operation that is joined later began before the first poll.
            stack.begun = stack.begun.min(happened);
            if event.status.contains("ROLLBACK") {
                // The expected number and duration do not apply to a rollback.
                (stack.expected, stack.resources) = (None, None);
                stack.ended.clear();
            }
            stack.status.clone_from(&event.status);
            if !busy {
                self.stack = None;
                self.wait("finishing", now);
            }
            return;
        }
        stack.under_way.retain(|resource| resource.logical_id != event.logical_id);
        if busy {
            stack.ended.remove(&event.logical_id);
            stack.under_way.push(Resource {
                logical_id: event.logical_id.clone(),
                kind: event.resource_type.clone(),
                status: event.status.clone(),
                since: happened,
            });
        } else {
            stack.ended.insert(event.logical_id.clone());
        }
    }

    /// The block. Each row is narrower than the terminal, so that none wraps.
    pub(super) fn rows(&self, now: Instant, size: Size) -> Vec<String> {
        let width = size.width.saturating_sub(1);
        let Some(stack) = &self.stack else {
            let waits =
                |(what, since): &(String, Instant)| row(what, "", &clock(now - *since), width, DIM);
            return self.waiting.iter().map(waits).collect();
        };
        let room = size.height.saturating_sub(RESERVED);
        let all = stack.under_way.len();
        // If there are more, one row shows how many.
        let shown = if all <= room { all } else { room.saturating_sub(1) };
        let mut rows: Vec<_> =
            stack.under_way[..shown].iter().map(|resource| resource.row(now, width)).collect();
        if shown < all && room > 0 {
            let more = format!("  and {} more", all - shown);
            rows.push(row(&more, "", "", width, DIM));
        }
        rows.push(stack.row(now, width));
        rows
    }
}

impl Stack {
    fn row(&self, now: Instant, width: usize) -> String {
        let ended = self.ended.len();
        let count = match self.resources {
            Some(all) if all > 0 => format!(": {ended} of {all} resources done"),
            _ if ended == 0 => String::new(),
            _ if ended == 1 => ": 1 resource done".to_owned(),
            _ => format!(": {ended} resources done"),
        };
        let style = if self.status.contains("ROLLBACK") { WARNING } else { BOLD };
        let elapsed = now - self.begun;
        let time = match self.expected {
            None => clock(elapsed),
            Some(expected) if elapsed <= expected => {
                format!("{} of about {}", clock(elapsed), clock(expected))
            }
            Some(expected) => format!("{}, usually about {}", clock(elapsed), clock(expected)),
        };
        row(&self.status, &count, &time, width, style)
    }
}

impl Resource {
    fn row(&self, now: Instant, width: usize) -> String {
        let style = match self.status.as_str() {
            status if status.contains("ROLLBACK") => WARNING,
            status if status.starts_with("DELETE") => ERROR,
            _ => DIM,
        };
        let what = format!("  {:<20} {}", self.status, self.logical_id);
        row(&what, &format!(" {}", self.kind), &clock(now - self.since), width, style)
    }
}

/// A row: the text, more details if there is room for them, and the time at the right edge. All
/// text is ASCII, because it comes from CloudFormation: a character is a column.
fn row(what: &str, more: &str, time: &str, width: usize, style: Style) -> String {
    let room = if time.is_empty() { width } else { width.saturating_sub(time.len() + 1) };
    let mut text = what.to_owned();
    if what.len() + more.len() <= room {
        text.push_str(more);
    } else if what.len() > room {
        text = what.chars().take(room.saturating_sub(CUT.len())).collect();
        text.push_str(CUT);
    }
    if text.len() > room {
        // Not even the time fits.
        return styled(style, &text.chars().take(width).collect::<String>());
    }
    let gap = if time.is_empty() { 0 } else { room - text.len() + 1 };
    format!("{}{}{time}", styled(style, &text), " ".repeat(gap))
}

/// How long ago the event happened; zero if the wall clock is wrong.
fn age(event: &StackEvent, time: Timestamp) -> Duration {
    Duration::try_from(time.duration_since(event.timestamp)).unwrap_or_default()
}

/// `0:07`, `12:34`, `1:02:03`.
fn clock(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match hours {
        0 => format!("{minutes}:{seconds:02}"),
        _ => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}
