//! The only way to insert a value into the template: as JSON, in characters that YAML reads the
//! same way.

use std::fmt::Write as _;

use handlebars::{
    Context, Handlebars, Helper, HelperResult, Output, RenderContext, RenderErrorReason,
};
use serde_json::Value;

/// `{{json value}}`.
pub(super) fn json(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let value = helper
        .param(0)
        .filter(|value| !value.is_value_missing())
        .ok_or(RenderErrorReason::ParamNotFoundForIndex("json", 0))?;
    out.write(&plain(value.value()))?;
    Ok(())
}

/// JSON is YAML except for a few characters that YAML folds (U+0085, U+2028, U+2029), forbids (most
/// control characters, U+FFFE) or skips (U+FEFF). Escaped, all of them mean the same in both. So
/// this function escapes every character up to U+FFFF outside printable ASCII. Those above are
/// plain text in both, because YAML does not support JSON's surrogate pairs.
fn plain(value: &Value) -> String {
    let mut text = String::new();
    for char in value.to_string().chars() {
        match char {
            ' '..='~' | '\u{10000}'.. => text.push(char),
            _ => {
                let _ = write!(text, "\\u{:04x}", char as u32);
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_characters_mean_the_same_in_yaml() {
        for odd in ["\u{85}", "\u{2028}", "\u{feff}x", "\u{7f}", "\0", "ä😀", "\u{fffe}", "\u{9f}"]
        {
            let value = Value::from(odd);
            let read: Value = serde_yaml::from_str(&plain(&value)).unwrap();
            assert_eq!(read, value);
        }
    }
}
