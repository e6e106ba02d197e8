//! `waiting`: the tasks that wait for a decision.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::decision::{Contents, WaitingTask};
use crate::host::harmless::printable;
use crate::report::local_time::moment;
use crate::report::style::{BOLD, DIM, WARNING, styled};
use crate::report::{Answer, Reader};

#[derive(Serialize)]
pub struct Waiting<'a> {
    tasks: Vec<Listed<'a>>,
}

#[derive(Serialize)]
struct Listed<'a> {
    #[serde(flatten)]
    task: &'a WaitingTask,
    decidable: bool,
}

impl<'a> Waiting<'a> {
    /// The answer about these tasks.
    pub fn of(tasks: &'a [WaitingTask]) -> Self {
        let listed = |task: &'a WaitingTask| Listed { task, decidable: task.token.is_some() };
        Self { tasks: tasks.iter().map(listed).collect() }
    }
}

impl Answer for Waiting<'_> {
    const KIND: &'static str = "waiting";

    fn text(&self, reader: &Reader<'_>) -> Option<String> {
        let now = (reader.clock)();
        let heading = match self.tasks.len() {
            0 => return Some("nothing waits for a decision".to_owned()),
            1 => "1 task waits for a decision:".to_owned(),
            count => format!("{count} tasks wait for a decision:"),
        };
        let mut lines = vec![styled(BOLD, &heading)];
        for Listed { task, .. } in &self.tasks {
            lines.push(String::new());
            lines.extend(task_lines(task, now, &reader.zone));
        }
        Some(lines.join("\n"))
    }
}

fn task_lines(task: &WaitingTask, now: Timestamp, zone: &TimeZone) -> Vec<String> {
    let message = task.message_id.as_ref();
    let mut lines =
        vec![format!("{}  {}", styled(BOLD, &printable(&task.invocation_id)), kind(task))];
    lines.extend(message.map(|id| format!("  message  {}", printable(id))));
    lines.extend([
        format!(
            "  state    {}, which called {}",
            printable(&task.state),
            printable(&task.resource)
        ),
        format!(
            "  since    {}, {} ago",
            moment(task.since, zone),
            span(now.duration_since(task.since))
        ),
        format!("  until    {}", deadline(task, zone)),
    ]);
    lines.extend(task.contents.iter().flat_map(contents));
    if task.token.is_none() {
        let hidden = "  only the person who was notified can decide: the token is not a value by itself in \
                      the input of its call";
        lines.push(styled(WARNING, hidden));
    }
    lines
}

fn kind(task: &WaitingTask) -> String {
    let direction = match task.direction {
        Some("INBOUND") => "inbound, ",
        Some("OUTBOUND") => "outbound, ",
        _ => "",
    };
    let recipients = if task.recipients == 1 { "recipient" } else { "recipients" };
    styled(DIM, &format!("{direction}{} {recipients}", task.recipients))
}

/// The earlier of both times.
fn deadline(task: &WaitingTask, zone: &TimeZone) -> String {
    match task.times_out.filter(|times_out| *times_out < task.asked_until) {
        Some(times_out) => format!("{}, when it times out", moment(times_out, zone)),
        None => {
            let until = moment(task.asked_until, zone);
            format!("{until} at the latest, when WorkMail stops retrying")
        }
    }
}

fn contents(contents: &Contents) -> Vec<String> {
    let Contents { mail_from, recipients, subject } = contents;
    let from = mail_from.iter().map(|from| format!("  from     {}", printable(from)));
    let to = recipients.iter().map(|to| format!("  to       {}", printable(to)));
    let subject = subject.iter().map(|subject| format!("  subject  {}", printable(subject)));
    from.chain(to).chain(subject).collect()
}

fn span(span: SignedDuration) -> String {
    let seconds = span.as_secs().max(0);
    match (seconds / 3600, seconds / 60 % 60) {
        (0, 0) => format!("{seconds} s"),
        (0, minutes) => format!("{minutes} min"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}
