//! WorkMail's side of a message: a rule that invokes the function until there is a verdict, and what then
//! happens for each recipient.
//!
//! This follows what AWS documents. What AWS does not document is in [`backoff`], and is reported as an assumption
//! wherever it matters.

pub mod backoff;
mod invoking;

mod fallback;
mod log_line;
mod outcome;

pub use fallback::{Fallback, check_fallback};
pub use invoking::{Ending, Invocation, Invocations, Response, RuleRequest, ask};
pub use outcome::RuleOutcome;
