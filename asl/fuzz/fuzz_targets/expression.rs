//! Any text as a JSONata expression, compared with the oracle of the tests.

#![no_main]

#[path = "../../tests/oracle/mod.rs"]
mod oracle;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| oracle::holds("expression", text));
