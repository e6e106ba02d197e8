//! Packs a handler for Lambda: the same program always yields the same zip.
//!
//! Imports nothing from the crate, because the build script includes this file too.

use std::io::{Cursor, Write};

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

/// The name of the program that Lambda's OS-only runtimes start.
/// Source: Lambda developer guide, "Building a custom runtime for AWS Lambda".
pub const BOOTSTRAP: &str = "bootstrap";

/// Creates a zip whose only entry is the executable `bootstrap`.
///
/// The zip does not depend on the machine or the time: the modification time is the earliest that
/// the format can express, the mode is 0755, and the system is always Unix.
/// Error: only what the compressor reports; writing to memory itself does not fail.
pub fn zip_of(bootstrap: &[u8]) -> Result<Vec<u8>, ZipError> {
    let options = SimpleFileOptions::default()
        .system(System::Unix)
        .unix_permissions(0o755)
        .last_modified_time(DateTime::default())
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(9));
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file(BOOTSTRAP, options)?;
    zip.write_all(bootstrap)?;
    Ok(zip.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use zip::ZipArchive;

    use super::*;

    #[test]
    fn the_same_program_yields_the_same_bytes() {
        let program = vec![7; 100_000];
        assert_eq!(zip_of(&program).unwrap(), zip_of(&program).unwrap());
    }

    #[test]
    fn the_entry_is_executable_and_has_the_earliest_time() {
        let mut zip = ZipArchive::new(Cursor::new(zip_of(b"program").unwrap())).unwrap();
        assert_eq!(zip.len(), 1);
        let mut entry = zip.by_index(0).unwrap();
        assert_eq!(entry.name().unwrap(), "bootstrap");
        assert_eq!(entry.unix_mode(), Some(0o100_755));
        assert_eq!(entry.last_modified().unwrap().to_string(), "1980-01-01 00:00:00");
        let mut content = String::new();
        entry.read_to_string(&mut content).unwrap();
        assert_eq!(content, "program");
    }
}
