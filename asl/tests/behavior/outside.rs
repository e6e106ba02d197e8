//! Tests of tasks that wait for something outside of the program.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{single_state, start_over, succeeds, takes};
use asl::{Answer, Call, Progress, Tasks};

/// Answers only at the second poll.
struct Slow;

#[async_trait]
impl Tasks for Slow {
    async fn answer(&self, call: Call) -> Answer {
        let mut asked = false;
        poll_fn(|context| {
            if std::mem::replace(&mut asked, true) {
                return Poll::Ready(());
            }
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
        takes(5, succeeds(json!(call.retries)))
    }

    async fn object(&self, _: &str, _: &str) -> Option<String> {
        None
    }

    async fn listing(&self, _: &str, _: &str) -> Option<Vec<Value>> {
        None
    }
}

#[test]
fn the_clock_stops_while_a_task_waits_outside() {
    let wait =
        json!({ "StartAt": "W", "States": { "W": { "Type": "Wait", "Seconds": 9, "End": true } } });
    let resource = "arn:aws:states:::lambda:invoke";
    let task = json!({ "StartAt": "T", "States": { "T": { "Type": "Task", "Resource": resource, "Parameters": { "FunctionName": "f" }, "End": true } } });
    let definition = single_state(json!({ "Type": "Parallel", "Branches": [wait, task] }));
    let mut execution = start_over(&definition, json!({}), Arc::new(Slow));
    assert_eq!(execution.advance(Timestamp::MAX), Progress::Outside);
    assert_eq!(execution.now(), Timestamp::UNIX_EPOCH);
    let Progress::Ended(_) = execution.advance(Timestamp::MAX) else { panic!("no end") };
    let ended = execution.events(0).last().unwrap().at;
    assert_eq!(ended.duration_since(Timestamp::UNIX_EPOCH).unsigned_abs(), Duration::from_secs(9));
}

#[tokio::test]
async fn a_waiting_execution_is_woken() {
    let definition = single_state(
        json!({ "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": { "FunctionName": "f" } }),
    );
    let mut execution = start_over(&definition, json!({}), Arc::new(Slow));
    assert_eq!(execution.run().await, crate::ExecutionResult::Succeeded(json!(0)));
}
