//! Parses a regular expression. Source: ECMAScript, "Patterns", with annex B, "Regular Expressions
//! Patterns", which makes it as lenient as in browsers.

use super::PatternError::{self, Invalid, TooLarge};
use super::class::{LINE_ENDS, Ranges, Set, shorthand};
use super::syntax::{Node, Parsed, Times};

/// How deep groups may be nested. A limit of this program.
const MAX_DEPTH: usize = 128;

struct Parser {
    units: Vec<u16>,
    at: usize,
    depth: usize,
    fold: bool,
    /// How many groups are open or closed.
    opened: usize,
    /// The number of all groups.
    groups: usize,
    /// The names of the groups, with their numbers.
    names: Vec<(String, usize)>,
}

pub(super) fn parse(source: &str, fold: bool) -> Result<Parsed, PatternError> {
    let units: Vec<u16> = source.encode_utf16().collect();
    let mut parser =
        Parser { units, at: 0, depth: 0, fold, opened: 0, groups: 0, names: Vec::new() };
    parser.count_groups()?;
    let node = parser.either()?;
    match parser.peek() {
        None => Ok(Parsed { node, groups: parser.groups, names: parser.names }),
        Some(_) => Err(Invalid("Unmatched ')'")),
    }
}

fn is(unit: Option<u16>, char: char) -> bool {
    unit.is_some_and(|unit| u32::from(unit) == u32::from(char))
}

impl Parser {
    fn peek(&self) -> Option<u16> {
        self.units.get(self.at).copied()
    }

    fn ahead(&self, text: &str) -> bool {
        let rest = self.units.get(self.at..).unwrap_or_default();
        text.encode_utf16().enumerate().all(|(at, unit)| rest.get(at) == Some(&unit))
    }

    fn take(&mut self, text: &str) -> bool {
        let found = self.ahead(text);
        self.at += if found { text.encode_utf16().count() } else { 0 };
        found
    }

    fn next(&mut self) -> Option<u16> {
        let unit = self.peek();
        self.at += usize::from(unit.is_some());
        unit
    }

    /// Counts the groups and collects their names, which a back reference may need before they are
    /// opened.
    fn count_groups(&mut self) -> Result<(), PatternError> {
        let mut in_class = false;
        while let Some(unit) = self.next() {
            match u8::try_from(unit).unwrap_or_default() {
                b'\\' => self.at += 1,
                b'[' => in_class = true,
                b']' => in_class = false,
                b'(' if !in_class => {
                    if self.ahead("?<") && !self.ahead("?<=") && !self.ahead("?<!") {
                        self.at += 2;
                        self.groups += 1;
                        let name = self.name()?;
                        if self.names.iter().any(|(known, _)| *known == name) {
                            return Err(Invalid("Duplicate capture group name"));
                        }
                        self.names.push((name, self.groups));
                    } else if !self.ahead("?") {
                        self.groups += 1;
                    }
                }
                _ => {}
            }
        }
        self.at = 0;
        Ok(())
    }

