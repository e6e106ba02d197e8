//! What Java reads differently in a regular expression that JavaScript reads. JSONata 2.0.6 is JavaScript; AWS does
//! not document whether Step Functions runs that, or one of its copies in Java.
//!
//! Source: ECMAScript, "Patterns" with annex B, and the documentation of `java.util.regex.Pattern`; compared with
//! Node.js 20 and Java 17.

use std::collections::HashSet;

/// A part of a pattern, and what both read the same.
pub(super) type Difference = (String, &'static str);

struct Scanner<'a> {
    chars: Vec<char>,
    at: usize,
    names: &'a [(String, usize)],
    groups: usize,
    /// The open groups.
    open: Vec<Open>,
    /// How many groups with a number have been opened.
    opened: usize,
    /// The numbers of those that have been closed.
    closed: HashSet<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    LookBehind,
    Number(usize),
    Other,
}

/// The first part that Java reads differently, or not at all.
pub(super) fn difference(
    source: &str,
    groups: usize,
    names: &[(String, usize)],
) -> Option<Difference> {
    let (chars, open, closed) = (source.chars().collect(), Vec::new(), HashSet::new());
    let mut scanner = Scanner { chars, at: 0, names, groups, open, opened: 0, closed };
    while scanner.at < scanner.chars.len() {
        if let Some(found) = scanner.part() {
            return Some(found);
        }
    }
    None
}

fn quoted(part: &[char]) -> String {
    format!("`{}`", part.iter().collect::<String>())
}

