//! The fields of the language and their values, as the language specification and the developer guide have them. The
//! mistakes are made with this table, and not with what the checker knows.

use super::places::{Place, Role};

/// What a field may hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Values {
    Text,
    Flag,
    /// Whole numbers from the first to the second.
    Whole(i64, Option<i64>),
    /// Numbers from the first to the second.
    Number(f64, Option<f64>),
    Object,
    List,
    /// One of some words.
    Word,
    /// A path, or `null`.
    PathOrNull,
    Path,
    /// Anything, or something that other kinds of mistakes are about.
    Any,
}

const MOST_SECONDS: Option<i64> = Some(99_999_999);

const MACHINE: &[(&str, Values)] = &[
    ("Comment", Values::Text),
    ("StartAt", Values::Text),
    ("States", Values::Object),
    ("QueryLanguage", Values::Word),
    ("TimeoutSeconds", Values::Whole(1, MOST_SECONDS)),
    ("Version", Values::Any),
    ("ProcessorConfig", Values::Object),
];
const STATE: &[(&str, Values)] = &[
    ("Type", Values::Word),
    ("Comment", Values::Text),
    ("QueryLanguage", Values::Word),
    ("Next", Values::Text),
    ("End", Values::Flag),
    ("InputPath", Values::PathOrNull),
    ("OutputPath", Values::PathOrNull),
    ("ResultPath", Values::PathOrNull),
    ("Parameters", Values::Any),
    ("Arguments", Values::Any),
    ("ResultSelector", Values::Any),
    ("Result", Values::Any),
    ("Output", Values::Any),
    ("Assign", Values::Object),
    ("Resource", Values::Text),
    ("Credentials", Values::Object),
    ("TimeoutSeconds", Values::Whole(1, MOST_SECONDS)),
    ("HeartbeatSeconds", Values::Whole(1, MOST_SECONDS)),
    ("TimeoutSecondsPath", Values::Path),
    ("HeartbeatSecondsPath", Values::Path),
    ("Seconds", Values::Whole(0, MOST_SECONDS)),
    ("SecondsPath", Values::Path),
    ("Timestamp", Values::Text),
    ("TimestampPath", Values::Path),
    ("Error", Values::Text),
    ("Cause", Values::Text),
    ("ErrorPath", Values::Path),
    ("CausePath", Values::Path),
    ("Choices", Values::List),
    ("Default", Values::Text),
    ("Retry", Values::List),
    ("Catch", Values::List),
    ("Branches", Values::List),
    ("Items", Values::Any),
    ("ItemsPath", Values::Path),
    ("ItemProcessor", Values::Object),
    ("Iterator", Values::Object),
    ("ItemSelector", Values::Any),
    ("ItemReader", Values::Object),
    ("ItemBatcher", Values::Object),
    ("ResultWriter", Values::Object),
    ("Label", Values::Text),
    ("MaxConcurrency", Values::Whole(0, None)),
    ("MaxConcurrencyPath", Values::Path),
    ("ToleratedFailureCount", Values::Whole(0, None)),
    ("ToleratedFailureCountPath", Values::Path),
    ("ToleratedFailurePercentage", Values::Number(0.0, Some(100.0))),
    ("ToleratedFailurePercentagePath", Values::Path),
];
const RULE: &[(&str, Values)] = &[
    ("Comment", Values::Text),
    ("Next", Values::Text),
    ("Condition", Values::Any),
    ("Variable", Values::Path),
    ("And", Values::List),
    ("Or", Values::List),
    ("Not", Values::Object),
    ("Assign", Values::Object),
    ("Output", Values::Any),
];
const RETRIER: &[(&str, Values)] = &[
    ("Comment", Values::Text),
    ("ErrorEquals", Values::List),
    ("IntervalSeconds", Values::Whole(1, MOST_SECONDS)),
    ("MaxAttempts", Values::Whole(0, MOST_SECONDS)),
    ("BackoffRate", Values::Number(1.0, None)),
    ("MaxDelaySeconds", Values::Whole(1, Some(31_622_400))),
    ("JitterStrategy", Values::Word),
];
const CATCHER: &[(&str, Values)] = &[
    ("Comment", Values::Text),
    ("ErrorEquals", Values::List),
    ("Next", Values::Text),
    ("ResultPath", Values::PathOrNull),
    ("Assign", Values::Object),
    ("Output", Values::Any),
];
const PARTS: &[(Role, &[(&str, Values)])] = &[
    (Role::ProcessorConfig, &[("Mode", Values::Word), ("ExecutionType", Values::Word)]),
    (
        Role::ItemReader,
        &[
            ("Resource", Values::Text),
            ("ReaderConfig", Values::Object),
            ("Parameters", Values::Any),
            ("Arguments", Values::Any),
        ],
    ),
    (
        Role::ReaderConfig,
        &[
            ("InputType", Values::Word),
            ("CSVHeaderLocation", Values::Word),
            ("CSVHeaders", Values::List),
            ("CSVDelimiter", Values::Word),
            ("MaxItems", Values::Whole(0, None)),
            ("MaxItemsPath", Values::Path),
            ("ItemsPointer", Values::Text),
            ("Transformation", Values::Word),
            ("ManifestType", Values::Word),
        ],
    ),
    (
        Role::ItemBatcher,
        &[
            ("BatchInput", Values::Any),
            ("MaxItemsPerBatch", Values::Whole(1, None)),
            ("MaxItemsPerBatchPath", Values::Path),
            ("MaxInputBytesPerBatch", Values::Whole(1, None)),
            ("MaxInputBytesPerBatchPath", Values::Path),
        ],
    ),
    (
        Role::ResultWriter,
        &[
            ("Resource", Values::Text),
            ("Parameters", Values::Any),
            ("Arguments", Values::Any),
            ("WriterConfig", Values::Object),
        ],
    ),
    (Role::WriterConfig, &[("Transformation", Values::Word), ("OutputType", Values::Word)]),
];

