//! Runs several futures concurrently, in order, a limited number at a time.

use std::ops::ControlFlow;
use std::pin::Pin;
use std::task::Poll;

type Running<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Runs `count` futures, at most `limit` at a time, and passes each result to `done`, which can
/// stop the rest.
pub(super) async fn concurrently<'a, T, B>(
    count: usize,
    limit: usize,
    mut start: impl FnMut(usize) -> Running<'a, T>,
    mut done: impl FnMut(usize, T) -> ControlFlow<B>,
) -> ControlFlow<B> {
    let mut running: Vec<(usize, Running<'a, T>)> = Vec::new();
    let mut begun = 0;
    std::future::poll_fn(move |context| {
        loop {
            while begun < count && running.len() < limit.max(1) {
                running.push((begun, start(begun)));
                begun += 1;
            }
            let mut ended = false;
            let mut at = 0;
            while let Some((index, future)) = running.get_mut(at) {
                match future.as_mut().poll(context) {
                    Poll::Ready(result) => {
                        let index = *index;
                        drop(running.remove(at));
                        ended = true;
                        if let ControlFlow::Break(result) = done(index, result) {
                            return Poll::Ready(ControlFlow::Break(result));
                        }
                    }
                    Poll::Pending => at += 1,
                }
            }
            if running.is_empty() && begun == count {
                return Poll::Ready(ControlFlow::Continue(()));
            }
            // Futures that ended made room for new ones, which must be polled before this one
            // returns: nothing else would wake them.
            if !ended || begun == count {
                return Poll::Pending;
            }
        }
    })
    .await
}
