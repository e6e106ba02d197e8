//! Everything that a stack is made from.

use std::io;
use std::panic::resume_unwind;

use tokio::sync::mpsc::unbounded_channel;

use super::Session;
use crate::artifact::functions::{Target, Workshop};
use crate::config::{Config, FunctionName};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::plan::inputs::Inputs;
use crate::report;

impl Session<'_> {
    /// Reads every input of a stack, and reports which function is being built.
    /// Fails when an input is invalid, or a function cannot be packed.
    pub async fn inputs(&mut self, config: Config) -> Result<Inputs, CommandError> {
        let cache = self.host.environment.cache.clone();
        let (sender, mut receiver) = unbounded_channel();
        // On a blocking thread, so that Ctrl-C works during a build.
        let reading = tokio::task::spawn_blocking(move || {
            let on_build = |function: &FunctionName, what: &str| {
                // No one listens after Ctrl-C.
                let _ = sender.send((function.clone(), what.to_owned()));
            };
            Inputs::read(config, &Workshop { cache, target: Target::Lambda, on_build: &on_build })
        });
        while let Some((function, what)) = receiver.recv().await {
            self.remark(&report::build(&function, &what));
        }
        match reading.await {
            Ok(inputs) => inputs,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => resume_unwind(panic),
                Err(cancelled) => Err(CommandError::new(Exit::Failed, io::Error::other(cancelled))),
            },
        }
    }
}
