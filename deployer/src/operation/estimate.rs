//! How long an operation on a stack will take, as far as that is known in advance.

use std::time::Duration;

use cloud::{StackEvent, StackStatus};

/// The number of a stack's events to read. An operation on our stacks has about forty, and
/// CloudFormation returns that many in one response.
/// Observed; the size of a response is not documented.
pub(super) const HISTORY: usize = 60;

/// The duration of a first creation, for which a stack has no history. Source: the readme of cdkd
/// (github.com/go-to-k/cdkd), 2026, measured with CloudFormation: 55 s for a function with its
/// role, 34 s for a table, which our stack creates at the same time. Our stack has a few more
/// resources.
const CREATION: Duration = Duration::from_secs(60);

/// How long an operation takes that begins with `status`, such as UPDATE_IN_PROGRESS: as long as
/// the last successful one of its kind, given events newest first. `None` if unknown.
pub(super) fn expected(status: &str, history: &[StackEvent], stack_id: &str) -> Option<Duration> {
    let kind = status.strip_suffix("_IN_PROGRESS")?;
    let end = format!("{kind}_COMPLETE");
    let own: Vec<_> =
        history.iter().filter(|event| event.physical_id.as_deref() == Some(stack_id)).collect();
    let last = own.iter().position(|event| event.status == end).and_then(|ended| {
        let busy = |event: &&&StackEvent| StackStatus::from_name(&event.status).is_busy();
        let begun = own[ended + 1..].iter().take_while(busy).last()?;
        (begun.status == status).then(|| own[ended].timestamp.duration_since(begun.timestamp))
    });
    let last = last.and_then(|took| Duration::try_from(took).ok());
    last.or_else(|| (status == "CREATE_IN_PROGRESS").then_some(CREATION))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    /// A stack's own events, newest first, with their times in seconds.
    fn history(events: &[(i64, &str)]) -> Vec<StackEvent> {
        let event = |&(second, status): &(i64, &str)| StackEvent {
            id: second.to_string(),
            timestamp: Timestamp::from_second(second).unwrap(),
            logical_id: "flow".to_owned(),
            physical_id: Some("id".to_owned()),
            resource_type: "AWS::CloudFormation::Stack".to_owned(),
            status: status.to_owned(),
            reason: None,
            token: None,
        };
        events.iter().map(event).collect()
    }

    #[test]
    fn the_estimate_is_the_last_success_of_the_same_kind() {
        let of = |status: &str, events: &[(i64, &str)]| {
            expected(status, &history(events), "id").map(|duration| duration.as_secs())
        };
        let twice = [
            (290, "UPDATE_ROLLBACK_COMPLETE"),
            (250, "UPDATE_ROLLBACK_IN_PROGRESS"),
            (200, "UPDATE_IN_PROGRESS"),
            (131, "UPDATE_COMPLETE"),
            (130, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"),
            (100, "UPDATE_IN_PROGRESS"),
            (80, "CREATE_COMPLETE"),
            (1, "CREATE_IN_PROGRESS"),
            (0, "REVIEW_IN_PROGRESS"),
        ];
        assert_eq!(of("UPDATE_IN_PROGRESS", &twice), Some(31));
        assert_eq!(of("UPDATE_IN_PROGRESS", &twice[6..]), None);
        assert_eq!(of("UPDATE_ROLLBACK_IN_PROGRESS", &twice), None);
        assert_eq!(of("CREATE_IN_PROGRESS", &[]), Some(60));
        assert_eq!(of("DELETE_IN_PROGRESS", &twice), None);
        assert_eq!(of("CREATE_COMPLETE", &twice), None);
    }

    #[test]
    fn incomplete_history_yields_no_estimate() {
        let cut = history(&[(131, "UPDATE_COMPLETE")]);
        assert_eq!(expected("UPDATE_IN_PROGRESS", &cut, "id"), None);
    }
}
