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

/// Works until the work is done, or until Ctrl-C, which here means "enough" and ends no more than the work.
pub async fn enough<T>(asking: Arc<AtomicBool>, work: impl Future<Output = T>) -> Option<T> {
    asking.store(true, Ordering::Relaxed);
    tokio::select! {
        ended = work => Some(ended),
        () = pressed() => None,
    }
}
