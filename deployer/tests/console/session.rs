//! A console session: a cloud in memory, command lines, and everything that they print.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::io::{self, Cursor, Write};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::pin::pin;
use std::process::Child;
use std::task::Poll;

use cloud::aws::AwsConnect;
use cloud::memory::{Door, Killed, MemoryCloud};
use cloud::{CloudError, ErrorKind, StackStatus};

use deployer::exit::Exit;
use deployer::host::terminal::{Size, Terminal};
use deployer::host::{Host, ProcessEnvironment};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;
use uuid::Uuid;

use crate::recorded::{Recorded, Unwritable};

#[path = "../elf/mod.rs"]
mod elf;

pub(crate) const ACCOUNT: &str = "123456789012";
pub(crate) const ORGANIZATION: &str =
    "arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef";
/// The name of the stack, if no option names another.
pub(crate) const STACK: &str = "workmail-message-flow";
/// The bucket of the handler's zips.
pub(crate) const BUCKET: &str = "message-flow-artifacts-123456789012-us-east-1";

/// A cloud in memory, and a folder for the files that commands read and write.
pub(crate) struct ConsoleSession {
    pub(crate) cloud: MemoryCloud,
    /// Connects to a real endpoint in place of the cloud in memory.
    pub(crate) aws: Option<AwsConnect>,
    pub(crate) folder: PathBuf,
    /// The environment variables.
    pub(crate) variables: BTreeMap<String, String>,
    /// The size of the terminal, if stderr is one.
    pub(crate) screen: Option<Size>,
    /// Whether the terminal shows plain lines only, such as a log in CI.
    pub(crate) plain: bool,
    /// Whether there is a desktop for a browser.
    pub(crate) desktop: bool,
    /// Why nothing can be written to stdout, if so.
    pub(crate) unwritable: Option<io::ErrorKind>,
    /// The time zone of the person.
    pub(crate) zone: fn() -> TimeZone,
    /// Whether what is printed is not checked, for tests with very many commands.
    pub(crate) quick: bool,
}

