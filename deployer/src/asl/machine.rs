//! A state machine, read and checked: what a definition means.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::intrinsics::Intrinsic;
use super::jsonata::Expression;
use super::path::ReferencePath;
use super::template::{QueryLanguage, Selector, Template};

/// A state machine, or the inner machine of a Parallel or Map state. Cheap to run often.
#[derive(Debug)]
pub struct Machine {
    pub(super) start_at: Arc<str>,
    pub(super) states: HashMap<Arc<str>, State>,
    pub(super) timeout: Option<Duration>,
}

/// One state.
#[derive(Debug)]
pub(super) struct State {
    pub(super) name: Arc<str>,
    pub(super) language: QueryLanguage,
    pub(super) input_path: PathField,
    pub(super) output_path: PathField,
    pub(super) result_path: ResultPath,
    pub(super) result_selector: Option<Template>,
    pub(super) assign: Option<Template>,
    pub(super) output: Option<Template>,
    /// `None` where the machine ends.
    pub(super) next: Option<Arc<str>>,
    pub(super) retry: Vec<Retrier>,
    pub(super) catch: Vec<Catcher>,
    pub(super) kind: Kind,
}

/// `InputPath`, `OutputPath`.
#[derive(Debug)]
pub(super) enum PathField {
    Whole,
    /// `null`: an empty object.
    Nothing,
    At(Selector),
}

/// `ResultPath`.
#[derive(Debug)]
pub(super) enum ResultPath {
    /// `$`: the result replaces the input.
    Whole,
    /// `null`: the result is thrown away.
    Nothing,
    At {
        text: String,
        place: ReferencePath,
    },
}

/// What a state does.
#[derive(Debug)]
pub(super) enum Kind {
    Pass { result: Option<Value>, parameters: Option<Template> },
    Choice(Choice),
    Wait(Setting),
    Succeed,
    Fail { error: Option<Setting>, cause: Option<Setting> },
    Task(Box<Task>),
    Parallel { branches: Vec<Arc<Machine>>, arguments: Option<Template> },
    Map(Box<Map>),
}

/// A field that takes one value: written out, at a path, or computed.
#[derive(Debug)]
pub(super) struct Setting {
    /// The field's name, without `Path`.
    pub(super) field: &'static str,
    pub(super) value: SettingValue,
}

#[derive(Debug)]
pub(super) enum SettingValue {
    Literal(Value),
    Path(Selector),
    Intrinsic(Intrinsic),
    Jsonata(Expression),
}

/// A Choice state's rules.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) rules: Vec<Rule>,
    pub(super) default: Option<Arc<str>>,
}

#[derive(Debug)]
pub(super) struct Rule {
    pub(super) condition: Condition,
    pub(super) next: Arc<str>,
    pub(super) assign: Option<Template>,
    pub(super) output: Option<Template>,
}

#[derive(Debug)]
pub(super) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Test { variable: Selector, test: Test },
    Jsonata(Expression),
}

#[derive(Debug)]
pub(super) enum Test {
    Compare { kind: Compared, order: Order, with: Operand },
    Matches(String),
    Is { what: What, wanted: bool },
}

#[derive(Debug)]
pub(super) enum Operand {
    Literal(Value),
    Path(Selector),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compared {
    String,
    Number,
    Boolean,
    Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Present,
    Null,
    Boolean,
    Numeric,
    String,
    Timestamp,
}

/// A Task state's work.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) resource: super::tasks::Resource,
    pub(super) arguments: Option<Template>,
    pub(super) timeout: Option<Setting>,
    pub(super) heartbeat: Option<Setting>,
    pub(super) credentials: Option<Template>,
}

/// A Map state's work.
#[derive(Debug)]
pub(super) struct Map {
    pub(super) processor: Arc<Machine>,
    pub(super) distributed: bool,
    pub(super) items: Option<Items>,
    pub(super) item_selector: Option<Template>,
    pub(super) concurrency: Option<Setting>,
    pub(super) reader: Option<Reader>,
    pub(super) batcher: Option<Batcher>,
    pub(super) writer: Option<Writer>,
    pub(super) tolerated_count: Option<Setting>,
    pub(super) tolerated_percentage: Option<Setting>,
    pub(super) label: Option<String>,
}

#[derive(Debug)]
pub(super) enum Items {
    Path(Selector),
    Jsonata(Expression),
    Template(Template),
}

/// Where a distributed Map reads its items from.
#[derive(Debug)]
pub(super) struct Reader {
    pub(super) source: Source,
    pub(super) arguments: Option<Template>,
    pub(super) format: Format,
    pub(super) max_items: Option<Setting>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// `s3:getObject`.
    Object,
    /// `s3:listObjectsV2`.
    Listing,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    JsonLines,
    Csv {
        /// `None`: the first row.
        headers: Option<Vec<String>>,
        delimiter: u8,
    },
}

/// How a distributed Map hands several items to one iteration.
#[derive(Debug)]
pub(super) struct Batcher {
    pub(super) input: Option<Template>,
    pub(super) max_items: Option<Setting>,
    pub(super) max_bytes: Option<Setting>,
}

/// What becomes of a distributed Map's results.
#[derive(Debug)]
pub(super) enum Writer {
    /// They are written to S3: bucket and prefix.
    Export(Option<Template>),
    /// They are the output; lists among them are spread out.
    Flatten,
}

/// When and how to try again.
#[derive(Debug)]
pub(super) struct Retrier {
    pub(super) errors: Vec<String>,
    pub(super) interval: Duration,
    pub(super) attempts: u32,
    pub(super) backoff: f64,
    pub(super) max_delay: Option<Duration>,
    pub(super) jitter: bool,
}

/// Where to go on after an error.
#[derive(Debug)]
pub(super) struct Catcher {
    pub(super) errors: Vec<String>,
    pub(super) next: Arc<str>,
    pub(super) result_path: ResultPath,
    pub(super) assign: Option<Template>,
    pub(super) output: Option<Template>,
}

impl Machine {
    /// The names of its states, in no order, those of inner machines not included.
    pub fn state_names(&self) -> impl Iterator<Item = &str> {
        self.states.keys().map(AsRef::as_ref)
    }

    /// How long an execution may take, if the definition says so.
    #[must_use]
    pub fn timeout(&self) -> Option<Duration> {
        self.timeout
    }
}
