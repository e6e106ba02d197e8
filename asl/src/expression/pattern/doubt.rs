//! What can go wrong with a regular expression that JavaScript reads.

use super::syntax::Node;
use super::{Budget, Pattern};

/// A reason why a regular expression may not do what its author expects.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    /// It can match the empty text where more text follows. The function that looks for the next match then fails.
    #[error(
        "the regular expression /{pattern}/ can match the empty text; ${function} then fails with D1004, for example \
         on {text:?}"
    )]
    EmptyMatch {
        /// The text between the slashes.
        pattern: String,
        /// The function, without its `$`.
        function: String,
        /// A text on which the function fails.
        text: String,
    },
    /// A short text keeps it busy.
    #[error(
        "the regular expression /{pattern}/ takes too long on texts such as {text:?}; an expression may take one second"
    )]
    Slow {
        /// The text between the slashes.
        pattern: String,
        /// Such a text.
        text: String,
    },
    /// JavaScript and Java do not read it the same.
    #[error(
        "Java does not read {what} in the regular expression /{pattern}/ as JavaScript does; AWS does not document \
         which of them Step Functions follows"
    )]
    Java {
        /// The text between the slashes.
        pattern: String,
        /// The first part that they read differently.
        what: String,
        /// What both read the same.
        instead: &'static str,
    },
}

impl Doubt {
    /// What to write in its place.
    #[must_use]
    pub fn instead(&self) -> &'static str {
        match self {
            Self::EmptyMatch { .. } => {
                "let it match one character at least, such as with + in place of *"
            }
            Self::Slow { .. } => {
                "let it match a text in one way only, without + or * inside of + or *"
            }
            Self::Java { instead, .. } => instead,
        }
    }
}

/// Texts on which patterns that match the empty text usually do. A choice of this program.
const TEXTS: [&str; 24] = [
    "a", "A", "0", " ", "\n", "-", "_", ".", "@", ":", ",", ";", "/", "(", "<", "\"", "é", "ab",
    "aA", "a1", "a b", "a\nb", "Re: a", "a@b.c",
];
/// How many steps to look for a text. Patterns that take more on such short texts are not judged. A choice of this
/// program.
const STEPS: u32 = 1 << 15;

/// How many characters of a pattern are tried as a text. A choice of this program.
const MAX_LITERALS: usize = 32;

impl Pattern {
    /// A text on which the pattern matches the empty text where more text follows.
    pub(crate) fn matches_nothing_in(&self) -> Option<String> {
        let literals = self.literals.as_ref()?;
        let budget = Budget::of_steps(STEPS);
        let followed = format!("{literals}a");
        let texts = TEXTS.into_iter().chain([literals.as_str(), followed.as_str()]);
        texts.filter(|text| self.stops(text, &budget)).min_by_key(|text| text.len()).map(Into::into)
    }

    /// Whether going from match to match ends with the empty text.
    fn stops(&self, text: &str, budget: &Budget) -> bool {
        let units: Vec<u16> = text.encode_utf16().collect();
        let mut found = self.find(&units, 0, budget);
        while let Ok(Some(current)) = &found {
            if current.end >= units.len() {
                return false;
            }
            let from = current.end;
            found = self.find(&units, from, budget);
            if matches!(&found, Ok(Some(next)) if next.start == next.end) {
                return true;
            }
        }
        false
    }
}

/// The characters of a pattern, if it can match the empty text.
pub(super) fn literals_if_nullable(node: &Node) -> Option<String> {
    if !nullable(node) {
        return None;
    }
    let mut units = Vec::new();
    collect(node, &mut units);
    units.truncate(MAX_LITERALS);
    Some(String::from_utf16_lossy(&units))
}

fn nullable(node: &Node) -> bool {
    match node {
        Node::Char(_) | Node::Set(_) => false,
        Node::Sequence(nodes) => nodes.iter().all(nullable),
        Node::Either(nodes) => nodes.iter().any(nullable),
        Node::Group(_, inside) => nullable(inside),
        Node::Repeat(inside, times) => times.min == 0 || nullable(inside),
        Node::Look { .. } | Node::Start | Node::End | Node::Border(_) | Node::Back(_) => true,
    }
}

fn collect(node: &Node, units: &mut Vec<u16>) {
    match node {
        Node::Char(unit) => units.push(*unit),
        Node::Sequence(nodes) | Node::Either(nodes) => {
            nodes.iter().for_each(|node| collect(node, units));
        }
        Node::Group(_, inside) | Node::Repeat(inside, _) | Node::Look { inside, .. } => {
            collect(inside, units);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(pattern: &str, flags: &str) -> Option<String> {
        Pattern::parse(pattern, flags).unwrap().matches_nothing_in()
    }

    #[test]
    fn a_text_is_found_where_a_pattern_matches_nothing() {
        // What `$replace` of JSONata 2.0.6 fails on, in Node.js 20.
        for (pattern, flags, expected) in [
            ("x*", "", "a"),
            ("^\\s*", "", "a"),
            ("^", "", "a"),
            ("\\b", "", "a"),
            ("(?=[A-Z])", "", "A"),
            ("^\\s*|\\s*$", "", "a"),
            ("\\s*$", "m", "a\nb"),
            (".*", "", "\n"),
            ("(?=qz)", "", "qz"),
            ("(?<=%)", "", "%a"),
        ] {
            let found = text(pattern, flags);
            assert_eq!(found.as_deref(), Some(expected), "/{pattern}/{flags}");
        }
    }

    #[test]
    fn a_pattern_that_matches_something_or_only_at_the_end_is_not_doubted() {
        for pattern in
            ["a", "\\s+", "\\s*$", "$", "^$", "[\\s\\S]*", "^(?!re:).+", "(a)|b", "(?=x)y"]
        {
            assert_eq!(text(pattern, ""), None, "/{pattern}/");
        }
    }
}
