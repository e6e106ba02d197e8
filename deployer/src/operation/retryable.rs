//! Looks that fail while something is waited for: what passes by itself is told, and looked at again.

use super::{Event, Operation};
use cloud::{CloudError, ErrorKind};

/// Tells a failed look, if the next one can succeed and there is time for it.
///
/// # Errors
/// The look's own error, where it does not pass or the time is up.
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

/// Throttling, broken connections and AWS's own failures pass; a refusal does not.
fn passes(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Throttled | ErrorKind::Unreachable | ErrorKind::Other)
}
