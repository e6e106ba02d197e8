//! Tests of following a stack with polls that lag, fail or take long.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::Timestamp;
use uuid::Uuid;

use super::{Event, Observer, Operation, OperationError, follow};
use cloud::memory::MemoryCloud;
use cloud::{
    ChangeSet, ChangeSetId, ChangeSetRequest, Cloud, CloudError, Connect, Continuation, Deletion,
    ErrorKind, Failure, FailureScope, OnFailure, ResourceChange, Stack, StackEvent, StackResource,
    StackStatus, Stacks,
};

/// The result of a poll: a status and the number of visible events, or a failure.
type Poll = Result<(&'static str, usize), ErrorKind>;

/// A stack with scripted polls; the last one repeats.
struct Script {
    polls: Mutex<Vec<Poll>>,
    events: Vec<StackEvent>,
    visible: Mutex<usize>,
}

fn failure(kind: ErrorKind) -> CloudError {
    CloudError {
        service: "CloudFormation",
        operation: "DescribeStacks",
        kind,
        code: None,
        message: "not now".to_owned(),
        request_id: None,
        source: None,
    }
}

#[async_trait]
impl Stacks for Script {
    async fn describe(&self, id: &str) -> Result<Option<Stack>, CloudError> {
        let mut polls = self.polls.lock().unwrap();
        let poll = if polls.len() > 1 { polls.remove(0) } else { polls[0] };
        let (status, events) = poll.map_err(failure)?;
        *self.visible.lock().unwrap() = events;
        Ok(Some(Stack {
            id: id.to_owned(),
            name: "flow".to_owned(),
            status: StackStatus::from_name(status),
            status_reason: None,
            outputs: Vec::new(),
            tags: BTreeMap::new(),
            notification_arns: Vec::new(),
            termination_protection: false,
            created: None,
            updated: None,
            operations: Vec::new(),
        }))
    }

    async fn events(
        &self,
        _: &str,
        until: Option<&str>,
        _: usize,
    ) -> Result<Vec<StackEvent>, CloudError> {
        let visible = *self.visible.lock().unwrap();
        let newest_first = self.events[..visible].iter().rev();
        Ok(newest_first.take_while(|event| Some(event.id.as_str()) != until).cloned().collect())
    }

    async fn list(&self) -> Result<Vec<Stack>, CloudError> {
        Ok(Vec::new())
    }

    async fn template(&self, _: &str) -> Result<Option<String>, CloudError> {
        Ok(None)
    }

    async fn processed_template(&self, _: &str) -> Result<Option<String>, CloudError> {
        Ok(None)
    }

    async fn validate(&self, _body: &str) -> Result<Option<String>, CloudError> {
        Ok(None)
    }

    async fn create_change_set(&self, _: &ChangeSetRequest) -> Result<ChangeSetId, CloudError> {
        Err(failure(ErrorKind::Other))
    }

    async fn change_set(&self, _: &ChangeSetId) -> Result<ChangeSet, CloudError> {
        Err(failure(ErrorKind::Other))
    }

    async fn change_sets(&self, _: &str) -> Result<Vec<ChangeSetId>, CloudError> {
        Err(failure(ErrorKind::Other))
    }

    async fn change_set_template(&self, _: &ChangeSetId) -> Result<Option<String>, CloudError> {
        Err(failure(ErrorKind::Other))
    }

    async fn delete_change_set(&self, _: &ChangeSetId) -> Result<(), CloudError> {
        Err(failure(ErrorKind::Other))
    }

    async fn execute_change_set(
        &self,
        _: &ChangeSetId,
        _: &str,
        _: OnFailure,
    ) -> Result<(), CloudError> {
        Err(failure(ErrorKind::Other))
    }

    async fn delete(&self, _: &str, _: &Deletion) -> Result<(), CloudError> {
        Err(failure(ErrorKind::Other))
    }

    async fn protect(&self, _: &str, _: bool) -> Result<(), CloudError> {
        Err(failure(ErrorKind::Other))
    }

    async fn stack_resources(&self, _: &str) -> Result<Vec<StackResource>, CloudError> {
        Err(failure(ErrorKind::Other))
    }

    async fn continue_rollback(&self, _: &str, _: &Continuation) -> Result<(), CloudError> {
        Err(failure(ErrorKind::Other))
    }

    async fn cancel_update(&self, _: &str, _: &str) -> Result<(), CloudError> {
        Err(failure(ErrorKind::Other))
    }

    async fn failures(&self, _: FailureScope<'_>) -> Result<Vec<Failure>, CloudError> {
        Err(failure(ErrorKind::Other))
    }
}

#[derive(Default)]
struct Recorder(Vec<Event>);

#[async_trait]
impl Observer for Recorder {
    fn on_event(&mut self, event: &Event) {
        self.0.push(event.clone());
    }

    async fn confirm(&mut self, _: &[ResourceChange]) -> bool {
        true
    }
}

fn stack_event(status: &str) -> StackEvent {
    StackEvent {
        id: status.to_owned(),
        timestamp: Timestamp::UNIX_EPOCH,
        logical_id: "flow".to_owned(),
        physical_id: Some("id".to_owned()),
        resource_type: "AWS::CloudFormation::Stack".to_owned(),
        status: status.to_owned(),
        reason: None,
        token: None,
    }
}

/// Follows a script with the events of an update; returns the final status and the reported events.
async fn followed(polls: Vec<Poll>) -> (Result<String, OperationError>, Vec<Event>) {
    let events = ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_COMPLETE"];
    let script = Script {
        polls: Mutex::new(polls),
        events: events.map(stack_event).to_vec(),
        visible: Mutex::new(0),
    };
    let memory = MemoryCloud::new("123456789012", "us-east-1").unwrap();
    let cloud = memory.connect(&cloud::Access::default()).await.unwrap();
    let cloud = Cloud { stacks: Arc::new(script), ..cloud };
    let mut events = Recorder::default();
    let mut operation = Operation {
        cloud: &cloud,
        observer: &mut events,
        clock: || Timestamp::UNIX_EPOCH,
        new_id: Uuid::nil,
    };
    let settled = follow(&mut operation, "id", None).await;
    (settled.map(|settled| settled.stack.unwrap().status.to_string()), events.0)
}

#[tokio::test]
async fn attempts_that_begin_together_have_different_tokens() {
    let memory = MemoryCloud::new("123456789012", "us-east-1").unwrap();
    let cloud = memory.connect(&cloud::Access::default()).await.unwrap();
    let mut events = Recorder::default();
    let (clock, new_id) = (|| Timestamp::UNIX_EPOCH, crate::host::new_id);
    let operation = Operation { cloud: &cloud, observer: &mut events, clock, new_id };
    let (first, second) = (operation.token("up"), operation.token("up"));
    assert_ne!(first, second);
    let random = first.strip_prefix("deployer-up-0-").unwrap();
    assert!(random.len() == 8 && random.chars().all(|digit| digit.is_ascii_hexdigit()), "{first}");
}

#[tokio::test(start_paused = true)]
async fn the_status_from_before_the_operation_is_not_its_end() {
    let (status, events) = followed(vec![
        Ok(("UPDATE_COMPLETE", 0)),
        Ok(("UPDATE_COMPLETE", 1)),
        Ok(("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", 2)),
        Ok(("UPDATE_COMPLETE", 3)),
    ])
    .await;
    assert_eq!(status.unwrap(), "UPDATE_COMPLETE");
    assert_eq!(events.len(), 3, "{events:?}");
}

#[tokio::test(start_paused = true)]
async fn a_stack_without_events_eventually_counts_as_settled() {
    let (status, events) = followed(vec![Ok(("UPDATE_COMPLETE", 0))]).await;
    assert_eq!(status.unwrap(), "UPDATE_COMPLETE");
    let beat = |event: &Event| matches!(event, Event::StillWaiting { .. });
    assert!(events.iter().all(beat), "{events:?}");
}

#[tokio::test(start_paused = true)]
async fn throttling_and_lost_connections_are_retried_and_reported() {
    let (status, events) = followed(vec![
        Err(ErrorKind::Throttled),
        Err(ErrorKind::Unreachable),
        Ok(("UPDATE_COMPLETE", 3)),
    ])
    .await;
    assert_eq!(status.unwrap(), "UPDATE_COMPLETE");
    let failed = events.iter().filter(|event| matches!(event, Event::PollFailed { .. })).count();
    assert_eq!((failed, events.len()), (2, 5));
}

#[tokio::test(start_paused = true)]
async fn following_fails_after_a_refusal_or_minutes_of_failures() {
    for kind in [ErrorKind::Denied, ErrorKind::Throttled] {
        let (status, _) = followed(vec![Err(kind)]).await;
        assert!(matches!(status, Err(OperationError::LostSight(_))), "{kind:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_long_wait_has_heartbeats() {
    let mut polls = vec![Ok(("UPDATE_IN_PROGRESS", 1)); 30];
    polls.push(Ok(("UPDATE_COMPLETE", 3)));
    let (_, events) = followed(polls).await;
    let beats = events.iter().filter(|event| matches!(event, Event::StillWaiting { .. })).count();
    assert!((3..=8).contains(&beats), "{beats} beats in some two minutes");
}
