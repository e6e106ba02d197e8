//! Encoded words (RFC 2047): `=?charset?encoding?text?=`.
//!
//! Many mail programs cut a text into words without regard for its characters, so neighbors of the same
//! charset are decoded together if one alone is not whole.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use encoding_rs::{Encoding, ISO_2022_JP, REPLACEMENT, UTF_8};

/// Why a text cannot be decoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    #[error("it has bytes that are neither ASCII nor UTF-8")]
    Bytes,
    #[error("its charset `{0}` is unknown")]
    Charset(String),
    #[error("it has characters that cannot be decoded as {0}")]
    Characters(&'static str),
    #[error("it has an encoded word that is not valid base64")]
    Base64,
    #[error("it has control characters")]
    Control,
}

/// Base64 as mail programs write it: with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// One encoded word.
#[derive(Debug)]
struct Word<'a> {
    charset: &'a str,
    is_base64: bool,
    text: &'a str,
}

/// The text of an unstructured field such as `Subject`. Line ends within it are spaces, as mail programs show
/// them.
pub fn decode(value: &[u8]) -> Result<String, DecodeError> {
    let text = str::from_utf8(value).map_err(|_| DecodeError::Bytes)?.trim();
    let mut decoded = String::new();
    let mut words: Vec<Word<'_>> = Vec::new();
    let mut rest = text;
    // White space between encoded words is not part of the text.
    while let Some((before, word, after)) = next_word(rest) {
        if words.is_empty() || !before.trim().is_empty() {
            decode_words(&std::mem::take(&mut words), &mut decoded)?;
            decoded.push_str(before);
        }
        words.push(word);
        rest = after;
    }
    decode_words(&words, &mut decoded)?;
    decoded.push_str(rest);
    let decoded = without_line_ends(&decoded);
    match decoded.chars().any(|char| char.is_control() && char != '\t') {
        true => Err(DecodeError::Control),
        false if decoded.contains('\u{fffd}') => Err(DecodeError::Characters("text")),
        false => Ok(decoded),
    }
}

fn without_line_ends(text: &str) -> String {
    let lines = text.trim().split(['\r', '\n']).map(str::trim).filter(|line| !line.is_empty());
    match text.trim().contains(['\r', '\n']) {
        true => lines.collect::<Vec<_>>().join(" "),
        false => text.trim().to_owned(),
    }
}

/// What is before the next encoded word, the word, and what is behind it.
fn next_word(text: &str) -> Option<(&str, Word<'_>, &str)> {
    text.match_indices("=?").find_map(|(start, _)| {
        let (charset, rest) = text[start + 2..].split_once('?')?;
        let (encoding, rest) = rest.split_once('?')?;
        let is_base64 = match encoding {
            "B" | "b" => true,
            "Q" | "q" => false,
            _ => return None,
        };
        let (content, after) = rest.split_once("?=")?;
        let is_token = |char: char| char.is_ascii_graphic() && !"()<>@,;:\"/[]?=".contains(char);
        if charset.is_empty() || !charset.chars().all(is_token) {
            return None;
        }
        // A language can follow (RFC 2231).
        let charset = charset.split_once('*').map_or(charset, |(charset, _)| charset);
        Some((&text[..start], Word { charset, is_base64, text: content }, after))
    })
}

/// Decodes neighbors.
fn decode_words(words: &[Word<'_>], decoded: &mut String) -> Result<(), DecodeError> {
    let mut run: Vec<(&Word<'_>, &'static Encoding)> = Vec::new();
    for word in words {
        let encoding = encoding(word.charset)?;
        if run.last().is_some_and(|(_, other)| *other != encoding) {
            decode_run(&std::mem::take(&mut run), decoded)?;
        }
        run.push((word, encoding));
    }
    decode_run(&run, decoded)
}

fn encoding(charset: &str) -> Result<&'static Encoding, DecodeError> {
    let is_ascii =
        charset.eq_ignore_ascii_case("us-ascii") || charset.eq_ignore_ascii_case("ascii");
    let found = if is_ascii { Some(UTF_8) } else { Encoding::for_label(charset.as_bytes()) };
    let known = found.filter(|encoding| *encoding != REPLACEMENT);
    known.ok_or_else(|| DecodeError::Charset(charset.to_owned()))
}

/// Decodes neighbors of one charset: each by itself if each is whole, otherwise all together.
fn decode_run(
    run: &[(&Word<'_>, &'static Encoding)],
    decoded: &mut String,
) -> Result<(), DecodeError> {
    let Some((_, encoding)) = run.first() else { return Ok(()) };
    let words: Vec<&Word<'_>> = run.iter().map(|(word, _)| *word).collect();
    let parts = contents(&words)?;
    let single: Option<Vec<String>> = parts.iter().map(|part| whole(encoding, part)).collect();
    let text = match single {
        Some(texts) => Some(texts.concat()),
        None => plain(encoding, &parts.concat()),
    };
    decoded.push_str(&text.ok_or(DecodeError::Characters(encoding.name()))?);
    Ok(())
}

/// The text, if the bytes are whole characters and end without a shift state.
fn whole(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    if encoding == ISO_2022_JP {
        let last = bytes.windows(3).rfind(|window| window[0] == 0x1b);
        if last.is_some_and(|escape| !matches!(escape, b"\x1b(B" | b"\x1b(J")) {
            return None;
        }
    }
    plain(encoding, bytes)
}

fn plain(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    encoding
        .decode_without_bom_handling_and_without_replacement(bytes)
        .map(|text| text.into_owned())
}

/// The bytes of each word. Base64 that was cut within a group of four continues in the next word.
fn contents(words: &[&Word<'_>]) -> Result<Vec<Vec<u8>>, DecodeError> {
    let mut contents = Vec::new();
    let mut open = String::new();
    for word in words {
        if !word.is_base64 {
            flush(&mut open, &mut contents)?;
            contents.push(quoted_printable(word.text));
            continue;
        }
        open.extend(word.text.chars().filter(|char| !char.is_ascii_whitespace()));
        if open.ends_with('=') || open.len().is_multiple_of(4) {
            flush(&mut open, &mut contents)?;
        }
    }
    flush(&mut open, &mut contents)?;
    Ok(contents)
}

fn flush(open: &mut String, contents: &mut Vec<Vec<u8>>) -> Result<(), DecodeError> {
    let text = std::mem::take(open);
    if !text.is_empty() {
        contents.push(BASE64.decode(text).map_err(|_| DecodeError::Base64)?);
    }
    Ok(())
}

/// The encoding Q. Everything except escapes is text.
fn quoted_printable(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        match (first, after) {
            (b'_', _) => bytes.push(b' '),
            (b'=', [high, low, behind @ ..])
                if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() =>
            {
                bytes.push(16 * digit(*high) + digit(*low));
                rest = behind;
            }
            (byte, _) => bytes.push(*byte),
        }
    }
    bytes
}

fn digit(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => byte - b'0',
        _ => byte.to_ascii_lowercase() - b'a' + 10,
    }
}
