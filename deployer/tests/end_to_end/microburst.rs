//! The fault proxy microburst in front of an emulator: it forwards everything except what a rule
//! matches.

use std::io;
use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::emulator::server::{Launch, Server};
use crate::emulator::{Emulator, Trouble, folder};

/// A running proxy. It changes a header that signatures cover, so the emulator must not enforce
/// IAM.
pub(crate) struct Microburst {
    server: Server,
}

impl Microburst {
    /// Starts it at an address, without rules. Its log is `target/emulator/<log>.log`.
    pub(crate) async fn start(
        address: SocketAddr,
        emulator: &Emulator,
        log: &str,
    ) -> Result<Self, Trouble> {
        let (port, upstream) = (address.port().to_string(), emulator.endpoint());
        let server = Server::start(Launch {
            python: &emulator.python,
            module: "microburst",
            arguments: &["--upstream", &upstream, "--port", &port],
            variables: Vec::new(),
            address,
            health: "/_microburst/health",
            folder: &folder()?,
            log,
        })
        .await?;
        Ok(Self { server })
    }

    /// The endpoint of every service.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.server.address)
    }

    /// Appends rules. Returns their ids.
    pub(crate) async fn add(&self, rules: Vec<Value>) -> Result<Vec<u64>, Trouble> {
        let answer = self.request("PATCH", "rules", &Value::from(rules).to_string()).await?;
        let added: Vec<Value> = serde_json::from_str(&answer)
            .map_err(|cause| Trouble::of("the proxy's rules", cause))?;
        Ok(added.iter().filter_map(|rule| rule["id"].as_u64()).collect())
    }

    /// How often a rule made a fault.
    pub(crate) async fn fired(&self, rule: u64) -> Result<usize, Trouble> {
        let answer = self.request("GET", &format!("fired?rule_id={rule}&limit=2000"), "").await?;
        let fired: Vec<Value> = serde_json::from_str(&answer)
            .map_err(|cause| Trouble::of("the proxy's faults", cause))?;
        Ok(fired.len())
    }

    /// Sends a request to the proxy itself.
    pub(crate) async fn request(
        &self,
        method: &str,
        what: &str,
        body: &str,
    ) -> Result<String, Trouble> {
        let trouble = |cause: io::Error| Trouble::of(what, cause);
        let mut stream = TcpStream::connect(self.server.address).await.map_err(trouble)?;
        let length = body.len();
        let request = format!(
            "{method} /_microburst/{what} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\
             Connection: close\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).await.map_err(trouble)?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.map_err(trouble)?;
        match answer.split_once("\r\n\r\n") {
            Some((head, body)) if head.contains(" 200 ") => Ok(body.to_owned()),
            _ => Err(Trouble::of(what, answer)),
        }
    }
}
