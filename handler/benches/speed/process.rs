//! A measured process: starts it, invokes it, and reads its CPU time and memory from Linux.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::lambda::{Answered, Lambda, Waiting};

/// A process that waits for an event.
pub(crate) struct Process<'a> {
    child: Child,
    lambda: &'a Lambda,
    waiting: Waiting,
    /// From its start to its first request for an event.
    pub(crate) cold: Duration,
}

impl<'a> Process<'a> {
    /// Starts a program and waits until it requests an event.
    pub(crate) fn start(program: &mut Command, lambda: &'a Lambda) -> Self {
        let begin = Instant::now();
        let child = program.stdout(Stdio::null()).spawn().unwrap();
        let waiting = lambda.next_request();
        Self { child, lambda, cold: waiting.since - begin, waiting }
    }

    /// Invokes the process. Returns the answer and the CPU time until it requests the next event.
    pub(crate) fn invoke(&mut self, event: String) -> (Answered, Duration) {
        let before = self.cpu();
        let answered = self.lambda.invoke(&self.waiting, event);
        self.waiting = self.lambda.next_request();
        (answered, self.cpu().saturating_sub(before))
    }

    /// The user and system time of all running threads. The only thread that ends before the
    /// process is the one that resolves names, ten seconds after it did.
    pub(crate) fn cpu(&self) -> Duration {
        let threads = fs::read_dir(self.proc("task")).unwrap();
        let nanoseconds = threads.map(|thread| {
            // A thread can end while the folder is read.
            let text = fs::read_to_string(thread.unwrap().path().join("schedstat"));
            text.map_or(0, |text| text.split(' ').next().unwrap().parse::<u64>().unwrap())
        });
        Duration::from_nanos(nanoseconds.sum())
    }

    /// The peak resident memory, in KiB.
    pub(crate) fn peak_memory(&self) -> u64 {
        let status = fs::read_to_string(self.proc("status")).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    fn proc(&self, name: &str) -> String {
        format!("/proc/{}/{name}", self.child.id())
    }
}

impl Drop for Process<'_> {
    fn drop(&mut self) {
        // The process waits for an event forever. This fails only if it has ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
