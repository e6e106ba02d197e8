//! The types of the resources that a flow adds, which do not depend on the values of its
//! parameters.

use std::collections::BTreeSet;

use serde_json::Value;

use super::files::{Files, RESOURCES};
use super::{FlowError, resources};
use crate::document::{Document, member};
use crate::finding::Finding;

/// The resources of a flow whose parameters have no values yet.
#[derive(Debug, Default)]
pub struct OwnResources {
    document: Option<Document>,
}

impl OwnResources {
    /// The resources of a flow, given a name as for [`super::Flow::named`].
    /// Fails when there is no such flow, or its `resources.yaml` cannot be read or is faulty.
    pub fn of(name: &str) -> Result<Self, FlowError> {
        let files = Files::named(name)?;
        let Some((text, origin)) = files.get(RESOURCES) else { return Ok(Self::default()) };
        let faulty = |findings| FlowError::Faulty { name: files.origin.clone(), findings };
        let document = Document::read(text, origin).map_err(|finding| faulty(vec![finding]))?;
        let mut findings = Vec::new();
        resources::check(&document.members, &mut findings);
        match findings.is_empty() {
            true => Ok(Self { document: Some(document) }),
            false => Err(faulty(document.locate(findings))),
        }
    }

    /// Their types.
    pub fn types(&self) -> BTreeSet<&str> {
        self.each().map(|(_, kind)| kind).collect()
    }

    /// A finding, with its position, for each resource for whose type `judge` returns one.
    pub fn findings(&self, judge: impl Fn(&str) -> Option<Finding>) -> Vec<Finding> {
        let Some(document) = &self.document else { return Vec::new() };
        let findings = self.each().filter_map(|(id, kind)| {
            let location = member(&member("$.Resources", id), "Type");
            Some(Finding { location, ..judge(kind)? })
        });
        document.locate(findings.collect())
    }

    fn each(&self) -> impl Iterator<Item = (&str, &str)> {
        let resources = self
            .document
            .iter()
            .filter_map(|document| document.members.get("Resources").and_then(Value::as_object));
        resources
            .flatten()
            .filter_map(|(id, resource)| Some((id.as_str(), resource["Type"].as_str()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_known_without_values_and_each_resource_has_its_position() {
        assert!(OwnResources::of("default").unwrap().types().is_empty());
        assert!(OwnResources::of("nonsense").is_err());
        let approval = OwnResources::of("approval").unwrap();
        assert!(approval.types().contains("AWS::SNS::Topic"));
        let about =
            |kind: &str| (kind == "AWS::SNS::Topic").then(|| Finding::warning("c", "", "s"));
        let found = approval.findings(about);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].location, "$.Resources.ApprovalTopic.Type");
        let at = found[0].position.as_ref().unwrap();
        assert_eq!((at.file.as_str(), at.line), ("built-in:approval/resources.yaml", 3));
    }
}
