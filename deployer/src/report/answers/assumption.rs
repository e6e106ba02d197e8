//! `assumption`: what the simulation assumes.

use crate::report::{self, Answer};
use crate::simulation::Assumption;

impl Answer for Assumption {
    const KIND: &'static str = "assumption";

    fn note(&self) -> Option<String> {
        Some(report::assumption(*self))
    }
}
