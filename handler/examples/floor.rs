//! The smallest program that Lambda can run: it requests events and answers each with `{}`. Its
//! cost is the cost of Lambda's runtime API, and no handler can cost less. The benchmark compares
//! the real handler with it.
//!
//! It supports only as much of HTTP as Lambda uses: headers in one piece, bodies with a length.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;

const INVOCATION: &str = "/2018-06-01/runtime/invocation";

#[expect(clippy::disallowed_methods, reason = "a separate program, not part of the handler")]
fn main() -> io::Result<()> {
    let runtime = std::env::var("AWS_LAMBDA_RUNTIME_API").map_err(io::Error::other)?;
    let mut lambda = BufReader::new(TcpStream::connect(&runtime)?);
    lambda.get_ref().set_nodelay(true)?;
    let mut body = Vec::new();
    loop {
        let next = format!("GET {INVOCATION}/next HTTP/1.1\r\nHost: {runtime}\r\n\r\n");
        let id = exchange(&mut lambda, &next, &mut body)?;
        let answer = format!(
            "POST {INVOCATION}/{id}/response HTTP/1.1\r\nHost: {runtime}\r\n\
             Content-Length: 2\r\n\r\n{{}}"
        );
        exchange(&mut lambda, &answer, &mut body)?;
    }
}

/// Sends a request, reads the response, and returns the invocation's id, if it has one.
fn exchange(
    lambda: &mut BufReader<TcpStream>,
    request: &str,
    body: &mut Vec<u8>,
) -> io::Result<String> {
    lambda.get_mut().write_all(request.as_bytes())?;
    let (mut id, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if lambda.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            if line.trim_end().is_empty() {
                break;
            }
            continue;
        };
        if name.eq_ignore_ascii_case("lambda-runtime-aws-request-id") {
            value.clone_into(&mut id);
        } else if name.eq_ignore_ascii_case("content-length") {
            length = value.parse().map_err(io::Error::other)?;
        }
    }
    body.resize(length, 0);
    lambda.read_exact(body)?;
    Ok(id)
}