impl Scanner<'_> {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn starts(&self, text: &str) -> bool {
        text.chars().enumerate().all(|(ahead, char)| self.peek(ahead) == Some(char))
    }

    fn here(&self, length: usize) -> String {
        let end = (self.at + length).min(self.chars.len());
        quoted(self.chars.get(self.at..end).unwrap_or_default())
    }

    fn in_look_behind(&self) -> bool {
        self.open.contains(&Open::LookBehind)
    }

    /// Moves over one part outside of classes.
    fn part(&mut self) -> Option<Difference> {
        match self.peek(0)? {
            '\\' => return self.escape(false),
            '[' => return self.class(),
            '(' => return self.group(),
            ')' => {
                if let Some(Open::Number(number)) = self.open.pop() {
                    self.closed.insert(number);
                }
            }
            char if is_pair(char) && self.peek(1).is_some_and(|next| "*+?{".contains(next)) => {
                return Some((format!("the repeated `{char}`"), "repeat a group, such as (?:…)+"));
            }
            '*' | '+' if self.in_look_behind() => return Some(self.unlimited()),
            '{' => return self.brace(),
            _ => {}
        }
        self.at += 1;
        None
    }

    fn unlimited(&self) -> Difference {
        let what = format!("{} in a look-behind", self.here(1));
        (what, "limit the repetition, such as with {0,100}")
    }

    fn brace(&mut self) -> Option<Difference> {
        let rest = self.chars.get(self.at + 1..).unwrap_or_default();
        let inside: String = rest.iter().take_while(|char| is_in_braces(**char)).collect();
        let closed = rest.get(inside.len()) == Some(&'}');
        let inside = inside.as_str();
        let (min, max) = inside.split_once(',').unwrap_or((inside, "0"));
        let number =
            |text: &str| !text.is_empty() && text.chars().all(|char| char.is_ascii_digit());
        if !closed || !number(min) || !(max.is_empty() || number(max)) {
            return Some((self.here(1), "write \\{ for the character"));
        }
        if max.is_empty() && self.in_look_behind() {
            return Some(self.unlimited());
        }
        self.at += inside.len() + 2;
        None
    }

    fn group(&mut self) -> Option<Difference> {
        let behind = self.starts("(?<=") || self.starts("(?<!");
        let has_number = !self.starts("(?") || (self.starts("(?<") && !behind);
        self.opened += usize::from(has_number);
        self.open.push(match (behind, has_number) {
            (true, _) => Open::LookBehind,
            (false, true) => Open::Number(self.opened),
            (false, false) => Open::Other,
        });
        if self.starts("(?<") && !behind {
            let rest = self.chars.get(self.at + 3..).unwrap_or_default();
            let name: String = rest.iter().take_while(|char| **char != '>').collect();
            let plain = name.starts_with(|char: char| char.is_ascii_alphabetic())
                && name.chars().all(|char| char.is_ascii_alphanumeric());
            if !plain {
                return Some((
                    format!("the name `{name}` of a group"),
                    "name it with letters and digits of ASCII",
                ));
            }
            self.at += name.chars().count() + 4;
            return None;
        }
        // The signs behind the parenthesis are no quantifiers.
        self.at += match (self.starts("(?"), behind) {
            (_, true) => 4,
            (true, false) => 3,
            (false, false) => 1,
        };
        None
    }

    /// Moves over a class.
    fn class(&mut self) -> Option<Difference> {
        let began = self.at;
        self.at += 1 + usize::from(self.starts("[^"));
        if self.peek(0) == Some(']') {
            let what = quoted(self.chars.get(began..=self.at).unwrap_or_default());
            return Some((what, "write [\\s\\S] for any character, or (?!) for none"));
        }
        loop {
            match self.peek(0)? {
                ']' => {
                    self.at += 1;
                    return None;
                }
                '\\' => {
                    if let Some(found) = self.escape(true) {
                        return Some(found);
                    }
                    continue;
                }
                char if is_pair(char) => {
                    return Some((format!("`{char}` in a class"), "write alternatives, (?:…|…)"));
                }
                '[' => return Some(("`[` in a class".to_owned(), "write \\[ for the character")),
                '&' if self.peek(1) == Some('&') => {
                    return Some(("`&&` in a class".to_owned(), "write & once"));
                }
                // A class is no end of a range.
                '-' if self.peek(1) == Some('\\') && self.peek(2).is_some_and(is_shorthand) => {
                    return Some((self.here(3), "write \\- for the character"));
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    /// Moves over a backslash and what belongs to it.
    fn escape(&mut self, in_class: bool) -> Option<Difference> {
        let char = self.peek(1)?;
        let hexadecimal = |count: usize| {
            (2..2 + count).all(|at| self.peek(at).is_some_and(|it| it.is_ascii_hexdigit()))
        };
        let by_code = "write the character by its code, such as \\x41";
        let length = match char {
            'x' if hexadecimal(2) => 4,
            'u' if hexadecimal(4) => 6,
            'c' if self.peek(2).is_some_and(|letter| letter.is_ascii_uppercase()) => 3,
            '0' if self.peek(2).is_some_and(|digit| ('0'..='7').contains(&digit)) => 2,
            'k' | '1'..='9' if !in_class && self.group_at().is_some() => {
                if self.in_look_behind() {
                    let what = format!("{} in a look-behind", self.here(2));
                    return Some((what, "look behind for a text of a limited length"));
                }
                if !self.group_at().is_some_and(|number| self.closed.contains(&number)) {
                    return Some((self.here(2), "refer to a group that ends in front of it"));
                }
                2
            }
            'b' | 'B' if !in_class => 2,
            't' | 'n' | 'f' | 'r' => 2,
            char if is_shorthand(char) => 2,
            '0'..='9' | 'c' | 'b' => return Some((self.here(2), by_code)),
            'v' => return Some((self.here(2), "write \\x0B")),
            char if char.is_ascii_alphabetic() => {
                return Some((self.here(2), "leave out the backslash"));
            }
            _ => 2,
        };
        self.at += length;
        None
    }

    /// The number of the group that `\1` or `\k<name>` refers to.
    fn group_at(&self) -> Option<usize> {
        let rest = self.chars.get(self.at + 1..)?;
        if let Some(name) = rest.strip_prefix(&['k', '<']) {
            let name: String = name.iter().take_while(|char| **char != '>').collect();
            return self.names.iter().find(|(known, _)| *known == name).map(|(_, number)| *number);
        }
        let digits: String = rest.iter().take_while(|char| char.is_ascii_digit()).collect();
        digits.parse().ok().filter(|number| *number <= self.groups)
    }
}

fn is_in_braces(char: char) -> bool {
    char.is_ascii_digit() || char == ','
}

/// Whether JavaScript reads a character as two.
fn is_pair(char: char) -> bool {
    char > '\u{ffff}'
}

fn is_shorthand(char: char) -> bool {
    "dDsSwW".contains(char)
}

#[cfg(test)]
mod tests {
    use super::super::Pattern;

    fn what(pattern: &str) -> Option<String> {
        Pattern::parse(pattern, "").unwrap().difference().map(|(what, _)| what.clone())
    }

    #[test]
    fn what_java_reads_differently_is_known() {
        for (pattern, expected) in [
            ("a[^]b", "`[^]`"),
            ("[]", "`[]`"),
            ("[[a]", "`[` in a class"),
            ("[a&&b]", "`&&` in a class"),
            ("[a-\\d]", "`-\\d`"),
            ("{x}", "`{`"),
            ("a{,5}", "`{`"),
            ("(?<=a+)b", "`+` in a look-behind"),
            ("(?<!a{2,})b", "`{` in a look-behind"),
            ("(?<a_b>x)", "the name `a_b` of a group"),
            ("\\p{1}", "`\\p`"),
            ("\\v", "`\\v`"),
            ("[\\b]", "`\\b`"),
            ("\\0", "`\\0`"),
            ("\\8", "`\\8`"),
            ("\\x4", "`\\x`"),
            ("\\k<a>(?<a>x)", "`\\k`"),
            ("(a\\1)", "`\\1`"),
            ("😀+", "the repeated `😀`"),
            ("[😀]", "`😀` in a class"),
        ] {
            assert_eq!(what(pattern).as_deref(), Some(expected), "{pattern}");
        }
    }

    #[test]
    fn what_both_read_the_same_is_no_difference() {
        for pattern in [
            "^(?!re:)[\\w.+-]+@(?:example\\.org|a\\.b)$",
            "(a)\\1{2,3}?",
            "(?<q>['\"])x\\k<q>",
            "(?<=\\$|EUR)\\d+\\b",
            "[\\[\\]{}()&*+?^-]",
            "\\x41\\u0042\\cA\\012\\/\\-\\_",
            "[^\\s\"]+(?=;)*",
        ] {
            assert_eq!(what(pattern), None, "{pattern}");
        }
    }
}
