//! Packs the files of a function: the same files always yield the same zip.

use std::io::{Cursor, Write};

use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

use super::code::CodeFile;

/// Creates a zip archive.
///
/// It does not depend on the machine, the time or the modes of files: a program or a script, as its content shows, has
/// the mode 0755, and everything else 0644.
/// Error: only what the compressor reports; writing to memory itself does not fail.
pub(super) fn zip_of(files: &[CodeFile]) -> Result<Vec<u8>, ZipError> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for file in files {
        let is_run = [&b"\x7fELF"[..], b"#!"].iter().any(|begin| file.content.starts_with(begin));
        let options = SimpleFileOptions::default()
            .system(System::Unix)
            .unix_permissions(if is_run { 0o755 } else { 0o644 })
            .last_modified_time(DateTime::default())
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(6));
        zip.start_file(file.path.as_str(), options)?;
        zip.write_all(&file.content)?;
    }
    Ok(zip.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use zip::ZipArchive;

    use super::*;

    #[test]
    fn the_content_decides_the_mode_and_nothing_else_the_bytes() {
        let file = |path: &str, content: &[u8]| CodeFile {
            path: path.to_owned(),
            content: content.to_vec(),
        };
        let files = [
            file("app.py", b"x = 1"),
            file("bootstrap", b"\x7fELF."),
            file("lib/run", b"#!/bin/sh"),
        ];
        let zip = zip_of(&files).unwrap();
        assert_eq!(zip, zip_of(&files).unwrap());
        let mut archive = ZipArchive::new(Cursor::new(zip)).unwrap();
        let modes = (0..3).map(|at| {
            let entry = archive.by_index(at).unwrap();
            (entry.name().unwrap().into_owned(), entry.unix_mode().unwrap())
        });
        let expected = [("app.py", 0o100_644), ("bootstrap", 0o100_755), ("lib/run", 0o100_755)];
        let expected = expected.map(|(name, mode)| (name.to_owned(), mode));
        assert_eq!(modes.collect::<Vec<_>>(), expected);
    }
}
