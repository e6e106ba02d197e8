//! What the intrinsic functions of a template resolve to.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::physical::{Resource, StackIdentity};
use super::references::{attribute, function, placeholders, substitution};
use super::template::Template;

/// What references can be resolved against.
pub(super) struct Scope<'a> {
    pub(super) identity: &'a StackIdentity,
    pub(super) template: &'a Template,
    pub(super) resources: &'a BTreeMap<String, Resource>,
}

impl Scope<'_> {
    /// The value with every function resolved; `None` for `AWS::NoValue`.
    pub(super) fn resolve(&self, value: &Value) -> Result<Option<Value>, String> {
        Ok(Some(match value {
            Value::Array(items) => {
                let items = items.iter().filter_map(|item| self.resolve(item).transpose());
                Value::Array(items.collect::<Result<_, _>>()?)
            }
            Value::Object(members) => match function(members) {
                Some(("Ref", Value::String(name))) if name == "AWS::NoValue" => return Ok(None),
                Some((name, argument)) => self.apply(name, argument)?,
                None => Value::Object(self.members(members)?),
            },
            plain => plain.clone(),
        }))
    }

    fn members(&self, members: &Map<String, Value>) -> Result<Map<String, Value>, String> {
        let mut resolved = Map::new();
        for (name, member) in members {
            if let Some(member) = self.resolve(member)? {
                resolved.insert(name.clone(), member);
            }
        }
        Ok(resolved)
    }

    fn apply(&self, function: &str, argument: &Value) -> Result<Value, String> {
        match function {
            "Ref" => self.reference(argument.as_str().unwrap_or_default()),
            "Fn::GetAtt" => {
                let Some((name, attribute)) = attribute(argument) else {
                    return Err("Template error: every Fn::GetAtt object requires two non-empty \
                                parameters, the resource name and the resource attribute"
                        .to_owned());
                };
                self.attribute(&name, &attribute)
            }
            "Fn::Sub" => self.substitute(argument),
            "Fn::Join" => {
                let separator = argument[0].as_str().unwrap_or_default();
                let parts = self.resolve(&argument[1])?.unwrap_or_default();
                let parts: Vec<_> = parts.as_array().into_iter().flatten().map(text).collect();
                Ok(Value::String(parts.join(separator)))
            }
            other => Err(format!("Template error: {other} is not supported in memory")),
        }
    }

    fn reference(&self, name: &str) -> Result<Value, String> {
        let identity = self.identity;
        let text = match name {
            "AWS::AccountId" => identity.account.as_str(),
            "AWS::Partition" => "aws",
            "AWS::Region" => identity.region.as_str(),
            "AWS::StackId" => identity.stack_id.as_str(),
            "AWS::StackName" => identity.stack_name.as_str(),
            "AWS::URLSuffix" => "amazonaws.com",
            "AWS::NotificationARNs" => return Ok(Value::Array(Vec::new())),
            other => match (self.template.parameter(other), self.resources.get(other)) {
                // The value of a parameter is a text, whatever its type.
                (Some(default), _) => return Ok(Value::String(text(default))),
                (None, Some(resource)) => resource.physical_id.as_str(),
                (None, None) => return Err(format!("Unresolved dependency {other}")),
            },
        };
        Ok(Value::String(text.to_owned()))
    }

    fn attribute(&self, name: &str, attribute: &str) -> Result<Value, String> {
        let resource = self.resources.get(name);
        let resource = resource.ok_or_else(|| format!("Unresolved dependency {name}"))?;
        match resource.attributes.get(attribute) {
            Some(value) => Ok(Value::String(value.clone())),
            None => Err(format!(
                "Template error: resource {name} does not support attribute type {attribute} in \
                 Fn::GetAtt"
            )),
        }
    }

    fn substitute(&self, argument: &Value) -> Result<Value, String> {
        let (template, own) = substitution(argument);
        let mut result = template.to_owned();
        for name in placeholders(template) {
            let value = match (own.and_then(|own| own.get(&name)), name.split_once('.')) {
                (Some(value), _) => self.resolve(value)?.unwrap_or_default(),
                (None, Some((resource, attribute))) => self.attribute(resource, attribute)?,
                (None, None) => self.reference(&name)?,
            };
            result = result.replace(&format!("${{{name}}}"), &text(&value));
        }
        Ok(Value::String(result.replace("${!", "${")))
    }
}

/// A value as CloudFormation writes it into a string.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn resolve(value: &Value) -> Result<Option<Value>, String> {
        let template = Template::parse(
            r#"{"Parameters": {"P": {"Type": "String", "Default": "p"}},
                "Resources": {"R": {"Type": "AWS::IAM::Role"}}}"#,
        )?;
        let identity = StackIdentity::new("123456789012", "us-east-1", "st", 0);
        let role = Resource::new(&identity, "R", "AWS::IAM::Role", json!({"RoleName": "r"}), 0);
        let scope = Scope {
            identity: &identity,
            template: &template,
            resources: &BTreeMap::from([("R".to_owned(), role)]),
        };
        scope.resolve(value)
    }

    #[test]
    fn functions_resolve_and_no_value_disappears() {
        let value = json!({
            "Gone": {"Ref": "AWS::NoValue"}, "Ref": {"Ref": "R"}, "Default": {"Ref": "P"},
            "Arn": {"Fn::GetAtt": ["R", "Arn"]}, "Short": {"Fn::GetAtt": "R.Arn"},
            "Sub": {"Fn::Sub": ["${R}/${x}/${!y}/${AWS::Region}", {"x": {"Ref": "P"}}]},
            "Join": {"Fn::Join": [":", ["a", {"Ref": "AWS::AccountId"}]]},
        });
        let arn = "arn:aws:iam::123456789012:role/r";
        let expected = json!({
            "Ref": "r", "Default": "p", "Arn": arn, "Short": arn,
            "Sub": "r/p/${y}/us-east-1", "Join": "a:123456789012",
        });
        assert_eq!(resolve(&value).unwrap(), Some(expected));
    }

    #[test]
    fn an_attribute_that_a_type_does_not_have_is_refused() {
        let refused = resolve(&json!({"Fn::GetAtt": ["R", "Color"]})).unwrap_err();
        assert!(refused.contains("does not support attribute type Color"));
    }
}
