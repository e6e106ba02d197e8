//! The types of the resources that a flow adds, and the functions that it brings, as far as they do not depend on the values
//! of its parameters.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use super::files::{Files, OVERLAY, RESOURCES};
use super::{FlowError, resources};
use crate::config::FunctionName;
use crate::document::{Document, member};
use crate::files::text::read_input;
use crate::finding::Finding;

/// The resources of a flow whose parameters have no values yet.
#[derive(Debug, Default)]
pub struct OwnResources {
    /// Files with a member `Resources`.
    documents: Vec<Document>,
    functions: Vec<OwnFunction>,
}

/// A function of a flow whose parameters have no values yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnFunction {
    /// The name of its folder.
    pub name: FunctionName,
    /// Whether it is in a network of the account.
    pub in_vpc: bool,
    /// The ARNs of the layers that it uses.
    pub layers: Vec<String>,
}

impl OwnResources {
    /// The resources of a flow, given a name as for [`super::Flow::named`].
    /// Fails when there is no such flow, or its `resources.yaml` cannot be read or is faulty.
    pub fn of(name: &str) -> Result<Self, FlowError> {
        let files = Files::named(name)?;
        let faulty = |findings| FlowError::Faulty { name: files.origin.clone(), findings };
        let read = |(text, origin): (&str, String)| {
            Document::read(text, origin).map_err(|finding| faulty(vec![finding]))
        };
        let mut documents = Vec::new();
        if let Some(file) = files.get(RESOURCES) {
            let document = read(file)?;
            let mut findings = Vec::new();
            let functions: Vec<_> =
                files.functions.iter().map(|one| one.name.function_id()).collect();
            resources::check(&document.members, &functions, &mut findings);
            if !findings.is_empty() {
                return Err(faulty(document.locate(findings)));
            }
            documents.push(document);
        }
        documents.extend(files.get(OVERLAY).map(read).transpose()?);
        let mut functions = Vec::new();
        for folder in &files.functions {
            let (origin, text) = folder.settings.clone();
            functions.push(OwnFunction::of(folder.name.clone(), &read((&text, origin))?));
        }
        Ok(Self { documents, functions })
    }

    /// The same, with the resources that a patch of the template adds.
    /// Fails when the file cannot be read, or is not an object.
    pub fn with_overlay(mut self, path: &Path) -> Result<Self, FlowError> {
        let name = path.display().to_string();
        let faulty = |findings| FlowError::Faulty { name: name.clone(), findings };
        let text = read_input(path, "--overlay")
            .map_err(|source| faulty(vec![Finding::of_error("overlay", "--overlay", &source)]))?;
        let document =
            Document::read(&text, name.clone()).map_err(|finding| faulty(vec![finding]))?;
        self.documents.push(document);
        Ok(self)
    }

    /// The functions that the flow brings.
    pub fn functions(&self) -> &[OwnFunction] {
        &self.functions
    }

    /// Their types.
    pub fn types(&self) -> BTreeSet<&str> {
        self.documents.iter().flat_map(each).map(|(_, kind)| kind).collect()
    }

    /// A finding, with its position, for each resource for whose type `judge` returns one.
    pub fn findings(&self, judge: impl Fn(&str) -> Option<Finding>) -> Vec<Finding> {
        let found = self.documents.iter().flat_map(|document| {
            let findings = each(document).filter_map(|(id, kind)| {
                let location = member(&member("$.Resources", id), "Type");
                Some(Finding { location, ..judge(kind)? })
            });
            document.locate(findings.collect())
        });
        found.collect()
    }
}

impl OwnFunction {
    fn of(name: FunctionName, settings: &Document) -> Self {
        let layers = settings.members.get("layers").and_then(Value::as_array);
        let layers = layers.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
        let in_vpc = settings.members.contains_key("vpc");
        Self { name, in_vpc, layers: layers.collect() }
    }
}

/// The logical ids and the types of the resources in a file. A patch also changes resources without naming their type.
fn each(document: &Document) -> impl Iterator<Item = (&str, &str)> {
    let resources = document.members.get("Resources").and_then(Value::as_object);
    let resources = resources.into_iter().flatten();
    resources.filter_map(|(id, resource)| Some((id.as_str(), resource["Type"].as_str()?)))
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
