//! `assumption`: what the simulation assumes.

use crate::report::Answer;
use crate::simulation::Assumption;

impl Answer for Assumption {
    // A person reads all of them on one line.
    const KIND: &'static str = "assumption";
}
