//! The code of functions, as a template of the deployer names it.

use serde_json::Value;

use super::logical_ids::FUNCTION;
use crate::config::FunctionName;

/// The code of one function in a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstalledCode {
    /// The logical id of the function.
    pub function_id: String,
    /// The name in Lambda, if the template gives one: that of an adopted handler is its own.
    pub function_name: Option<String>,
    pub bucket: String,
    pub key: String,
    /// The version of the object, if the template names one.
    pub version: Option<String>,
}

impl InstalledCode {
    /// The code of the handler, and then of the functions that the flow brings.
    pub fn of(template: &Value) -> Vec<Self> {
        let resources = template["Resources"].as_object();
        let ids = resources.into_iter().flat_map(|resources| resources.keys());
        let of_flow = ids.filter(|id| FunctionName::of_function_id(id).is_some());
        let all = std::iter::once(FUNCTION).chain(of_flow.map(String::as_str));
        all.filter_map(|id| Self::of_function(template, id)).collect()
    }

    fn of_function(template: &Value, function_id: &str) -> Option<Self> {
        let properties = &template["Resources"][function_id]["Properties"];
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let code = &properties["Code"];
        Some(Self {
            function_id: function_id.to_owned(),
            function_name: text(&properties["FunctionName"]),
            bucket: text(&code["S3Bucket"])?,
            key: text(&code["S3Key"])?,
            version: text(&code["S3ObjectVersion"]),
        })
    }
}

/// What a function and its code are called in a sentence: `the function` and `the handler`, or `function translate` and `the
/// code`.
pub fn spoken(function_id: &str) -> (String, &'static str) {
    match FunctionName::of_function_id(function_id) {
        Some(name) => (format!("function {name}"), "the code"),
        None => ("the function".to_owned(), "the handler"),
    }
}
