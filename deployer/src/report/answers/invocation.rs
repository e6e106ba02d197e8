//! `invocation`: one invocation of the deployed function.

use crate::report::{self, Answer};
use crate::rule::Invocation;

impl Answer for Invocation {
    const KIND: &'static str = "invocation";

    fn note(&self) -> Option<String> {
        Some(report::invocation(self).join("\n"))
    }
}
