//! The steps of an invocation. A function has one worker with one process, which it keeps: events come one after
//! the other, and what the function keeps in memory is there the next time.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use uuid::Uuid;

use super::ended::{Described, Ended, PAYLOAD_LIMIT, is_out_of_memory};
use super::error::LocalFunctionError;
use super::function::LocalFunction;
use super::functions::Shared;
use super::log::Log;
use super::program::{Mode, Program};
use super::runtime_api::{Invocation, Said};
use super::sandbox::{Happened, Sandbox, Start};
use super::variables::{VERSION, inherited};
use cloud::Reply;

/// How long a function may take before it asks for its first event. Source: Lambda developer guide,
/// "Understanding the Lambda execution environment lifecycle".
pub(super) const INIT: Duration = Duration::from_secs(10);
/// How much time a debugged function appears to have: nothing ends it.
const LONG: Duration = Duration::from_secs(24 * 60 * 60);
/// What Node.js says when it has no more memory.
const OUT_OF_MEMORY: &str = "heap out of memory";

/// An event, and where its answer is sent.
pub(super) struct Request {
    pub(super) payload: String,
    pub(super) reply: oneshot::Sender<Result<Invoked, LocalFunctionError>>,
}

/// The result of an invocation.
#[derive(Debug)]
pub(super) struct Invoked {
    pub(super) reply: Reply,
    /// How long it took; no time at all if the function was debugged.
    pub(super) took: Duration,
}

/// Runs one function.
pub(super) struct Worker {
    function: Arc<LocalFunction>,
    shared: Arc<Shared>,
    mode: Mode,
    log: Arc<Log>,
    program: Option<Program>,
    sandbox: Option<Sandbox>,
}

/// How a process began.
struct Initialized {
    /// How long it took; `None` if the process was there.
    took: Option<Duration>,
    /// When the time of the invocation is over, if it has begun.
    deadline: Option<Instant>,
    /// Why the handler is not called.
    ended: Option<Ended>,
}

impl Worker {
    pub(super) fn new(function: Arc<LocalFunction>, shared: Arc<Shared>, mode: Mode) -> Self {
        let log = Log::new(&function.name, Arc::clone(&shared.options.log));
        Self { function, shared, mode, log: Arc::new(log), program: None, sandbox: None }
    }

    /// Answers events until none can be sent any more.
    pub(super) async fn work(mut self, mut requests: mpsc::UnboundedReceiver<Request>) {
        while let Some(Request { payload, reply }) = requests.recv().await {
            let invoked = self.invoke(payload).await;
            // The caller may be gone.
            drop(reply.send(invoked));
        }
    }

    async fn invoke(&mut self, payload: String) -> Result<Invoked, LocalFunctionError> {
        if payload.len() > PAYLOAD_LIMIT {
            return Err(LocalFunctionError::PayloadTooLarge { size: payload.len() });
        }
        serde_json::from_str::<serde::de::IgnoredAny>(&payload)
            .map_err(LocalFunctionError::NotJson)?;
        let began = Instant::now();
        drop(self.log.take_tail());
        let id = (self.shared.options.new_id)();
        let Initialized { took: init, deadline, ended } = self.initialize().await?;
        // What it wrote while it began.
        self.sandbox.iter_mut().for_each(Sandbox::log_all);
        self.log.platform(format!("START RequestId: {id} Version: {VERSION}"));
        let handling = Instant::now();
        let ended = match (ended, &mut self.sandbox) {
            (Some(ended), _) => ended,
            (None, Some(sandbox)) => {
                let deadline = deadline.or_else(|| self.mode.deadline(self.function.timeout));
                let now = (self.shared.options.clock)();
                let invocation = invocation(&self.function, id, now, self.mode, payload);
                sandbox.api.send(invocation);
                handle(sandbox, deadline).await
            }
            (None, None) => Ended::Exited { status: None, out_of_memory: false },
        };
        let took = handling.elapsed();
        let described = self.end(ended, &id.to_string()).await;
        self.report(id, init, took, described.status.as_deref());
        let log = Some(self.log.take_tail());
        let reply = Reply { failed: described.failed, payload: described.payload, log };
        let took = self.mode.debug_port.map_or_else(|| began.elapsed(), |_| Duration::ZERO);
        Ok(Invoked { reply, took })
    }

    /// Starts a process if there is none, and waits until it asks for an event. If that takes too long, it is
    /// started again, and the time of the invocation begins, as in Lambda.
    async fn initialize(&mut self) -> Result<Initialized, LocalFunctionError> {
        if self.sandbox.as_mut().is_some_and(Sandbox::is_alive) {
            return Ok(Initialized { took: None, deadline: None, ended: None });
        }
        let began = Instant::now();
        let sandbox = self.start().await?;
        let limit = self.mode.deadline(self.shared.init);
        match first_words(self.sandbox.insert(sandbox), limit).await {
            Some(Ended::TimedOut) => {}
            ended => return Ok(Initialized { took: Some(began.elapsed()), deadline: None, ended }),
        }
        self.stop().await;
        let milliseconds = milliseconds(began.elapsed());
        self.log.platform(format!(
            "INIT_REPORT Init Duration: {milliseconds:.2} ms\tPhase: init\tStatus: timeout"
        ));
        let deadline = self.mode.deadline(self.function.timeout);
        let sandbox = self.start().await?;
        let ended = first_words(self.sandbox.insert(sandbox), deadline).await;
        Ok(Initialized { took: None, deadline, ended })
    }

