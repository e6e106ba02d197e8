//! One term for one thing: what a person reads has none of the words that `.ci/prose/terms.json` lists. The linter of the
//! manual uses the same list.

use std::fs;
use std::path::Path;

use regex::{Regex, RegexBuilder};

use crate::sources;

/// Sources whose texts no person reads: they imitate AWS, or are data.
const NOT_READ: [&str; 3] =
    ["cloud/src/memory/", "deployer/src/flow/services/", "deployer/src/simulation/proof/"];

/// Words in texts that are not the program's own, each in one file.
const QUOTED: [(&str, &str); 3] = [
    ("deployer/src/operation/diagnosis.rs", "cancelled"),
    ("deployer/src/plan/recovery.rs", "cancelled"),
    ("deployer/src/simulation/local_functions/tests/node.rs", "nobody"),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The patterns, and what to write instead.
fn terms() -> Vec<(Regex, String)> {
    let text = fs::read_to_string(root().join(".ci/prose/terms.json")).unwrap();
    let terms: Vec<(String, String)> = serde_json::from_str(&text).unwrap();
    assert!(terms.len() > 20, "the list is not where this test looks for it");
    let pattern = |term: String| {
        let whole = format!(r"(?:^|[^\w-])(?:{term})(?:[^\w-]|$)");
        RegexBuilder::new(&whole).case_insensitive(true).build().unwrap()
    };
    terms.into_iter().map(|(term, instead)| (pattern(term), instead)).collect()
}

/// The texts of a source: its string literals, and the documentation that becomes help.
fn texts(source: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let code: String = source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .map(|line| format!("{line}\n"))
        .collect();
    let mut rest = code.as_str();
    while let Some(at) = rest.find(['"', '\'']) {
        let literal = &rest[at..];
        rest = if rest.as_bytes()[at] == b'\'' {
            // A character, or a lifetime.
            let mut chars = literal.char_indices().skip(1);
            match (chars.next(), chars.next(), chars.next()) {
                (Some((_, '\\')), Some(_), Some((end, '\''))) => &literal[end + 1..],
                (Some(_), Some((end, '\'')), _) => &literal[end + 1..],
                _ => &literal[1..],
            }
        } else {
            let raw = rest[..at].ends_with("r#");
            let end = if raw { literal[1..].find("\"#") } else { end_of(&literal[1..]) };
            let Some(end) = end else { break };
            texts.push(literal[1..=end].replace("\\\n", " "));
            &literal[end + 2..]
        };
    }
    texts
}

/// The position of the quotation mark that ends a literal.
fn end_of(literal: &str) -> Option<usize> {
    let mut escaped = false;
    literal.char_indices().find_map(|(at, char)| match (escaped, char) {
        (false, '"') => Some(at),
        (false, '\\') => {
            escaped = true;
            None
        }
        _ => {
            escaped = false;
            None
        }
    })
}

#[test]
fn messages_have_none_of_the_avoided_words() {
    let terms = terms();
    let (mut found, mut read) = (Vec::new(), 0);
    for (path, source) in sources() {
        let is_product = path.contains("/src/") && !path.ends_with("tests.rs");
        if !is_product || NOT_READ.iter().any(|folder| path.starts_with(folder)) {
            continue;
        }
        let source = source.split("#[cfg(test)]\nmod tests {").next().unwrap();
        // A single word is a code or a name.
        for text in texts(source).iter().filter(|text| text.contains(' ')) {
            read += 1;
            for (term, instead) in &terms {
                let quoted = QUOTED.iter().any(|(file, word)| *file == path && text.contains(word));
                if let (Some(word), false) = (term.find(text), quoted) {
                    let word = word.as_str().trim();
                    found.push(format!("{path}: `{word}` (write: {instead}) in: {text}"));
                }
            }
        }
    }
    assert!(read > 2_000, "only {read} texts");
    assert!(found.is_empty(), "{} texts:\n{}", found.len(), found.join("\n"));
}

#[test]
fn help_has_none_of_the_avoided_words() {
    let terms = terms();
    let mut found = Vec::new();
    for page in fs::read_dir(root().join("docs/reference/commands")).unwrap() {
        let page = page.unwrap().path();
        let text = fs::read_to_string(&page).unwrap();
        for (number, line) in (1..).zip(text.lines()) {
            for (term, instead) in &terms {
                if let Some(word) = term.find(line) {
                    let word = word.as_str().trim();
                    found.push(format!("{}:{number}: `{word}` (write: {instead})", page.display()));
                }
            }
        }
    }
    assert!(found.is_empty(), "{} places:\n{}", found.len(), found.join("\n"));
}
