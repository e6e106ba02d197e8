//! Any text as an event, held against the oracle of the tests.

#![no_main]

#[path = "../../tests/oracle/mod.rs"]
mod oracle;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|event: &str| oracle::event::holds(event));
