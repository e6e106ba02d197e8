//! Amazon WorkMail's side of the contract: what it sends, and its limits.
//!
//! Pure: no async, no I/O, no environment, no AWS type.

pub mod event;
pub mod limits;
mod redaction;

pub use event::Message;
