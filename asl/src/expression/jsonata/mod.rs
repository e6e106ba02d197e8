//! JSONata expressions, `{% … %}`, evaluated by the crate `jsonata-core`.

mod bounds;
mod changes;
mod convert;
mod functions;
mod literals;
mod matching;
mod moment;
mod nodes;
mod regex;
mod replacement;
mod sizes;
mod version;

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use jiff::Timestamp;
use jsonata_core::ast::AstNode;
use jsonata_core::evaluator::{Context, Evaluator, EvaluatorError, EvaluatorOptions};
use jsonata_core::parser;
use jsonata_core::value::JValue;
use serde_json::Value;

use super::ambient::Ambient;
use super::path::Undecided;
use super::pattern::{Doubt, Pattern};
use super::scope::Scope;
use regex::Patterns;

use crate::fault::{Fault, FaultKind};
use crate::limits::{MAX_EVALUATION, MAX_EVALUATION_DEPTH, MAX_SEQUENCE};

/// A parsed expression.
#[derive(Debug)]
pub(crate) struct Expression {
    text: String,
    /// The field that it is in, as errors show it: `Output/a`.
    pub(crate) field: String,
    ast: AstNode,
    /// The names of the variables that it may use.
    variables: Vec<String>,
    states: States,
    /// Its regular expressions.
    patterns: Arc<Patterns>,
    /// Whether it calls functions that match regular expressions.
    matches: bool,
    /// Whether it was adjusted to the version of JSONata.
    differs: bool,
    /// Whether checks of sizes were inserted into it.
    bounded: bool,
    /// The functions that were put into it. Registering all others takes longer than most expressions.
    inserted: HashSet<String>,
}

/// Why an expression cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotRead {
    /// Step Functions would reject it.
    #[error("{0}")]
    Refused(String),
    /// It is beyond a limit of this program.
    #[error("{0}")]
    NotRunHere(String),
}

impl From<String> for NotRead {
    fn from(why: String) -> Self {
        Self::Refused(why)
    }
}

/// Which members of `$states` an expression may use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "one for each member of $states")]
struct States {
    input: bool,
    result: bool,
    context: bool,
    error_output: bool,
}

/// The expression in a string, if the whole string is one, from `{%` to `%}`.
pub(crate) fn embedded(text: &str) -> Option<&str> {
    text.strip_prefix("{%").and_then(|rest| rest.strip_suffix("%}")).map(str::trim)
}

impl Expression {
    /// Parses the text between `{%` and `%}`.
    ///
    /// # Errors
    /// If Step Functions would reject it, or it is too large for this program. Contains the reason.
    pub(crate) fn parse(text: &str, field: &str) -> Result<Self, NotRead> {
        let matches =
            ["/", "contains", "match", "replace", "split"].iter().any(|&word| text.contains(word));
        let source =
            if matches { literals::escape_slashes(text)?.into() } else { Cow::Borrowed(text) };
        let mut ast = parser::parse(&source).map_err(|error| error.to_string())?;
        version::check(text, &ast)?;
        let differs = version::may_differ(text);
        if differs {
            version::adjust(&mut ast)?;
        }
        let patterns = if matches { regex::replace(&mut ast)? } else { Patterns::default() };
        let bounded = bounds::may_apply(text);
        if bounded {
            bounds::bound(&mut ast);
        }
        let inserted = nodes::inserted(&mut ast);
        let (text, field) = (text.to_owned(), field.to_owned());
        let (variables, states) = used_in(&text);
        Ok(Self {
            text,
            field,
            ast,
            variables,
            states,
            patterns: Arc::new(patterns),
            matches,
            differs,
            bounded,
            inserted,
        })
    }

    /// What can go wrong with its regular expressions.
    pub(crate) fn doubts(&self) -> &[Doubt] {
        &self.patterns.doubts
    }

    /// The patterns that some texts could keep busy, with their sources.
    pub(crate) fn suspects(&self) -> impl Iterator<Item = (&str, &Pattern)> {
        let Patterns { compiled, suspects, .. } = &*self.patterns;
        suspects.iter().filter_map(|(source, at)| Some((source.as_str(), compiled.get(*at)?)))
    }

