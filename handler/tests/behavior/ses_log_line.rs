//! The log line and the metrics of an invocation for a message from Amazon SES.

use handler::error::InvocationError;
use handler::memory::Script;
use handler::metrics::{Measured, Record};
use handler::ses::policy::{Mode, Passing};
use handler::telemetry::{self, Subject};
use handler::trace::Trace;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::ses_world::SesWorld;
use crate::world::{START_TIME, ms, succeeding};

const BOUNCE: &str = r#"{"actions":[{"action":{"type":"BOUNCE"},"allRecipients":true}]}"#;
const JUNK: &str = r#"{"actions":[{"action":{"type":"MOVE_TO_JUNK"},"allRecipients":true}]}"#;

/// The log line of an invocation, with its metrics.
fn line(trace: &Trace, error: Option<&InvocationError>) -> Value {
    let measured = Measured { function_name: "function", epoch_milliseconds: START_TIME * 1000 };
    let subject = Subject {
        timestamp: Timestamp::from_second(START_TIME).unwrap(),
        request_id: "request-1",
        message_id: Some("message-1"),
        invocation_id: Some("invocation-1"),
        event: None,
    };
    let metrics = Some(Record::new(measured, trace, error));
    let mut log = Vec::new();
    let line = telemetry::line(subject, trace, error, ms(50), metrics);
    telemetry::write(&mut log, &line).unwrap();
    serde_json::from_slice(&log).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_bounce_and_the_disposition_are_logged() {
    let answered = SesWorld::new(succeeding(10, BOUNCE)).invoke().await;
    let line = line(&answered.trace, None);
    assert_eq!(line["message"], "answered");
    assert_eq!(line["disposition"], "STOP_RULE_SET");
    assert_eq!(line["bounced"], true);
    assert_eq!((&line["Answered"], &line["BOUNCE"]), (&json!(1.0), &json!(1.0)));
    assert_eq!(line.get("fellBack"), None);
    assert_eq!((line.get("BounceNotSent"), line.get("NotExpressible")), (None, None));
}

#[tokio::test(start_paused = true)]
async fn what_ses_cannot_express_is_a_warning_and_counted() {
    let answered = SesWorld::new(succeeding(10, JUNK)).invoke().await;
    let line = line(&answered.trace, None);
    assert_eq!(line["level"], "WARN");
    assert_eq!(line["disposition"], "STOP_RULE_SET");
    assert_eq!(line["NotExpressible"], 1.0);
    assert!(line.to_string().contains("no-junk-folder"), "{line}");
}

#[tokio::test(start_paused = true)]
async fn a_fallback_names_the_error_in_whose_place_it_is() {
    let world = SesWorld::new(Script::new()).policy(|policy| policy.late = Some(Passing::Deliver));
    let line = line(&world.invoke().await.trace, None);
    assert_eq!(line["level"], "WARN");
    assert_eq!(line["disposition"], "CONTINUE");
    assert_eq!(line["fellBack"], "NotReady");
    assert_eq!(line["FellBack"], 1.0);
}

#[tokio::test(start_paused = true)]
async fn a_message_that_is_only_observed_counts_as_that() {
    let world = SesWorld::new(succeeding(10, BOUNCE)).mode(Mode::Observe);
    let line = line(&world.invoke().await.trace, None);
    assert_eq!((&line["message"], &line["level"]), (&json!("observed"), &json!("INFO")));
    assert_eq!(line["Observed"], 1.0);
    assert_eq!((line.get("Answered"), line.get("actions")), (None, None));
}
