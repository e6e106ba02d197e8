//! Frames: what the block shows after a series of events, at a given size.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use super::live::{Live, is_in_view};
use crate::host::terminal::Size;
use crate::operation::{Event, OperationOutcome};
use cloud::StackEvent;

const STACK: &str = "arn:aws:cloudformation:us-east-1:123456789012:stack/flow/1";

/// Events, each at a second of the operation.
struct Scenario {
    live: Live,
    begun: Instant,
}

impl Scenario {
    fn new() -> Self {
        Self { live: Live::default(), begun: Instant::now() }
    }

    fn after(mut self, second: u64, event: &Event) -> Self {
        let time = Timestamp::from_second(i64::try_from(second).unwrap()).unwrap();
        self.live.on_event(event, self.begun + Duration::from_secs(second), || time);
        self
    }

    fn frame(&self, second: u64, width: usize, height: usize) -> Vec<String> {
        let rows = self
            .live
            .rows(self.begun + Duration::from_secs(second), Size { width, height })
            .iter()
            .map(|row| anstream::adapter::strip_str(row).to_string())
            .collect::<Vec<_>>();
        for row in &rows {
            assert!(row.chars().count() < width, "{row}");
        }
        assert!(rows.len() < height.max(2), "{rows:?}");
        rows
    }
}

fn began(expected_seconds: Option<u64>) -> Event {
    Event::StackStarted {
        operation: "create".to_owned(),
        stack_id: STACK.to_owned(),
        expected_seconds,
    }
}

fn stack_event(second: i64, logical_id: &str, kind: &str, status: &str) -> Event {
    Event::Stack(StackEvent {
        id: format!("{logical_id}-{status}"),
        timestamp: Timestamp::from_second(second).unwrap(),
        logical_id: logical_id.to_owned(),
        physical_id: (kind == "AWS::CloudFormation::Stack").then(|| STACK.to_owned()),
        resource_type: kind.to_owned(),
        status: status.to_owned(),
        reason: None,
        token: None,
    })
}

fn resource(second: i64, logical_id: &str, status: &str) -> Event {
    stack_event(second, logical_id, "AWS::Lambda::Function", status)
}

fn whole(second: i64, status: &str) -> Event {
    stack_event(second, "flow", "AWS::CloudFormation::Stack", status)
}

/// A creation with one completed resource and two in progress.
fn creation() -> Scenario {
    Scenario::new()
        .after(0, &began(Some(60)))
        .after(1, &whole(1, "CREATE_IN_PROGRESS"))
        .after(2, &resource(2, "Role", "CREATE_IN_PROGRESS"))
        .after(9, &resource(9, "Role", "CREATE_COMPLETE"))
        .after(10, &resource(10, "Function", "CREATE_IN_PROGRESS"))
        .after(10, &resource(10, "FunctionWithARatherLongName", "CREATE_IN_PROGRESS"))
}

#[test]
fn each_resource_in_progress_and_the_stack_have_a_row() {
    assert_eq!(
        creation().frame(31, 80, 24),
        [
            "  CREATE_IN_PROGRESS   Function AWS::Lambda::Function                      0:21",
            "  CREATE_IN_PROGRESS   FunctionWithARatherLongName AWS::Lambda::Function   0:21",
            "CREATE_IN_PROGRESS: 1 resource done                          0:31 of about 1:00",
        ]
    );
}

#[test]
fn a_narrow_row_drops_the_type_then_truncates_the_name() {
    assert_eq!(
        creation().frame(31, 50, 24),
        [
            "  CREATE_IN_PROGRESS   Function              0:21",
            "  CREATE_IN_PROGRESS   FunctionWithARathe... 0:21",
            "CREATE_IN_PROGRESS             0:31 of about 1:00",
        ]
    );
    for width in 1..120 {
        creation().frame(31, width, 24);
    }
}

#[test]
fn a_low_screen_shows_how_many_rows_are_missing() {
    let many = (0..20).fold(creation(), |scenario, nth| {
        scenario.after(11, &resource(11, &format!("More{nth}"), "CREATE_IN_PROGRESS"))
    });
    let rows = many.frame(31, 80, 10);
    assert_eq!(rows.len(), 9);
    assert_eq!(rows[7], "  and 15 more");
    for height in 1..30 {
        many.frame(31, 80, height);
    }
}

#[test]
fn a_duration_longer_than_usual_is_marked() {
    let rows = creation().frame(75, 80, 24);
    assert!(rows[2].ends_with(" 1:15, usually about 1:00"), "{rows:?}");
    let hours = creation().frame(3_700, 80, 24);
    assert!(hours[2].contains(" 1:01:40,"), "{hours:?}");
}

#[test]
fn a_rollback_restarts_the_count_and_has_no_usual_duration() {
    let scenario = creation()
        .after(20, &resource(20, "Function", "CREATE_FAILED"))
        .after(21, &whole(21, "ROLLBACK_IN_PROGRESS"))
        .after(22, &resource(22, "Role", "DELETE_IN_PROGRESS"));
    let rows = scenario.frame(30, 80, 24);
    assert!(rows.iter().any(|row| row.contains("DELETE_IN_PROGRESS   Role ")), "{rows:?}");
    let last = rows.last().unwrap();
    assert!(last.starts_with("ROLLBACK_IN_PROGRESS  ") && last.ends_with(" 0:30"), "{last}");
}

#[test]
fn a_joined_operation_has_the_age_of_its_events() {
    let attached = Event::Attached {
        stack_id: STACK.to_owned(),
        status: "UPDATE_IN_PROGRESS".to_owned(),
        expected_seconds: None,
    };
    let scenario = Scenario::new()
        .after(100, &attached)
        .after(100, &whole(40, "UPDATE_IN_PROGRESS"))
        .after(100, &resource(70, "Function", "UPDATE_IN_PROGRESS"));
    let rows = scenario.frame(101, 80, 24);
    assert!(rows[0].ends_with(" 0:31") && rows[1].ends_with(" 1:01"), "{rows:?}");
}

#[test]
fn uploads_and_change_sets_have_a_row_until_the_end() {
    let upload = Event::UploadStarted { what: "handler".to_owned(), bytes: 1 };
    let scenario = Scenario::new().after(0, &upload);
    let row = &scenario.frame(3, 80, 24)[0];
    assert!(row.starts_with("uploading the handler  ") && row.ends_with(" 0:03"), "{row}");
    let asked = Event::ChangeSetRequested { name: "up".to_owned() };
    let scenario = scenario.after(4, &asked);
    assert!(scenario.frame(5, 80, 24)[0].starts_with("creating the change set "));
    let ready = Event::ChangeSetReady { changes: Vec::new(), rights: Vec::new() };
    assert!(scenario.after(6, &ready).frame(6, 80, 24).is_empty());
    let finished = Event::Finished { outcome: OperationOutcome::Failed, outputs: Vec::new() };
    assert!(creation().after(30, &finished).frame(30, 80, 24).is_empty());
}

#[test]
fn only_events_shown_in_the_block_have_no_line() {
    assert!(is_in_view(&resource(1, "Function", "CREATE_IN_PROGRESS")));
    assert!(!is_in_view(&resource(1, "Function", "CREATE_COMPLETE")));
    assert!(!is_in_view(&resource(1, "Function", "UPDATE_FAILED")));
    assert!(!is_in_view(&whole(1, "CREATE_IN_PROGRESS")));
}
