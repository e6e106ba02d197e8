//! Amazon WorkMail's side of the contract: what it sends, what it accepts, and its limits.
//!
//! Pure: no async, no I/O, no environment, no AWS type.

pub mod limits;
