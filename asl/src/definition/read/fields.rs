//! The fields that each type of state may have.

use crate::expression::template::QueryLanguage;

const COMMON: &[&str] = &["Type", "Comment", "QueryLanguage"];
const PATHS: &[&str] = &["InputPath", "OutputPath"];
const RESULT_AND_ERRORS: &[&str] = &["ResultSelector", "ResultPath", "Retry", "Catch"];
const TRANSITION: &[&str] = &["Next", "End"];

/// The fields of a Map state in both query languages.
const MAP: &[&str] = &[
    "Iterator",
    "ItemProcessor",
    "ItemSelector",
    "MaxConcurrency",
    "ItemReader",
    "ItemBatcher",
    "ResultWriter",
    "ToleratedFailureCount",
    "ToleratedFailurePercentage",
    "Label",
];

/// The fields of a Map state only in JSONPath.
const MAP_PATHS: &[&str] = &[
    "ItemsPath",
    "Parameters",
    "MaxConcurrencyPath",
    "ToleratedFailureCountPath",
    "ToleratedFailurePercentagePath",
];

/// The types of states.
pub(super) const TYPES: [&str; 8] =
    ["Pass", "Task", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map"];

/// The fields of all types.
pub(super) fn of_any_type(language: QueryLanguage) -> Vec<&'static str> {
    let mut fields: Vec<_> = TYPES.iter().flat_map(|kind| allowed(kind, language)).collect();
    fields.sort_unstable();
    fields.dedup();
    fields
}

/// The fields that a state of this type may have.
pub(super) fn allowed(kind: &str, language: QueryLanguage) -> Vec<&'static str> {
    let lists: &[&[&'static str]] = match (kind, language) {
        ("Pass", QueryLanguage::JsonPath) => {
            &[PATHS, TRANSITION, &["Result", "ResultPath", "Parameters", "Assign"]]
        }
        ("Pass", QueryLanguage::Jsonata) => &[TRANSITION, &["Output", "Assign"]],
        ("Task", QueryLanguage::JsonPath) => &[
            PATHS,
            TRANSITION,
            RESULT_AND_ERRORS,
            &["Resource", "Parameters", "Credentials", "Assign"],
            &["TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath"],
        ],
        ("Task", QueryLanguage::Jsonata) => &[
            TRANSITION,
            &["Resource", "Arguments", "Credentials", "Assign", "Output", "Retry", "Catch"],
            &["TimeoutSeconds", "HeartbeatSeconds"],
        ],
        ("Choice", QueryLanguage::JsonPath) => &[PATHS, &["Choices", "Default", "Assign"]],
        ("Choice", QueryLanguage::Jsonata) => &[&["Choices", "Default", "Assign", "Output"]],
        ("Wait", QueryLanguage::JsonPath) => &[
            PATHS,
            TRANSITION,
            &["Seconds", "SecondsPath", "Timestamp", "TimestampPath", "Assign"],
        ],
        ("Wait", QueryLanguage::Jsonata) => {
            &[TRANSITION, &["Seconds", "Timestamp", "Assign", "Output"]]
        }
        ("Succeed", QueryLanguage::JsonPath) => &[PATHS],
        ("Succeed", QueryLanguage::Jsonata) => &[&["Output"]],
        ("Fail", QueryLanguage::JsonPath) => &[&["Error", "Cause", "ErrorPath", "CausePath"]],
        ("Fail", QueryLanguage::Jsonata) => &[&["Error", "Cause"]],
        ("Parallel", QueryLanguage::JsonPath) => {
            &[PATHS, TRANSITION, RESULT_AND_ERRORS, &["Branches", "Parameters", "Assign"]]
        }
        ("Parallel", QueryLanguage::Jsonata) => {
            &[TRANSITION, &["Branches", "Arguments", "Assign", "Output", "Retry", "Catch"]]
        }
        ("Map", QueryLanguage::JsonPath) => {
            &[PATHS, TRANSITION, RESULT_AND_ERRORS, MAP, MAP_PATHS, &["Assign"]]
        }
        ("Map", QueryLanguage::Jsonata) => {
            &[TRANSITION, MAP, &["Items", "Assign", "Output", "Retry", "Catch"]]
        }
        _ => &[],
    };
    [&[COMMON], lists].concat().concat()
}
