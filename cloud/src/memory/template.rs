//! A template as CloudFormation checks it on arrival: its resources and their dependencies.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::conditions::decided;
use super::references::{PSEUDO_PARAMETERS, references};

/// A template that was parsed and whose references exist.
#[derive(Clone)]
pub(super) struct Template {
    /// As it was submitted; `GetTemplate` returns it.
    pub(super) text: String,
    /// The part of it that is created.
    pub(super) document: Value,
}

impl Template {
    /// Parses JSON or YAML (long-form intrinsics) and checks what CloudFormation checks
    /// immediately.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let document: Value = serde_json::from_str(text)
            .or_else(|_| serde_yaml::from_str(text))
            .map_err(|fault| format!("Template format error: {fault}"))?;
        let template = Self { text: text.to_owned(), document: decided(&document)? };
        template.check()?;
        Ok(template)
    }

    fn check(&self) -> Result<(), String> {
        if self.resources().next().is_none() {
            let rule = "At least one Resources member must be defined.";
            return Err(format!("Template format error: {rule}"));
        }
        if let Some((id, _)) = self.resources().find(|(_, body)| body["Type"].as_str().is_none()) {
            let rule = "Every Resources object must contain a Type member.";
            return Err(format!("Template format error: [/Resources/{id}] {rule}"));
        }
        let unset = |(_, body): &(&String, &Value)| body.get("Default").is_none();
        let missing: Vec<_> = self.section("Parameters").filter(unset).collect();
        if !missing.is_empty() {
            let names: Vec<_> = missing.iter().map(|(name, _)| name.as_str()).collect();
            return Err(format!("Parameters: [{}] must have values", names.join(", ")));
        }
        self.check_references()?;
        self.order().map(|_| ())
    }

    fn check_references(&self) -> Result<(), String> {
        for section in ["Resources", "Outputs"] {
            let body = &self.document[section];
            let unknown: Vec<_> = references(body)
                .into_iter()
                .chain(self.section(section).flat_map(|(_, body)| depends_on(body)))
                .filter(|name| !self.knows(name))
                .collect();
            if !unknown.is_empty() {
                return Err(format!(
                    "Template format error: Unresolved resource dependencies [{}] in the {section} \
                     block of the template",
                    unknown.join(", ")
                ));
            }
        }
        Ok(())
    }

    fn knows(&self, name: &str) -> bool {
        PSEUDO_PARAMETERS.contains(&name)
            || self.parameter(name).is_some()
            || self.document["Resources"].get(name).is_some()
    }

    fn section(&self, name: &str) -> impl Iterator<Item = (&String, &Value)> {
        self.document[name].as_object().into_iter().flatten()
    }

    /// The resources in the order of the template.
    pub(super) fn resources(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.section("Resources")
    }

    /// The body of a resource; null if there is none.
    pub(super) fn resource(&self, id: &str) -> &Value {
        &self.document["Resources"][id]
    }

    /// The outputs in the order of the template.
    pub(super) fn outputs(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.section("Outputs")
    }

    /// The default value of a parameter. Parameters have no other values here.
    pub(super) fn parameter(&self, name: &str) -> Option<&Value> {
        self.document["Parameters"].get(name)?.get("Default")
    }

    /// The resources that a resource waits for: DependsOn and every reference.
    pub(super) fn dependencies(&self, id: &str) -> BTreeSet<String> {
        let body = self.resource(id);
        references(&body["Properties"])
            .into_iter()
            .chain(depends_on(body))
            .filter(|name| self.document["Resources"].get(name).is_some())
            .collect()
    }

    /// The logical ids, each after those that it depends on.
    pub(super) fn order(&self) -> Result<Vec<String>, String> {
        let mut open: BTreeMap<&String, BTreeSet<String>> =
            self.resources().map(|(id, _)| (id, self.dependencies(id))).collect();
        let mut order: Vec<String> = Vec::new();
        while !open.is_empty() {
            let ready = |(_, needs): &(&&String, &BTreeSet<String>)| {
                needs.iter().all(|need| order.contains(need))
            };
            let next: Vec<String> =
                open.iter().filter(ready).map(|(id, _)| id.to_string()).collect();
            if next.is_empty() {
                let circle: Vec<_> = open.keys().map(|id| id.as_str()).collect();
                let circle = circle.join(", ");
                return Err(format!("Circular dependency between resources: [{circle}]"));
            }
            open.retain(|id, _| !next.contains(id));
            order.extend(next);
        }
        Ok(order)
    }

    /// The capability that must be acknowledged, if any.
    pub(super) fn capability(&self) -> Option<&'static str> {
        const NAMES: [&str; 5] =
            ["RoleName", "UserName", "GroupName", "ManagedPolicyName", "InstanceProfileName"];
        let is_iam =
            |body: &&Value| body["Type"].as_str().is_some_and(|t| t.starts_with("AWS::IAM::"));
        let iam: Vec<_> = self.resources().map(|(_, body)| body).filter(is_iam).collect();
        let named = |body: &&Value| NAMES.iter().any(|name| body["Properties"].get(name).is_some());
        match iam.as_slice() {
            [] => None,
            some if some.iter().any(named) => Some("CAPABILITY_NAMED_IAM"),
            _ => Some("CAPABILITY_IAM"),
        }
    }

    /// What an update can change, to find out whether it changes anything. The description and
    /// metadata of the template do not count: CloudFormation does not update them by themselves.
    pub(super) fn substance(&self) -> Value {
        let mut kept = self.document.clone();
        if let Some(sections) = kept.as_object_mut() {
            for section in ["AWSTemplateFormatVersion", "Description", "Metadata"] {
                sections.remove(section);
            }
        }
        let resources = kept.get_mut("Resources").and_then(Value::as_object_mut);
        for (_, body) in resources.into_iter().flatten() {
            if let Some(attributes) = body.as_object_mut() {
                attributes.remove("Metadata");
            }
        }
        kept
    }
}

