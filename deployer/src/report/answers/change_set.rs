//! `change_set`: a change set that was created and not executed.

use serde::Serialize;

use crate::operation::Prepared;
use crate::plan::DesiredStack;
use crate::report::{self, Answer, Reader};

/// The change set, and how to execute or delete it.
#[derive(Serialize)]
pub struct ChangeSetCreated<'a> {
    name: &'a str,
    change_set_id: &'a str,
    stack_id: &'a str,
    #[serde(skip)]
    prepared: &'a Prepared,
    #[serde(skip)]
    stack: &'a DesiredStack,
}

impl<'a> ChangeSetCreated<'a> {
    /// The answer about a change set for a stack.
    pub fn of(prepared: &'a Prepared, stack: &'a DesiredStack) -> Self {
        Self {
            name: &prepared.name,
            change_set_id: &prepared.id.id,
            stack_id: &prepared.id.stack_id,
            prepared,
            stack,
        }
    }
}

impl Answer for ChangeSetCreated<'_> {
    const KIND: &'static str = "change_set";

    fn text(&self, reader: &Reader<'_>) -> Option<String> {
        Some(report::prepared(self.prepared, self.stack, reader.next))
    }
}
