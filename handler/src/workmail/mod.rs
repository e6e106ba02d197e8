//! Amazon WorkMail's side of the contract: what it sends, what it accepts, and its limits.
//!
//! Pure: no async, no I/O, no environment, no AWS type.

pub mod event;
pub mod verdict;

pub mod check;
pub mod interpret;
pub mod limits;
mod redaction;

pub use event::Message;
pub use verdict::Verdict;
