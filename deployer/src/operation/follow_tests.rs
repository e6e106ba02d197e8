//! Following, where looks lag, fail and take long.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::Mutex;

use async_trait::async_trait;
use jiff::Timestamp;

use super::{Audience, Event, Operation, OperationError, follow};
use cloud::memory::MemoryCloud;
use cloud::{
    ChangeSet, ChangeSetId, ChangeSetRequest, Cloud, CloudError, Connect, Continuation, Deletion,
    ErrorKind, Failure, FailureScope, OnFailure, ResourceChange, Stack, StackEvent, StackResource,
    StackStatus, Stacks,
};

/// What each look finds: a status, and how many events there are by then; or a failure.
type Look = Result<(&'static str, usize), ErrorKind>;

/// A stack whose looks are written down; the last one repeats.
struct Script {
    looks: Mutex<Vec<Look>>,
    events: Vec<StackEvent>,
    seen: Mutex<usize>,
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
        let mut looks = self.looks.lock().unwrap();
        let look = if looks.len() > 1 { looks.remove(0) } else { looks[0] };
        let (status, events) = look.map_err(failure)?;
        *self.seen.lock().unwrap() = events;
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
        let seen = *self.seen.lock().unwrap();
        let newest_first = self.events[..seen].iter().rev();
        Ok(newest_first.take_while(|event| Some(event.id.as_str()) != until).cloned().collect())
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
struct Told(Vec<Event>);

#[async_trait]
impl Audience for Told {
    fn event(&mut self, event: &Event) {
        self.0.push(event.clone());
    }

    async fn agrees(&mut self, _: &[ResourceChange]) -> bool {
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

/// Follows a script whose events are those of an update; returns the final status and what was told.
async fn followed(looks: Vec<Look>) -> (Result<String, OperationError>, Vec<Event>) {
    let events = ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_COMPLETE"];
    let script = Script {
        looks: Mutex::new(looks),
        events: events.map(stack_event).to_vec(),
        seen: Mutex::new(0),
    };
    let memory = MemoryCloud::new("123456789012", "us-east-1").unwrap();
    let cloud = memory.connect(&cloud::Access::default()).await.unwrap();
    let cloud = Cloud { stacks: Arc::new(script), ..cloud };
    let mut told = Told::default();
    let mut operation =
        Operation { cloud: &cloud, audience: &mut told, clock: || Timestamp::UNIX_EPOCH };
    let settled = follow(&mut operation, "id", None).await;
    (settled.map(|settled| settled.stack.unwrap().status.to_string()), told.0)
}

#[tokio::test(start_paused = true)]
async fn the_status_from_before_the_operation_is_not_its_end() {
    let (status, told) = followed(vec![
        Ok(("UPDATE_COMPLETE", 0)),
        Ok(("UPDATE_COMPLETE", 1)),
        Ok(("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", 2)),
        Ok(("UPDATE_COMPLETE", 3)),
    ])
    .await;
    assert_eq!(status.unwrap(), "UPDATE_COMPLETE");
    assert_eq!(told.len(), 3, "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn a_stack_that_stays_silent_is_believed_in_the_end() {
    let (status, told) = followed(vec![Ok(("UPDATE_COMPLETE", 0))]).await;
    assert_eq!(status.unwrap(), "UPDATE_COMPLETE");
    let beat = |event: &Event| matches!(event, Event::StillWaiting { .. });
    assert!(told.iter().all(beat), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn throttling_and_lost_connections_are_waited_out_and_told() {
    let (status, told) = followed(vec![
        Err(ErrorKind::Throttled),
        Err(ErrorKind::Unreachable),
        Ok(("UPDATE_COMPLETE", 3)),
    ])
    .await;
    assert_eq!(status.unwrap(), "UPDATE_COMPLETE");
    let failed = told.iter().filter(|event| matches!(event, Event::LookFailed { .. })).count();
    assert_eq!((failed, told.len()), (2, 5));
}

#[tokio::test(start_paused = true)]
async fn sight_is_lost_at_a_refusal_or_after_minutes() {
    for kind in [ErrorKind::Denied, ErrorKind::Throttled] {
        let (status, _) = followed(vec![Err(kind)]).await;
        assert!(matches!(status, Err(OperationError::LostSight(_))), "{kind:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn long_silence_has_a_heartbeat() {
    let mut looks = vec![Ok(("UPDATE_IN_PROGRESS", 1)); 30];
    looks.push(Ok(("UPDATE_COMPLETE", 3)));
    let (_, told) = followed(looks).await;
    let beats = told.iter().filter(|event| matches!(event, Event::StillWaiting { .. })).count();
    assert!((3..=8).contains(&beats), "{beats} beats in some two minutes");
}
