//! The language of verdicts: what a state machine answers, whichever mail system the message comes
//! from.
//!
//! The language is WorkMail's: a list of actions, each for some recipients. The ledger and the logs
//! use it for every mail system; only the answer differs. Pure: no async, no I/O, no environment, no
//! AWS type.

pub mod audience;
pub mod check;
pub mod effects;
pub mod interpret;
pub mod verdict;

pub use audience::{Audience, Contract, Direction};
pub use effects::{Effect, effects};
pub use verdict::Verdict;
