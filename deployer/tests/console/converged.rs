//! Checks the final state of accounts: one complete stack, or nothing.

use crate::session::{BUCKET, ConsoleSession, STACK};
use cloud::Stacks;
use serde_json::Value;

/// Every account ends in the same state: one complete stack, and one configured bucket.
pub(crate) async fn assert_up(ends: &[ConsoleSession]) {
    let expected = template(ends.last().unwrap());
    for (calls, session) in ends.iter().enumerate() {
        let cloud = &session.cloud;
        let context = format!("call {calls}");
        assert_eq!(cloud.stack_names(), [STACK], "{context}");
        assert_eq!(template(session), expected, "{context}");
        let stack = cloud.describe(STACK).await.unwrap().unwrap();
        assert!(stack.status.is_stable(), "{context}: {}", stack.status);
        assert_eq!(stack.outputs.len(), 3, "{context}");
        assert_eq!(cloud.change_set_names(STACK), [""; 0], "{context}");
        assert_eq!(cloud.bucket_names(), [BUCKET], "{context}");
        assert!(cloud.bucket_settings(BUCKET).is_some(), "{context}: the bucket is half set up");
    }
}

/// The deployed template, whichever version of the handler's object it names.
pub(crate) fn template(session: &ConsoleSession) -> Value {
    let text = session.cloud.template_text(STACK).unwrap();
    let mut template: Value = serde_json::from_str(&text).unwrap();
    if let Some(code) = template["Resources"]["MfsmFunction"]["Properties"]["Code"].as_object_mut()
    {
        code.remove("S3ObjectVersion");
    }
    template
}

/// Every account is empty.
pub(crate) fn assert_nothing_left(ends: &[ConsoleSession]) {
    for (calls, session) in ends.iter().enumerate() {
        let left = (session.cloud.stack_names(), session.cloud.bucket_names());
        assert_eq!(left, (Vec::new(), Vec::new()), "call {calls}");
    }
}
