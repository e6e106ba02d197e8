//! WorkMail's side of a message: a rule that asks the function until there is a verdict, and what becomes
//! of each recipient then.
//!
//! What AWS documents is followed; what it does not say is in [`backoff`], and told as an assumption
//! wherever it matters.

pub mod backoff;
mod invoking;

mod effects;
mod fallback;
mod log_line;
mod outcome;

pub use effects::{Effect, effects};
pub use fallback::{Fallback, check_fallback};
pub use invoking::{Asked, Ending, Invocation, Question, Response, ask};
pub use outcome::Outcome;
