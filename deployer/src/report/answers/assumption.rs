//! `assumption`: what the simulation assumes.

use crate::report::{self, Answer, Reader};
use crate::simulation::Assumption;

impl Answer for Assumption {
    const KIND: &'static str = "assumption";

    fn note(&self, _: &Reader<'_>) -> Option<String> {
        Some(report::assumption(*self))
    }
}
