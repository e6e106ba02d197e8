//! Functions that run: real processes of Python and Node.js.

mod custom;
mod environment;
mod limits;
mod node;
mod processes;
mod python;
mod tasks;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use uuid::Uuid;

use super::{LocalFunction, LocalFunctionOptions, LocalFunctions, LogLine, LogSource};
use crate::host::{ProcessEnvironment, wall_clock};
use tempfile::TempDir;

/// More than any function here needs.
const PLENTY: Duration = Duration::from_secs(120);

/// A function in Python. Another version may be installed: that is a warning, which one test looks at.
pub(super) fn python(name: &str) -> LocalFunction {
    LocalFunction {
        name: name.to_owned(),
        arn: format!("arn:aws:lambda:us-east-1:123456789012:function:flow-{name}"),
        runtime: "python3.13".to_owned(),
        handler: "app.handler".to_owned(),
        folder: Path::new("nowhere").to_owned(),
        environment: BTreeMap::new(),
        timeout: PLENTY,
        memory_megabytes: 256,
        architecture: "arm64".to_owned(),
        region: "eu-west-1".to_owned(),
    }
}

fn node(name: &str) -> LocalFunction {
    LocalFunction { runtime: "nodejs22.x".to_owned(), ..python(name) }
}

fn next_id() -> Uuid {
    static IDS: AtomicU64 = AtomicU64::new(1);
    Uuid::from_u128(IDS.fetch_add(1, Ordering::Relaxed).into())
}

/// A function with its files.
struct Stage {
    functions: LocalFunctions,
    log: Arc<Mutex<Vec<LogLine>>>,
    folder: TempDir,
}

impl Stage {
    fn new(function: LocalFunction, files: &[(&str, &str)]) -> Self {
        Self::with(function, files, None, |_| ())
    }

    fn with(
        mut function: LocalFunction,
        files: &[(&str, &str)],
        init: Option<Duration>,
        change: impl FnOnce(&mut LocalFunctionOptions),
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        function.folder = folder.path().to_owned();
        let log = Arc::new(Mutex::new(Vec::new()));
        let lines = Arc::clone(&log);
        let mut options = LocalFunctionOptions {
            real: false,
            debug_port: None,
            log: Arc::new(move |line| lines.lock().unwrap().push(line)),
            inherited: ProcessEnvironment::of_process().inherited.0,
            clock: wall_clock,
            new_id: next_id,
        };
        change(&mut options);
        let functions = match init {
            None => LocalFunctions::new(vec![function], options),
            Some(init) => LocalFunctions::with_init(vec![function], options, init),
        };
        Self { functions, log, folder }
    }

    /// What the function answers.
    async fn answer(&self, event: Value) -> Value {
        let reply = self.invoke(&event.to_string()).await;
        assert!(!reply.failed, "{} {:#?}", reply.payload, self.output());
        serde_json::from_str(&reply.payload).unwrap()
    }

    /// The error that the function ends with.
    async fn error(&self, event: Value) -> Value {
        let reply = self.invoke(&event.to_string()).await;
        assert!(reply.failed, "{} {:#?}", reply.payload, self.output());
        serde_json::from_str(&reply.payload).unwrap()
    }

    async fn invoke(&self, event: &str) -> cloud::Reply {
        self.functions.invoke("it", event).await.unwrap()
    }

    fn lines(&self, source: LogSource) -> Vec<String> {
        let log = self.log.lock().unwrap();
        let lines = log.iter().filter(|line| line.source == source);
        lines.map(|line| line.text.clone()).collect()
    }

    fn output(&self) -> Vec<String> {
        self.lines(LogSource::Function)
    }

    /// The lines of the platform without ids and figures.
    fn platform(&self) -> Vec<String> {
        let plain = |line: String| {
            let words = line.replace('\t', " ");
            let words = words.split(' ').map(|word| match word {
                it if it.len() == 36 && it.contains('-') => "ID",
                it if it.parse::<f64>().is_ok() => "N",
                it => it,
            });
            words.collect::<Vec<_>>().join(" ")
        };
        self.lines(LogSource::Platform).into_iter().map(plain).collect()
    }
}
