//! Telling what happens while it happens, on a clock that does not jump.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::{Instant, sleep};

use super::clock::Clock;
use super::executions::Interpreted;
use super::history;
use crate::logs::InvocationLine;
use crate::trace::{TimelineBuilder, TimelineEvent, TimelineEventKind};
use asl::{Answer, Call, Tasks};

/// How often the execution is looked at. A person sees no difference.
const INTERVAL: Duration = Duration::from_millis(50);

/// Who hears what happens.
pub struct Listener {
    /// Where each moment goes when it happens. Who does not listen any more misses it.
    pub hears: UnboundedSender<TimelineEvent>,
    /// Whether inputs, outputs and causes are part of what is told.
    pub with_contents: bool,
}

/// A message whose way is told.
pub(super) struct Live {
    hears: UnboundedSender<TimelineEvent>,
    clock: Clock,
    executions: Interpreted,
    /// The execution that decides, where the event is a message.
    arn: Option<String>,
    told: Mutex<Told>,
}

struct Told {
    asked: usize,
    events: usize,
    builder: TimelineBuilder,
}

impl Live {
    pub(super) fn new(
        listener: Listener,
        clock: Clock,
        executions: Interpreted,
        arn: Option<String>,
    ) -> Self {
        let builder = TimelineBuilder::new(listener.with_contents);
        let told = Mutex::new(Told { asked: 0, events: 0, builder });
        Self { hears: listener.hears, clock, executions, arn, told }
    }

    /// An invocation begins.
    pub(super) fn asked(&self) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.asked += 1;
        self.tell(TimelineEvent {
            at: self.clock.now(),
            kind: TimelineEventKind::Asked { nth: told.asked },
        });
    }

    /// An invocation ended; what led to that is told before.
    pub(super) async fn replied(&self, line: InvocationLine) {
        self.catch_up().await;
        let kind = TimelineEventKind::Replied { line: Box::new(line) };
        self.tell(TimelineEvent { at: self.clock.now(), kind });
    }

    /// Tells what the execution does, for ever.
    pub(super) async fn keep_up(&self) -> Infallible {
        loop {
            sleep(INTERVAL).await;
            self.catch_up().await;
        }
    }

    /// The same to the execution's end, if there is an execution.
    pub(super) async fn to_the_end(&self) {
        while !self.catch_up().await {
            sleep(INTERVAL).await;
        }
    }

    /// Tells what the execution has done since; whether there is nothing more to come.
    async fn catch_up(&self) -> bool {
        let Some(arn) = &self.arn else { return true };
        let ended = self.executions.goes_on(arn).await != Some(true);
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        for event in self.executions.events(arn, told.events) {
            told.events += 1;
            let kind = told.builder.kind(&history::of_cloud(&event));
            self.tell(TimelineEvent { at: event.at, kind });
        }
        ended
    }

    fn tell(&self, moment: TimelineEvent) {
        let _ = self.hears.send(moment);
    }
}

/// Tasks that take as long as it takes to answer them, or longer.
pub(super) struct Timed(pub(super) Arc<dyn Tasks>);

#[async_trait]
impl Tasks for Timed {
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
