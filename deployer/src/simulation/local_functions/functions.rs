//! The functions of a flow, and how one is invoked.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::error::LocalFunctionError;
use super::function::LocalFunction;
use super::interpreter::OtherVersion;
use super::log::LogSink;
use super::program::{Mode, Program};
use super::variables::{Variables, inherited};
use super::worker::{INIT, Invoked, Request, Worker};
use cloud::Reply;

/// How functions are run.
#[derive(Clone)]
pub struct LocalFunctionOptions {
    /// Whether functions may use the network and the credentials of the user.
    pub real: bool,
    /// Where the first function waits for a debugger; each other one waits at the next port. Then no time is
    /// limited.
    pub debug_port: Option<u16>,
    /// Gets what the functions log.
    pub log: LogSink,
    /// What a process may inherit: what the system needs, and, only with `real`, variables whose names begin
    /// with `AWS_`.
    pub inherited: Variables,
    /// The wall clock.
    pub clock: fn() -> Timestamp,
    /// Creates the IDs of requests.
    pub new_id: fn() -> Uuid,
}

/// What all workers share.
pub(super) struct Shared {
    pub(super) options: LocalFunctionOptions,
    /// How long a function may take before it asks for its first event.
    pub(super) init: Duration,
    /// By runtime, the program that runs it.
    programs: tokio::sync::Mutex<BTreeMap<String, Program>>,
    other_versions: Mutex<BTreeSet<OtherVersion>>,
}

impl Shared {
    /// Finds what runs a function; programs that run several are looked for once.
    pub(super) async fn program(
        &self,
        function: &LocalFunction,
    ) -> Result<Program, LocalFunctionError> {
        let mut programs = self.programs.lock().await;
        if let Some(program) = programs.get(&function.runtime) {
            return Ok(program.clone());
        }
        let variables = inherited(&self.options.inherited, false);
        let debugged = self.options.debug_port.is_some();
        let (program, other) = Program::find(function, &variables, debugged).await?;
        self.other_versions.lock().unwrap_or_else(PoisonError::into_inner).extend(other);
        if !matches!(program, Program::Bootstrap(_)) {
            programs.insert(function.runtime.clone(), program.clone());
        }
        Ok(program)
    }
}

/// The functions of a flow on this machine. Their processes end with this value, and with the runtime on which
/// it was made.
pub struct LocalFunctions {
    served: Vec<Served>,
    shared: Arc<Shared>,
}

/// A function and its worker.
struct Served {
    function: Arc<LocalFunction>,
    requests: mpsc::UnboundedSender<Request>,
    worker: JoinHandle<()>,
}

impl LocalFunctions {
    /// Makes functions ready to be invoked; none is started before. Make it on a Tokio runtime whose time is real.
    pub fn new(functions: Vec<LocalFunction>, options: LocalFunctionOptions) -> Self {
        Self::with_init(functions, options, INIT)
    }

    pub(super) fn with_init(
        functions: Vec<LocalFunction>,
        options: LocalFunctionOptions,
        init: Duration,
    ) -> Self {
        let (programs, other_versions) = Default::default();
        let shared = Arc::new(Shared { options, init, programs, other_versions });
        let serve = |(function, nth)| {
            let (function, port) = (Arc::new(function), shared.options.debug_port);
            let debug_port = port.map(|port: u16| port.saturating_add(nth));
            let mode = Mode { real: shared.options.real, debug_port };
            let (requests, waiting) = mpsc::unbounded_channel();
            let worker = Worker::new(Arc::clone(&function), Arc::clone(&shared), mode);
            let worker = tokio::spawn(worker.work(waiting));
            Served { function, requests, worker }
        };
        let served = functions.into_iter().zip(0_u16..).map(serve).collect();
        Self { served, shared }
    }

    /// Looks for what runs the functions, and starts none of them.
    ///
    /// # Errors
    /// The first function that cannot run on this machine.
    pub async fn check(&self) -> Result<(), LocalFunctionError> {
        for Served { function, .. } in &self.served {
            self.shared.program(function).await?;
        }
        Ok(())
    }

    /// The runtimes that have another version here than in AWS, as far as they were looked for; each of them once.
    pub fn other_versions(&self) -> Vec<OtherVersion> {
        let mut found = self.shared.other_versions.lock().unwrap_or_else(PoisonError::into_inner);
        mem::take(&mut *found).into_iter().collect()
    }

    /// Invokes a function by its name in the flow, or by what Lambda accepts: its ARN, a part of it, or its name in
    /// AWS. Events for one function are handled one after the other.
    ///
    /// # Errors
    /// If there is no such function, or it cannot run. An error of the function itself is a reply.
    pub async fn invoke(
        &self,
        arn_or_name: &str,
        payload: &str,
    ) -> Result<Reply, LocalFunctionError> {
        let found = self.served.iter().find(|served| served.function.name == arn_or_name);
        let served = found
            .or_else(|| self.deployed_as(arn_or_name))
            .ok_or_else(|| LocalFunctionError::Unknown(arn_or_name.to_owned()))?;
        let invoked = served.request(payload.to_owned()).await;
        Ok(invoked.map_err(|_| LocalFunctionError::Stopped)??.reply)
    }

    /// Sends an event to the function that AWS would find; `None` if there is none.
    pub(super) fn send(&self, arn_or_name: &str, payload: String) -> Option<Waiting> {
        self.deployed_as(arn_or_name).map(|served| served.request(payload))
    }

    fn deployed_as(&self, asked: &str) -> Option<&Served> {
        self.served.iter().find(|served| served.function.is_deployed_as(asked))
    }

    /// Whether there is a function that AWS would find by this.
    pub(super) fn has(&self, asked: &str) -> bool {
        self.deployed_as(asked).is_some()
    }
}

/// The answer to an event, once it exists.
pub(super) type Waiting = oneshot::Receiver<Result<Invoked, LocalFunctionError>>;

impl Served {
    fn request(&self, payload: String) -> Waiting {
        let (reply, waiting) = oneshot::channel();
        // Without a worker, the one who waits learns it from the channel.
        drop(self.requests.send(Request { payload, reply }));
        waiting
    }
}

impl Drop for LocalFunctions {
    fn drop(&mut self) {
        self.served.iter().for_each(|served| served.worker.abort());
    }
}
