//! What must hold for every event and every output, whatever its shape. Written from WorkMail's
//! documentation and not from the handler's code, and used by the tests and the fuzz targets alike.

pub(crate) mod event;
pub(crate) mod output;
