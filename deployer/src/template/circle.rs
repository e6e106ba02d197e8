//! Finds resources that depend on each other in a circle, which CloudFormation refuses ("Circular
//! dependency between resources").

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::check::{strings, substituted};
use crate::finding::Finding;

/// The progress of the search with a resource.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// It is on the path that is being searched.
    Open,
    /// No circle goes through it.
    Done,
}

/// The first circle of resources, if there is one.
pub(super) fn circle(resources: &Map<String, Value>) -> Option<Finding> {
    let needs: HashMap<&str, Vec<&str>> = resources
        .iter()
        .map(|(id, resource)| {
            let mut needed = strings(resource.get("DependsOn"));
            referred(resource, &mut needed);
            (id.as_str(), needed)
        })
        .collect();
    let mut marks = HashMap::new();
    let mut way = Vec::new();
    let start = resources.keys().find(|id| leads_round(id, &needs, &mut marks, &mut way))?;
    let first = way.last().copied().unwrap_or(start);
    let round = way.iter().position(|id| *id == first).unwrap_or_default();
    let shown = way[round..].join(" → ");
    let sentence = format!("these resources depend on each other in a circle: {shown}");
    let fix = "remove one of the references, or write the name of that resource as text";
    Some(Finding::error("circle", format!("$.Resources.{first}"), sentence).fix(fix))
}

/// Whether a circle can be reached from a resource; `way` then ends with the circle, whose first resource is also
/// its last.
fn leads_round<'a>(
    id: &'a str,
    needs: &HashMap<&'a str, Vec<&'a str>>,
    marks: &mut HashMap<&'a str, Mark>,
    way: &mut Vec<&'a str>,
) -> bool {
    match marks.get(id) {
        Some(Mark::Done) => return false,
        Some(Mark::Open) => {
            way.push(id);
            return true;
        }
        None => {}
    }
    marks.insert(id, Mark::Open);
    way.push(id);
    if needs.get(id).into_iter().flatten().any(|next| leads_round(next, needs, marks, way)) {
        return true;
    }
    way.pop();
    marks.insert(id, Mark::Done);
    false
}

/// The names in `Ref`, `Fn::GetAtt` and `Fn::Sub`.
fn referred<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => {
            for (key, inner) in members {
                match (key.as_str(), inner) {
                    ("Ref", Value::String(target)) => found.push(target),
                    ("Fn::GetAtt", Value::Array(parts)) => {
                        found.extend(parts.first().and_then(Value::as_str));
                    }
                    ("Fn::Sub", Value::String(text)) => found.extend(substituted(text)),
                    _ => referred(inner, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| referred(item, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn found(resources: &Value) -> Option<String> {
        circle(resources.as_object().unwrap()).map(|finding| finding.sentence)
    }

    #[test]
    fn a_circle_is_found_by_every_kind_of_reference() {
        for back in [
            json!({"DependsOn": "A"}),
            json!({"DependsOn": ["X", "A"]}),
            json!({"Properties": {"P": [{"Ref": "A"}]}}),
            json!({"Properties": {"P": {"Fn::GetAtt": ["A", "Arn"]}}}),
            json!({"Properties": {"P": {"Fn::Sub": "a${A.Arn}b"}}}),
        ] {
            let round = json!({"A": {"Properties": {"Ref": "B"}}, "B": {"DependsOn": "C"}, "C": back, "D": {}});
            let sentence = found(&round).unwrap();
            assert!(sentence.ends_with("A → B → C → A"), "{sentence}");
        }
        assert!(found(&json!({"A": {"DependsOn": "A"}})).unwrap().ends_with("A → A"));
    }

    #[test]
    fn resources_that_share_what_they_need_are_no_circle() {
        let sound = json!({
            "A": {"DependsOn": ["B", "C"]}, "B": {"P": {"Ref": "D"}}, "C": {"P": {"Ref": "D"}},
            "D": {"P": {"Ref": "AWS::Region"}},
        });
        assert_eq!(found(&sound), None);
    }
}
