//! What must hold for every event and every output, whatever its shape. Written from WorkMail's
//! documentation and not from the handler's code, and used by the tests and the fuzz targets alike.

pub(crate) mod event;
pub(crate) mod output;

mod json_path;

/// The character that marks content. The handler's own words never have it, so wherever it turns
/// up, something was quoted.
pub(crate) const MARK: char = '§';
