//! Follows a stack until it settles: reports every event once, in order, however long it takes.

use std::collections::HashSet;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::ended::{Settled, ended};
use super::heartbeat::Heartbeat;
use super::retryable::tolerate;
use super::{Event, Operation, OperationError};
use cloud::{CloudError, Stack, StackEvent, StackStatus};

/// The first poll comes soon, because emulators and small updates settle immediately; later polls
/// are less frequent, because DescribeStacks is throttled per account.
const FIRST_INTERVAL: Duration = Duration::from_millis(200);
const LONGEST_INTERVAL: Duration = Duration::from_secs(5);
/// A stack without an operation in progress that had no event for this long will have none.
const QUIET_PERIOD: Duration = Duration::from_secs(60);
/// The maximum number of failed polls in a row: about five minutes at the longest interval.
const MAX_FAILED_POLLS: u32 = 60;
/// The maximum number of events per poll. An operation on our stacks has well under a hundred.
pub(super) const MAX_EVENTS: usize = 1000;

/// Follows the stack until it has no `…_IN_PROGRESS` status. `since` is the newest event before the
/// operation.
/// Fails when polling is refused, or fails for minutes. The operation itself then continues.
pub async fn follow(
    operation: &mut Operation<'_>,
    stack_id: &str,
    since: Option<String>,
) -> Result<Settled, OperationError> {
    let mut follower = Follower {
        newest: since,
        seen: HashSet::new(),
        events: Vec::new(),
        interval: FIRST_INTERVAL,
        failed_polls: 0,
        last_event: Instant::now(),
        heartbeat: Heartbeat::new(),
    };
    loop {
        match follower.poll(operation, stack_id).await {
            Ok(Some(stack)) => {
                return Ok(Settled { stack, events: follower.events });
            }
            Ok(None) => follower.failed_polls = 0,
            Err(error) => follower.poll_failed(operation, error)?,
        }
        operation.wait_for(sleep(follower.interval)).await;
        follower.interval = (follower.interval * 3 / 2).min(LONGEST_INTERVAL);
    }
}

/// Like [`follow`], but fails if the stack settles in an unexpected status. A stack that is gone
/// counts as DELETE_COMPLETE.
pub(super) async fn follow_to(
    operation: &mut Operation<'_>,
    stack_id: &str,
    since: Option<String>,
    target: &StackStatus,
) -> Result<Settled, OperationError> {
    let settled = follow(operation, stack_id, since).await?;
    let gone = StackStatus::DeleteComplete;
    let status = settled.stack.as_ref().map_or(&gone, |stack| &stack.status);
    if status == target { Ok(settled) } else { Err(ended(operation, settled).await) }
}

struct Follower {
    newest: Option<String>,
    seen: HashSet<String>,
    events: Vec<StackEvent>,
    interval: Duration,
    failed_polls: u32,
    /// When the last event was reported.
    last_event: Instant,
    heartbeat: Heartbeat,
}

impl Follower {
    /// Polls once: first the status, then the events, so that no event before a final status is
    /// missed. Returns `Some` if the stack has settled; the inner `None` means that it is gone.
    async fn poll(
        &mut self,
        operation: &mut Operation<'_>,
        stack_id: &str,
    ) -> Result<Option<Option<Stack>>, CloudError> {
        let Some(stack) = operation.wait_for(operation.cloud.stacks.describe(stack_id)).await?
        else {
            return Ok(Some(None));
        };
        let request = operation.cloud.stacks.events(stack_id, self.newest.as_deref(), MAX_EVENTS);
        let events = operation.wait_for(request).await?;
        if let Some(newest) = events.first() {
            self.newest = Some(newest.id.clone());
        }
        for event in events.into_iter().rev() {
            if self.seen.insert(event.id.clone()) {
                operation.observer.on_event(&Event::Stack(event.clone()));
                self.events.push(event);
                self.last_event = Instant::now();
                self.heartbeat.reset();
                self.interval = self.interval.min(Duration::from_secs(1));
            }
        }
        if !stack.status.is_busy() && self.has_reached(&stack) {
            return Ok(Some(Some(stack)));
        }
        self.heartbeat.beat(operation, stack.status.name());
        Ok(None)
    }

    /// Whether the reported events have reached the stack's status. Right after the request, the
    /// status can still be the one from before the operation, which must not count as its end.
    fn has_reached(&self, stack: &Stack) -> bool {
        let own = |event: &&StackEvent| event.physical_id.as_deref() == Some(stack.id.as_str());
        let newest = self.events.iter().rev().find(own);
        newest.is_some_and(|event| event.status == stack.status.name())
            || self.last_event.elapsed() >= QUIET_PERIOD
    }

    fn poll_failed(
        &mut self,
        operation: &mut Operation<'_>,
        error: CloudError,
    ) -> Result<(), OperationError> {
        self.failed_polls += 1;
        tolerate(operation, error, self.failed_polls <= MAX_FAILED_POLLS)
            .map_err(OperationError::LostSight)?;
        self.interval = LONGEST_INTERVAL;
        Ok(())
    }
}
