//! What the program is handed: the outside, so that the same program runs over AWS and over memory.

mod environment;
pub mod interrupt;
pub mod panic_hook;
pub mod terminal;

pub use environment::ProcessEnvironment;

use jiff::Timestamp;
use uuid::Uuid;

use cloud::Connect;
use terminal::Terminal;

/// The outside of the program.
pub struct Host {
    /// Makes connections to AWS, or to what stands in for it.
    pub connect: Box<dyn Connect>,
    /// The terminal.
    pub terminal: Terminal,
    /// The wall clock.
    pub clock: fn() -> Timestamp,
    /// Variables and folder.
    pub environment: ProcessEnvironment,
    /// Makes an id that nobody has seen before.
    pub new_id: fn() -> Uuid,
}

/// The time now: the only place where the program looks at a clock.
#[expect(clippy::disallowed_methods, reason = "the one clock that everybody is handed")]
#[must_use]
pub fn wall_clock() -> Timestamp {
    Timestamp::now()
}

/// An id that nobody has seen before: the only place where the program throws dice.
#[expect(clippy::disallowed_methods, reason = "the one source of ids that everybody is handed")]
#[must_use]
pub fn new_id() -> Uuid {
    Uuid::new_v4()
}
