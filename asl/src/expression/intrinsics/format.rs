//! `States.Format`, and how it writes values.

use std::fmt::Write as _;

use serde_json::Value;

/// Replaces each `{}` of a template. `\{`, `\}`, `\'` and `\\` are escapes for these characters.
pub(super) fn format(template: &str, values: &[Value]) -> Result<Value, String> {
    let mut text = String::with_capacity(template.len());
    let mut values = values.iter();
    let mut chars = template.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '\\' => text.push(chars.next().unwrap_or('\\')),
            '{' if chars.peek() == Some(&'}') => {
                chars.next();
                let value = values.next().ok_or(
                    "Invalid number of arguments: there are more placeholders than values",
                )?;
                write_value(&mut text, value);
            }
            char => text.push(char),
        }
    }
    match values.next() {
        Some(_) => {
            Err("Invalid number of arguments: there are more values than placeholders".to_owned())
        }
        None => Ok(Value::String(text)),
    }
}

/// Writes a value as Java prints it: strings without quotes, and objects as `{key=value}`.
fn write_value(text: &mut String, value: &Value) {
    match value {
        Value::String(inner) => text.push_str(inner),
        Value::Array(items) => {
            text.push('[');
            for (at, item) in items.iter().enumerate() {
                text.push_str(if at > 0 { ", " } else { "" });
                write_value(text, item);
            }
            text.push(']');
        }
        Value::Object(members) => {
            text.push('{');
            for (at, (name, member)) in members.iter().enumerate() {
                text.push_str(if at > 0 { ", " } else { "" });
                let _ = write!(text, "{name}=");
                write_value(text, member);
            }
            text.push('}');
        }
        other => {
            let _ = write!(text, "{other}");
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_written_as_java_prints_them() {
        let values = [json!("a"), json!(1.5), json!(null), json!({"b": [1, "c"], "d": {}})];
        let text = format("{}, {}, {}: {} \\{\\} \\'q\\' {x}", &values);
        assert_eq!(text, Ok(json!("a, 1.5, null: {b=[1, c], d={}} {} 'q' {x}")));
    }

    #[test]
    fn placeholders_and_values_must_match_in_number() {
        assert!(format("{} {}", &[json!(1)]).is_err());
        assert!(format("{}", &[json!(1), json!(2)]).is_err());
    }
}
