//! How the functions of a flow run on this machine.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;

use crate::document::Document;
use crate::error::{CommandError, Sentence};
use crate::files::text::{self, read_input};
use crate::report;
use crate::session::{FunctionLines, Session};
use crate::simulation::{FunctionRunner, LocalFunctionOptions};

/// How the functions of a flow run.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct FunctionsArgs {
    /// Allow the functions of the flow to use the network and your credentials
    #[arg(long)]
    pub real_functions: bool,
    /// File with variables of functions, as {FUNCTION: {NAME: VALUE}}, instead of those in
    /// function.yaml; `Parameters` is for all functions
    #[arg(long, value_name = "FILE")]
    pub function_variables: Option<PathBuf>,
    /// Wait for a debugger on this port before a function runs: debugpy for Python, the inspector
    /// for Node.js
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    pub debug_port: Option<u16>,
}

/// Variables by the name of the function.
type FunctionVariables = BTreeMap<String, BTreeMap<String, String>>;

impl FunctionsArgs {
    /// What runs functions on this machine, and the lines that they will write.
    /// Fails when the file of variables cannot be used.
    pub fn runner(
        &self,
        session: &Session<'_>,
    ) -> Result<(FunctionRunner, FunctionLines), CommandError> {
        let (sender, lines) = FunctionLines::new();
        let log = sender.clone();
        let host = &session.host;
        let options = LocalFunctionOptions {
            real: self.real_functions,
            debug_port: self.debug_port,
            // No one listens at the very end.
            log: Arc::new(move |line| drop(log.send(report::function_line(&line)))),
            inherited: host.environment.inherited.0.clone(),
            clock: host.clock,
            new_id: host.new_id,
        };
        let runner = FunctionRunner {
            cache: host.environment.cache.clone(),
            options,
            variables: self.variables()?,
            on_build: Arc::new(move |function, what| {
                drop(sender.send(report::build(function, what)));
            }),
        };
        Ok((runner, lines))
    }

    /// Reads the file of variables.
    /// Fails when it cannot be read, or does not have this form.
    fn variables(&self) -> Result<FunctionVariables, CommandError> {
        let Some(path) = &self.function_variables else { return Ok(BTreeMap::new()) };
        let name = path.display().to_string();
        let text = read_input(path, "--function-variables").map_err(|source| {
            let fix = text::fix(&source);
            CommandError::usage(source).hint(fix)
        })?;
        let document = Document::read(&text, name.clone())
            .map_err(|finding| CommandError::usage(Sentence(finding.sentence)))?;
        let mut variables = BTreeMap::new();
        for (function, members) in &document.members {
            let Value::Object(members) = members else { return Err(other_form(&name)) };
            let mut of_function = BTreeMap::new();
            for (variable, value) in members {
                let value = match value {
                    Value::String(text) => text.clone(),
                    Value::Number(_) | Value::Bool(_) => value.to_string(),
                    _ => return Err(other_form(&name)),
                };
                of_function.insert(variable.clone(), value);
            }
            variables.insert(function.clone(), of_function);
        }
        Ok(variables)
    }
}

fn other_form(file: &str) -> CommandError {
    let sentence = format!("{file} does not have the form {{FUNCTION: {{NAME: VALUE}}}}");
    CommandError::usage(Sentence(sentence)).hint("example: {\"translate\": {\"WORD\": \"yes\"}}")
}
