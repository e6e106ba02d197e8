//! The id of a message as the user enters it: WorkMail's message id, or the invocation id.

use super::InvocationLine;
use crate::finding::Finding;

/// Accepts an id of either kind. WorkMail sends both in every event, and nothing in the text
/// distinguishes them.
/// Error: a finding about the argument.
pub fn parse_id(text: &str) -> Result<String, Finding> {
    // No id contains characters that have a meaning in a filter pattern.
    let legal = |byte: u8| byte.is_ascii_graphic() && !br#""\*"#.contains(&byte);
    match !text.is_empty() && text.bytes().all(legal) {
        true => Ok(text.to_owned()),
        false => {
            let sentence = "an ID has no spaces, quotes, backslashes, or asterisks";
            Err(Finding::error("id", "ID", sentence))
        }
    }
}

/// CloudWatch's filter pattern for the handler's lines about a message.
pub fn about(id: &str) -> String {
    format!(r#"{{ ($.messageId = "{id}") || ($.invocationId = "{id}") }}"#)
}

impl InvocationLine {
    /// Whether the line is about the message with this message id or invocation id.
    pub fn is_about(&self, id: &str) -> bool {
        [&self.message_id, &self.invocation_id].iter().any(|one| one.as_deref() == Some(id))
    }
}
