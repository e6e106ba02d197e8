//! Amazon SES as a mail system: the event of a receipt rule and of Mail Manager, the input of the
//! execution that is made from it, and the answer.
//!
//! Pure: no async, no I/O, no environment, no AWS type.
//!
//! Sources: Amazon SES developer guide, "Lambda function event", "Contents of notifications for
//! Amazon SES email receiving", and "Rule sets and rules" (Mail Manager), which says that the payload
//! of its action is the same.

pub mod bounce;
pub mod event;
pub mod limits;
pub mod policy;
pub mod respond;

mod address;
mod canonical;
mod redaction;
mod surrogates;

pub use event::Message;
pub use respond::Disposition;
