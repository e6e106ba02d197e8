//! Events made for tests: what WorkMail would send for a message, and what it should never send.
//!
//! The handler's own crate reads events; nothing there makes one.

mod draft;
mod eml;
pub mod file;
mod invalid;

pub use draft::{Draft, FieldEdit};
pub use eml::Eml;
pub use invalid::Invalid;
