//! Failed polls during a wait: transient failures are reported and retried.

use super::{Event, Operation};
use cloud::{CloudError, ErrorKind};

/// Reports a failed poll, if the next one can succeed and there is time for it.
/// Error: The poll's error, if it is not transient or the time is up.
pub(super) fn tolerate(
    operation: &mut Operation<'_>,
    error: CloudError,
    in_time: bool,
) -> Result<(), Box<CloudError>> {
    if !in_time || !passes(error.kind) {
        return Err(Box::new(error));
    }
    operation.observer.on_event(&Event::PollFailed { message: error.to_string() });
    Ok(())
}

/// Throttling, broken connections and AWS's own failures are transient; a refusal is not.
fn passes(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Throttled | ErrorKind::Unreachable | ErrorKind::Other)
}
