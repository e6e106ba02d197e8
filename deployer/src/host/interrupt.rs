//! Ctrl-C: at a prompt it means no, during interruptible work it ends that work, and at any other
//! time it detaches the program.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Waits for Ctrl-C; forever if the system does not support it.
pub async fn pressed() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Waits for a Ctrl-C that no other code awaits, such as a prompt.
pub async fn pressed_while_working(asking: Arc<AtomicBool>) {
    loop {
        pressed().await;
        if !asking.load(Ordering::Relaxed) {
            return;
        }
    }
}

/// Runs `work` until Ctrl-C, which cancels it and yields `None`; the program continues. While it
/// runs, `awaited` (the terminal's flag) shows other waiters that this Ctrl-C is not for them.
pub async fn unless_pressed<T>(awaited: &AtomicBool, work: impl Future<Output = T>) -> Option<T> {
    awaited.store(true, Ordering::Relaxed);
    let done = tokio::select! {
        done = work => Some(done),
        () = pressed() => None,
    };
    awaited.store(false, Ordering::Relaxed);
    done
}
