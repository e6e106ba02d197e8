//! HTTP/1.1, as far as the measured programs use it.

use std::io::{self, BufRead};

/// A request, read in full.
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    /// The operation, from AWS's header `X-Amz-Target`; empty for Lambda.
    pub(crate) target: String,
    pub(crate) body: Vec<u8>,
}

/// Reads a request; `None` at the end of the connection.
pub(crate) fn read(reader: &mut impl BufRead) -> io::Result<Option<Request>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split(' ').map(str::to_owned);
    let (method, path) = (words.next().unwrap(), words.next().unwrap());
    let (mut target, mut length) = (String::new(), 0);
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "x-amz-target" => value.clone_into(&mut target),
            "content-length" => length = value.parse().unwrap(),
            "transfer-encoding" => panic!("the test double does not support chunked bodies"),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(Some(Request { method, path, target, body }))
}

/// A response in one piece. If it were written in two, the second would wait 40 ms for a delayed
/// acknowledgment.
pub(crate) fn response(status: u16, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status} -\r\n{headers}Content-Length: {length}\r\n\r\n{body}").into_bytes()
}
