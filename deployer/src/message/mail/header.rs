//! The header section of a message as fields, unfolded.

/// One header field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// In lower case.
    pub name: String,
    /// Unfolded: without its line ends.
    pub value: Vec<u8>,
}

/// The fields up to the first empty line. A first line of a mailbox file (`From …`) or of Apple Mail (a number) is
/// not a field.
/// Fails with the number of a line that is not a field and has fields after it.
pub fn headers(bytes: &[u8]) -> Result<Vec<Header>, usize> {
    let mut headers: Vec<Header> = Vec::new();
    let mut odd = None;
    for (index, line) in lines(bytes).enumerate() {
        let is_start = headers.is_empty() && odd.is_none();
        match line {
            [] if is_start => {}
            [] => break,
            [b' ' | b'\t', rest @ ..] => {
                // A line of white space only ends the fields, as mail programs see it.
                if rest.trim_ascii().is_empty() {
                    break;
                }
                if let Some(header) = headers.last_mut() {
                    header.value.push(b' ');
                    header.value.extend(rest);
                }
            }
            _ if is_start && is_envelope(line) => {}
            _ => match field(line) {
                Some(header) => headers.push(header),
                None => odd = odd.or(Some((index + 1, headers.len()))),
            },
        }
    }
    match odd {
        Some((line, before)) if headers.len() > before && before > 0 => Err(line),
        _ => Ok(headers),
    }
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    // Old Macs end lines with CR only.
    let end = if bytes.contains(&b'\n') { b'\n' } else { b'\r' };
    bytes.split(move |byte| *byte == end).map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

fn is_envelope(line: &[u8]) -> bool {
    line.starts_with(b"From ")
        || line.starts_with(b">From ")
        || line.trim_ascii().iter().all(u8::is_ascii_digit)
}

fn field(line: &[u8]) -> Option<Header> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let name = line[..colon].trim_ascii_end();
    if name.is_empty() || !name.iter().all(u8::is_ascii_graphic) {
        return None;
    }
    let name = String::from_utf8_lossy(name).to_ascii_lowercase();
    Some(Header { name, value: line[colon + 1..].to_vec() })
}