/// The operators of rules, without those that end in `Path`, and whether there is one that does.
pub(crate) const OPERATORS: &[(&str, bool)] = &[
    ("StringEquals", true),
    ("StringLessThan", true),
    ("StringGreaterThan", true),
    ("StringLessThanEquals", true),
    ("StringGreaterThanEquals", true),
    ("StringMatches", false),
    ("NumericEquals", true),
    ("NumericLessThan", true),
    ("NumericGreaterThan", true),
    ("NumericLessThanEquals", true),
    ("NumericGreaterThanEquals", true),
    ("BooleanEquals", true),
    ("TimestampEquals", true),
    ("TimestampLessThan", true),
    ("TimestampGreaterThan", true),
    ("TimestampLessThanEquals", true),
    ("TimestampGreaterThanEquals", true),
    ("IsNull", false),
    ("IsPresent", false),
    ("IsNumeric", false),
    ("IsString", false),
    ("IsBoolean", false),
    ("IsTimestamp", false),
];

/// The fields of a role.
pub(crate) fn fields(role: Role) -> &'static [(&'static str, Values)] {
    match role {
        Role::Outermost | Role::Inner => MACHINE,
        Role::State => STATE,
        Role::Rule | Role::Condition => RULE,
        Role::Retrier => RETRIER,
        Role::Catcher => CATCHER,
        part => PARTS.iter().find(|(role, _)| *role == part).map_or(&[], |(_, fields)| *fields),
    }
}

/// What a field of a place may hold.
pub(crate) fn values(place: &Place, field: &str) -> Values {
    let known = fields(place.role).iter().find(|(name, _)| *name == field);
    known.map_or(Values::Any, |(_, values)| *values)
}

pub(crate) fn is_operator(name: &str) -> bool {
    OPERATORS.iter().any(|(operator, has_path)| {
        name == *operator || (*has_path && name.strip_suffix("Path") == Some(operator))
    })
}

/// Whether the language has a field or an operator of this name anywhere.
pub(crate) fn is_known(name: &str) -> bool {
    let lists = [MACHINE, STATE, RULE, RETRIER, CATCHER];
    let lists = lists.into_iter().chain(PARTS.iter().map(|(_, fields)| *fields));
    is_operator(name) || lists.flatten().any(|(field, _)| *field == name)
}
