//! The stack of the original application: what it must look like to be adopted in place.
//!
//! The original is the sample "WorkMail Message Flow State Machine", deployed by SAM or from the Serverless
//! Application Repository. Source of names and types: its template at commit b570142, as SAM's transform
//! leaves it.

use crate::installation::logical_ids::{FUNCTION, FUNCTION_ROLE, MACHINE, MACHINE_ROLE, TABLE};
use crate::installation::{FUNCTION_ARN, MACHINE_ARN, TABLE_ARN};
use serde_json::{Map, Value};

use super::difference;
use crate::finding::Finding;
use cloud::{Replacement, ResourceChange};

/// All resources of the original.
const RESOURCES: [(&str, &str); 8] = [
    (TABLE, "AWS::DynamoDB::Table"),
    (FUNCTION, "AWS::Lambda::Function"),
    ("MfsmFunctionDynamoDBPolicy", "AWS::IAM::Policy"),
    ("MfsmFunctionPermission", "AWS::Lambda::Permission"),
    (FUNCTION_ROLE, "AWS::IAM::Role"),
    ("MfsmFunctionStateMachinePolicy", "AWS::IAM::Policy"),
    (MACHINE, "AWS::StepFunctions::StateMachine"),
    (MACHINE_ROLE, "AWS::IAM::Role"),
];

/// The outputs that lead to the parts that have to stay.
const OUTPUTS: [&str; 3] = [FUNCTION_ARN, MACHINE_ARN, TABLE_ARN];

/// Everything in this processed template that differs from the original application.
pub fn unlike_original(template: Option<&Value>) -> Vec<Finding> {
    let Some(template) = template else {
        return vec![fault(
            "$",
            "its template is not JSON; a template that SAM processed is always JSON",
        )];
    };
    let section = |name: &str| template[name].as_object().cloned().unwrap_or_default();
    let mut faults = unlike_resources(&section("Resources"));
    let outputs = section("Outputs");
    let missing = OUTPUTS.into_iter().filter(|name| !outputs.contains_key(*name));
    faults
        .extend(missing.map(|name| fault(format!("$.Outputs.{name}"), "there is no such output")));
    let attribute =
        "/Resources/MfsmExecutionTable/Properties/TimeToLiveSpecification/AttributeName";
    if let Some(other) = template.pointer(attribute).filter(|name| *name != "TimeToLive") {
        let place = format!("${}", attribute.replace('/', "."));
        let sentence = format!("the attribute for expiry is {other}, not \"TimeToLive\"");
        faults.push(fault(place, sentence));
    }
    faults
}

fn unlike_resources(resources: &Map<String, Value>) -> Vec<Finding> {
    let place = |id: &str| format!("$.Resources.{id}");
    let mut faults = Vec::new();
    for (id, kind) in RESOURCES {
        match resources.get(id).map(|resource| resource["Type"].as_str().unwrap_or_default()) {
            None => faults.push(fault(place(id), "there is no such resource")),
            Some(found) if found != kind => {
                faults.push(fault(place(id), format!("it is {found} and not {kind}")));
            }
            Some(_) => {}
        }
    }
    let known = |id: &str| RESOURCES.iter().any(|(name, _)| *name == id);
    let foreign = resources.keys().filter(|id| !known(id));
    faults.extend(foreign.map(|id| {
        let sentence = "the original has no such resource; adopting the stack would remove it";
        fault(place(id), sentence)
    }));
    faults
}

/// Everything that would be replaced if this template took the place of the original's.
pub(super) fn replaced_by(before: &Value, after: &Value) -> Vec<Finding> {
    let finding = |change: ResourceChange| {
        let causes = change.values.iter().filter(|value| value.replacement == Replacement::Always);
        let causes: Vec<_> = causes.map(|value| value.path.as_str()).collect();
        let sentence = format!("it would be replaced, because of {}", causes.join(", "));
        fault(format!("$.Resources.{}", change.logical_id), sentence)
    };
    let changes = difference(Some(before), after).into_iter();
    changes.filter(|change| change.replacement == Replacement::Always).map(finding).collect()
}

/// Whether one of our templates is that of an adopted stack: only such a template leaves out the name of the
/// function, so that the name does not change.
pub(super) fn was_adopted(template: &Value) -> bool {
    let function = template["Resources"][FUNCTION].get("Properties");
    function.is_some_and(|properties| properties.get("FunctionName").is_none())
}

fn fault(place: impl Into<String>, sentence: impl Into<String>) -> Finding {
    Finding::error("not-original", place, sentence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn original() -> Value {
        let resources = RESOURCES.map(|(id, kind)| (id.to_owned(), json!({ "Type": kind })));
        let outputs = OUTPUTS.map(|name| (name.to_owned(), json!({ "Value": "x" })));
        json!({ "Resources": Map::from_iter(resources), "Outputs": Map::from_iter(outputs) })
    }

    fn faults(change: impl FnOnce(&mut Value)) -> Vec<String> {
        let mut template = original();
        change(&mut template);
        unlike_original(Some(&template)).into_iter().map(|fault| fault.to_string()).collect()
    }

    #[test]
    fn only_the_shape_of_the_original_is_recognized() {
        assert_eq!(faults(|_| ()), [""; 0]);
        let found = faults(|template| {
            let resources = template["Resources"].as_object_mut().unwrap();
            resources.remove("MfsmFunctionRole");
            resources.insert("Queue".to_owned(), json!({ "Type": "AWS::SQS::Queue" }));
            template["Resources"]["MfsmFunction"]["Type"] = json!("AWS::Serverless::Function");
            template["Outputs"] = json!({ "MfsmFunctionArn": {}, "MfsmStateMachineArn": {} });
            let ttl = json!({ "TimeToLiveSpecification": { "AttributeName": "Expires" } });
            template["Resources"]["MfsmExecutionTable"]["Properties"] = ttl;
        });
        assert_eq!(
            found,
            [
                "error[not-original] $.Resources.MfsmFunction: it is AWS::Serverless::Function and not \
                 AWS::Lambda::Function",
                "error[not-original] $.Resources.MfsmFunctionRole: there is no such resource",
                "error[not-original] $.Resources.Queue: the original has no such resource; \
                 adopting the stack would remove it",
                "error[not-original] $.Outputs.MfsmExecutionTableArn: there is no such output",
                "error[not-original] $.Resources.MfsmExecutionTable.Properties.TimeToLiveSpecification.\
                 AttributeName: the attribute for expiry is \"Expires\", not \"TimeToLive\"",
            ]
        );
        assert_eq!(unlike_original(None).len(), 1);
    }

    #[test]
    fn a_custom_function_name_would_be_lost() {
        let (mut before, mut after) = (original(), original());
        assert_eq!(replaced_by(&before, &after), []);
        before["Resources"]["MfsmFunction"]["Properties"] = json!({ "FunctionName": "mine" });
        after["Resources"]["MfsmFunction"]["Properties"] = json!({ "Timeout": 14 });
        let replaced = replaced_by(&before, &after);
        assert_eq!(replaced[0].location, "$.Resources.MfsmFunction");
        assert!(replaced[0].sentence.contains("/Properties/FunctionName"), "{replaced:?}");
    }

    #[test]
    fn a_template_without_a_function_name_is_of_an_adopted_stack() {
        assert!(!was_adopted(&json!({ "Resources": {} })));
        let function = |properties: Value| json!({ "Resources": { "MfsmFunction": { "Properties": properties } } });
        assert!(was_adopted(&function(json!({ "Timeout": 14 }))));
        assert!(!was_adopted(&function(json!({ "FunctionName": "f" }))));
    }
}
