//! Conditions of a template: what is not created, and which branch of `Fn::If` applies. Parameters
//! have their defaults.
//!
//! Source: CloudFormation user guide, "Condition functions".

use serde_json::{Map, Value};

/// Decides every condition, and returns the template without what is not created.
pub(super) fn decided(document: &Value) -> Result<Value, String> {
    let conditions = Conditions { document };
    let mut decided = document.clone();
    for section in ["Resources", "Outputs"] {
        let Some(members) = decided.get_mut(section).and_then(Value::as_object_mut) else {
            continue;
        };
        let mut kept = Map::new();
        for (name, mut body) in std::mem::take(members) {
            let is_made = match body.get("Condition").and_then(Value::as_str) {
                Some(condition) => conditions.holds(condition, section)?,
                None => true,
            };
            if is_made {
                conditions.choose(&mut body, section)?;
                kept.insert(name, body);
            }
        }
        *members = kept;
    }
    Ok(decided)
}

struct Conditions<'a> {
    document: &'a Value,
}

impl Conditions<'_> {
    fn holds(&self, name: &str, section: &str) -> Result<bool, String> {
        match self.document["Conditions"].get(name) {
            Some(condition) => self.is_true(condition, section),
            None => Err(format!(
                "Template format error: Unresolved condition dependency {name} in the {section} block of the template"
            )),
        }
    }

    fn is_true(&self, condition: &Value, section: &str) -> Result<bool, String> {
        let unsupported =
            || format!("Template error: the condition {condition} is not supported in memory");
        let (function, operand) = condition
            .as_object()
            .and_then(|members| members.iter().next())
            .ok_or_else(unsupported)?;
        let all = || {
            let operands = operand.as_array().ok_or_else(unsupported)?;
            operands.iter().map(|one| self.is_true(one, section)).collect::<Result<Vec<_>, _>>()
        };
        Ok(match function.as_str() {
            "Condition" => self.holds(operand.as_str().ok_or_else(unsupported)?, section)?,
            "Fn::Equals" => self.value(&operand[0])? == self.value(&operand[1])?,
            "Fn::And" => all()?.into_iter().all(|one| one),
            "Fn::Or" => all()?.into_iter().any(|one| one),
            "Fn::Not" => !all()?.into_iter().all(|one| one),
            _ => return Err(unsupported()),
        })
    }

    fn value<'a>(&'a self, operand: &'a Value) -> Result<&'a Value, String> {
        let default = |name: &str| self.document["Parameters"].get(name)?.get("Default");
        match operand.get("Ref").and_then(Value::as_str) {
            Some(name) => default(name).ok_or_else(|| {
                format!("Template error: {name} in a condition is not supported in memory")
            }),
            None => Ok(operand),
        }
    }

    /// Replaces each `Fn::If` by its branch, and removes members without a value.
    fn choose(&self, value: &mut Value, section: &str) -> Result<(), String> {
        while let Some(branches) = value.get("Fn::If") {
            let name = branches[0].as_str().unwrap_or_default();
            let index = if self.holds(name, section)? { 1 } else { 2 };
            *value = branches[index].clone();
        }
        let has_value = |value: &Value| value["Ref"] != "AWS::NoValue";
        match value {
            Value::Object(members) => {
                for inner in members.values_mut() {
                    self.choose(inner, section)?;
                }
                members.retain(|_, inner| has_value(inner));
            }
            Value::Array(items) => {
                for inner in items.iter_mut() {
                    self.choose(inner, section)?;
                }
                items.retain(has_value);
            }
            _ => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_is_made_stays() {
        let document = json!({
            "Parameters": {"P": {"Default": "yes"}},
            "Conditions": {
                "Is": {"Fn::Equals": [{"Ref": "P"}, "yes"]},
                "IsNot": {"Fn::Not": [{"Condition": "Is"}]},
                "Both": {"Fn::And": [{"Condition": "Is"}, {"Condition": "IsNot"}]},
                "Any": {"Fn::Or": [{"Condition": "Is"}, {"Condition": "IsNot"}]},
            },
            "Resources": {
                "A": {"Type": "T", "Condition": "Any", "Properties": {
                    "X": {"Fn::If": ["Both", 1, {"Fn::If": ["Is", 2, 3]}]},
                    "Y": {"Fn::If": ["IsNot", 1, {"Ref": "AWS::NoValue"}]},
                }},
                "B": {"Type": "T", "Condition": "Both"},
            },
        });
        let decided = decided(&document).unwrap();
        assert_eq!(
            decided["Resources"],
            json!({"A": {"Type": "T", "Condition": "Any", "Properties": {"X": 2}}})
        );
    }

    #[test]
    fn unknown_conditions_are_refused() {
        let document = json!({"Resources": {"A": {"Type": "T", "Condition": "Gone"}}});
        assert!(decided(&document).unwrap_err().contains("Unresolved condition dependency Gone"));
    }
}
