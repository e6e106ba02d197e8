//! What a function logs: its own output and the platform's lines, line by line.
//!
//! The process writes into a file. So nothing is lost when it ends, whatever the end, and everything that it wrote
//! before its answer is there when the answer is.

use std::fs::File;
use std::io::Read;
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

/// How much of its log an invocation returns. Source: Lambda API reference, `Invoke`, `LogResult`.
const TAIL: usize = 4096;
/// How much of it is kept: what Node.js says when it has no more memory is longer.
const KEPT: usize = 65_536;

/// Gets every line as soon as it is known.
pub type LogSink = Arc<dyn Fn(LogLine) + Send + Sync>;

/// One line of a function's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// The function's name in the flow.
    pub function: String,
    /// Who wrote it.
    pub source: LogSource,
    /// The line, as it was written: it may contain what a terminal would obey.
    pub text: String,
}

/// Who wrote a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogSource {
    /// `START`, `END`, `REPORT` and the like.
    Platform,
    /// The function, on its standard output or its standard error.
    Function,
}

/// The log of a function.
pub(super) struct Log {
    function: String,
    sink: LogSink,
    /// The end of the current invocation's log.
    tail: Mutex<String>,
}

impl Log {
    pub(super) fn new(function: &str, sink: LogSink) -> Self {
        Self { function: function.to_owned(), sink, tail: Mutex::default() }
    }

    /// A line of the platform.
    pub(super) fn platform(&self, text: String) {
        self.line(LogSource::Platform, text);
    }

    /// Takes the end of the log since the last time.
    pub(super) fn take_tail(&self) -> String {
        let mut tail = mem::take(&mut *self.tail.lock().unwrap_or_else(PoisonError::into_inner));
        cut(&mut tail, TAIL);
        tail
    }

    /// Whether the end of the log contains a text.
    pub(super) fn ends_with_mention_of(&self, text: &str) -> bool {
        self.tail.lock().unwrap_or_else(PoisonError::into_inner).contains(text)
    }

    fn line(&self, source: LogSource, text: String) {
        let mut tail = self.tail.lock().unwrap_or_else(PoisonError::into_inner);
        tail.push_str(&text);
        tail.push('\n');
        cut(&mut tail, KEPT);
        drop(tail);
        (self.sink)(LogLine { function: self.function.clone(), source, text });
    }
}

/// Removes the beginning of a text that is longer.
fn cut(text: &mut String, length: usize) {
    let surplus = text.len().saturating_sub(length);
    let start = (surplus..=text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    text.drain(..start);
}

/// The file that a process writes its output into.
pub(super) struct Output {
    file: File,
    /// The beginning of a line.
    begun: Vec<u8>,
    log: Arc<Log>,
}

impl Output {
    /// `file` is read from its beginning.
    pub(super) fn new(file: File, log: Arc<Log>) -> Self {
        Self { file, begun: Vec::new(), log }
    }

    /// Logs the lines that are complete.
    pub(super) fn read(&mut self) {
        let mut bytes = [0; 8192];
        while let Ok(read @ 1..) = self.file.read(&mut bytes) {
            for part in bytes[..read].split_inclusive(|&byte| byte == b'\n') {
                self.begun.extend_from_slice(part);
                if part.ends_with(b"\n") {
                    self.write();
                }
            }
        }
    }

    /// Logs everything that was written.
    pub(super) fn read_all(&mut self) {
        self.read();
        if !self.begun.is_empty() {
            self.write();
        }
    }

    fn write(&mut self) {
        let line = mem::take(&mut self.begun);
        let line = line.strip_suffix(b"\n").unwrap_or(&line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        self.log.line(LogSource::Function, String::from_utf8_lossy(line).into_owned());
    }
}
