//! A definition: read from JSON, checked, and kept as a machine.

pub(crate) mod diagnostic;
pub(crate) mod machine;
pub(crate) mod read;
