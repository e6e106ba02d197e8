//! The message flow protocol: one execution per message, one verdict for ever.

pub mod on_failure;
pub mod workmail;
