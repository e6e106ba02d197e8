//! Parses paths.

use super::filter::{self, Filter};
use super::{JsonPath, Step, Undecided};

/// Why a text is not a path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct PathError(pub(crate) String);

/// The most steps of a path, so that evaluation stays shallow. A limit of this program.
const MAX_STEPS: usize = 256;

/// How deep the parentheses and filters of a path may be nested. A limit of this program.
const MAX_DEPTH: usize = 32;

/// A text of which a part has been parsed.
pub(super) struct Scanner<'a> {
    rest: &'a str,
    /// How many parentheses and filters are open.
    depth: usize,
    pub(super) undecided: Option<Undecided>,
}

impl JsonPath {
    /// Parses what follows the root: `.a[0]`, or nothing.
    pub(crate) fn parse(text: &str) -> Result<Self, PathError> {
        let mut scanner = Scanner { rest: text, depth: 0, undecided: None };
        let mut path = scanner.path()?;
        path.undecided = scanner.undecided;
        if scanner.rest.is_empty() {
            return Ok(path);
        }
        Err(scanner.unexpected())
    }
}

/// Several names at the end of a path select an object, not an array.
fn with_members_last(mut steps: Vec<Step>) -> Vec<Step> {
    if let Some(last) = steps.last_mut()
        && let Step::Names(names) = last
        && names.len() > 1
    {
        *last = Step::Members(std::mem::take(names));
    }
    steps
}

impl<'a> Scanner<'a> {
    pub(super) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    pub(super) fn take(&mut self, token: &str) -> bool {
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Takes a whole word, ignoring case.
    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let Some((head, rest)) = self.rest.split_at_checked(word.len()) else { return false };
        let ends = !rest.starts_with(|char: char| char.is_alphanumeric());
        let taken = ends && head.eq_ignore_ascii_case(word);
        if taken {
            self.rest = rest;
        }
        taken
    }

    pub(super) fn skip_spaces(&mut self) {
        self.rest = self.rest.trim_start();
    }

    pub(super) fn unexpected(&self) -> PathError {
        match self.peek() {
            Some(char) => PathError(format!("unexpected `{char}`")),
            None => PathError("the path ends too early".to_owned()),
        }
    }

    fn expect(&mut self, token: &str) -> Result<(), PathError> {
        self.skip_spaces();
        if self.take(token) { Ok(()) } else { Err(self.unexpected()) }
    }

    pub(super) fn take_while(&mut self, fits: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|char| !fits(char)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    /// Parses something nested, if it is not nested too deep.
    pub(super) fn deeper<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, PathError>,
    ) -> Result<T, PathError> {
        if self.depth >= MAX_DEPTH {
            return Err(PathError(format!(
                "parentheses and filters are nested more than {MAX_DEPTH} levels deep"
            )));
        }
        self.depth += 1;
        let inside = read(self);
        self.depth -= 1;
        inside
    }

    /// Parses steps until something else follows.
    pub(super) fn path(&mut self) -> Result<JsonPath, PathError> {
        let mut steps = Vec::new();
        loop {
            if steps.len() > MAX_STEPS {
                return Err(PathError(format!("the path has more than {MAX_STEPS} steps")));
            }
            if self.take("..") {
                steps.push(Step::Descend);
                match self.peek() {
                    Some('[') => {}
                    _ => steps.push(self.named()?),
                }
            } else if self.take(".") {
                // As in `$.a.['b']`, which the developer guide teaches.
                if self.peek() != Some('[') {
                    steps.push(self.named()?);
                }
            } else if self.take("[") {
                steps.push(self.bracket()?);
                self.expect("]")?;
            } else {
                return Ok(JsonPath { steps: with_members_last(steps), undecided: None });
            }
        }
    }

    fn named(&mut self) -> Result<Step, PathError> {
        if self.take("*") {
            return Ok(Step::Wildcard);
        }
        let name = self.name();
        if name.is_empty() {
            return Err(self.unexpected());
        }
        if name == "length" && self.take("()") {
            return Ok(Step::Length);
        }
        Ok(Step::Names(vec![name]))
    }

