//! Reads text files, also as Windows writes them: with a byte order mark. Another encoding is
//! refused, with its name.

use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Mutex;

use crate::host::terminal::standard_input;

/// The UTF-8 byte order mark.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// The maximum size of a text in bytes: more than any definition, event or plan has.
const MOST_TEXT: u64 = 8 * 1024 * 1024;

/// The maximum size of a mail in bytes; WorkMail accepts 29 MB.
/// Source: Amazon WorkMail administrator guide, "Amazon WorkMail quotas".
pub const MOST_MAIL: u64 = 32 * 1024 * 1024;

/// The file name that means standard input.
const STANDARD_INPUT: &str = "-";

/// What was read from standard input, and the option that it was read for.
static INPUT: Mutex<Option<(&str, Vec<u8>)>> = Mutex::new(None);

/// How a sentence names the file of an option.
pub fn name_of(path: &Path) -> String {
    match path == Path::new(STANDARD_INPUT) {
        true => "standard input".to_owned(),
        false => path.display().to_string(),
    }
}

/// The text of a file, without a byte order mark.
/// Fails when it cannot be read, or is not UTF-8.
pub fn read_text(path: &Path) -> io::Result<String> {
    decode(read_at_most(path, MOST_TEXT)?)
}

/// The text of the file that `option` names; `-` is standard input.
/// Fails when it cannot be read, or is not UTF-8.
pub fn read_input(path: &Path, option: &'static str) -> io::Result<String> {
    decode(read_bytes(path, option, MOST_TEXT)?)
}

/// The bytes of the file that `option` names; `-` is standard input, which can be read again for
/// the same option.
/// Fails when it cannot be read, or has more bytes than `most`.
pub fn read_bytes(path: &Path, option: &'static str, most: u64) -> io::Result<Vec<u8>> {
    if path != Path::new(STANDARD_INPUT) {
        return read_at_most(path, most);
    }
    let mut input = INPUT.lock().map_err(|_| io::Error::other("it was already read"))?;
    match &*input {
        Some((other, _)) if *other != option => {
            Err(io::Error::other(format!("standard input is already used for {other}")))
        }
        Some((_, bytes)) => Ok(bytes.clone()),
        None => {
            let bytes = limited(standard_input(most)?.as_slice(), most)?;
            *input = Some((option, bytes.clone()));
            Ok(bytes)
        }
    }
}

/// The bytes of a file. Only one byte more than `most` is read, because a device has no end.
/// Fails when it cannot be read, or has more.
pub fn read_at_most(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    limited(fs::File::open(path)?, most)
}

/// The bytes of a source of any length.
/// Fails when they cannot be read, or are more than `most`.
pub fn limited(source: impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::other(format!("it is larger than {most} bytes")));
    }
    Ok(bytes)
}

/// Bytes as text, without a byte order mark.
/// Fails when they are not UTF-8, with the name of the encoding or the line.
pub fn decode(mut bytes: Vec<u8>) -> io::Result<String> {
    unmark(&mut bytes)?;
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        let line = bytes[..valid].iter().filter(|byte| **byte == b'\n').count() + 1;
        let byte = bytes[valid];
        invalid(format!("line {line} is not UTF-8 (byte 0x{byte:02X}); save the file as UTF-8"))
    })
}

/// Removes a byte order mark.
/// Fails when the bytes are text in UTF-16 or UTF-32.
pub fn unmark(bytes: &mut Vec<u8>) -> io::Result<()> {
    if let Some(encoding) = wide_encoding(bytes) {
        let by = if encoding.starts_with("UTF-16") {
            ", as PowerShell's `>` and Notepad's \"Unicode\" write it"
        } else {
            ""
        };
        return Err(invalid(format!("it is {encoding}{by}; save the file as UTF-8")));
    }
    if bytes.starts_with(MARK) {
        bytes.drain(..MARK.len());
    }
    Ok(())
}

/// The name of an encoding whose characters have several bytes, by the mark or by the first
/// character, which is an ASCII one in every file that is read here.
fn wide_encoding(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xff, 0xfe, 0, 0, ..] | [1..=255, 0, 0, 0, ..] => Some("UTF-32 (little endian)"),
        [0, 0, 0xfe, 0xff, ..] | [0, 0, 0, 1..=255, ..] => Some("UTF-32 (big endian)"),
        [0xff, 0xfe, ..] | [1..=255, 0, 1..=255, ..] => Some("UTF-16 (little endian)"),
        [0xfe, 0xff, ..] | [0, 1..=255, 0, ..] => Some("UTF-16 (big endian)"),
        _ => None,
    }
}

fn invalid(sentence: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, sentence)
}

/// What to do about a file that cannot be read.
pub fn fix(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::Other => "name another file, or shorten this one",
        io::ErrorKind::InvalidData => "in PowerShell: `… | Out-File -Encoding utf8 FILE`",
        io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied => {
            "name an existing file that you can read"
        }
        io::ErrorKind::IsADirectory => "name a file; this is a folder",
        _ => "make the file readable, or name another one",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn error(bytes: &[u8]) -> String {
        decode(bytes.to_vec()).unwrap_err().to_string()
    }

    #[test]
    fn other_encodings_are_refused_by_name() {
        let wide = |text: &str, big: bool| -> Vec<u8> {
            let units = text.encode_utf16();
            units
                .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() })
                .collect()
        };
        for text in ["\u{feff}flow: x\n", "flow: x\n", "{}"] {
            assert!(error(&wide(text, false)).contains("UTF-16 (little endian)"), "{text}");
            assert!(error(&wide(text, true)).contains("UTF-16 (big endian)"), "{text}");
            let wider = text.chars().flat_map(|char| u32::from(char).to_le_bytes());
            assert!(error(&wider.collect::<Vec<u8>>()).contains("UTF-32 (little endian)"));
            let wider = text.chars().flat_map(|char| u32::from(char).to_be_bytes());
            assert!(error(&wider.collect::<Vec<u8>>()).contains("UTF-32 (big endian)"));
        }
        assert!(error(b"a: 1\nb: \xe4\n").starts_with("line 2 is not UTF-8 (byte 0xE4)"));
        assert!(error(b"\xef\xbb\xbfa\xff").starts_with("line 1 is not UTF-8"));
    }

    #[test]
    fn one_byte_more_than_the_limit_is_refused_and_no_more_is_read() {
        assert_eq!(limited(&b"abc"[..], 3).unwrap(), b"abc");
        assert!(limited(&b"abcd"[..], 3).is_err());
        let endless = limited(io::repeat(0), MOST_TEXT).unwrap_err().to_string();
        assert_eq!(endless, "it is larger than 8388608 bytes");
    }

    #[cfg(unix)]
    #[test]
    fn a_device_without_an_end_is_refused() {
        let zero = Path::new("/dev/zero");
        assert!(read_text(zero).is_err() && read_bytes(zero, "--eml", MOST_MAIL).is_err());
    }

    proptest! {
        #[test]
        fn a_text_is_the_same_with_and_without_a_mark(text in "[^\0\u{feff}][^\0]{0,40}|") {
            prop_assert_eq!(&decode(text.clone().into_bytes()).unwrap(), &text);
            prop_assert_eq!(&decode([MARK, text.as_bytes()].concat()).unwrap(), &text);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let _ = decode(bytes);
        }
    }
}