/// What a command printed and how it ended.
#[must_use]
pub(crate) struct Printed {
    pub(crate) code: u8,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl ConsoleSession {
    /// An empty account, and a handler in the file `bootstrap`.
    pub(crate) fn new(name: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("console").join(name);
        std::fs::create_dir_all(&folder).unwrap();
        CLOCK_READS.set(0);
        // An earlier run of this test may have left one.
        let _ = std::fs::remove_file(folder.join("deployer.yaml"));
        let cloud = MemoryCloud::new(ACCOUNT, "us-east-1").unwrap();
        IDS.set(0);
        let session = Self {
            cloud,
            aws: None,
            folder,
            variables: BTreeMap::new(),
            screen: None,
            plain: false,
            desktop: false,
            unwritable: None,
            zone: || TimeZone::UTC,
            quick: false,
        };
        session.cloud.set_configured_region(Some("us-east-1"));
        session.file("bootstrap", handler());
        session
    }

    /// The same folder, with the clock and the ids at their start.
    pub(crate) fn again(session: &Self) -> Self {
        CLOCK_READS.set(0);
        IDS.set(0);
        Self {
            cloud: session.cloud.clone(),
            aws: session.aws.clone(),
            folder: session.folder.clone(),
            variables: session.variables.clone(),
            screen: session.screen,
            plain: session.plain,
            desktop: session.desktop,
            unwritable: session.unwritable,
            zone: session.zone,
            quick: session.quick,
        }
    }

    /// Another person in the same account, whose every call waits at a door.
    pub(crate) fn behind(&self, door: &Door) -> Self {
        Self {
            cloud: self.cloud.behind(door),
            aws: None,
            folder: self.folder.clone(),
            variables: self.variables.clone(),
            ..*self
        }
    }

    /// An account with a stack, whose flow is in `flow.json` and has one state.
    pub(crate) async fn deployed(name: &str) -> Self {
        let session = Self::new(name);
        let machine =
            r#"{"StartAt": "A", "TimeoutSeconds": 600, "States": {"A": {"Type": "Succeed"}}}"#;
        session.file("flow.json", machine);
        let up = session.flow("up", "--yes --state-machine $DIR/flow.json").await;
        assert_eq!(up.code, 0, "{}", up.all());
        session
    }

    /// An account with a stack whose update continues because the deployer that started it was killed.
    pub(crate) async fn updating(name: &str) -> Self {
        let session = Self::new(name);
        assert_eq!(session.flow("up", "--yes").await.code, 0);
        session.cloud.kill_after_operation("ExecuteChangeSet");
        session.run_killed(&flow_line("up", "--yes --memory 512")).await;
        assert_eq!(session.cloud.status(STACK), Some(StackStatus::UpdateInProgress));
        session
    }

    /// Writes a file for a command to read.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.folder.join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Reads a file that a command wrote.
    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// The path of a session's file.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Removes a folder that an earlier run of the test may have left.
    pub(crate) fn without(&self, folder: &str) {
        let _ = std::fs::remove_dir_all(self.folder.join(folder));
    }

    /// Runs a command without a terminal.
    pub(crate) async fn run(&self, line: &str) -> Printed {
        self.run_with(line, None).await
    }

    /// Runs a command with a person at the terminal, who answers `answer`.
    pub(crate) async fn run_at_terminal(&self, line: &str, answer: &str) -> Printed {
        self.run_with(line, Some(answer)).await
    }

    /// Runs a command about a flow, with the handler file and an organization.
    pub(crate) async fn flow(&self, command: &str, options: &str) -> Printed {
        self.run(&flow_line(command, options)).await
    }

    /// The same with a person at the terminal, who answers `answer`.
    pub(crate) async fn flow_at_terminal(
        &self,
        command: &str,
        options: &str,
        answer: &str,
    ) -> Printed {
        self.run_at_terminal(&flow_line(command, options), answer).await
    }

    async fn run_with(&self, line: &str, answer: Option<&str>) -> Printed {
        let words = line.split_whitespace().map(str::to_owned).collect();
        self.run_words(words, answer).await
    }

    /// Runs a command that the cloud kills at one of its calls.
    pub(crate) async fn run_killed(&self, line: &str) {
        let words = line.split_whitespace().map(str::to_owned).collect();
        assert!(self.run_unless_killed(words, None).await.is_none(), "{line} survived");
    }

    /// Runs a command with these exact words, which may contain white space.
    pub(crate) async fn run_words(&self, words: Vec<String>, answer: Option<&str>) -> Printed {
        self.run_unless_killed(words, answer).await.unwrap()
    }

    /// Runs a command; `None` if it is killed.
    pub(crate) async fn run_unless_killed(
        &self,
        words: Vec<String>,
        answer: Option<&str>,
    ) -> Option<Printed> {
        self.until(words, answer, std::future::pending()).await
    }

    /// Runs a command that never ends by itself, until `end` is ready. Then it ends as with Ctrl-C.
    pub(crate) async fn run_until(&self, line: &str, end: impl Future<Output = ()>) -> Printed {
        let words = line.split_whitespace().map(str::to_owned).collect();
        self.until(words, None, end).await.unwrap()
    }

    async fn until(
        &self,
        words: Vec<String>,
        answer: Option<&str>,
        end: impl Future<Output = ()>,
    ) -> Option<Printed> {
        let (out, err) = (Recorded::default(), Recorded::default());
        let input = Cursor::new(answer.unwrap_or_default().to_owned().into_bytes());
        let to_err = Box::new(err.clone());
        let to_out: Box<dyn Write + Send> = match self.unwritable {
            None => Box::new(out.clone()),
            Some(kind) => Box::new(Unwritable(kind)),
        };
        let terminal = Terminal::over(to_out, to_err, Box::new(input), answer.is_some());
        let mut world = Host {
            connect: match &self.aws {
                Some(aws) => Box::new(aws.clone()),
                None => Box::new(self.cloud.clone()),
            },
            terminal: match self.screen {
                Some(size) => terminal.on_screen(size),
                None => terminal,
            },
            clock: ticking_clock,
            zone: self.zone,
            environment: ProcessEnvironment {
                variables: self.variables.clone(),
                unreadable: Vec::new(),
                inherited: ProcessEnvironment::of_process().inherited,
                folder: self.folder.clone(),
                plain: self.plain,
                desktop: self.desktop,
                cache: None,
            },
            new_id: next_id,
            open: note_link,
        };
        let folder = self.folder.to_str().unwrap();
        let argv: Vec<_> = std::iter::once("deployer".to_owned())
            .chain(words.clone())
            .map(|word| word.replace("$DIR", folder).into())
            .collect();
        let mut run = pin!(deployer::run(argv, &mut world));
        let run = poll_fn(|context| {
            let polled = catch_unwind(AssertUnwindSafe(|| run.as_mut().poll(context)));
            match polled {
                Ok(polled) => polled.map(Some),
                Err(death) if death.is::<Killed>() => Poll::Ready(None),
                Err(panic) => resume_unwind(panic),
            }
        });
        let ended = tokio::select! {
            ended = run => ended,
            () = end => Some(Exit::Done),
        };
        if !self.quick {
            crate::schema::assert_valid(&words, &out.text());
            crate::printed_commands::assert_complete(&words, &[&out.text(), &err.text()]);
        }
        let code = ended?.code();
        Some(Printed { code, out: self.shown(&out), err: self.shown(&err) })
    }

    /// What was printed, without what differs between machines.
    fn shown(&self, recorded: &Recorded) -> String {
        let text = without_digests(&recorded.text());
        let text = text.replace(self.folder.to_str().unwrap(), "$DIR");
        if cfg!(windows) { text.replace("$DIR\\", "$DIR/") } else { text }
    }
}

pub(crate) fn flow_line(command: &str, options: &str) -> String {
    format!("{command} --org-arn {ORGANIZATION} --handler $DIR/bootstrap {options}")
}

impl Printed {
    /// Everything a person would see: stderr, stdout and the exit code.
    pub(crate) fn all(&self) -> String {
        let mut text = self.err.clone();
        if !self.out.is_empty() {
            text.push_str("--- stdout\n");
            text.push_str(&self.out);
        }
        text.push_str(&format!("--- exit {}\n", self.code));
        text
    }