    /// The name of a group, up to its `>`.
    fn name(&mut self) -> Result<String, PatternError> {
        let rest = self.units.get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|&unit| is(Some(unit), '>'));
        let name = length.and_then(|length| String::from_utf16(rest.get(..length)?).ok());
        let name = name.unwrap_or_default();
        let mut chars = name.chars();
        let begins = |char: char| char.is_alphabetic() || "$_".contains(char);
        let valid = chars.next().is_some_and(begins)
            && chars.all(|char| char.is_alphanumeric() || "$_\u{200c}\u{200d}".contains(char));
        if !valid {
            return Err(Invalid("Invalid capture group name"));
        }
        self.at += length.unwrap_or_default() + 1;
        Ok(name)
    }

    fn either(&mut self) -> Result<Node, PatternError> {
        if self.depth >= MAX_DEPTH {
            return Err(TooLarge(format!("groups nest deeper than {MAX_DEPTH}")));
        }
        self.depth += 1;
        let mut either = vec![self.sequence()?];
        while self.take("|") {
            either.push(self.sequence()?);
        }
        self.depth -= 1;
        match either.pop() {
            Some(only) if either.is_empty() => Ok(only),
            last => {
                either.extend(last);
                Ok(Node::Either(either))
            }
        }
    }

    fn sequence(&mut self) -> Result<Node, PatternError> {
        let mut terms = Vec::new();
        while let Some(unit) = self.peek() {
            if is(Some(unit), '|') || is(Some(unit), ')') {
                break;
            }
            let before = self.opened;
            let (node, repeatable) = self.term()?;
            terms.push(if repeatable { self.repeated(node, before)? } else { node });
        }
        Ok(Node::Sequence(terms))
    }

    /// A term, and whether a quantifier may follow.
    fn term(&mut self) -> Result<(Node, bool), PatternError> {
        for (text, behind, negative) in [
            ("(?=", false, false),
            ("(?!", false, true),
            ("(?<=", true, false),
            ("(?<!", true, true),
        ] {
            if self.take(text) {
                let inside = Box::new(self.either()?);
                self.close()?;
                return Ok((Node::Look { inside, behind, negative }, !behind));
            }
        }
        if self.take("\\b") {
            return Ok((Node::Border(true), false));
        }
        if self.take("\\B") {
            return Ok((Node::Border(false), false));
        }
        if self.times()?.is_some() {
            return Err(Invalid("Nothing to repeat"));
        }
        let Some(unit) = self.next() else { return Err(Invalid("Unterminated pattern")) };
        Ok(match u8::try_from(unit).unwrap_or_default() {
            b'^' => (Node::Start, false),
            b'$' => (Node::End, false),
            b'(' => (self.group()?, true),
            b'.' => (Node::Set(Set::new(LINE_ENDS.to_vec(), true, false)), true),
            b'[' => (self.class()?, true),
            b'\\' => (self.escape()?, true),
            _ => (Node::Char(unit), true),
        })
    }

    fn close(&mut self) -> Result<(), PatternError> {
        if self.take(")") { Ok(()) } else { Err(Invalid("Unterminated group")) }
    }

    fn group(&mut self) -> Result<Node, PatternError> {
        if self.take("?:") {
            let inside = self.either()?;
            self.close()?;
            return Ok(inside);
        }
        if self.take("?<") {
            self.name()?;
        } else if self.ahead("?") {
            return Err(Invalid("Invalid group"));
        }
        self.opened += 1;
        let number = self.opened;
        let inside = Box::new(self.either()?);
        self.close()?;
        Ok(Node::Group(number, inside))
    }

    /// The term with the quantifier that follows, if any.
    fn repeated(&mut self, node: Node, before: usize) -> Result<Node, PatternError> {
        let Some((min, max)) = self.times()? else { return Ok(node) };
        let greedy = !self.take("?");
        let groups = (before, self.opened);
        Ok(Node::Repeat(Box::new(node), Times { min, max, greedy, groups }))
    }

    /// A quantifier. An opening brace that begins none is a character.
    fn times(&mut self) -> Result<Option<(usize, usize)>, PatternError> {
        for (sign, times) in [("*", (0, usize::MAX)), ("+", (1, usize::MAX)), ("?", (0, 1))] {
            if self.take(sign) {
                return Ok(Some(times));
            }
        }
        let began = self.at;
        if self.take("{")
            && let Some(min) = self.number()
        {
            let max = if self.take(",") { self.number().unwrap_or(usize::MAX) } else { min };
            if self.take("}") {
                if min > max {
                    return Err(Invalid("numbers out of order in {} quantifier"));
                }
                return Ok(Some((min, max)));
            }
        }
        self.at = began;
        Ok(None)
    }

    fn number(&mut self) -> Option<usize> {
        let mut number = None;
        while let Some(digit) = self.digit(10) {
            number = Some(number.unwrap_or(0_usize).saturating_mul(10).saturating_add(digit));
        }
        number
    }

    fn digit(&mut self, radix: u32) -> Option<usize> {
        let digit = char::from_u32(u32::from(self.peek()?))?.to_digit(radix)?;
        self.at += 1;
        usize::try_from(digit).ok()
    }

    /// What follows a backslash outside of a class.
    fn escape(&mut self) -> Result<Node, PatternError> {
        let began = self.at;
        if self.peek().is_some_and(|unit| (0x31..=0x39).contains(&unit)) {
            let number = self.number().unwrap_or_default();
            if number <= self.groups {
                return Ok(Node::Back(number));
            }
            self.at = began;
        }
        if !self.names.is_empty() && self.take("k") {
            let named = if self.take("<") { self.name()? } else { String::new() };
            let known = self.names.iter().find(|(name, _)| *name == named);
            let known = known.ok_or(Invalid("Invalid named reference"))?;
            return Ok(Node::Back(known.1));
        }
        if let Some(ranges) = self.shorthand() {
            return Ok(Node::Set(Set::new(ranges, false, self.fold)));
        }
        self.character(false).map(Node::Char)
    }

    /// `d`, `W` and so on after a backslash.
    fn shorthand(&mut self) -> Option<Ranges> {
        let ranges = shorthand(self.peek()?)?;
        self.at += 1;
        Some(ranges)
    }

    /// The character that an escape after a backslash means.
    fn character(&mut self, in_class: bool) -> Result<u16, PatternError> {
        let Some(unit) = self.next() else { return Err(Invalid("\\ at end of pattern")) };
        Ok(match u8::try_from(unit).unwrap_or_default() {
            b't' => 0x09,
            b'n' => 0x0a,
            b'v' => 0x0b,
            b'f' => 0x0c,
            b'r' => 0x0d,
            b'b' if in_class => 0x08,
            b'c' => self.control(in_class),
            b'x' => self.hexadecimal(2).unwrap_or(unit),
            b'u' => self.hexadecimal(4).unwrap_or(unit),
            b'0'..=b'7' => {
                self.at -= 1;
                self.octal()
            }
            _ => unit,
        })
    }

    /// What follows `\c`. Without a letter, the backslash is a character.
    fn control(&mut self, in_class: bool) -> u16 {
        let letter = self.peek().and_then(|unit| u8::try_from(unit).ok()).filter(|letter| {
            letter.is_ascii_alphabetic() || in_class && (letter.is_ascii_digit() || *letter == b'_')
        });
        self.at = if letter.is_some() { self.at + 1 } else { self.at - 1 };
        u16::from(letter.map_or(b'\\', |letter| letter % 32))
    }

    fn hexadecimal(&mut self, digits: usize) -> Option<u16> {
        let began = self.at;
        let mut number = 0;
        for _ in 0..digits {
            let Some(digit) = self.digit(16) else {
                self.at = began;
                return None;
            };
            number = number * 16 + digit;
        }
        u16::try_from(number).ok()
    }

    /// Up to three octal digits, up to `\377`.
    fn octal(&mut self) -> u16 {
        let (mut number, mut digits) = (0, 0);
        while number < 32
            && digits < 3
            && let Some(digit) = self.digit(8)
        {
            number = number * 8 + digit;
            digits += 1;
        }
        u16::try_from(number).unwrap_or_default()
    }

    /// A class, after its opening bracket.
    fn class(&mut self) -> Result<Node, PatternError> {
        let negated = self.take("^");
        let mut ranges = Vec::new();
        while !self.take("]") {
            let first = self.member()?;
            if !self.ahead("-") || self.ahead("-]") {
                ranges.extend(first.0);
                continue;
            }
            self.at += 1;
            let last = self.member()?;
            match (first, last) {
                ((_, Some(first)), (_, Some(last))) if first > last => {
                    return Err(Invalid("Range out of order in character class"));
                }
                ((_, Some(first)), (_, Some(last))) => ranges.push((first, last)),
                // A set cannot be the end of a range: the hyphen is a member, too.
                ((first, _), (last, _)) => {
                    ranges.extend(first);
                    ranges.push((0x2d, 0x2d));
                    ranges.extend(last);
                }
            }
        }
        Ok(Node::Set(Set::new(ranges, negated, self.fold)))
    }

    /// A member of a class: its ranges, and its character if it is one.
    fn member(&mut self) -> Result<(Ranges, Option<u16>), PatternError> {
        if self.take("\\") {
            if let Some(ranges) = self.shorthand() {
                return Ok((ranges, None));
            }
            let char = self.character(true)?;
            return Ok((vec![(char, char)], Some(char)));
        }
        match self.next() {
            Some(char) => Ok((vec![(char, char)], Some(char))),
            None => Err(Invalid("Unterminated character class")),
        }
    }
}