    async fn start(&mut self) -> Result<Sandbox, LocalFunctionError> {
        let program = match &self.program {
            Some(program) => program.clone(),
            None => self.shared.program(&self.function).await?,
        };
        let program = &*self.program.insert(program);
        if let Some(port) = self.mode.debug_port {
            let name = &self.function.name;
            let sentence = format!("function {name} waits for a debugger at 127.0.0.1:{port}");
            self.log.platform(sentence);
        }
        let options = &self.shared.options;
        let now = (options.clock)();
        let id = (options.new_id)().simple();
        let start = Start {
            function: &self.function,
            program,
            mode: self.mode,
            inherited: &inherited(&options.inherited, options.real),
            log_stream: &format!("{}[{VERSION}]{id}", now.strftime("%Y/%m/%d/")),
            log: Arc::clone(&self.log),
        };
        Sandbox::start(start).await.map_err(|source| LocalFunctionError::Start {
            function: self.function.name.clone(),
            source,
        })
    }

    async fn stop(&mut self) {
        if let Some(sandbox) = self.sandbox.take() {
            sandbox.stop().await;
        }
    }

    /// Logs all of the invocation, and says what Lambda answers.
    async fn end(&mut self, ended: Ended, id: &str) -> Described {
        match &ended {
            Ended::TimedOut | Ended::NotInitialized(_) | Ended::Exited { .. } => self.stop().await,
            Ended::Answered(_) | Ended::Failed(_) | Ended::TooLarge => {
                self.sandbox.iter_mut().for_each(Sandbox::log_all);
            }
        }
        let ended = match ended {
            Ended::Exited { status, .. } => {
                let says_so = self.log.ends_with_mention_of(OUT_OF_MEMORY);
                let out_of_memory = is_out_of_memory(status, says_so);
                Ended::Exited { status, out_of_memory }
            }
            other => other,
        };
        ended.described(id, self.function.timeout)
    }

    /// As in a log of Lambda, without the memory, which is not measured here.
    fn report(&self, id: Uuid, init: Option<Duration>, took: Duration, status: Option<&str>) {
        self.log.platform(format!("END RequestId: {id}"));
        let duration = milliseconds(took);
        let billed = milliseconds(took + init.unwrap_or_default()).ceil();
        let size = self.function.memory_megabytes;
        let init = init
            .map(|init| format!("\tInit Duration: {:.2} ms", milliseconds(init)))
            .unwrap_or_default();
        let status = status.map(|status| format!("\t{status}")).unwrap_or_default();
        self.log.platform(format!(
            "REPORT RequestId: {id}\tDuration: {duration:.2} ms\tBilled Duration: {billed} ms\
             \tMemory Size: {size} MB{init}{status}"
        ));
    }
}

impl Mode {
    /// When a time is over: never during debugging.
    fn deadline(self, limit: Duration) -> Option<Instant> {
        match self.debug_port {
            Some(_) => None,
            None => Instant::now().checked_add(limit),
        }
    }
}

/// Waits until a process asks for its first event; otherwise says why it does not.
async fn first_words(sandbox: &mut Sandbox, deadline: Option<Instant>) -> Option<Ended> {
    loop {
        return match sandbox.happens(deadline).await {
            Happened::Said(Said::Next) => None,
            Happened::Said(Said::NotInitialized(error)) => Some(Ended::NotInitialized(error)),
            Happened::Said(_) => continue,
            Happened::Exited(status) => Some(Ended::Exited { status, out_of_memory: false }),
            Happened::TimedOut => Some(Ended::TimedOut),
        };
    }
}

/// Waits until a process has answered and asks for the next event, which ends the invocation as in Lambda.
async fn handle(sandbox: &mut Sandbox, deadline: Option<Instant>) -> Ended {
    let mut answer = None;
    loop {
        match sandbox.happens(deadline).await {
            Happened::Said(Said::Answer(payload)) => answer = Some(Ended::Answered(payload)),
            Happened::Said(Said::Error(error)) => answer = Some(Ended::Failed(error)),
            Happened::Said(Said::NotInitialized(error)) => {
                answer = Some(Ended::NotInitialized(error));
            }
            Happened::Said(Said::TooMuch) => answer = Some(Ended::TooLarge),
            Happened::Said(Said::Next) => {
                if let Some(answer) = answer {
                    return answer;
                }
            }
            // A process may end after its answer.
            Happened::Exited(status) => {
                return answer.unwrap_or(Ended::Exited { status, out_of_memory: false });
            }
            Happened::TimedOut => return Ended::TimedOut,
        }
    }
}

fn invocation(
    function: &LocalFunction,
    id: Uuid,
    now: Timestamp,
    mode: Mode,
    payload: String,
) -> Invocation {
    let limit = mode.debug_port.map_or(function.timeout, |_| LONG);
    let limit = i64::try_from(limit.as_millis()).unwrap_or(i64::MAX);
    let digits = id.simple().to_string();
    Invocation {
        request_id: id.to_string(),
        deadline: now.as_millisecond().saturating_add(limit),
        arn: function.arn.clone(),
        trace_id: format!(
            "Root=1-{:08x}-{};Parent={};Sampled=0",
            now.as_second(),
            &digits[..24],
            &digits[16..]
        ),
        payload,
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
