//! Definitions: read from JSON, checked, and represented as a machine.

pub(crate) mod diagnostic;
pub(crate) mod machine;
pub(crate) mod read;
