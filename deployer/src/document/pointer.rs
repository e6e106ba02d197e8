//! Converts JSON pointers, which Step Functions uses, to the JSON paths of findings.

use serde_json::{Map, Value};

use super::path::{item, member};

/// The path of a pointer's target, or up to the first member that does not exist.
pub fn path(document: &Map<String, Value>, pointer: &str) -> String {
    let mut path = "$".to_owned();
    // Source: RFC 6901, section 4.
    let mut names =
        pointer.split('/').skip(1).map(|name| name.replace("~1", "/").replace("~0", "~"));
    let Some(first) = names.next() else { return path };
    path = member(&path, &first);
    let mut at = document.get(&first);
    for name in names {
        match at {
            Some(Value::Array(items)) => match name.parse::<usize>() {
                Ok(index) => {
                    path = item(&path, index);
                    at = items.get(index);
                }
                Err(_) => break,
            },
            Some(Value::Object(members)) => {
                path = member(&path, &name);
                at = members.get(&name);
            }
            _ => break,
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_pointer_is_converted_to_the_path_of_its_target() {
        let document = json!({"States": {"Is it?": {"Choices": [{"Next": "A"}]}, "a/b~c": {}}});
        let document = document.as_object().unwrap();
        for (pointer, expected) in [
            ("", "$"),
            ("/", "$['']"),
            ("/States/Is it?/Choices/0/Next", "$.States['Is it?'].Choices[0].Next"),
            ("/States/Is it?/Choices/9/Next", "$.States['Is it?'].Choices[9]"),
            ("/States/Is it?/Choices/x", "$.States['Is it?'].Choices"),
            ("/States/a~1b~0c/Type", "$.States['a/b~c'].Type"),
            ("/States/Gone/Type/Deeper", "$.States.Gone"),
            ("nonsense", "$"),
        ] {
            assert_eq!(path(document, pointer), expected, "{pointer}");
        }
    }
}
