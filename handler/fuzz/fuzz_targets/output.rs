//! Any text as the output of a state machine, for inbound and outbound mail, compared with the
//! oracle of the tests.

#![no_main]

#[path = "../../tests/oracle/output.rs"]
mod oracle;

use handler::workmail::Message;
use libfuzzer_sys::fuzz_target;

const INBOUND: &str = r#"{"invocationId":"x","flowDirection":"INBOUND","envelope":{"recipients":[{"address":"recipient1@example.com"}]}}"#;
const OUTBOUND: &str = r#"{"invocationId":"x","flowDirection":"OUTBOUND","truncated":true}"#;

fuzz_target!(|output: &str| {
    for event in [INBOUND, OUTBOUND] {
        oracle::holds(&Message::parse(event).expect("the event is a message"), output);
    }
});
