//! What the intrinsic functions of a template refer to.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// The pseudo parameters that can be referred to.
pub(super) const PSEUDO_PARAMETERS: [&str; 8] = [
    "AWS::AccountId",
    "AWS::NoValue",
    "AWS::NotificationARNs",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
];

/// The names that a part of a template refers to, including pseudo parameters.
pub(super) fn references(value: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    collect(value, &mut names);
    names
}

fn collect(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, names)),
        Value::Object(members) => {
            match function(members) {
                Some(("Ref", Value::String(name))) => {
                    names.insert(name.clone());
                }
                Some(("Fn::GetAtt", target)) => {
                    names.extend(attribute(target).map(|(name, _)| name));
                }
                Some(("Fn::Sub", argument)) => {
                    let (text, own) = substitution(argument);
                    let inside = placeholders(text).into_iter();
                    let inside =
                        inside.filter(|name| own.is_none_or(|own| !own.contains_key(name)));
                    names.extend(inside.map(|name| base(&name).to_owned()));
                }
                _ => {}
            }
            members.values().for_each(|member| collect(member, names));
        }
        _ => {}
    }
}

/// The function call that an object represents, if it is one.
pub(super) fn function(members: &Map<String, Value>) -> Option<(&str, &Value)> {
    let (name, argument) = members.iter().next()?;
    let is_call = members.len() == 1 && (name == "Ref" || name.starts_with("Fn::"));
    is_call.then_some((name.as_str(), argument))
}

/// `["Fn", "Arn"]` or `"Fn.Arn"`.
pub(super) fn attribute(target: &Value) -> Option<(String, String)> {
    match target {
        Value::String(text) => {
            text.split_once('.').map(|(name, attribute)| (name.to_owned(), attribute.to_owned()))
        }
        Value::Array(parts) => {
            Some((parts.first()?.as_str()?.to_owned(), parts.get(1)?.as_str()?.to_owned()))
        }
        _ => None,
    }
}

/// The text of `Fn::Sub` and its own variables.
pub(super) fn substitution(argument: &Value) -> (&str, Option<&Map<String, Value>>) {
    match argument {
        Value::Array(parts) => {
            let text = parts.first().and_then(Value::as_str).unwrap_or_default();
            (text, parts.get(1).and_then(Value::as_object))
        }
        other => (other.as_str().unwrap_or_default(), None),
    }
}

/// The names in `${…}`, without the literals `${!…}`.
pub(super) fn placeholders(text: &str) -> Vec<String> {
    let parts = text.split("${").skip(1).filter_map(|part| part.split_once('}'));
    parts.map(|(name, _)| name.to_owned()).filter(|name| !name.starts_with('!')).collect()
}

fn base(name: &str) -> &str {
    name.split_once('.').map_or(name, |(base, _)| base)
}
