//! The process of a function, with everything that belongs to it. It ends when its value is dropped.

use std::fs::{File, OpenOptions};
use std::future::pending;
use std::io;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tokio::process::Child;
use tokio::time::{Instant, sleep, sleep_until};

use super::function::LocalFunction;
use super::log::{Log, Output};
use super::program::{Mode, Program};
use super::runtime_api::{RuntimeApi, Said};
use super::variables::{self, Surroundings, Variables};
use tempfile::TempDir;

/// How often its output is read while it works.
const LOOK: Duration = Duration::from_millis(50);

/// A function's process.
pub(super) struct Sandbox {
    child: Child,
    group: Group,
    output: Output,
    pub(super) api: RuntimeApi,
    /// Removed at last.
    _scratch: TempDir,
}

/// What a process is started with.
pub(super) struct Start<'a> {
    pub(super) function: &'a LocalFunction,
    pub(super) program: &'a Program,
    pub(super) mode: Mode,
    pub(super) inherited: &'a Variables,
    pub(super) log_stream: &'a str,
    pub(super) log: Arc<Log>,
}

/// What happens next to a process.
pub(super) enum Happened {
    Said(Said),
    /// It ended; `None` if the system does not say how.
    Exited(Option<ExitStatus>),
    TimedOut,
}

impl Sandbox {
    pub(super) async fn start(start: Start<'_>) -> io::Result<Self> {
        let scratch = tempfile::tempdir()?;
        let api = RuntimeApi::start().await?;
        let path = scratch.path().join("output");
        let written = OpenOptions::new().append(true).create_new(true).open(&path)?;
        let output = Output::new(File::open(path)?, start.log);
        let around = Surroundings {
            api: api.address,
            runtime_folder: scratch.path(),
            log_stream: start.log_stream,
            inherited: start.inherited,
            real: start.mode.real,
        };
        let variables = variables::of(start.function, start.program, &around);
        let mut command = start.program.command(scratch.path(), start.function, start.mode)?;
        command.env_clear().envs(variables).current_dir(&start.function.folder);
        command.stdin(Stdio::null()).stdout(written.try_clone()?).stderr(written);
        command.kill_on_drop(true);
        // Its own group, with which the processes that it starts end, too.
        #[cfg(unix)]
        command.process_group(0);
        let child = command.spawn()?;
        let group = Group(child.id());
        Ok(Self { child, group, output, api, _scratch: scratch })
    }

    /// Whether the process has not ended.
    pub(super) fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Waits for what happens next, and logs what the process writes meanwhile.
    pub(super) async fn happens(&mut self, deadline: Option<Instant>) -> Happened {
        let over = async {
            match deadline {
                Some(deadline) => sleep_until(deadline).await,
                None => pending().await,
            }
        };
        tokio::pin!(over);
        loop {
            self.output.read();
            tokio::select! {
                // What it reported comes before its end.
                biased;
                Some(said) = self.api.next() => return Happened::Said(said),
                status = self.child.wait() => {
                    self.group.end();
                    return match self.api.said() {
                        Some(said) => Happened::Said(said),
                        None => Happened::Exited(status.ok()),
                    };
                }
                () = &mut over => return Happened::TimedOut,
                () = sleep(LOOK) => {}
            }
        }
    }

    /// Logs all that the process has written.
    pub(super) fn log_all(&mut self) {
        self.output.read_all();
    }

    /// Ends the process, and waits for its end.
    pub(super) async fn stop(mut self) {
        self.group.end();
        drop(self.child.kill().await);
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.group.end();
        self.output.read_all();
    }
}

/// The processes of a function, as long as they run.
struct Group(Option<u32>);

impl Group {
    /// Ends all of them, once: later, another process may have the number.
    #[cfg(unix)]
    fn end(&mut self) {
        let id = self.0.take().and_then(|id| i32::try_from(id).ok());
        if let Some(group) = id.and_then(rustix::process::Pid::from_raw) {
            // A group that has ended is none to end.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }

    /// Elsewhere, the process alone ends, with its value.
    #[cfg(not(unix))]
    fn end(&mut self) {
        self.0 = None;
    }
}
