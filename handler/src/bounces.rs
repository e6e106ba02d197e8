//! Sending bounces, which WorkMail does by itself and Amazon SES does on request.

use std::future::Future;

use crate::call_error::CallError;
use crate::ses::bounce::Bounce;

/// What sends bounces.
pub trait Bounces: Sync {
    /// Sends one bounce to the sender of a message.
    ///
    /// A request whose answer is lost can have sent it. Whether SES then sends a second bounce for
    /// the same message is not documented, so it can be sent twice, and it is never left out.
    fn send(&self, bounce: &Bounce) -> impl Future<Output = Result<(), CallError>> + Send;
}
