//! Finds patterns that a short text keeps busy. Where one repetition is inside of another, the same text may match in
//! exponentially many ways, and matching tries them all if what follows does not match.

use super::class::Set;
use super::syntax::{Node, Times};
use super::{Budget, Pattern};

/// How often the text of a repetition is repeated. A choice of this program.
const REPEATED: usize = 24;
/// How many steps matching such a text may take: more than twice the cube of its length, less than 2 to the power of
/// it. A choice of this program.
pub(crate) const STEPS: u32 = 1 << 15;
/// How many texts are tried. A choice of this program.
const MAX_TEXTS: usize = 8;
/// A character that ends a match. Hardly any pattern accepts it.
const END: u16 = 1;

impl Pattern {
    /// Whether some texts could keep it busy.
    pub(crate) fn may_be_slow(&self) -> bool {
        !self.attacks.is_empty()
    }

    /// A short text that takes more than [`STEPS`].
    pub(crate) fn slow_text(&self) -> Option<String> {
        let is_slow = |text: &&Vec<u16>| self.find(text, 0, &Budget::of_steps(STEPS)).is_err();
        self.attacks.iter().find(is_slow).map(|text| String::from_utf16_lossy(text))
    }
}

/// The texts that could keep a pattern busy.
pub(super) fn attacks(node: &Node) -> Vec<Vec<u16>> {
    let mut texts = Vec::new();
    collect(node, &mut Vec::new(), &mut texts);
    texts.truncate(MAX_TEXTS);
    texts
}

/// Adds the texts for a node that comes after `before`, and moves over it.
fn collect(node: &Node, before: &mut Vec<u16>, texts: &mut Vec<Vec<u16>>) {
    if texts.len() >= MAX_TEXTS {
        return;
    }
    match node {
        Node::Sequence(nodes) => {
            let length = before.len();
            for node in nodes {
                collect(node, before, texts);
                sample(node, 0, before);
            }
            before.truncate(length);
        }
        Node::Either(nodes) => nodes.iter().for_each(|node| collect(node, before, texts)),
        Node::Group(_, inside) | Node::Look { inside, .. } => collect(inside, before, texts),
        Node::Repeat(inside, times) => {
            if times.max > REPEATED && has_choice(inside) {
                // What is optional inside may be what makes each repetition distinct.
                for least in [0, 1] {
                    let mut text = before.clone();
                    (0..REPEATED).for_each(|_| sample(inside, least, &mut text));
                    text.push(END);
                    texts.push(text);
                }
            }
            collect(inside, before, texts);
        }
        _ => {}
    }
}

/// Whether a node can match in several ways.
fn has_choice(node: &Node) -> bool {
    match node {
        Node::Sequence(nodes) => nodes.iter().any(has_choice),
        Node::Either(_) => true,
        Node::Group(_, inside) => has_choice(inside),
        Node::Repeat(inside, Times { min, max, .. }) => min != max || has_choice(inside),
        _ => false,
    }
}

/// Adds a short text that a node matches, with each repetition `least` times at least. Texts of a pattern that asks for thousands are cut.
fn sample(node: &Node, least: usize, text: &mut Vec<u16>) {
    if text.len() > 40 * REPEATED {
        return;
    }
    match node {
        Node::Char(unit) => text.push(*unit),
        Node::Set(set) => text.extend(member(set)),
        Node::Sequence(nodes) => nodes.iter().for_each(|node| sample(node, least, text)),
        Node::Either(nodes) => nodes.iter().take(1).for_each(|node| sample(node, least, text)),
        Node::Group(_, inside) => sample(inside, least, text),
        Node::Repeat(inside, times) => {
            (0..times.min.clamp(least, REPEATED)).for_each(|_| sample(inside, least, text));
        }
        _ => {}
    }
}

fn member(set: &Set) -> Option<u16> {
    let usual = "a0A .-_@/:,;\n<\"".encode_utf16();
    usual.chain(0x20..0x100).find(|unit| set.contains(*unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(pattern: &str) -> Option<String> {
        Pattern::parse(pattern, "").unwrap().slow_text()
    }

    #[test]
    fn exponential_patterns_have_a_text_that_keeps_them_busy() {
        for pattern in [
            "^(a+)+$",
            "^(?:a|a)*$",
            "(x+x+)+y",
            "^Subject: (\\w+\\s?)*$",
            "^(?=(?:a|aa)+$)b",
            "^([a-zA-Z0-9._]+)+@x",
            "^(([a-z])+.)+[A-Z]([a-z])+$",
        ] {
            assert!(text(pattern).is_some(), "{pattern}");
        }
    }

    #[test]
    fn usual_patterns_are_not_slow() {
        for pattern in [
            "^[\\w.+-]+@([\\w-]+\\.)+[\\w-]{2,}$",
            "^([a-z0-9]+\\.)*[a-z0-9]+$",
            "^(?:(?:re|fwd?|aw):\\s*)+",
            "(?:a|b|c)+d",
            "^(\\d{1,3}\\.){3}\\d{1,3}$",
            "\\s+$",
            "^(?:[^,]*,)*x$",
            "\\[(?:[^\\]]|\\\\.)*\\]",
            "(?:[A-Za-z0-9+/]{4})*(?:==|=)?$",
        ] {
            assert_eq!(text(pattern), None, "{pattern}");
        }
    }
}
