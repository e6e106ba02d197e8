//! A proxy between the deployer and CloudFormation that makes creations fail: it adds a resource to
//! the stack that is never signaled, so that its creation fails after everything else succeeded.
//!
//! CloudFormation fails here by its own rules, as for any resource that AWS refuses, and the
//! deployer cannot foresee it.

use std::io;
use std::net::SocketAddr;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::emulator::Trouble;

/// The resource that fails.
pub(crate) const SABOTAGE: &str = "Sabotage";

/// Forwards everything, change sets with the additional resource. It ends when it is dropped.
pub(crate) struct Saboteur {
    pub(crate) endpoint: String,
    relay: JoinHandle<()>,
}

impl Saboteur {
    pub(crate) async fn before(endpoint: &str) -> Result<Self, Trouble> {
        let trouble = |cause: io::Error| Trouble::of("cannot listen", cause);
        let upstream: SocketAddr = endpoint
            .trim_start_matches("http://")
            .parse()
            .map_err(|cause| Trouble::of(endpoint, cause))?;
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(trouble)?;
        let address = listener.local_addr().map_err(trouble)?;
        let relay = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                // The deployer reports a broken connection.
                tokio::spawn(async move { relay(client, upstream).await });
            }
        });
        Ok(Self { endpoint: format!("http://{address}"), relay })
    }
}

impl Drop for Saboteur {
    fn drop(&mut self) {
        self.relay.abort();
    }
}

/// Forwards one request and its answer, and closes the connection.
async fn relay(mut client: TcpStream, upstream: SocketAddr) -> io::Result<()> {
    let mut request = Vec::new();
    let body_at = loop {
        if let Some(end) = find(&request, b"\r\n\r\n") {
            break end + 4;
        }
        if client.read_buf(&mut request).await? == 0 {
            return Ok(());
        }
    };
    let head = String::from_utf8_lossy(&request[..body_at]).into_owned();
    let mut body = request.split_off(body_at);
    let mut headers: Vec<&str> = head.trim_end().split("\r\n").collect();
    let mut length = String::new();
    if header(&headers, "content-type").is_some_and(|kind| kind.contains("x-www-form-urlencoded")) {
        let expected = header(&headers, "content-length").and_then(|value| value.parse().ok());
        while body.len() < expected.unwrap_or(0) {
            client.read_buf(&mut body).await?;
        }
        body = sabotage(body);
        headers.retain(|line| !is_header(line, "content-length"));
        length = format!("content-length: {}\r\n", body.len());
    }
    headers.retain(|line| !is_header(line, "connection"));
    let head = format!("{}\r\n{length}connection: close\r\n\r\n", headers.join("\r\n"));

    let mut server = TcpStream::connect(upstream).await?;
    server.write_all(head.as_bytes()).await?;
    server.write_all(&body).await?;
    copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}

/// A `CreateChangeSet` with one more resource; any other request as it is.
fn sabotage(body: Vec<u8>) -> Vec<u8> {
    let form = String::from_utf8_lossy(&body).into_owned();
    let mut fields: Vec<String> = form.split('&').map(str::to_owned).collect();
    let template = fields
        .iter_mut()
        .find_map(|field| Some((field.strip_prefix("TemplateBody=")?.to_owned(), field)));
    let Some((template, field)) = template.filter(|_| form.contains("Action=CreateChangeSet"))
    else {
        return body;
    };
    let mut template: Value =
        serde_json::from_slice(&percent_decoded(&template)).expect("the template is sent as JSON");
    template["Resources"]["SabotageHandle"] =
        json!({ "Type": "AWS::CloudFormation::WaitConditionHandle" });
    template["Resources"][SABOTAGE] = json!({
        "Type": "AWS::CloudFormation::WaitCondition",
        "DependsOn": ["MfsmFunction", "MfsmStateMachine", "MfsmExecutionTable"],
        "Properties": { "Handle": { "Ref": "SabotageHandle" }, "Timeout": "1" }
    });
    *field = format!("TemplateBody={}", percent_encoded(&template.to_string()));
    fields.join("&").into_bytes()
}

fn header<'a>(headers: &[&'a str], name: &str) -> Option<&'a str> {
    let line = headers.iter().find(|line| is_header(line, name))?;
    line.split_once(':').map(|(_, value)| value.trim())
}

fn is_header(line: &str, name: &str) -> bool {
    line.split_once(':').is_some_and(|(known, _)| known.eq_ignore_ascii_case(name))
}

fn find(bytes: &[u8], pattern: &[u8]) -> Option<usize> {
    bytes.windows(pattern.len()).position(|window| window == pattern)
}

fn percent_encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

pub(crate) fn percent_decoded(text: &str) -> Vec<u8> {
    let mut decoded = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => {
                let digits = [bytes.next(), bytes.next()].map(|digit| digit.unwrap_or(b'0'));
                let digits = String::from_utf8_lossy(&digits).into_owned();
                u8::from_str_radix(&digits, 16).unwrap_or(b'?')
            }
            b'+' => b' ',
            other => other,
        });
    }
    decoded
}
