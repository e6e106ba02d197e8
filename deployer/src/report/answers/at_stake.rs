//! `at_stake`: what depends on a flow that is about to be removed.

use serde::Serialize;

use crate::health::InUse;
use crate::report::{self, Answer, Reader};

/// How much the flow of a stack is in use.
#[derive(Serialize)]
pub struct AtStake<'a> {
    pub stack_name: &'a str,
    #[serde(flatten)]
    pub usage: &'a InUse,
}

impl Answer for AtStake<'_> {
    const KIND: &'static str = "at_stake";

    fn note(&self, _: &Reader<'_>) -> Option<String> {
        Some(report::usage(self.usage))
    }
}
