//! The last events of a stack as text: a line for each operation, and the lines of failures.

use jiff::tz::TimeZone;

use super::lines::past_stack_event;
use super::style::{DIM, styled};
use cloud::StackEvent;

/// How many operations are shown.
const OPERATIONS: usize = 5;
/// How many events of an operation in progress are shown.
const EVENTS: usize = 10;

const STACK: &str = "AWS::CloudFormation::Stack";

/// The lines, oldest first. `events` are newest first, and can begin within an operation.
pub fn past_operations(events: &[StackEvent], zone: &TimeZone) -> Vec<String> {
    let mut operations: Vec<Vec<&StackEvent>> = Vec::new();
    let mut ended = true;
    for event in events.iter().rev() {
        if std::mem::take(&mut ended) {
            operations.push(Vec::new());
        }
        operations.iter_mut().last().into_iter().for_each(|last| last.push(event));
        ended = ends(event);
    }
    let left = operations.len().saturating_sub(OPERATIONS);
    operations[left..].iter().flat_map(|events| operation(events, zone)).collect()
}

/// Whether the stack itself has come to an end.
fn ends(event: &StackEvent) -> bool {
    let is_final = !event.status.ends_with("_IN_PROGRESS") && event.status != "UPDATE_FAILED";
    event.resource_type == STACK && is_final && event.physical_id.as_deref().is_none_or(is_stack)
}

/// A nested stack is a resource, too, but the deployer has none.
fn is_stack(physical_id: &str) -> bool {
    physical_id.contains(":stack/")
}

fn operation(events: &[&StackEvent], zone: &TimeZone) -> Vec<String> {
    let (Some(first), Some(last)) = (events.first(), events.last()) else { return Vec::new() };
    let line = |event: &&StackEvent| past_stack_event(event, zone);
    let count = |number: usize, what: &str| {
        let events = if number == 1 { "event" } else { "events" };
        styled(DIM, &format!("{number} {what}{events}"))
    };
    if !ends(last) {
        let left = events.len().saturating_sub(EVENTS);
        let more = (left > 0).then(|| format!("… {}", count(left, "earlier ")));
        return more.into_iter().chain(events[left..].iter().map(line)).collect();
    }
    let failed = events.iter().filter(|event| event.status.ends_with("_FAILED"));
    let mut lines: Vec<String> = failed.filter(|event| event.id != last.id).map(line).collect();
    let seconds = last.timestamp.duration_since(first.timestamp).as_secs();
    lines.push(format!("{} ({} in {seconds} s)", line(last), count(events.len(), "")));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    /// `STATUS NAME` each second; `S` is the stack.
    fn lines(events: &[&str]) -> String {
        let event = |(second, text): (usize, &&str)| {
            let (status, name) = text.split_once(' ').unwrap();
            StackEvent {
                id: second.to_string(),
                timestamp: Timestamp::from_second(i64::try_from(second).unwrap()).unwrap(),
                logical_id: name.to_owned(),
                physical_id: None,
                resource_type: if name == "S" { STACK } else { "T" }.to_owned(),
                status: status.to_owned(),
                reason: None,
                token: None,
            }
        };
        let mut events: Vec<StackEvent> = events.iter().enumerate().map(event).collect();
        events.reverse();
        let lines = past_operations(&events, &TimeZone::UTC).join("\n");
        anstream::adapter::strip_str(&lines).to_string().replace("1970-01-01 00:", "")
    }

    #[test]
    fn an_operation_that_ended_is_one_line_and_its_failures() {
        let events = [
            "CREATE_COMPLETE A",
            "CREATE_COMPLETE S",
            "UPDATE_IN_PROGRESS S",
            "UPDATE_FAILED A",
            "UPDATE_ROLLBACK_IN_PROGRESS S",
            "UPDATE_ROLLBACK_COMPLETE S",
            "UPDATE_IN_PROGRESS S",
            "UPDATE_IN_PROGRESS A",
        ];
        snapbox::assert_data_eq!(
            lines(&events),
            snapbox::str![[r#"
00:01 UTC CREATE_COMPLETE      S AWS::CloudFormation::Stack (2 events in 1 s)
00:03 UTC UPDATE_FAILED        A T
00:05 UTC UPDATE_ROLLBACK_COMPLETE S AWS::CloudFormation::Stack (4 events in 3 s)
00:06 UTC UPDATE_IN_PROGRESS   S AWS::CloudFormation::Stack
00:07 UTC UPDATE_IN_PROGRESS   A T
"#]]
        );
    }

    #[test]
    fn of_a_long_operation_the_last_events_are_shown() {
        let shown = lines(&["UPDATE_IN_PROGRESS A"; 14]);
        assert!(shown.starts_with("… 4 earlier events"), "{shown}");
        assert_eq!(shown.lines().count(), 11);
    }
}
