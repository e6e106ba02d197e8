//! A Python server on this machine only that always ends: see `watchdog.py`.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::Trouble;

const WATCHDOG: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/emulator/watchdog.py");

/// It starts within two seconds on an idle machine; a busy one gets more time.
const START: Duration = Duration::from_secs(60);

/// What to start, and how to check that it has started.
pub(crate) struct Launch<'a> {
    pub(crate) python: &'a Path,
    pub(crate) module: &'a str,
    pub(crate) arguments: &'a [&'a str],
    /// Environment variables in addition to those of this process.
    pub(crate) variables: Vec<(&'static str, String)>,
    /// The address that it will listen on.
    pub(crate) address: SocketAddr,
    /// The path that answers 200 once the server is ready.
    pub(crate) health: &'a str,
    /// The folder of its log and its temporary files.
    pub(crate) folder: &'a Path,
    /// The name of its log, without an extension.
    pub(crate) log: &'a str,
}

/// A running server. It ends when this is dropped, or when this process ends without dropping it.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    process: Child,
    /// A folder for temporary files of the server and of tests; removed when it ends.
    pub(crate) scratch: PathBuf,
}

impl Server {
    /// Starts the server and waits until it answers.
    pub(crate) async fn start(launch: Launch<'_>) -> Result<Self, Trouble> {
        let module = launch.module;
        let log = launch.folder.join(launch.log).with_extension("log");
        let mut server = spawn(&launch, &log)
            .map_err(|cause| Trouble::of(format!("cannot start {module}"), cause))?;
        let deadline = Instant::now() + START;
        while !answers(launch.address, launch.health) {
            let ended = server.process.try_wait().ok().flatten().is_some();
            if ended || Instant::now() > deadline {
                let log = fs::read_to_string(&log).unwrap_or_default();
                return Err(Trouble::of(format!("{module} does not answer; its log says"), log));
            }
            sleep(Duration::from_millis(50)).await;
        }
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Closing standard input ends it and what it runs; waiting leaves no zombie behind.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// A free address of this machine.
pub(crate) fn free_address() -> Result<SocketAddr, Trouble> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map_err(|cause| Trouble::of("no port is free", cause))
}

fn spawn(launch: &Launch<'_>, log: &Path) -> io::Result<Server> {
    let scratch = launch.folder.join(format!("scratch-{}", launch.address.port()));
    fs::create_dir_all(&scratch)?;
    let log = File::create(log)?;
    let process = Command::new(launch.python)
        .arg(WATCHDOG)
        .arg(launch.module)
        .args(launch.arguments)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .envs(["TMPDIR", "TEMP", "TMP"].map(|name| (name, &scratch)))
        .envs(launch.variables.iter().map(|(name, value)| (name, value)))
        // The functions inherit its environment. It must contain no credentials, and no setting
        // that is meant for something else.
        .env_remove("LOG_LEVEL")
        .env_remove("AWS_ACCESS_KEY_ID")
        .env_remove("AWS_SECRET_ACCESS_KEY")
        .env_remove("AWS_SESSION_TOKEN")
        .env_remove("AWS_PROFILE")
        .stdin(Stdio::piped())
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()?;
    Ok(Server { address: launch.address, process, scratch })
}

/// Requests its health, in the simplest possible way.
fn answers(address: SocketAddr, health: &str) -> bool {
    let request = || -> io::Result<bool> {
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        write!(stream, "GET {health} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut head = [0; 12];
        stream.read_exact(&mut head)?;
        Ok(head.ends_with(b" 200"))
    };
    request().unwrap_or(false)
}
