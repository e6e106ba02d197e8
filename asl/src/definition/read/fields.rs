//! Which fields a state may have.

use crate::expression::template::QueryLanguage;

const EVERYWHERE: &[&str] = &["Type", "Comment", "QueryLanguage"];
const PATHS: &[&str] = &["InputPath", "OutputPath"];
const WORK: &[&str] = &["ResultSelector", "ResultPath", "Retry", "Catch"];
const GOING_ON: &[&str] = &["Next", "End"];

/// The fields of a Map state in both languages.
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

/// The fields of a Map state in JSONPath.
const MAP_PATHS: &[&str] = &[
    "ItemsPath",
    "Parameters",
    "MaxConcurrencyPath",
    "ToleratedFailureCountPath",
    "ToleratedFailurePercentagePath",
];

/// Whether a state of a type may have a field.
pub(super) fn knows(kind: &str, language: QueryLanguage, field: &str) -> bool {
    let lists: &[&[&str]] = match (kind, language) {
        ("Pass", QueryLanguage::JsonPath) => {
            &[PATHS, GOING_ON, &["Result", "ResultPath", "Parameters", "Assign"]]
        }
        ("Pass", QueryLanguage::Jsonata) => &[GOING_ON, &["Output", "Assign"]],
        ("Task", QueryLanguage::JsonPath) => &[
            PATHS,
            GOING_ON,
            WORK,
            &["Resource", "Parameters", "Credentials", "Assign"],
            &["TimeoutSeconds", "TimeoutSecondsPath", "HeartbeatSeconds", "HeartbeatSecondsPath"],
        ],
        ("Task", QueryLanguage::Jsonata) => &[
            GOING_ON,
            &["Resource", "Arguments", "Credentials", "Assign", "Output", "Retry", "Catch"],
            &["TimeoutSeconds", "HeartbeatSeconds"],
        ],
        ("Choice", QueryLanguage::JsonPath) => &[PATHS, &["Choices", "Default", "Assign"]],
        ("Choice", QueryLanguage::Jsonata) => &[&["Choices", "Default", "Assign", "Output"]],
        ("Wait", QueryLanguage::JsonPath) => {
            &[PATHS, GOING_ON, &["Seconds", "SecondsPath", "Timestamp", "TimestampPath", "Assign"]]
        }
        ("Wait", QueryLanguage::Jsonata) => {
            &[GOING_ON, &["Seconds", "Timestamp", "Assign", "Output"]]
        }
        ("Succeed", QueryLanguage::JsonPath) => &[PATHS],
        ("Succeed", QueryLanguage::Jsonata) => &[&["Output"]],
        ("Fail", QueryLanguage::JsonPath) => &[&["Error", "Cause", "ErrorPath", "CausePath"]],
        ("Fail", QueryLanguage::Jsonata) => &[&["Error", "Cause"]],
        ("Parallel", QueryLanguage::JsonPath) => {
            &[PATHS, GOING_ON, WORK, &["Branches", "Parameters", "Assign"]]
        }
        ("Parallel", QueryLanguage::Jsonata) => {
            &[GOING_ON, &["Branches", "Arguments", "Assign", "Output", "Retry", "Catch"]]
        }
        ("Map", QueryLanguage::JsonPath) => &[PATHS, GOING_ON, WORK, MAP, MAP_PATHS, &["Assign"]],
        ("Map", QueryLanguage::Jsonata) => {
            &[GOING_ON, MAP, &["Items", "Assign", "Output", "Retry", "Catch"]]
        }
        _ => &[],
    };
    EVERYWHERE.contains(&field) || lists.iter().any(|list| list.contains(&field))
}
