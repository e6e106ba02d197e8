//! `invocation`: one invocation of the deployed function.

use crate::report::{self, Answer, Reader};
use crate::rule::Invocation;

impl Answer for Invocation {
    const KIND: &'static str = "invocation";

    fn note(&self, _: &Reader<'_>) -> Option<String> {
        Some(report::invocation(self).join("\n"))
    }
}
