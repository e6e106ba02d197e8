//! Filters in a path: `[?(@.price < 10 && @.kind == 'book')]`.

use std::sync::Arc;
use std::time::Instant;

use regex::{Regex, RegexBuilder};
use serde_json::{Number, Value};

use super::parse::{PathError, Scanner};
use super::relation::Relation;
use super::{JsonPath, Undecided};
use crate::expression::pattern::{self, Budget};
use crate::limits::MAX_EVALUATION;

/// A condition for items.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Not(Box<Filter>),
    /// The path matches something.
    Exists(Operand),
    Compare(Operand, Comparison, Operand),
    /// `@.kind in ['a', 'b']` and similar operators.
    Relate(Operand, Relation, Operand),
    /// The operand is a string that matches the pattern.
    Matches(Operand, Pattern),
}

/// A regular expression, with its source. Two are equal if their sources are.
#[derive(Debug, Clone)]
pub(super) struct Pattern(String, Engine);

/// Jayway's are Java's. Those of JavaScript are nearly the same: ASCII classes, look-around, back
/// references. What only Java has, such as `(?i)` and `\p{L}`, the crate `regex` has, too.
#[derive(Debug, Clone)]
enum Engine {
    JavaScript(Arc<pattern::Pattern>),
    Rust(Regex),
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Pattern {
    fn matches(&self, text: &str) -> bool {
        match &self.1 {
            Engine::JavaScript(pattern) => {
                let units: Vec<u16> = text.encode_utf16().collect();
                let budget = Budget::until(Instant::now() + MAX_EVALUATION);
                // One that takes too long does not match.
                matches!(pattern.find(&units, 0, &budget), Ok(Some(_)))
            }
            Engine::Rust(pattern) => pattern.is_match(text),
        }
    }
}

/// One side of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Operand {
    /// `@…`, relative to the item.
    Item(JsonPath),
    /// `$…`, relative to the document.
    Document(JsonPath),
    Literal(Value),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// How much memory a compiled regular expression may take, in bytes. A limit of this program.
const MAX_PATTERN: usize = 1024 * 1024;

/// Parses a filter, up to its closing parenthesis.
pub(super) fn parse(scanner: &mut Scanner<'_>) -> Result<Filter, PathError> {
    let mut any = vec![all(scanner)?];
    scanner.skip_spaces();
    while scanner.take("||") {
        any.push(all(scanner)?);
        scanner.skip_spaces();
    }
    Ok(only(any, Filter::Any))
}

fn all(scanner: &mut Scanner<'_>) -> Result<Filter, PathError> {
    let mut all = vec![term(scanner)?];
    scanner.skip_spaces();
    while scanner.take("&&") {
        all.push(term(scanner)?);
        scanner.skip_spaces();
    }
    Ok(only(all, Filter::All))
}

fn only(mut several: Vec<Filter>, wrap: impl Fn(Vec<Filter>) -> Filter) -> Filter {
    match several.pop() {
        Some(one) if several.is_empty() => one,
        Some(last) => {
            several.push(last);
            wrap(several)
        }
        None => wrap(several),
    }
}

fn term(scanner: &mut Scanner<'_>) -> Result<Filter, PathError> {
    scanner.skip_spaces();
    if scanner.take("!") {
        return Ok(Filter::Not(Box::new(scanner.deeper(term)?)));
    }
    if scanner.take("(") {
        let inner = scanner.deeper(parse)?;
        scanner.skip_spaces();
        return if scanner.take(")") { Ok(inner) } else { Err(scanner.unexpected()) };
    }
    let left = operand(scanner)?;
    scanner.skip_spaces();
    if scanner.take("=~") {
        scanner.skip_spaces();
        return Ok(Filter::Matches(left, pattern(scanner)?));
    }
    let signs = [
        ("==", Comparison::Equal),
        ("!=", Comparison::Unequal),
        ("<=", Comparison::LessOrEqual),
        (">=", Comparison::GreaterOrEqual),
        ("<", Comparison::Less),
        (">", Comparison::Greater),
    ];
    for (sign, comparison) in signs {
        if scanner.take(sign) {
            scanner.skip_spaces();
            return Ok(Filter::Compare(left, comparison, operand_or_word(scanner)?));
        }
    }
    for (word, relation) in Relation::WORDS {
        if scanner.take_word(word) {
            scanner.skip_spaces();
            return Ok(Filter::Relate(left, relation, operand_or_word(scanner)?));
        }
    }
    Ok(Filter::Exists(left))
}

/// Parses `/…/` or `/…/i`. The whole string must match.
fn pattern(scanner: &mut Scanner<'_>) -> Result<Pattern, PathError> {
    let inside = scanner.enclosed('/')?;
    let fold = scanner.take("i");
    let whole = format!("^(?:{inside})$");
    let source = format!("{}{whole}", if fold { "(?i)" } else { "" });
    if let Ok(pattern) = pattern::Pattern::parse(&whole, if fold { "i" } else { "" })
        && !inside.contains("\\p")
    {
        return Ok(Pattern(source, Engine::JavaScript(Arc::new(pattern))));
    }
    let built = RegexBuilder::new(&source).size_limit(MAX_PATTERN).build();
    let pattern = built
        .map_err(|_| PathError(format!("`{inside}` is not a regular expression, or too large")))?;
    Ok(Pattern(source, Engine::Rust(pattern)))
}

/// The right side of an operator, where a word without quotes is a text.
fn operand_or_word(scanner: &mut Scanner<'_>) -> Result<Operand, PathError> {
    if !scanner.peek().is_some_and(|char| char.is_alphabetic() || char == '_') {
        return operand(scanner);
    }
    let word = scanner.take_while(|char| char.is_alphanumeric() || "_-.:/".contains(char));
    Ok(Operand::Literal(match word {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "null" => Value::Null,
        word => {
            scanner.undecided = Some(Undecided::Word);
            Value::from(word)
        }
    }))
}

fn operand(scanner: &mut Scanner<'_>) -> Result<Operand, PathError> {
    if scanner.take("@") {
        let path = scanner.path()?;
        if path.is_root() {
            scanner.undecided = Some(Undecided::Scalar);
        }
        return Ok(Operand::Item(path));
    }
    if scanner.take("$") {
        return Ok(Operand::Document(scanner.path()?));
    }
    if matches!(scanner.peek(), Some('\'' | '"')) {
        return Ok(Operand::Literal(Value::String(scanner.quoted()?)));
    }
    if scanner.take("[") {
        return list(scanner).map(Operand::Literal);
    }
    let word = scanner.take_while(|char| char.is_ascii_alphanumeric() || "+-.".contains(char));
    if word.is_empty() {
        return Err(scanner.unexpected());
    }
    let literal: Value = serde_json::from_str(word)
        .map_err(|_| PathError(format!("`{word}` is neither a path nor a value")))?;
    Ok(Operand::Literal(literal))
}

/// Parses the values of an array, up to its closing bracket.
fn list(scanner: &mut Scanner<'_>) -> Result<Value, PathError> {
    let mut items = Vec::new();
    loop {
        scanner.skip_spaces();
        if scanner.take("]") {
            return Ok(Value::Array(items));
        }
        if !items.is_empty() && !scanner.take(",") {
            return Err(scanner.unexpected());
        }
        scanner.skip_spaces();
        let item = if scanner.peek() == Some('[') { None } else { Some(operand_or_word(scanner)?) };
        match item {
            Some(Operand::Literal(item)) => items.push(item),
            _ => {
                return Err(PathError(
                    "a list in a filter can contain only strings and numbers".to_owned(),
                ));
            }
        }
    }
}

impl Filter {
    /// Whether an item of a document fulfills the condition.
    pub(super) fn passes(&self, item: &Value, document: &Value) -> bool {
        match self {
            Self::All(filters) => filters.iter().all(|filter| filter.passes(item, document)),
            Self::Any(filters) => filters.iter().any(|filter| filter.passes(item, document)),
            Self::Not(filter) => !filter.passes(item, document),
            Self::Exists(operand) => operand.value(item, document).is_some(),
            Self::Matches(operand, pattern) => operand
                .value(item, document)
                .is_some_and(|value| value.as_str().is_some_and(|text| pattern.matches(text))),
            Self::Compare(left, comparison, right) => {
                let (left, right) = (left.value(item, document), right.value(item, document));
                comparison.holds(left.as_ref(), right.as_ref())
            }
            Self::Relate(left, relation, right) => {
                let (left, right) = (left.value(item, document), right.value(item, document));
                left.zip(right).is_some_and(|(left, right)| relation.holds(&left, &right))
            }
        }
    }
}

impl Operand {
    fn value(&self, item: &Value, document: &Value) -> Option<Value> {
        match self {
            Self::Item(path) => path.find(item).ok(),
            Self::Document(path) => path.find(document).ok(),
            Self::Literal(value) => Some(value.clone()),
        }
    }
}

impl Comparison {
    fn holds(self, left: Option<&Value>, right: Option<&Value>) -> bool {
        let equal = match (left, right) {
            (Some(Value::Number(left)), Some(Value::Number(right))) => float(left) == float(right),
            (left, right) => left == right,
        };
        let order = match (left, right) {
            (Some(Value::Number(left)), Some(Value::Number(right))) => {
                float(left).partial_cmp(&float(right))
            }
            (Some(Value::String(left)), Some(Value::String(right))) => Some(left.cmp(right)),
            _ => None,
        };
        match self {
            Self::Equal => equal,
            Self::Unequal => !equal,
            Self::Less => order.is_some_and(std::cmp::Ordering::is_lt),
            Self::LessOrEqual => order.is_some_and(std::cmp::Ordering::is_le),
            Self::Greater => order.is_some_and(std::cmp::Ordering::is_gt),
            Self::GreaterOrEqual => order.is_some_and(std::cmp::Ordering::is_ge),
        }
    }
}

fn float(number: &Number) -> Option<f64> {
    number.as_f64()
}