    /// Whether it mentions `$states.result` and `$states.errorOutput`.
    pub(crate) fn names(&self) -> (bool, bool) {
        let named = |member: &str| {
            let mut after = self.text.split(member).skip(1);
            after.any(|rest| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_'))
        };
        (named("$states.result"), named("$states.errorOutput"))
    }

    /// The value of the expression.
    pub(crate) fn evaluate(&self, scope: &Scope<'_>) -> Result<Value, Fault> {
        if self.doubts().iter().any(|doubt| matches!(doubt, Doubt::Java { .. })) {
            scope.ambient.depend_on(&self.text, Undecided::Pattern);
        }
        match self.run(self.bindings(scope), scope.ambient, &JValue::Undefined) {
            Ok(JValue::Undefined) => Err(self.fault("returned nothing (undefined).")),
            Ok(value) => convert::from_jsonata(&value)
                .ok_or_else(|| self.fault("returned an unsupported result type.")),
            Err(error) => {
                Err(self
                    .fault(&format!("threw an error during evaluation. {}", message_of(&error))))
            }
        }
    }

    fn run(
        &self,
        bindings: Context,
        ambient: &Ambient,
        context: &JValue,
    ) -> Result<JValue, EvaluatorError> {
        let mut evaluator = Evaluator::with_options(bindings, options());
        functions::register(&mut evaluator, ambient, &self.text);
        if self.differs {
            changes::register(&mut evaluator, ambient, &self.text, &self.inserted);
        }
        if self.matches {
            matching::register(&mut evaluator, &self.patterns);
        }
        if self.bounded {
            sizes::register(&mut evaluator, &self.inserted);
        }
        ambient.evaluating(|| evaluator.evaluate(&self.ast, context))
    }

    /// Like [`Self::evaluate`], for fields that accept only one type.
    pub(crate) fn evaluate_as(
        &self,
        scope: &Scope<'_>,
        expected: &str,
        fits: impl Fn(&Value) -> bool,
    ) -> Result<Value, Fault> {
        let value = self.evaluate(scope)?;
        if fits(&value) {
            return Ok(value);
        }
        let found = type_name(&value);
        Err(self.fault(&format!(
            "returned an unexpected result type. Expected '{expected}', but was '{found}' for value: \
             {value}"
        )))
    }

    fn fault(&self, what: &str) -> Fault {
        let message = format!(
            "The JSONata expression '{}' specified for the field '{}' {what}",
            self.text, self.field
        );
        Fault::new(FaultKind::Query(self.field.clone()), message)
    }

    fn bindings(&self, scope: &Scope<'_>) -> Context {
        let mut context = Context::new();
        for name in &self.variables {
            if let Some(value) = scope.variables.get(name) {
                context.bind(name.clone(), convert::to_jsonata(value));
            }
        }
        let mut states = Vec::new();
        let mut put = |used: bool, name: &str, value: Option<&Value>| {
            if let Some(value) = value.filter(|_| used) {
                states.push((name.to_owned(), convert::to_jsonata(value)));
            }
        };
        put(self.states.input, "input", Some(scope.input));
        put(self.states.result, "result", scope.result);
        put(self.states.error_output, "errorOutput", scope.error_output);
        if self.states.context {
            put(true, "context", Some(scope.context_object()));
        }
        context.bind("states".to_owned(), convert::object(states.into_iter().collect()));
        context
    }
}

/// Evaluates an expression as the reference implementation of JSONata would, outside of an
/// execution, to compare the two: `context` is `$`, and `$now` returns `now`. Returns `None` for
/// "nothing".
///
/// # Errors
/// If the expression is invalid or fails. Contains the message, which begins with the code.
pub fn evaluate_jsonata(
    text: &str,
    context: &Value,
    now: Timestamp,
) -> Result<Option<Value>, String> {
    let expression = Expression::parse(text, "").map_err(|why| why.to_string())?;
    let ambient = Ambient::new("", now);
    let value = expression
        .run(Context::new(), &ambient, &convert::to_jsonata(context))
        .map_err(|error| message_of(&error).to_owned())?;
    if value.is_undefined() {
        return Ok(None);
    }
    convert::from_jsonata(&value).map(Some).ok_or_else(|| "an unsupported result type".to_owned())
}

/// The name of a value's type in JSONata.
fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// The message of an error. Those of the crate equal those of Step Functions, except for one that
/// ends with a name.
fn message_of(error: &EvaluatorError) -> &str {
    match error.code() {
        Some("T1006") => "T1006: Attempted to invoke a non-function",
        _ => error.message(),
    }
}

fn options() -> EvaluatorOptions {
    EvaluatorOptions {
        timeout_ms: u64::try_from(MAX_EVALUATION.as_millis()).ok(),
        max_stack_depth: Some(MAX_EVALUATION_DEPTH),
        max_sequence_length: Some(MAX_SEQUENCE),
        ..EvaluatorOptions::default()
    }
}

/// The variables and the members of `$states` that an expression may use: everything in its text
/// that looks like one.
fn used_in(text: &str) -> (Vec<String>, States) {
    let mut variables = Vec::new();
    let mut states = States::default();
    for part in text.split('$').skip(1) {
        let end = part.find(|char: char| !char.is_alphanumeric() && char != '_');
        let (name, rest) = part.split_at(end.unwrap_or(part.len()));
        if name == "states" {
            states = states.and(rest);
        } else if !name.is_empty() && !variables.iter().any(|known| known == name) {
            variables.push(name.to_owned());
        }
    }
    (variables, states)
}

impl States {
    /// Adds the member that follows `$states`, or all members if none does.
    fn and(mut self, rest: &str) -> Self {
        let member = rest.strip_prefix('.').unwrap_or_default();
        let end = member.find(|char: char| !char.is_alphanumeric());
        match member.split_at(end.unwrap_or(member.len())).0 {
            "input" => self.input = true,
            "result" => self.result = true,
            "context" => self.context = true,
            "errorOutput" => self.error_output = true,
            _ => self = Self { input: true, result: true, context: true, error_output: true },
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_is_the_whole_string() {
        assert_eq!(embedded("{% $a %}"), Some("$a"));
        assert_eq!(embedded(" {% $a %}"), None);
        assert_eq!(embedded("{% $a %} "), None);
        assert_eq!(embedded("{%"), None);
    }

    #[test]
    fn used_names_are_found_in_the_text() {
        let (variables, states) = used_in("$sum($states.input.x) + $count_1 & $states.result");
        assert_eq!(variables, ["sum", "count_1"]);
        assert_eq!(states, States { input: true, result: true, ..States::default() });
        let (_, all) = used_in("$lookup($states, 'context')");
        assert!(all.context && all.error_output);
    }

    #[test]
    fn unsupported_operators_are_rejected() {
        for text in ["a ?: b", "a ?? b", "(", "'"] {
            assert!(Expression::parse(text, "Output").is_err(), "{text}");
        }
        for text in ["'a ?? b'", "$contains(x, /(?:a)/)", "a ? b : c"] {
            assert!(Expression::parse(text, "Output").is_ok(), "{text}");
        }
    }
}