fn depends_on(body: &Value) -> BTreeSet<String> {
    match &body["DependsOn"] {
        Value::String(one) => BTreeSet::from([one.clone()]),
        Value::Array(many) => many.iter().filter_map(|v| v.as_str().map(str::to_owned)).collect(),
        _ => BTreeSet::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        Template::parse(text).err().unwrap_or_default()
    }

    #[test]
    fn dependencies_come_first() {
        let template = Template::parse(
            "Resources:
  A: {Type: 'X::Y::Z', Properties: {P: {'Fn::Sub': 'arn:${C.Arn}:${AWS::Region}'}}}
  B: {Type: 'X::Y::Z', DependsOn: [A]}
  C: {Type: 'X::Y::Z'}",
        );
        assert_eq!(template.unwrap().order().unwrap(), ["C", "A", "B"]);
    }

    #[test]
    fn a_template_needs_resources_with_types() {
        assert!(refused("{}").contains("At least one Resources member"));
        assert!(refused("Resources: {A: {}}").contains("Type member"));
        assert!(refused("Resources: [").contains("Template format error"));
    }

    #[test]
    fn references_must_exist_and_not_be_circular() {
        let lost = r#"{"Resources": {"A": {"Type": "T", "Properties": {"P": {"Ref": "B"}}}}}"#;
        assert!(refused(lost).contains("Unresolved resource dependencies [B]"));
        let circle = r#"{"Resources": {"A": {"Type": "T", "DependsOn": "B"},
            "B": {"Type": "T", "DependsOn": "A"}}}"#;
        assert!(refused(circle).contains("Circular dependency between resources: [A, B]"));
    }

    #[test]
    fn a_parameter_without_a_default_has_no_value() {
        let text = "{Parameters: {P: {Type: String}}, Resources: {A: {Type: T}}}";
        assert_eq!(refused(text), "Parameters: [P] must have values");
    }
}
