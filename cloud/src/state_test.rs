//! One state that Step Functions runs alone: `TestState`.

/// The state to run, and its input.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StateTest {
    /// The whole state machine.
    pub definition: String,
    /// The name of the state.
    pub state: String,
    /// Its input, as JSON.
    pub input: String,
    /// The variables, as a JSON object.
    pub variables: String,
    /// The context object, as JSON. Step Functions takes it only with a mock.
    pub context: Option<String>,
    /// The answer of the state's task. Without it, Step Functions calls the real service.
    pub mock: Option<StateMock>,
    /// How often the retrier of the mocked error was used before.
    pub retries: u32,
}

/// A mocked answer.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum StateMock {
    /// The result, as JSON.
    Result(String),
    /// An error.
    Error {
        /// Its name.
        error: Option<String>,
        /// Its cause.
        cause: Option<String>,
    },
}

/// The result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestedState {
    /// How it ended.
    pub status: TestedStatus,
    /// Its output, as JSON.
    pub output: Option<String>,
    /// The name of its error.
    pub error: Option<String>,
    /// The cause of its error.
    pub cause: Option<String>,
    /// The state that follows.
    pub next: Option<String>,
    /// The variables after it, as a JSON object.
    pub variables: Option<String>,
}

/// How a state ended. Source: Step Functions API reference, `TestState`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TestedStatus {
    /// `SUCCEEDED`.
    Succeeded,
    /// `FAILED`: with an error that nothing catches.
    Failed,
    /// `RETRIABLE`: with an error after which it would be retried.
    Retriable,
    /// `CAUGHT_ERROR`: with an error that a catcher takes.
    CaughtError,
    /// One that this program does not know.
    Other(String),
}
