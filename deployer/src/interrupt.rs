//! Ctrl-C: at a question it means no, and at any other time that nobody wants to watch any more.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Waits for Ctrl-C; for ever, where the system cannot tell.
pub async fn pressed() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Waits for a Ctrl-C that is no answer to a question.
pub async fn pressed_while_working(asking: Arc<AtomicBool>) {
    loop {
        pressed().await;
        if !asking.load(Ordering::Relaxed) {
            return;
        }
    }
}
