//! Follows a log: reports every line once, including late ones, for as long as necessary.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::sleep;

use super::{Line, Merged, Selection};
use cloud::{CloudError, ErrorKind, Logs};

/// The interval while lines arrive. CloudWatch Logs allows five FilterLogEvents calls per second
/// and account; a poll makes one for each group.
/// Source: CloudWatch Logs user guide, "CloudWatch Logs quotas".
const SHORTEST_INTERVAL: Duration = Duration::from_secs(1);
/// The interval after silence and after a failed poll.
const LONGEST_INTERVAL: Duration = Duration::from_secs(10);
/// Lines of several processes arrive out of order: a line this much older than the newest one is
/// still reported. Measured by AWS's timestamps, so that the local clock does not matter.
const LOOK_BACK: SignedDuration = SignedDuration::from_secs(60);
/// The limit of failed polls in a row before following ends: ten minutes at the longest interval.
const MAX_FAILED_POLLS: u32 = 60;

pub trait Listener {
    /// A new line. [`ControlFlow::Break`] ends the following.
    fn line(&mut self, line: &Line) -> ControlFlow<()>;
    /// Everything that was logged so far is reported. [`ControlFlow::Break`] ends the following.
    fn caught_up(&mut self) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
    /// A poll failed and will be retried.
    fn look_failed(&mut self, error: &CloudError);
}

/// Follows until the listener ends it.
/// Fails if a poll is refused, or polls keep failing for minutes.
pub async fn follow(
    logs: &dyn Logs,
    selection: Selection,
    listener: &mut dyn Listener,
) -> Result<(), CloudError> {
    let mut follower = Follower { selection, seen: HashSet::new(), newest: None };
    let (mut interval, mut failed) = (SHORTEST_INTERVAL, 0);
    loop {
        match follower.poll(logs, listener).await {
            Ok(ControlFlow::Break(())) => return Ok(()),
            Ok(ControlFlow::Continue(lines)) => {
                if listener.caught_up().is_break() {
                    return Ok(());
                }
                failed = 0;
                interval = match lines {
                    0 => (interval * 3 / 2).min(LONGEST_INTERVAL),
                    _ => SHORTEST_INTERVAL,
                };
            }
            Err(error) => {
                failed += 1;
                let is_transient = !matches!(error.kind, ErrorKind::Denied | ErrorKind::Invalid);
                if !is_transient || failed > MAX_FAILED_POLLS {
                    return Err(error);
                }
                listener.look_failed(&error);
                interval = LONGEST_INTERVAL;
            }
        }
        sleep(interval).await;
    }
}

struct Follower {
    selection: Selection,
    /// The lines of the period that is polled again. Whole lines, because not every implementation
    /// of CloudWatch Logs returns ids.
    seen: HashSet<Line>,
    newest: Option<Timestamp>,
}

impl Follower {
    /// Polls once, and returns the number of new lines. Lines reported before a poll fails are not
    /// reported again.
    async fn poll(
        &mut self,
        logs: &dyn Logs,
        listener: &mut dyn Listener,
    ) -> Result<ControlFlow<(), usize>, CloudError> {
        let mut merged = Merged::new(logs, &self.selection);
        let mut lines = 0;
        while let Some(line) = merged.next().await? {
            if !self.seen.insert(line.clone()) {
                continue;
            }
            lines += 1;
            self.newest = self.newest.max(Some(line.event.timestamp));
            if listener.line(&line).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        self.advance();
        Ok(ControlFlow::Continue(lines))
    }

    /// The next poll starts a little before the newest line.
    fn advance(&mut self) {
        let Some(from) = self.newest.and_then(|newest| newest.checked_sub(LOOK_BACK).ok()) else {
            return;
        };
        if from > self.selection.from {
            self.selection.from = from;
            self.seen.retain(|line| line.event.timestamp >= from);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::LogSource;
    use cloud::memory::MemoryCloud;

    struct CountingListener {
        lines: usize,
        failed_polls: u32,
    }

    impl Listener for CountingListener {
        fn line(&mut self, _: &Line) -> ControlFlow<()> {
            self.lines -= 1;
            if self.lines == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        }

        fn look_failed(&mut self, _: &CloudError) {
            self.failed_polls += 1;
        }
    }

    fn cloud() -> (MemoryCloud, Selection) {
        let cloud = MemoryCloud::new("123456789012", "us-east-1").unwrap();
        let groups = vec![(LogSource::Function, "g".to_owned())];
        let from = Timestamp::UNIX_EPOCH;
        for second in 0..5 {
            cloud.log("g", Timestamp::from_second(second).unwrap(), "line");
        }
        (cloud, Selection { groups, from, to: None, pattern: None })
    }

    #[tokio::test(start_paused = true)]
    async fn a_listener_that_breaks_gets_no_more_lines() {
        let (cloud, selection) = cloud();
        let mut listener = CountingListener { lines: 4, failed_polls: 0 };
        follow(&cloud, selection, &mut listener).await.unwrap();
        assert_eq!(listener.lines, 0);
    }

    #[tokio::test(start_paused = true)]
    async fn polls_that_fail_for_minutes_end_the_following() {
        let (cloud, selection) = cloud();
        for _ in 0..=MAX_FAILED_POLLS {
            let (kind, message) = (ErrorKind::Unreachable, "reset".to_owned());
            let (service, operation) = ("CloudWatch Logs", "FilterLogEvents");
            let (code, request_id, source) = (None, None, None);
            let failure =
                CloudError { service, operation, kind, code, message, request_id, source };
            cloud.fail_next(operation, failure);
        }
        let mut listener = CountingListener { lines: 1, failed_polls: 0 };
        let error = follow(&cloud, selection, &mut listener).await.unwrap_err();
        assert_eq!((error.kind, listener.failed_polls), (ErrorKind::Unreachable, MAX_FAILED_POLLS));
    }
}