    /// The one object on stdout.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap()
    }

    /// The objects on stdout, one per line.
    pub(crate) fn objects(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Everything, with the name of each block that several commands print in place of the block.
    /// A block that differs in any line stays.
    pub(crate) fn folded(&self) -> String {
        self.all()
            .replace(include_str!("creation.txt"), "[CREATION]\n")
            .replace(include_str!("creation_plan.txt"), "[CREATION_PLAN]\n")
    }
}

/// Masks digests of zips, which change with the compressor's version.
fn without_digests(text: &str) -> String {
    let mut shown = String::new();
    let mut digits = String::new();
    for char in text.chars().chain(['\0']) {
        if matches!(char, '0'..='9' | 'a'..='f') {
            digits.push(char);
            continue;
        }
        shown.push_str(if digits.len() == 64 { "<sha256>" } else { &digits });
        digits.clear();
        shown.push(char);
    }
    shown.pop();
    shown
}

thread_local! {
    static CLOCK_READS: Cell<i64> = const { Cell::new(0) };
    static IDS: Cell<u128> = const { Cell::new(0) };
    static LINKS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// The links that were handed to the browser since the last call.
pub(crate) fn opened_links() -> Vec<String> {
    LINKS.take()
}

/// Notes the link; there is no browser for machines.
fn note_link(url: &str) -> io::Result<Option<Child>> {
    LINKS.with_borrow_mut(|links| links.push(url.to_owned()));
    match url.contains("/statemachines/") {
        true => Err(io::Error::new(io::ErrorKind::NotFound, "xdg-open: No such file")),
        false => Ok(None),
    }
}

/// Starts at noon and advances one second with every reading.
fn ticking_clock() -> Timestamp {
    let seconds = CLOCK_READS.replace(CLOCK_READS.get() + 1);
    Timestamp::from_second(1_795_262_400 + seconds).unwrap()
}

/// Counts up from one.
fn next_id() -> Uuid {
    IDS.set(IDS.get() + 1);
    Uuid::from_u128(IDS.get())
}

/// The handler of every session: a program for arm64 that does nothing.
pub(crate) fn handler() -> Vec<u8> {
    elf::minimal_elf(elf::ARM64)
}

/// An error for the cloud in memory to answer a call with.
pub(crate) fn failure(
    service: &'static str,
    operation: &'static str,
    kind: ErrorKind,
    code: Option<&str>,
    message: &str,
) -> CloudError {
    let (code, message) = (code.map(str::to_owned), message.to_owned());
    CloudError { service, operation, kind, code, message, request_id: None, source: None }
}
