//! `drift`: what was changed outside a stack.

use serde::Serialize;

use crate::operation::Compared;
use crate::report::{self, Answer, Reader};
use cloud::{ResourceDrift, Stack};

/// How each resource compares with the template.
#[derive(Serialize)]
pub struct Drift<'a> {
    stack_name: &'a str,
    stack_id: &'a str,
    drifted: bool,
    resources: &'a [ResourceDrift],
    /// The logical ids of the resources whose type CloudFormation cannot compare.
    not_compared: &'a [String],
    incomplete: Option<&'a str>,
}

impl<'a> Drift<'a> {
    /// The comparison of a stack.
    pub fn of(
        stack: &'a Stack,
        compared: &'a Compared,
        not_compared: &'a [String],
        drifted: bool,
    ) -> Self {
        Self {
            stack_name: &stack.name,
            stack_id: &stack.id,
            drifted,
            resources: &compared.resources,
            not_compared,
            incomplete: compared.incomplete.as_deref(),
        }
    }
}

impl Answer for Drift<'_> {
    const KIND: &'static str = "drift";

    fn text(&self, reader: &Reader<'_>) -> Option<String> {
        Some(report::drift(
            self.stack_name,
            self.resources,
            self.not_compared,
            self.incomplete,
            reader.next,
        ))
    }
}
