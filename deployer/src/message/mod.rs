//! Creates events for tests: what WorkMail would send for a message, and what it should never send.
//!
//! The handler's crate parses events, but does not create any.

mod draft;
mod eml;
pub mod file;
mod invalid;
pub mod mail;

pub use draft::{Draft, FieldEdit};
pub use eml::{Eml, Field};
pub use invalid::Invalid;
