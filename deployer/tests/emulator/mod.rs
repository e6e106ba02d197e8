//! An AWS of one's own: the emulator ministack, installed, started and surely stopped again.
//!
//! Shared by the end-to-end tests and the demo. Every account in it is empty until somebody uses it,
//! so a test that takes an account of its own is alone. What is uploaded as a Lambda function runs as
//! a real process of this machine, under the IAM policies of its role.
//!
//! Its deviations from AWS are the tests' problem, never the product's: it keeps no time to live from
//! a template, runs a function on this machine's processor whatever its architecture says, and
//! answers in milliseconds what takes AWS minutes.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tokio::time::{Instant, sleep};

pub(crate) mod account;
pub(crate) mod cargo;
pub(crate) mod console;
mod install;
pub(crate) mod message;

const LIFELINE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/emulator/lifeline.py");

/// It starts within two seconds on an idle machine; a busy one gets time.
const START: Duration = Duration::from_secs(60);

/// Why the emulator, or something around it, is not to be had.
#[derive(thiserror::Error)]
#[error("{0}")]
pub(crate) struct Trouble(String);

/// A test that returns it is reported by `Debug`; whole consoles are unreadable with `\n` spelled out.
impl std::fmt::Debug for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Trouble {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }

    pub(crate) fn of(what: impl AsRef<str>, cause: impl std::fmt::Display) -> Self {
        Self(format!("{}: {cause}", what.as_ref()))
    }
}

/// A running emulator. It ends when this is dropped, and also when this process ends without
/// dropping it: see `lifeline.py`.
pub(crate) struct Emulator {
    address: SocketAddr,
    process: Child,
    /// The interpreter that runs it.
    pub(crate) python: PathBuf,
    /// For files of tests and of the emulator; removed when it ends.
    pub(crate) scratch: PathBuf,
}

impl Emulator {
    /// Installs it where it is not installed yet, starts it on a free port of this machine only, and
    /// waits until it answers. Its log goes to `target/emulator/<purpose>.log`.
    pub(crate) async fn start(purpose: &str) -> Result<Self, Trouble> {
        let folder = target_folder()?.join("emulator");
        let python = install::python(&folder)?;
        let log = folder.join(format!("{purpose}.log"));
        let mut emulator = launch(&python, &folder, &log)
            .map_err(|cause| Trouble::of("cannot start the emulator", cause))?;

        let deadline = Instant::now() + START;
        while !answers(emulator.address) {
            let ended = emulator.process.try_wait().ok().flatten().is_some();
            if ended || Instant::now() > deadline {
                let log = fs::read_to_string(&log).unwrap_or_default();
                return Err(Trouble::of("the emulator does not answer; its log says", log));
            }
            sleep(Duration::from_millis(50)).await;
        }
        Ok(emulator)
    }

    /// Where it answers, for every service.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // Closing standard input ends it and the functions it runs; waiting leaves no zombie behind.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// The folder that cargo builds into, whatever it is called: `<target>/<profile>/<kind>/<this>`.
pub(crate) fn target_folder() -> Result<PathBuf, Trouble> {
    let this = std::env::current_exe()
        .map_err(|cause| Trouble::of("cannot tell where this program is", cause))?;
    this.ancestors()
        .nth(3)
        .map(Path::to_owned)
        .ok_or_else(|| Trouble::of("not in a target folder", this.display()))
}

fn launch(python: &Path, folder: &Path, log: &Path) -> io::Result<Emulator> {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let scratch = folder.join(format!("scratch-{port}"));
    fs::create_dir_all(&scratch)?;
    let log = File::create(log)?;
    let process = Command::new(python)
        .arg(LIFELINE)
        .envs(environment(&address, scratch.as_os_str()))
        // The functions inherit its environment, and must not find anybody's credentials there.
        .env_remove("AWS_ACCESS_KEY_ID")
        .env_remove("AWS_SECRET_ACCESS_KEY")
        .env_remove("AWS_SESSION_TOKEN")
        .env_remove("AWS_PROFILE")
        .stdin(Stdio::piped())
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()?;
    Ok(Emulator { address, process, python: python.to_owned(), scratch })
}

/// IAM is enforced (`AUTH`), nobody else's machine can reach it (`BIND_HOST`), and the functions it
/// runs call it, never AWS (`AWS_ENDPOINT_URL`).
fn environment(address: &SocketAddr, scratch: &OsStr) -> Vec<(&'static str, std::ffi::OsString)> {
    vec![
        ("AUTH", "true".into()),
        ("BIND_HOST", address.ip().to_string().into()),
        ("GATEWAY_PORT", address.port().to_string().into()),
        ("AWS_ENDPOINT_URL", format!("http://{address}").into()),
        ("LOG_LEVEL", "WARNING".into()),
        ("PYTHONDONTWRITEBYTECODE", "1".into()),
        ("TMPDIR", scratch.to_owned()),
        ("TEMP", scratch.to_owned()),
        ("TMP", scratch.to_owned()),
    ]
}

/// Asks for its health, in the smallest possible way.
fn answers(address: SocketAddr) -> bool {
    let ask = || -> io::Result<bool> {
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        stream.write_all(
            b"GET /_ministack/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        )?;
        let mut head = [0; 12];
        stream.read_exact(&mut head)?;
        Ok(head.ends_with(b" 200"))
    };
    ask().unwrap_or(false)
}
