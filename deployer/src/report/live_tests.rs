//! Frames: what the block shows after a series of events, at a given size.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use super::live::{Live, is_in_view};
use crate::host::terminal::Size;
use crate::operation::{Event, Outcome};
use cloud::StackEvent;

const STACK: &str = "arn:aws:cloudformation:us-east-1:123456789012:stack/flow/1";

/// Events, each at a second of the operation.
struct Story {
    live: Live,
    begun: Instant,
}

impl Story {
    fn new() -> Self {
        Self { live: Live::default(), begun: Instant::now() }
    }

    fn heard(mut self, second: u64, event: &Event) -> Self {
        let time = Timestamp::from_second(i64::try_from(second).unwrap()).unwrap();
        self.live.hear(event, self.begun + Duration::from_secs(second), || time);
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
fn creation() -> Story {
    Story::new()
        .heard(0, &began(Some(60)))
        .heard(1, &whole(1, "CREATE_IN_PROGRESS"))
        .heard(2, &resource(2, "Role", "CREATE_IN_PROGRESS"))
        .heard(9, &resource(9, "Role", "CREATE_COMPLETE"))
        .heard(10, &resource(10, "Function", "CREATE_IN_PROGRESS"))
        .heard(10, &resource(10, "FunctionWithARatherLongName", "CREATE_IN_PROGRESS"))
}

#[test]
fn a_row_for_each_resource_under_way_and_one_for_the_whole() {
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
fn at_a_narrow_width_the_type_goes_first_and_then_the_end_of_the_name() {
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
fn a_low_screen_says_how_many_more_there_are() {
    let many = (0..20).fold(creation(), |story, nth| {
        story.heard(11, &resource(11, &format!("More{nth}"), "CREATE_IN_PROGRESS"))
    });
    let rows = many.frame(31, 80, 10);
    assert_eq!(rows.len(), 9);
    assert_eq!(rows[7], "  and 15 more");
    for height in 1..30 {
        many.frame(31, 80, height);
    }
}

#[test]
fn what_takes_longer_than_usual_says_so() {
    let rows = creation().frame(75, 80, 24);
    assert!(rows[2].ends_with(" 1:15, usually about 1:00"), "{rows:?}");
    let hours = creation().frame(3_700, 80, 24);
    assert!(hours[2].contains(" 1:01:40,"), "{hours:?}");
}

#[test]
fn a_rollback_counts_anew_and_has_no_usual_time() {
    let story = creation()
        .heard(20, &resource(20, "Function", "CREATE_FAILED"))
        .heard(21, &whole(21, "ROLLBACK_IN_PROGRESS"))
        .heard(22, &resource(22, "Role", "DELETE_IN_PROGRESS"));
    let rows = story.frame(30, 80, 24);
    assert!(rows.iter().any(|row| row.contains("DELETE_IN_PROGRESS   Role ")), "{rows:?}");
    let last = rows.last().unwrap();
    assert!(last.starts_with("ROLLBACK_IN_PROGRESS  ") && last.ends_with(" 0:30"), "{last}");
}

#[test]
fn an_operation_that_is_joined_has_the_age_that_its_events_tell() {
    let attached = Event::Attached {
        stack_id: STACK.to_owned(),
        status: "UPDATE_IN_PROGRESS".to_owned(),
        expected_seconds: None,
    };
    let story = Story::new()
        .heard(100, &attached)
        .heard(100, &whole(40, "UPDATE_IN_PROGRESS"))
        .heard(100, &resource(70, "Function", "UPDATE_IN_PROGRESS"));
    let rows = story.frame(101, 80, 24);
    assert!(rows[0].ends_with(" 0:31") && rows[1].ends_with(" 1:01"), "{rows:?}");
}

#[test]
fn uploads_and_change_sets_are_waited_for_and_nothing_stays_at_the_end() {
    let upload = Event::UploadStarted { what: "handler".to_owned(), bytes: 1 };
    let story = Story::new().heard(0, &upload);
    let row = &story.frame(3, 80, 24)[0];
    assert!(row.starts_with("uploading the handler  ") && row.ends_with(" 0:03"), "{row}");
    let asked = Event::ChangeSetRequested { name: "up".to_owned() };
    let story = story.heard(4, &asked);
    assert!(story.frame(5, 80, 24)[0].starts_with("making the change set "));
    let ready = Event::ChangeSetReady { changes: Vec::new(), rights: Vec::new() };
    assert!(story.heard(6, &ready).frame(6, 80, 24).is_empty());
    let finished = Event::Finished { outcome: Outcome::Failed, outputs: Vec::new() };
    assert!(creation().heard(30, &finished).frame(30, 80, 24).is_empty());
}

#[test]
fn only_what_the_block_shows_has_no_line() {
    assert!(is_in_view(&resource(1, "Function", "CREATE_IN_PROGRESS")));
    assert!(!is_in_view(&resource(1, "Function", "CREATE_COMPLETE")));
    assert!(!is_in_view(&resource(1, "Function", "UPDATE_FAILED")));
    assert!(!is_in_view(&whole(1, "CREATE_IN_PROGRESS")));
}
