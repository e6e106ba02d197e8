//! A file of a flow other than the definition: an object whose parts have positions.

use serde_json::{Map, Value};

use super::positions::{self, Positions};
use super::strict::{NotYaml, Strict};
use crate::finding::{Finding, Position};

/// A YAML file (JSON is a subset) that contains an object.
#[derive(Debug)]
pub struct Document {
    origin: String,
    text: String,
    pub members: Map<String, Value>,
}

impl Document {
    /// Reads the text of the file `origin`.
    /// Error: a finding if it is not YAML or not an object.
    pub fn read(text: &str, origin: String) -> Result<Self, Finding> {
        let Strict(value) = match Strict::from_yaml(text) {
            Ok(value) => value,
            Err(source) => return Err(NotYaml { origin, source }.finding()),
        };
        let Value::Object(members) = value else {
            let at = Position { file: origin, line: 1, column: 1 };
            let finding = Finding::error("unreadable", "$", "an object is expected").at(Some(at));
            return Err(finding);
        };
        Ok(Self { origin, text: text.to_owned(), members })
    }

    /// The positions of parts of this file, given by their JSON paths.
    pub fn positions<'a>(&self, paths: impl Iterator<Item = &'a str>) -> Vec<Option<Position>> {
        let positions = Positions::of(&self.text);
        let position = |(line, column)| Position { file: self.origin.clone(), line, column };
        paths.map(|path| positions.find(path).map(position)).collect()
    }

    /// Adds positions to findings, whose locations are JSON paths in this file.
    pub fn locate(&self, mut findings: Vec<Finding>) -> Vec<Finding> {
        positions::locate(&self.text, &self.origin, &mut findings);
        findings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_that_is_not_an_object_is_reported_with_its_file() {
        for text in ["", "- a\n", "a: 1\na: 2\n", "a: !Ref b\n", "a: [\n"] {
            let finding = Document::read(text, "f/flow.yaml".to_owned()).unwrap_err();
            assert_eq!(finding.code, "unreadable", "{text}");
            assert!(finding.position.is_some_and(|at| at.file == "f/flow.yaml"), "{text}");
        }
    }

    #[test]
    fn findings_get_the_position_of_their_path() {
        let document = Document::read("a: 1\nb:\n  c: 2\n", "x.yaml".to_owned()).unwrap();
        let found = document.locate(vec![Finding::error("code", "$.b.c", "wrong")]);
        assert_eq!(found[0].position.as_ref().unwrap().to_string(), "x.yaml:3:3");
    }
}
