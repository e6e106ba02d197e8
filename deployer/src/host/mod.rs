//! What `main` passes to the program, so that the same program runs against AWS and in memory.

pub mod browser;
mod environment;
pub mod harmless;
pub mod interrupt;
pub mod panic_hook;
mod screen;
pub mod shell;
pub mod terminal;
mod wrap;

pub use environment::{Inherited, ProcessEnvironment};

use std::io;
use std::process::Child;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use uuid::Uuid;

use cloud::Connect;
use terminal::Terminal;

/// The outside world, as the program sees it.
pub struct Host {
    /// Connects to AWS or to a replacement.
    pub connect: Box<dyn Connect>,
    /// The terminal.
    pub terminal: Terminal,
    /// The wall clock.
    pub clock: fn() -> Timestamp,
    /// The time zone of the person, from `TZ` or from the system.
    pub zone: fn() -> TimeZone,
    /// Environment variables and working folder.
    pub environment: ProcessEnvironment,
    /// Generates a unique ID.
    pub new_id: fn() -> Uuid,
    /// Opens a link in the browser.
    pub open: fn(&str) -> io::Result<Option<Child>>,
}

/// The current time. No other code of the program reads a clock.
#[expect(clippy::disallowed_methods, reason = "the only clock, which is passed to all other code")]
#[must_use]
pub fn wall_clock() -> Timestamp {
    Timestamp::now()
}

/// The time zone that `TZ` names, else the system's; UTC if neither is known.
#[must_use]
pub fn system_zone() -> TimeZone {
    TimeZone::try_system().unwrap_or(TimeZone::UTC)
}

/// A unique ID. No other code of the program generates IDs.
#[expect(
    clippy::disallowed_methods,
    reason = "the only source of IDs, which is passed to all other code"
)]
#[must_use]
pub fn new_id() -> Uuid {
    Uuid::new_v4()
}
