//! One command at work: it connects, confirms, operates, and answers, in text or in JSON.

mod connect;
mod environment;
mod flow;
mod functions;
mod global_args;
mod inputs;

pub use connect::no_region;
pub use functions::FunctionLines;
pub use global_args::GlobalArgs;

use std::io;
use std::path::PathBuf;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::config::{FILE_NAME, Layers};
use crate::error::{CommandError, Sentence};
use crate::exit::Exit;
use crate::explain::failed_operation;
use crate::files::watcher::FileWatcher;
use crate::finding::Finding;
use crate::flow::Flow;
use crate::host::Host;
use crate::host::terminal::OutputFormat;
use crate::next_command::NextCommand;
use crate::operation::{Operation, OperationError, attach};
use crate::report::{self, Answer, Reader, Reporter};
use cloud::{Cloud, Stack};

/// A command at work.
pub struct Session<'a> {
    /// The outside.
    pub host: &'a mut Host,
    /// The options of every command.
    pub global: &'a GlobalArgs,
    /// The settings below the command line, and where each setting comes from.
    pub layers: &'a Layers,
    /// Makes the description of the whole command line, for what is generated from it.
    pub program: fn() -> clap::Command,
    /// Makes the commands that are printed.
    pub next: NextCommand,
    /// The files that a command watched, if it has to run again because its settings changed.
    pub again: Option<FileWatcher>,
}

impl Session<'_> {
    /// The time now.
    pub fn now(&self) -> Timestamp {
        (self.host.clock)()
    }

    /// The time zone in which a person reads and writes times.
    pub fn zone(&self) -> TimeZone {
        (self.host.zone)()
    }

    /// The information that a text for a person depends on.
    pub fn reader(&self) -> Reader<'_> {
        let on_terminal = self.host.terminal.answers_screen().is_some();
        Reader { clock: self.host.clock, zone: self.zone(), on_terminal, next: &self.next }
    }

    /// The settings file, or its path if there is none.
    pub fn settings_file(&self) -> PathBuf {
        let found = self.layers.file.as_ref().map(|file| file.path.clone());
        found.unwrap_or_else(|| self.host.environment.folder.join(FILE_NAME))
    }

    /// Whether a person reads the output, and not a program.
    pub fn is_text(&self) -> bool {
        self.global.output == OutputFormat::Text
    }

    /// Prints a text on stdout, in either format. A closed pipe is not an error: its reader has
    /// read enough.
    pub fn print(&mut self, text: &str) {
        let _ = self.host.terminal.answer(text);
    }

    /// Prints an answer: its text for a person, one object for a program.
    pub fn answer<A: Answer>(&mut self, answer: &A) {
        let _ = self.try_answer(answer);
    }

    /// The same, for a command that prints answers until its reader has read enough.
    /// Fails when the reader has closed the pipe.
    pub fn try_answer<A: Answer>(&mut self, answer: &A) -> io::Result<()> {
        if !self.is_text() {
            return self.host.terminal.answer(&report::object(A::KIND, answer, self.now()));
        }
        let reader = self.reader();
        let (text, note) = (answer.text(&reader), answer.note(&reader));
        let terminal = &mut self.host.terminal;
        let printed = text.map_or(Ok(()), |text| match answer.is_exact() {
            true => terminal.answer_exactly(&text),
            false if answer.is_data() => terminal.answer(&text),
            false => terminal.answer_sentences(&text),
        });
        note.iter().for_each(|note| self.remark(note));
        printed
    }

    /// Prints a line on stderr, in either format.
    pub fn log(&mut self, line: &str) {
        self.host.terminal.tell(line);
    }

    /// Prints a line on stderr for a person, unless --quiet is set; programs do not need it.
    pub fn remark(&mut self, line: &str) {
        if self.is_text() && !self.global.quiet {
            self.log(line);
        }
    }

    /// Shows what a command is about to do. --quiet hides it only if you confirmed in advance.
    pub fn preview(&mut self, agreed: bool, line: &str) {
        match agreed {
            true => self.remark(line),
            false => self.log(line),
        }
    }

    /// Reports which parameters of a flow have a sample as value.
    pub fn remark_samples(&mut self, flow: &Flow) {
        for (name, value) in &flow.belongings.sampled {
            self.remark(&report::sample_parameter(name, value));
        }
    }

    /// Prints warnings on stderr, in either format.
    pub fn warn(&mut self, warnings: &[Finding]) {
        let mut warnings = warnings.to_vec();
        self.layers.origins.relocate(&mut warnings);
        let on_terminal = self.host.terminal.screen().is_some();
        report::warnings(&warnings, on_terminal).iter().for_each(|line| self.log(line));
    }

    /// Asks a question, unless `yes` has answered it. `otherwise` says what did not happen, such as
    /// "nothing was removed".
    /// Error: [`Exit::NeedsConfirmation`] if the answer is no, or the terminal cannot prompt.
    pub async fn confirm(
        &mut self,
        yes: bool,
        question: &str,
        otherwise: &str,
    ) -> Result<(), CommandError> {
        let terminal = &mut self.host.terminal;
        let sentence = if yes {
            return Ok(());
        } else if !terminal.is_interactive() {
            format!("cannot prompt: stdin is not a terminal; {otherwise}")
        } else if terminal.confirm(question).await {
            return Ok(());
        } else {
            format!("not confirmed; {otherwise}")
        };
        Err(CommandError::new(Exit::NeedsConfirmation, Sentence(sentence))
            .hint("--yes skips the confirmation"))
    }

    /// Reports the events of an operation that needs no confirmation.
    pub fn reporter(&mut self) -> Reporter<'_> {
        self.reporter_asking(true, String::new())
    }

    /// Reports the events of an operation, and asks `question` before it changes something, unless `yes` has
    /// answered it.
    pub fn reporter_asking(&mut self, yes: bool, question: String) -> Reporter<'_> {
        let quiet = self.global.quiet;
        let live = self.is_text() && !quiet && self.host.terminal.screen().is_some();
        Reporter {
            live: live.then(Default::default),
            clock: self.host.clock,
            zone: self.zone(),
            next: &self.next,
            terminal: &mut self.host.terminal,
            format: self.global.output,
            quiet,
            agreed: yes,
            question,
            reviewed: None,
            unreviewed: Vec::new(),
        }
    }

    /// Runs an operation on a stack, and reports its events.
    /// Fails as the operation does, with what to do next.
    pub async fn operate<T>(
        &mut self,
        cloud: &Cloud,
        work: impl AsyncFnOnce(&mut Operation<'_>) -> Result<T, OperationError>,
    ) -> Result<T, CommandError> {
        let attempted = self.attempt(cloud, work).await;
        attempted.map_err(|error| failed_operation::error(error, &self.next))
    }

    /// Runs an operation, and reports its events.
    /// Fails as the operation does.
    pub async fn attempt<T, E>(
        &mut self,
        cloud: &Cloud,
        work: impl AsyncFnOnce(&mut Operation<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let (clock, new_id) = (self.host.clock, self.host.new_id);
        let mut reporter = self.reporter();
        work(&mut Operation { cloud, observer: &mut reporter, clock, new_id }).await
    }

    /// Follows the operation in progress on a stack to its end, however it ends: the command then plans again.
    /// Fails when following fails.
    pub async fn wait_until_idle(
        &mut self,
        cloud: &Cloud,
        stack: &Stack,
    ) -> Result<(), CommandError> {
        let work = async |operation: &mut Operation<'_>| attach(operation, stack).await;
        self.operate(cloud, work).await.map(drop)
    }
}
