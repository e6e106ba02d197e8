//! The event that WorkMail sends for one email, as its administrator guide documents it.

use serde_json::{Value, json};

/// One message. WorkMail invokes again with the same event until it has a verdict.
pub(crate) fn message(invocation_id: &str) -> Value {
    json!({
        "summaryVersion": "2018-10-10",
        "envelope": {
            "mailFrom": { "address": "from@example.com" },
            "recipients": [
                { "address": "recipient1@example.com" },
                { "address": "recipient2@example.com" }
            ]
        },
        "sender": { "address": "sender@example.com" },
        "subject": "Hello From Amazon WorkMail!",
        "messageId": "00000000-0000-0000-0000-000000000000",
        "invocationId": invocation_id,
        "flowDirection": "INBOUND",
        "truncated": false
    })
}
