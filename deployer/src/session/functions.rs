//! The functions of a flow on this machine, and the lines that they write.

use std::pin::pin;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::Session;
use crate::report;
use crate::simulation::OtherVersion;

/// The lines of functions and of their builds, as they come.
pub struct FunctionLines(UnboundedReceiver<String>);

impl FunctionLines {
    /// Lines, and the sender for them.
    pub fn new() -> (UnboundedSender<String>, Self) {
        let (sender, receiver) = unbounded_channel();
        (sender, Self(receiver))
    }

    /// The next line; it never comes if nothing is written any more.
    pub async fn next(&mut self) -> String {
        match self.0.recv().await {
            Some(line) => line,
            None => std::future::pending().await,
        }
    }
}

impl Session<'_> {
    /// Does something, and prints the lines that functions write in the meantime.
    pub async fn with_lines<T>(
        &mut self,
        lines: &mut FunctionLines,
        work: impl Future<Output = T>,
    ) -> T {
        let mut work = pin!(work);
        let done = loop {
            tokio::select! {
                biased;
                Some(line) = lines.0.recv() => self.log(&line),
                done = &mut work => break done,
            }
        };
        while let Ok(line) = lines.0.try_recv() {
            self.log(&line);
        }
        done
    }

    /// Reports which runtimes have another version on this machine.
    pub fn warn_of_versions(&mut self, versions: &[OtherVersion]) {
        versions.iter().for_each(|version| self.log(&report::other_version(version)));
    }
}
