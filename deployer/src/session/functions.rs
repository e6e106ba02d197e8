//! The functions of a flow on this machine, and what they write meanwhile.

use std::pin::pin;
use std::sync::Arc;

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::Session;
use crate::error::CommandError;
use crate::options::functions::FunctionsArgs;
use crate::report;
use crate::simulation::{FunctionRunner, LocalFunctionOptions, OtherVersion};

/// The lines of functions and of their builds, as they come.
pub struct FunctionLines(UnboundedReceiver<String>);

impl FunctionLines {
    /// The next line; it never comes if nothing is written any more.
    pub async fn next(&mut self) -> String {
        match self.0.recv().await {
            Some(line) => line,
            None => std::future::pending().await,
        }
    }
}

impl Session<'_> {
    /// What runs functions on this machine, and the lines that they will write.
    /// Fails when a file of variables cannot be used.
    pub fn function_runner(
        &self,
        args: &FunctionsArgs,
    ) -> Result<(FunctionRunner, FunctionLines), CommandError> {
        let (sender, receiver) = unbounded_channel();
        let log = sender.clone();
        let options = LocalFunctionOptions {
            real: args.real_functions,
            debug_port: args.debug_port,
            // Nobody listens at the very end.
            log: Arc::new(move |line| drop(log.send(report::function_line(&line)))),
            inherited: self.host.environment.inherited.0.clone(),
            clock: self.host.clock,
            new_id: self.host.new_id,
        };
        let runner = FunctionRunner {
            cache: self.host.environment.cache.clone(),
            options,
            variables: args.variables()?,
            on_build: Arc::new(move |function, what| {
                drop(sender.send(report::build(function, what)));
            }),
        };
        Ok((runner, FunctionLines(receiver)))
    }

    /// Does something, and prints meanwhile what functions write.
    pub async fn with_lines<T>(
        &mut self,
        lines: &mut FunctionLines,
        work: impl Future<Output = T>,
    ) -> T {
        let mut work = pin!(work);
        let done = loop {
            tokio::select! {
                biased;
                Some(line) = lines.0.recv() => self.log(&line),
                done = &mut work => break done,
            }
        };
        while let Ok(line) = lines.0.try_recv() {
            self.log(&line);
        }
        done
    }

    /// Says which runtimes have another version on this machine.
    pub fn warn_of_versions(&mut self, versions: &[OtherVersion]) {
        versions.iter().for_each(|version| self.log(&report::other_version(version)));
    }
}
