//! Reads an event from a file.

use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::error::CommandError;
use crate::files::text::{name_of, read_input};

/// Why an event in a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum EventFileError {
    /// The file cannot be read.
    #[error("cannot read the event {}", name_of(path))]
    Read {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    /// The file is not a JSON object, so no field can be set.
    #[error("{} is not a JSON object, so it cannot get a new invocation ID", name_of(path))]
    NoObject {
        path: PathBuf,
        #[source]
        source: serde_json::Error,
    },
}

impl From<EventFileError> for CommandError {
    fn from(error: EventFileError) -> Self {
        Self::usage(error)
    }
}

/// Reads the text of an event, unchanged.
/// Fails if the file cannot be read, or is not UTF-8.
pub fn read(path: &Path) -> Result<String, EventFileError> {
    read_input(path, "--event")
        .map_err(|source| EventFileError::Read { path: path.to_owned(), source })
}

/// Returns the event with another `invocationId`. `path` is the file that it came from.
/// Fails if the text is not a JSON object.
pub fn with_id(text: &str, invocation_id: &str, path: &Path) -> Result<String, EventFileError> {
    let mut event: Map<String, Value> = serde_json::from_str(text)
        .map_err(|source| EventFileError::NoObject { path: path.to_owned(), source })?;
    event.insert("invocationId".to_owned(), Value::from(invocation_id));
    Ok(Value::Object(event).to_string())
}
