//! Numbers and booleans as the texts that represent them in a document.

use serde_json::Value;

use super::path::{item, member};
use super::positions::Positions;

/// Replaces each number and boolean by its text in the document, for a document whose values are
/// texts: `1.10` is `"1.10"` and not `1.1`.
///
/// The parts of an aliased object or list are written elsewhere. There, numbers become the
/// shortest text of the same number.
pub fn with_source_texts(value: Value, text: &str) -> Value {
    replaced(value, "$", &Positions::of(text))
}

fn replaced(value: Value, path: &str, positions: &Positions) -> Value {
    match value {
        Value::Object(members) => {
            let texts = members.into_iter().map(|(name, value)| {
                let path = member(path, &name);
                (name, replaced(value, &path, positions))
            });
            Value::Object(texts.collect())
        }
        Value::Array(items) => {
            let texts = items.into_iter().enumerate();
            texts.map(|(index, value)| replaced(value, &item(path, index), positions)).collect()
        }
        Value::Number(_) | Value::Bool(_) => {
            positions.source(path).map_or_else(|| value.to_string(), str::to_owned).into()
        }
        Value::String(_) | Value::Null => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Strict;
    use serde_json::json;

    #[test]
    fn numbers_and_booleans_keep_their_text() {
        let text = "a: 1.10\nb: [12345e7, +49123, True, 'x', 0x1F]\nc: {d e: &v 1.0, f: *v}\n\
                    g: \"1.10\"\nh:\ni: 012345678901\nj: 1_000\nk: &l [2.50]\nm: *l\n";
        let Strict(value) = Strict::from_yaml(text).unwrap();
        assert_eq!(
            with_source_texts(value, text),
            json!({
                "a": "1.10", "b": ["12345e7", "+49123", "True", "x", "0x1F"],
                "c": {"d e": "1.0", "f": "1.0"}, "g": "1.10", "h": null, "i": "012345678901",
                "j": "1_000", "k": ["2.50"], "m": ["2.5"],
            })
        );
    }
}
