//! The headers of a message (RFC 5322, RFC 2047), read so that nothing is lost silently: what
//! cannot be read for certain is a fault.

pub mod address;
pub mod encoded_word;
pub mod header;
