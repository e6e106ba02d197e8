//! A thread with a runtime whose time is real, no matter which clock the caller has.

use std::io;
use std::thread::{self, JoinHandle};

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

/// Ends with this value, together with everything that runs on it.
pub(super) struct SideRuntime {
    pub(super) handle: Handle,
    /// Dropped to end it.
    ending: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl SideRuntime {
    /// Fails when the system cannot provide a second runtime.
    pub(super) fn start() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (ending, ended) = oneshot::channel::<()>();
        let thread = thread::Builder::new().name("functions".to_owned()).spawn(move || {
            // An error says that the sender is gone, which is the end.
            let _ = runtime.block_on(ended);
        })?;
        Ok(Self { handle, ending: Some(ending), thread: Some(thread) })
    }
}

impl Drop for SideRuntime {
    fn drop(&mut self) {
        drop(self.ending.take());
        // So that no process of a function is left when the program continues.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}
