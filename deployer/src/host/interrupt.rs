//! Ctrl-C: at a question it means no, at work that it ends it means the end of that, and at any other time that
//! nobody wants to watch any more.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Waits for Ctrl-C; for ever, where the system cannot tell.
pub async fn pressed() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Waits for a Ctrl-C that nobody else awaits, as a question does.
pub async fn pressed_while_working(asking: Arc<AtomicBool>) {
    loop {
        pressed().await;
        if !asking.load(Ordering::Relaxed) {
            return;
        }
    }
}

/// Does `work`, which Ctrl-C ends, and ends nothing else: the program goes on, with `None`. `awaited` says so to
/// whoever else waits for Ctrl-C; it is the terminal's.
pub async fn unless_pressed<T>(awaited: &AtomicBool, work: impl Future<Output = T>) -> Option<T> {
    awaited.store(true, Ordering::Relaxed);
    let done = tokio::select! {
        done = work => Some(done),
        () = pressed() => None,
    };
    awaited.store(false, Ordering::Relaxed);
    done
}
