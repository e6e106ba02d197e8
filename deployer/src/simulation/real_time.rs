//! Reports what happens while it happens, on a clock that does not jump.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use handler::rule::Rule;
use serde_json::Value;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::{Instant, sleep};

use super::clock::Clock;
use super::executions::InterpretedExecutions;
use super::history;
use crate::logs::InvocationLine;
use crate::trace::{TimelineBuilder, TimelineEvent, TimelineEventKind};
use asl::{Answer, Call, Tasks};

/// How often the execution is polled. A person sees no difference.
const INTERVAL: Duration = Duration::from_millis(50);

/// Where to report what happens.
pub struct Listener {
    /// Gets each moment when it happens. If the receiver is gone, moments are lost.
    pub sender: UnboundedSender<TimelineEvent>,
    /// Whether inputs, outputs and causes are reported.
    pub with_contents: bool,
}

/// Reports what happens to one message.
pub(super) struct RealTimeObserver {
    sender: UnboundedSender<TimelineEvent>,
    clock: Clock,
    executions: InterpretedExecutions,
    /// The execution that decides, where the event is a message.
    arn: Option<String>,
    asynchronous: bool,
    reported: Mutex<Reported>,
}

struct Reported {
    invocations: usize,
    events: usize,
    builder: TimelineBuilder,
}

impl RealTimeObserver {
    pub(super) fn new(
        listener: Listener,
        clock: Clock,
        executions: InterpretedExecutions,
        arn: Option<String>,
        rule: Rule,
    ) -> Self {
        let builder = TimelineBuilder::new(listener.with_contents);
        let reported = Mutex::new(Reported { invocations: 0, events: 0, builder });
        let asynchronous = rule == Rule::Asynchronous;
        Self { sender: listener.sender, clock, executions, arn, asynchronous, reported }
    }

    pub(super) fn invocation_begins(&self) {
        let mut reported = self.reported.lock().unwrap_or_else(PoisonError::into_inner);
        reported.invocations += 1;
        self.send(TimelineEvent {
            at: self.clock.now(),
            kind: TimelineEventKind::Asked {
                nth: reported.invocations,
                asynchronous: self.asynchronous,
            },
        });
    }

    /// An invocation ended. What the execution did before is reported first.
    pub(super) async fn invocation_ends(&self, line: InvocationLine) {
        self.catch_up().await;
        let kind = TimelineEventKind::Replied { line: Box::new(line) };
        self.send(TimelineEvent { at: self.clock.now(), kind });
    }

    /// Reports what the execution does, and never ends.
    pub(super) async fn observe(&self) -> Infallible {
        loop {
            sleep(INTERVAL).await;
            self.catch_up().await;
        }
    }

    /// Reports what the execution does to its end, if there is an execution.
    pub(super) async fn to_the_end(&self) {
        while !self.catch_up().await {
            sleep(INTERVAL).await;
        }
    }

    /// Reports what the execution did since the last call. Returns whether it has ended.
    async fn catch_up(&self) -> bool {
        let Some(arn) = &self.arn else { return true };
        let ended = self.executions.is_running(arn).await != Some(true);
        let mut reported = self.reported.lock().unwrap_or_else(PoisonError::into_inner);
        for event in self.executions.events(arn, reported.events) {
            reported.events += 1;
            let kind = reported.builder.kind(&history::of_cloud(&event));
            self.send(TimelineEvent { at: event.at, kind });
        }
        ended
    }

    fn send(&self, moment: TimelineEvent) {
        let _ = self.sender.send(moment);
    }
}

/// Tasks that take at least as long as it takes to answer them.
pub(super) struct RealTimeTasks(pub(super) Arc<dyn Tasks>);

#[async_trait]
impl Tasks for RealTimeTasks {
    async fn answer(&self, call: Call) -> Answer {
        let began = Instant::now();
        let answer = self.0.answer(call).await;
        Answer { took: answer.took.max(began.elapsed()), ..answer }
    }

    async fn object(&self, bucket: &str, key: &str) -> Option<String> {
        self.0.object(bucket, key).await
    }

    async fn listing(&self, bucket: &str, prefix: &str) -> Option<Vec<Value>> {
        self.0.listing(bucket, prefix).await
    }
}
