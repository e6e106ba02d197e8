//! A state machine, read and checked.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::expression::intrinsics::Intrinsic;
use crate::expression::jsonata::Expression;
use crate::expression::path::ReferencePath;
use crate::expression::pattern::Doubt;
use crate::expression::selector::Selector;
use crate::expression::template::{QueryLanguage, Template};

/// A state machine, or the inner machine of a Parallel or Map state. Create it once with
/// [`Machine::parse`] or [`Machine::read`] and run it as often as needed.
#[derive(Debug)]
pub struct Machine {
    pub(crate) start_at: Arc<str>,
    pub(crate) states: HashMap<Arc<str>, State>,
    pub(crate) timeout: Option<Duration>,
    /// Of the outermost machine only.
    pub(crate) doubts: Vec<(String, Doubt)>,
}

impl Machine {
    /// What is accepted, and can go wrong when it runs: the regular expressions of JSONata, each with the JSON pointer
    /// to its field.
    #[must_use]
    pub fn doubts(&self) -> &[(String, Doubt)] {
        &self.doubts
    }
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) name: Arc<str>,
    pub(crate) language: QueryLanguage,
    pub(crate) input_path: PathField,
    pub(crate) output_path: PathField,
    pub(crate) result_path: ResultPath,
    pub(crate) result_selector: Option<Template>,
    pub(crate) assign: Option<Template>,
    pub(crate) output: Option<Template>,
    /// `None` if the machine ends here.
    pub(crate) next: Option<Arc<str>>,
    pub(crate) retry: Vec<Retrier>,
    pub(crate) catch: Vec<Catcher>,
    pub(crate) kind: Kind,
}

/// `InputPath`, `OutputPath`.
#[derive(Debug)]
pub(crate) enum PathField {
    Whole,
    /// `null`: an empty object.
    Nothing,
    At(Selector),
}

/// `ResultPath`.
#[derive(Debug)]
pub(crate) enum ResultPath {
    /// `$`: the result replaces the input.
    Whole,
    /// `null`: the result is discarded.
    Nothing,
    At {
        text: String,
        place: ReferencePath,
    },
}

/// The type of a state, with the fields that only this type has.
#[derive(Debug)]
pub(crate) enum Kind {
    Pass { result: Option<Value>, parameters: Option<Template> },
    Choice(Choice),
    Wait(Setting),
    Succeed,
    Fail(Box<Fail>),
    Task(Box<Task>),
    Parallel { branches: Vec<Arc<Machine>>, arguments: Option<Template> },
    Map(Box<Map>),
}

/// What a Fail state reports.
#[derive(Debug)]
pub(crate) struct Fail {
    pub(crate) error: Option<Setting>,
    pub(crate) cause: Option<Setting>,
}

/// A field with a single value: a literal, a path, or an expression.
#[derive(Debug)]
pub(crate) struct Setting {
    /// The field's name, without `Path`.
    pub(crate) field: &'static str,
    pub(crate) value: SettingValue,
}

#[derive(Debug)]
pub(crate) enum SettingValue {
    Literal(Value),
    Path(Selector),
    Intrinsic(Intrinsic),
    Jsonata(Expression),
}

#[derive(Debug)]
pub(crate) struct Choice {
    pub(crate) rules: Vec<Rule>,
    pub(crate) default: Option<Arc<str>>,
}

#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) condition: Condition,
    pub(crate) next: Arc<str>,
    pub(crate) assign: Option<Template>,
    pub(crate) output: Option<Template>,
}

#[derive(Debug)]
pub(crate) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Test { variable: Selector, test: Test },
    Jsonata(Expression),
}

#[derive(Debug)]
pub(crate) enum Test {
    Compare { kind: ValueType, order: Comparison, operand: Operand },
    Matches(String),
    Is { predicate: Predicate, expected: bool },
}

#[derive(Debug)]
pub(crate) enum Operand {
    Literal(Value),
    Path(Selector),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueType {
    String,
    Number,
    Boolean,
    Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Predicate {
    Present,
    Null,
    Boolean,
    Numeric,
    String,
    Timestamp,
}

#[derive(Debug)]
pub(crate) struct Task {
    pub(crate) resource: crate::tasks::Resource,
    pub(crate) arguments: Option<Template>,
    pub(crate) timeout: Option<Setting>,
    pub(crate) heartbeat: Option<Setting>,
    pub(crate) credentials: Option<Template>,
}

#[derive(Debug)]
pub(crate) struct Map {
    pub(crate) processor: Arc<Machine>,
    pub(crate) distributed: bool,
    pub(crate) items: Option<Items>,
    pub(crate) item_selector: Option<Template>,
    pub(crate) concurrency: Option<Setting>,
    pub(crate) reader: Option<Reader>,
    pub(crate) batcher: Option<Batcher>,
    pub(crate) writer: Option<Writer>,
    pub(crate) tolerated_count: Option<Setting>,
    pub(crate) tolerated_percentage: Option<Setting>,
    pub(crate) label: Option<String>,
}

#[derive(Debug)]
pub(crate) enum Items {
    Path(Selector),
    Jsonata(Expression),
    Template(Template),
}

/// Where a distributed Map reads its items from.
#[derive(Debug)]
pub(crate) struct Reader {
    pub(crate) source: Source,
    pub(crate) arguments: Option<Template>,
    pub(crate) format: Format,
    /// `ItemsPointer`: where the items are in a JSON document.
    pub(crate) items_at: Option<String>,
    pub(crate) max_items: Option<Setting>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// An object, by `s3:getObject`.
    Object,
    /// `s3:listObjectsV2`.
    Listing,
    /// The contents of the objects that `s3:listObjectsV2` lists: `LOAD_AND_FLATTEN`.
    ListedObjects,
    /// The rows of an S3 inventory, whose `manifest.json` is named.
    Inventory,
    /// The contents of the objects in a manifest of Athena.
    AthenaManifest,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    JsonLines,
    Csv {
        /// `None`: the first row has the headers.
        headers: Option<Vec<String>>,
        delimiter: u8,
    },
}

/// How a distributed Map passes several items to one iteration.
#[derive(Debug)]
pub(crate) struct Batcher {
    pub(crate) input: Option<Template>,
    pub(crate) max_items: Option<Setting>,
    pub(crate) max_bytes: Option<Setting>,
}

/// What happens to the results of a distributed Map.
#[derive(Debug)]
pub(crate) enum Writer {
    /// They are written to S3. Contains bucket and prefix.
    Export(Option<Box<Template>>),
    /// They are the output, with nested arrays flattened.
    Flatten,
}

/// When and how to retry.
#[derive(Debug)]
pub(crate) struct Retrier {
    pub(crate) errors: Vec<String>,
    pub(crate) interval: Duration,
    pub(crate) attempts: u32,
    pub(crate) backoff: f64,
    pub(crate) max_delay: Option<Duration>,
    pub(crate) jitter: bool,
}

/// Where to continue after an error.
#[derive(Debug)]
pub(crate) struct Catcher {
    pub(crate) errors: Vec<String>,
    pub(crate) next: Arc<str>,
    pub(crate) result_path: ResultPath,
    pub(crate) assign: Option<Template>,
    pub(crate) output: Option<Template>,
}
