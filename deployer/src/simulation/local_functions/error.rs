//! Why a function did not run.

use std::io;

use super::ended::PAYLOAD_LIMIT;

/// Why a function did not run at all. The errors of a function that runs are in the reply.
#[derive(Debug, thiserror::Error)]
pub enum LocalFunctionError {
    /// The flow has no such function.
    #[error("the flow has no function `{0}`")]
    Unknown(String),
    /// The event is larger than Lambda accepts.
    #[error(
        "{size} byte payload is too large for the RequestResponse invocation type (limit {PAYLOAD_LIMIT} bytes)"
    )]
    PayloadTooLarge {
        /// In bytes.
        size: usize,
    },
    /// The event is not JSON.
    #[error("the event is not JSON")]
    NotJson(#[source] serde_json::Error),
    /// A runtime that runs only in AWS.
    #[error(
        "function `{function}` has the runtime {runtime}, which cannot run on this machine: only \
         Python, Node.js, and provided runtimes can"
    )]
    Runtime {
        /// The name of the function.
        function: String,
        /// Its runtime.
        runtime: String,
    },
    /// The language is not installed.
    #[error(
        "function `{function}` has the runtime {runtime}, but {language} is not on the PATH: install \
         {language} {version}"
    )]
    NotInstalled {
        /// The name of the function.
        function: String,
        /// Its runtime.
        runtime: String,
        /// `Python`.
        language: &'static str,
        /// The version that the runtime names.
        version: String,
    },
    /// The debugger is not installed.
    #[error("{python} has no module debugpy: install it with `{python} -m pip install debugpy`")]
    NoDebugger {
        /// The program.
        python: String,
    },
    /// The folder has no program.
    #[error("function `{function}` has no file `bootstrap`, which its runtime {runtime} starts")]
    NoBootstrap {
        /// The name of the function.
        function: String,
        /// Its runtime.
        runtime: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The program is for another machine.
    #[error(
        "the `bootstrap` of function `{function}` is {found}, but this machine is {here}: {fix}"
    )]
    OtherMachine {
        /// The name of the function.
        function: String,
        /// What the program is.
        found: String,
        /// What this machine is.
        here: String,
        /// What to do.
        fix: String,
    },
    /// The system did not start the process.
    #[error("cannot start function `{function}`")]
    Start {
        /// The name of the function.
        function: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The program ends, or the functions were dropped.
    #[error("the function was stopped")]
    Stopped,
}
