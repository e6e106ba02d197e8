//! `assumption`: what the simulation assumes.

use jiff::Timestamp;

use crate::report::{self, Answer};
use crate::simulation::Assumption;

impl Answer for Assumption {
    const KIND: &'static str = "assumption";

    fn text(&self, _: fn() -> Timestamp) -> Option<String> {
        None
    }

    fn note(&self) -> Option<String> {
        Some(report::assumption(*self))
    }
}
