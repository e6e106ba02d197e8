//! `KEY=VALUE`, as it is typed: an entry of a setting that is a map.

use std::borrow::Cow;

/// Splits `KEY=VALUE` at the first `=` that is not part of the key; `\=` is one that is.
pub fn split(pair: &str) -> Option<(Cow<'_, str>, &str)> {
    let mut from = 0;
    loop {
        let at = from + pair[from..].find('=')?;
        if !pair[..at].ends_with('\\') {
            let (key, value) = (&pair[..at], &pair[at + 1..]);
            let key = if from > 0 { Cow::from(key.replace("\\=", "=")) } else { Cow::from(key) };
            return Some((key, value));
        }
        from = at + 1;
    }
}

/// The pair that [`split`] splits into this key and this value.
pub fn joined(key: &str, value: &str) -> String {
    format!("{}={value}", key.replace('=', "\\="))
}

/// The name of the entry that a pair sets. `KEY:=JSON` sets the same parameter as `KEY=VALUE`; IAM
/// ignores case in the keys of tags.
pub fn name(setting: &str, pair: &str) -> String {
    let key = split(pair).map_or(Cow::from(pair), |(key, _)| key);
    match setting {
        "tag" => key.to_ascii_lowercase(),
        _ => key.strip_suffix(':').unwrap_or(&key).to_owned(),
    }
}

/// Splits at each comma that is not part of a text, and trims the parts; `\,` is a comma that is,
/// and stays as it is.
fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut escaped) = (0, false);
    for (at, char) in text.char_indices() {
        if char == ',' && !escaped {
            parts.push(text[start..at].trim());
            start = at + 1;
        }
        escaped = char == '\\' && !escaped;
    }
    parts.push(text[start..].trim());
    parts
}

/// The elements of a list as it is typed. `\,` is a comma in an element, and `\\` a backslash. Empty
/// elements do not count.
pub fn list(text: &str) -> Vec<String> {
    parts(text).into_iter().filter(|part| !part.is_empty()).map(unescaped).collect()
}

fn unescaped(element: &str) -> String {
    let mut text = String::new();
    let mut rest = element.chars().peekable();
    while let Some(char) = rest.next() {
        let escaped = rest.next_if(|next| char == '\\' && matches!(next, '\\' | ','));
        text.push(escaped.unwrap_or(char));
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_key_can_contain_an_equals_sign() {
        let read = |pair| split(pair).map(|(key, value)| (key.into_owned(), value));
        assert_eq!(read("a=b=c"), Some(("a".to_owned(), "b=c")));
        assert_eq!(read("a\\=b=c\\=d"), Some(("a=b".to_owned(), "c\\=d")));
        assert_eq!(read("a"), None);
        assert_eq!(read("a\\=b"), None);
        assert_eq!(["a:=[]", "a=:="].map(|pair| name("parameter", pair)), ["a", "a"]);
        assert_eq!(["A:=b", "a=b"].map(|pair| name("tag", pair)), ["a:", "a"]);
    }

    #[test]
    fn an_element_can_contain_a_comma() {
        assert_eq!(list("hello\\, world, b,,"), ["hello, world", "b"]);
        assert_eq!(list("DOMAIN\\user, c:\\\\, d\\\\\\,e"), ["DOMAIN\\user", "c:\\", "d\\,e"]);
        assert_eq!(list(""), [""; 0]);
    }

    proptest! {
        #[test]
        fn any_key_and_value_survive(key in "[a-z=:.]{1,8}", value in "[a-z=,\\\\:]{0,8}") {
            let pair = joined(&key, &value);
            let (read, rest) = split(&pair).unwrap();
            prop_assert_eq!((&*read, rest), (&*key, &*value));
        }

        #[test]
        fn any_elements_survive(elements in prop::collection::vec("[a-z,\\\\=]{1,6}", 0..4)) {
            let typed = |text: &String| text.replace('\\', "\\\\").replace(',', "\\,");
            let text = elements.iter().map(typed).collect::<Vec<_>>().join(",");
            prop_assert_eq!(list(&text), elements);
        }
    }
}
