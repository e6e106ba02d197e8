//! Warnings before a stack of the original application is adopted: what changes for mail, for other
//! organizations, and for people who read the logs.

use crate::installation::logical_ids::{FUNCTION, FUNCTION_LOGS};
use serde_json::Value;

use super::{DesiredStack, Observed};
use crate::finding::Finding;
use crate::flow::FunctionArn;
use crate::installation::function_arn;

/// What Lambda does if a template sets nothing. Source: CloudFormation template reference,
/// `AWS::Lambda::Function`.
const DEFAULTS: [(&str, &str); 4] =
    [("Runtime", ""), ("Architectures", "x86_64"), ("MemorySize", "128"), ("Timeout", "3")];

/// What to know before this stack is adopted; `functions` are those that the definition names.
pub fn adoption_remarks(
    observed: &Observed,
    desired: &DesiredStack,
    functions: &[FunctionArn],
) -> Vec<Finding> {
    let remark = |code, sentence: String| Finding::warning(code, "--adopt", sentence);
    let mut remarks = vec![
        remark("adopt-function", function(observed, desired)),
        remark("adopt-role", role(functions)),
        remark(
            "adopt-permission",
            "only the organizations of --org-arn may invoke the function from now on; the original permits \
             every organization of the account"
                .to_owned(),
        ),
        remark("adopt-logs", logs(observed, desired)),
    ];
    let removed = removed_tags(observed, desired);
    if !removed.is_empty() {
        let sentence = format!("these tags of the stack will be removed: {}", removed.join(", "));
        remarks.push(remark("adopt-tags", sentence).fix("set the ones to keep with --tag"));
    }
    remarks
}

fn function(observed: &Observed, desired: &DesiredStack) -> String {
    let properties = |template: &Value| template["Resources"][FUNCTION]["Properties"].clone();
    let before = observed.template.as_ref().map(properties).unwrap_or_default();
    let after = properties(desired.template.document());
    let value = |properties: &Value, name: &str, default: &str| {
        let value = &properties[name];
        match value.get(0).unwrap_or(value) {
            Value::Null => default.to_owned(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }
    };
    let changes = DEFAULTS.into_iter().filter_map(|(name, default)| {
        let (before, after) = (value(&before, name, default), value(&after, name, default));
        (before != after).then(|| format!("{name} {before} -> {after}"))
    });
    let changes: Vec<_> = changes.collect();
    format!(
        "the function's program is replaced in place ({}); invocations that fail in those seconds are \
         retried by WorkMail until the rule's timeout",
        changes.join(", ")
    )
}

fn role(functions: &[FunctionArn]) -> String {
    let named: Vec<_> = functions.iter().map(FunctionArn::as_str).collect();
    let named = if named.is_empty() { "none".to_owned() } else { named.join(", ") };
    format!(
        "the state machine may invoke only the functions that its definition names ({named}); the \
         original may invoke any function; a function whose name is determined at run time is not \
         detected"
    )
}

fn logs(observed: &Observed, desired: &DesiredStack) -> String {
    let properties = &desired.template.document()["Resources"][FUNCTION_LOGS]["Properties"];
    let new = properties["LogGroupName"].as_str().unwrap_or_default();
    let arn = observed.stack.as_ref().and_then(function_arn).unwrap_or_default();
    let name = arn.rsplit(':').next().unwrap_or_default();
    format!(
        "new lines go to the log group {new}; those of the original remain in /aws/lambda/{name}, \
         which is not part of the stack and never expires: delete it yourself"
    )
}

fn removed_tags(observed: &Observed, desired: &DesiredStack) -> Vec<String> {
    let tags = observed.stack.iter().flat_map(|stack| stack.tags.keys());
    tags.filter(|key| !desired.tags.as_map().contains_key(*key)).cloned().collect()
}
