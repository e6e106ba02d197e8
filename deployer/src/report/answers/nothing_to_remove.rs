//! `nothing_to_remove`: there is no stack, and nothing is left of it.

use serde::Serialize;

use crate::report::{Answer, Reader};

/// A stack that does not exist.
#[derive(Serialize)]
pub struct NothingToRemove<'a> {
    stack_name: &'a str,
    account: &'a str,
    region: &'a str,
    present: bool,
}

impl<'a> NothingToRemove<'a> {
    /// The answer about the stack of a name.
    pub fn of(stack_name: &'a str, account: &'a str, region: &'a str) -> Self {
        Self { stack_name, account, region, present: false }
    }
}

impl Answer for NothingToRemove<'_> {
    const KIND: &'static str = "nothing_to_remove";

    fn note(&self, _: &Reader<'_>) -> Option<String> {
        let Self { stack_name, account, region, .. } = self;
        Some(format!(
            "there is no stack {stack_name} in account {account}, region {region}, and nothing of it is left"
        ))
    }
}
