//! `overlay.yaml` and `--overlay`: a JSON merge patch over the rendered template, for what no setting offers.
//!
//! The patch is RFC 7396: an object changes the members that it names, `null` removes one, and everything else, lists too,
//! replaces what is there. After it, the template may use all of CloudFormation.

use serde_json::{Map, Value};

use super::RenderError;
use super::overlay_faults::{faults, refused};
use super::overlay_warnings::broken;
use crate::config::Config;
use crate::document::Document;
use crate::files::text::read_input;
use crate::finding::Finding;
use crate::flow::Flow;

/// Where the record of the overlay of a setting is in the template, so that a later `up` without it
/// reports what is lost.
const RECORD: &str = "/Metadata/MessageFlow";

/// A patch that was read.
#[derive(Debug)]
pub struct Overlay {
    document: Document,
    /// Whether a setting names it; otherwise it belongs to the flow.
    is_setting: bool,
}

impl Overlay {
    /// The patches for a stack, in the order in which they are applied: the flow's own, and the one of the setting.
    /// Fails when a file cannot be read, or is not an object.
    pub fn of(config: &Config, flow: &Flow) -> Result<Vec<Self>, RenderError> {
        let read = |text: &str, origin: String, is_setting| match Document::read(text, origin) {
            Ok(document) => Ok(Self { document, is_setting }),
            Err(finding) => Err(RenderError::Overlay(vec![finding])),
        };
        let own = flow.belongings.overlay.as_ref();
        let mut overlays: Vec<Self> = own
            .map(|(origin, text)| read(text, origin.clone(), false))
            .transpose()?
            .into_iter()
            .collect();
        if let Some(path) = &config.overlay {
            let text = read_input(path, "--overlay").map_err(|source| {
                let sentence = format!("cannot read {}: {source}", path.display());
                RenderError::Overlay(vec![Finding::error("overlay", "--overlay", sentence)])
            })?;
            overlays.push(read(&text, path.display().to_string(), true)?);
        }
        Ok(overlays)
    }

    /// Applies it, and returns a warning for each invariant that it breaks.
    /// Error: findings with their places in the file, if it changes what the deployer depends on, removes or
    /// completes what is not there, or the result is not a valid template.
    pub(super) fn apply(&self, template: &mut Value) -> Result<Vec<Finding>, Vec<Finding>> {
        let patch = &self.document.members;
        let mut found = faults(patch, template);
        let before = template.clone();
        if !found.iter().any(Finding::is_error) {
            merge_members(template, patch);
            found.extend(refused(&before, template));
        }
        if found.iter().any(Finding::is_error) {
            return Err(self.document.locate(found));
        }
        found.extend(broken(&before, template));
        if self.is_setting {
            let record = template.pointer_mut(RECORD).and_then(Value::as_object_mut);
            let text = Value::Object(patch.clone()).to_string();
            // As text: CloudFormation looks for functions in metadata too.
            record.map(|record| record.insert("Overlay".to_owned(), text.into()));
        }
        Ok(self.document.locate(found))
    }
}

/// Applies a patch to a value. Source: RFC 7396, section 2.
fn merge(target: &mut Value, patch: &Value) {
    match patch {
        Value::Object(members) => merge_members(target, members),
        other => *target = other.clone(),
    }
}

fn merge_members(target: &mut Value, patch: &Map<String, Value>) {
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(members) = target else { return };
    for (key, value) in patch {
        if value.is_null() {
            members.remove(key);
        } else {
            merge(members.entry(key.clone()).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// The examples of RFC 7396, appendix A.
    #[test]
    fn patches_are_merged_as_the_standard_says() {
        for (mut target, patch, expected) in [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "b"}), json!({"b": "c"}), json!({"a": "b", "b": "c"})),
            (json!({"a": "b"}), json!({"a": null}), json!({})),
            (json!({"a": "b", "b": "c"}), json!({"a": null}), json!({"b": "c"})),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "c"}), json!({"a": ["b"]}), json!({"a": ["b"]})),
            (
                json!({"a": {"b": "c"}}),
                json!({"a": {"b": "d", "c": null}}),
                json!({"a": {"b": "d"}}),
            ),
            (json!({"a": [{"b": "c"}]}), json!({"a": [1]}), json!({"a": [1]})),
            (json!(["a", "b"]), json!(["c", "d"]), json!(["c", "d"])),
            (json!({"a": "b"}), json!(["c"]), json!(["c"])),
            (json!({"a": "foo"}), json!(null), json!(null)),
            (json!({"e": null}), json!({"a": 1}), json!({"e": null, "a": 1})),
            (json!([1, 2]), json!({"a": "b", "c": null}), json!({"a": "b"})),
            (json!({}), json!({"a": {"bb": {"ccc": null}}}), json!({"a": {"bb": {}}})),
        ] {
            merge(&mut target, &patch);
            assert_eq!(target, expected, "{patch}");
        }
    }
}
