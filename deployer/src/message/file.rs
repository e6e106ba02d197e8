//! An event in a file.

use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::error::CommandError;

/// Why an event in a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum EventFileError {
    /// It cannot be read.
    #[error("cannot read the event {}", path.display())]
    Read {
        /// The file as it was named.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// It is no JSON object, so that nothing in it can be set.
    #[error("{} holds no JSON object, so that it can get no new invocation id", path.display())]
    NoObject {
        /// The file as it was named.
        path: PathBuf,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
}

impl From<EventFileError> for CommandError {
    fn from(error: EventFileError) -> Self {
        Self::usage(error)
    }
}

/// The text of an event, as it stands in the file.
///
/// # Errors
/// When the file cannot be read, or is no UTF-8.
pub fn read(path: &Path) -> Result<String, EventFileError> {
    std::fs::read_to_string(path)
        .map_err(|source| EventFileError::Read { path: path.to_owned(), source })
}

/// The same event with another `invocationId`. `path` is where it came from.
///
/// # Errors
/// When the text is no JSON object.
pub fn with_id(text: &str, invocation_id: &str, path: &Path) -> Result<String, EventFileError> {
    let mut event: Map<String, Value> = serde_json::from_str(text)
        .map_err(|source| EventFileError::NoObject { path: path.to_owned(), source })?;
    event.insert("invocationId".to_owned(), Value::from(invocation_id));
    Ok(Value::Object(event).to_string())
}
