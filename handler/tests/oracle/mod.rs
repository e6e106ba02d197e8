//! What must be true for every event and every output of any shape. The oracle is based on
//! WorkMail's documentation and not on the code of the handler. Tests and fuzz targets use it.

pub(crate) mod event;
pub(crate) mod output;
