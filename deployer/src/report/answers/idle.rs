//! `idle`: no operation is in progress that `watch` could follow.

use serde::Serialize;

use crate::report::{Answer, Reader};
use cloud::Stack;

/// A stack at rest, or none.
#[derive(Serialize)]
pub struct Idle<'a> {
    stack_name: &'a str,
    present: bool,
    stack_id: Option<&'a str>,
    status: Option<&'a str>,
    status_reason: Option<&'a str>,
}

impl<'a> Idle<'a> {
    /// The answer about the stack of a name.
    pub fn of(stack_name: &'a str, stack: Option<&'a Stack>) -> Self {
        Self {
            stack_name,
            present: stack.is_some(),
            stack_id: stack.map(|stack| stack.id.as_str()),
            status: stack.map(|stack| stack.status.name()),
            status_reason: stack.and_then(|stack| stack.status_reason.as_deref()),
        }
    }
}

impl Answer for Idle<'_> {
    const KIND: &'static str = "idle";

    fn text(&self, _: &Reader<'_>) -> Option<String> {
        let name = self.stack_name;
        Some(match self.status {
            Some(status) => format!("{name} {status}: no operation is in progress"),
            None => format!("there is no stack {name}"),
        })
    }
}
