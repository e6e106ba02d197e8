//! Texts from outside in sentences for people, and the chains of causes that the SDK builds.

use std::error::Error;

/// Longer than any text that helps a person.
const MAX_CHARACTERS: usize = 400;

/// The text on one line, with control characters escaped, and cut if it is very long.
pub(super) fn plain(text: &str) -> String {
    let mut shown = String::new();
    for (at, character) in text.trim().chars().enumerate() {
        match character {
            _ if at >= MAX_CHARACTERS => return shown + "…",
            '\n' | '\r' | '\t' => shown.push(' '),
            _ if character.is_control() => shown.extend(character.escape_debug()),
            _ => shown.push(character),
        }
    }
    shown
}

/// Every error of a chain, outermost first.
pub(super) fn links<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> + 'a {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let link = next?;
        next = link.source();
        Some(link)
    })
}

/// The last cause: the message of the operating system or the other side.
pub(super) fn deepest(error: &(dyn Error + 'static)) -> String {
    links(error).last().map(ToString::to_string).unwrap_or_default()
}

/// What the links of a chain say to a person, outermost first. The SDK's own categories and debug
/// output say nothing, and neither does a sentence that repeats its cause.
pub(super) fn sentences(error: &(dyn Error + 'static)) -> Vec<String> {
    let mut sentences: Vec<String> = Vec::new();
    for text in links(error).map(ToString::to_string) {
        if is_internal(&text) {
            continue;
        }
        // A link often ends with the text of the next one.
        if let Some(last) = sentences.last_mut()
            && last.ends_with(&plain(&text))
        {
            continue;
        }
        sentences.push(plain(&text));
    }
    sentences
}

/// Texts of the SDK that name only a category, by their whole length.
const CATEGORIES: [&str; 14] = [
    "other",
    "user error",
    "io error",
    "timeout",
    "dispatch failure",
    "service error",
    "response error",
    "unhandled error",
    "request has timed out",
    "failed to construct request",
    "client error (Connect)",
    "error trying to connect",
    "unexpected credentials error",
    "an error occurred while loading credentials",
];

fn is_internal(text: &str) -> bool {
    let debug = ["SdkBody", "Request {", "DispatchFailure", "Interceptor", "ConnectorError"];
    text.trim().is_empty()
        || CATEGORIES.contains(&text)
        || debug.iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_stay_on_one_line_and_leave_the_terminal_alone() {
        assert_eq!(plain(" a\nb\u{1b}[31m "), "a b\\u{1b}[31m");
        assert_eq!(plain(&"x".repeat(1000)).chars().count(), MAX_CHARACTERS + 1);
    }

    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Link(&'static str, #[source] Option<Box<Link>>);

    #[test]
    fn the_sdks_own_words_are_left_out() {
        let last = Link("refused (os error 111)", None);
        let debug =
            Link("Request { body: SdkBody { } }: refused (os error 111)", Some(last.into()));
        let outer = Link("dispatch failure", Some(debug.into()));
        assert_eq!(sentences(&outer), ["refused (os error 111)"]);
        assert_eq!(deepest(&outer), "refused (os error 111)");
    }
}