    /// A name after a dot. A backslash makes the next character part of it. Source: the language
    /// specification, "Reference Paths". Operators end it only inside of a filter.
    fn name(&mut self) -> String {
        let operators = if self.depth > 0 { "=<>!&|" } else { "" };
        let ends = |char: char| {
            char.is_whitespace() || ".[](),'\"?@*".contains(char) || operators.contains(char)
        };
        let mut name = String::new();
        loop {
            name.push_str(self.take_while(|char| char != '\\' && !ends(char)));
            let mut chars = self.rest.chars();
            let (Some('\\'), Some(escaped)) = (chars.next(), chars.next()) else { return name };
            name.push(escaped);
            self.rest = chars.as_str();
            self.undecided = Some(Undecided::Escape);
        }
    }

    fn bracket(&mut self) -> Result<Step, PathError> {
        self.skip_spaces();
        match self.peek() {
            Some('*') => {
                self.take("*");
                Ok(Step::Wildcard)
            }
            Some('?') => {
                self.take("?");
                self.expect("(")?;
                let filter: Filter = self.deeper(filter::parse)?;
                self.expect(")")?;
                Ok(Step::Filter(filter))
            }
            Some('\'' | '"') => {
                let mut names = vec![self.quoted()?];
                self.skip_spaces();
                while self.take(",") {
                    self.skip_spaces();
                    names.push(self.quoted()?);
                    self.skip_spaces();
                }
                Ok(Step::Names(names))
            }
            _ => self.numbers(),
        }
    }

    fn numbers(&mut self) -> Result<Step, PathError> {
        let first = self.integer()?;
        self.skip_spaces();
        if self.take(":") {
            self.skip_spaces();
            let end = self.integer()?;
            return Ok(Step::Slice(first, end));
        }
        let mut indices = vec![first.ok_or_else(|| self.unexpected())?];
        while self.take(",") {
            self.skip_spaces();
            indices.push(self.integer()?.ok_or_else(|| self.unexpected())?);
            self.skip_spaces();
        }
        Ok(Step::Indices(indices))
    }

    fn integer(&mut self) -> Result<Option<i64>, PathError> {
        let digits = self.take_while(|char| char == '-' || char.is_ascii_digit());
        if digits.is_empty() {
            return Ok(None);
        }
        digits.parse().map(Some).map_err(|_| PathError(format!("`{digits}` is not an index")))
    }

    /// Parses a string in single or double quotes. A backslash escapes the quote and itself; before
    /// any other character it is literal.
    pub(super) fn quoted(&mut self) -> Result<String, PathError> {
        let Some(quote @ ('\'' | '"')) = self.peek() else {
            return Err(self.unexpected());
        };
        let raw = self.enclosed(quote)?;
        let mut text = String::with_capacity(raw.len());
        let mut chars = raw.chars();
        while let Some(char) = chars.next() {
            match char {
                '\\' => match chars.next() {
                    Some(next) if next == quote || next == '\\' => text.push(next),
                    Some(next) => text.extend(['\\', next]),
                    None => text.push('\\'),
                },
                char => text.push(char),
            }
        }
        Ok(text)
    }

    /// Takes the text between two equal delimiters. A backslash escapes a delimiter.
    pub(super) fn enclosed(&mut self, sign: char) -> Result<&'a str, PathError> {
        let inside = self.rest.strip_prefix(sign).ok_or_else(|| self.unexpected())?;
        let mut escaped = false;
        for (at, char) in inside.char_indices() {
            if escaped {
                escaped = false;
            } else if char == '\\' {
                escaped = true;
            } else if char == sign {
                let (text, rest) = inside.split_at(at);
                self.rest = rest.strip_prefix(sign).unwrap_or_default();
                return Ok(text);
            }
        }
        Err(PathError(format!("the closing `{sign}` is missing")))
    }
}
