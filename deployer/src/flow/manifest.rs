//! `flow.yaml`: the description of a flow.

use super::parameter::Parameter;
use crate::config::AnswerSettings;
use crate::document::{Document, Members};
use crate::finding::Finding;

/// A flow's own description.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// Its name.
    pub name: String,
    /// One line about it.
    pub description: String,
    /// Its parameters, in the order of the file.
    pub parameters: Vec<Parameter>,
    /// The settings that suit it; options and `deployer.yaml` override them.
    pub defaults: AnswerSettings,
}

impl Manifest {
    /// Reads the text of the `flow.yaml` in the file `origin`.
    /// Error: a finding, with its place, for each member that is unknown, missing or of the wrong
    /// kind.
    pub(super) fn read(text: &str, origin: String) -> Result<Self, Vec<Finding>> {
        let document = Document::read(text, origin).map_err(|finding| vec![finding])?;
        let mut findings = Vec::new();
        let manifest = Self::of(&Members::of(&document.members, "$"), &mut findings);
        match manifest {
            Some(manifest) if findings.is_empty() => Ok(manifest),
            _ => Err(document.locate(findings)),
        }
    }

    fn of(members: &Members<'_>, findings: &mut Vec<Finding>) -> Option<Self> {
        members.only(&["name", "description", "parameters", "defaults"], findings);
        let name = members.text("name", findings);
        let description = members.text("description", findings);
        if description.is_some_and(|text| text.trim_end().contains('\n')) {
            let at = members.at("description");
            findings.push(Finding::error("wrong-kind", at, "text of one line is expected"));
        }
        let mut parameters = Vec::new();
        if let Some(declared) = members.object("parameters", findings) {
            for (name, value) in declared.of {
                let parameter = Members::within(value, declared.at(name), findings)
                    .and_then(|members| Parameter::read(name, &members, findings));
                parameters.extend(parameter);
            }
        }
        let defaults = match members.object("defaults", findings) {
            Some(members) => {
                members.only(&["rule", "output-state", "wait-time", "on-failure"], findings);
                AnswerSettings::read(&members, findings)
            }
            None => AnswerSettings::default(),
        };
        let (name, description) = (name?.to_owned(), description?.trim_end().to_owned());
        Some(Self { name, description, parameters, defaults })
    }
}

#[cfg(test)]
mod tests {
    use handler::on_failure::OnFailure;
    use serde_json::Value;

    use super::*;
    use crate::config::{OutputState, WaitTime};

    fn read(text: &str) -> Result<Manifest, Vec<String>> {
        let lines = |found: Vec<Finding>| {
            let line = |finding: &Finding| {
                format!("{} {}", finding.position.as_ref().unwrap(), finding.code)
            };
            found.iter().map(line).collect()
        };
        Manifest::read(text, "flow.yaml".to_owned()).map_err(lines)
    }

    #[test]
    fn everything_that_can_be_said_is_read() {
        let text = "name: f\ndescription: One line.\nparameters:\n  most:\n    type: number\n    \
                    default: 5\n    description: The most.\ndefaults:\n  output-state: Decide\n  \
                    wait-time: 2.5\n  on-failure: junk\n";
        let manifest = read(text).unwrap();
        assert_eq!((manifest.name.as_str(), manifest.parameters.len()), ("f", 1));
        assert_eq!(manifest.parameters[0].default, Some(Value::from(5)));
        assert_eq!(manifest.defaults.wait_time, WaitTime::parse("2.5").ok());
        assert_eq!(manifest.defaults.output_state, OutputState::parse("Decide").ok());
        assert_eq!(manifest.defaults.on_failure, "junk".parse::<OnFailure>().ok());
    }

    #[test]
    fn every_fault_has_its_place() {
        let text = "name: 3\ndescriptoin: x\nparameters:\n  a_b: {type: string, description: d}\n  \
                    b: {type: map, description: d}\n  c: {type: number, default: x, description: d}\n  \
                    d: 1\ndefaults:\n  wait-time: 99\n  memory: 1\n";
        let found = read(text).unwrap_err();
        for expected in [
            "flow.yaml:1:1 wrong-kind",
            "flow.yaml:1:1 missing-key",
            "flow.yaml:2:1 unknown-key",
            "flow.yaml:4:3 parameter-name",
            "flow.yaml:5:7 parameter-type",
            "flow.yaml:6:21 parameter-value",
            "flow.yaml:7:3 wrong-kind",
            "flow.yaml:9:3 wait-time",
            "flow.yaml:10:3 unknown-key",
        ] {
            assert!(found.iter().any(|line| line == expected), "{expected} in {found:?}");
        }
        assert_eq!(found.len(), 9, "{found:?}");
    }
}
