//! The answer of `up --no-execute`: the change set that was left, and the ways on.

use serde::Serialize;

use crate::cli::{GlobalArgs, OutputFormat};
use crate::operation::Prepared;
use crate::plan::Desired;
use crate::report;
use crate::world::World;

/// Tells its name, how it is executed and how it is deleted.
pub(super) fn tell(world: &mut World, global: &GlobalArgs, left: &Prepared, desired: &Desired) {
    match global.output {
        OutputFormat::Text => world.answer(&report::prepared(left, desired)),
        OutputFormat::Json => world.answer_object(
            "change_set",
            &Answer { name: &left.name, change_set_id: &left.id.id, stack_id: &left.id.stack_id },
        ),
    }
}

#[derive(Serialize)]
struct Answer<'a> {
    name: &'a str,
    change_set_id: &'a str,
    stack_id: &'a str,
}
