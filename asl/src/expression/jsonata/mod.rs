//! JSONata expressions, `{% … %}`, evaluated by the crate `jsonata-core`.

mod bounds;
mod convert;
mod functions;
mod sizes;
mod version;

use jsonata_core::ast::AstNode;
use jsonata_core::evaluator::{Context, Evaluator, EvaluatorError, EvaluatorOptions};
use jsonata_core::parser;
use jsonata_core::value::JValue;
use serde_json::Value;

use super::scope::Scope;
use crate::fault::{Fault, FaultKind};
use crate::limits::{MAX_EVALUATION, MAX_EVALUATION_DEPTH, MAX_SEQUENCE};

/// An expression, read once.
#[derive(Debug)]
pub(crate) struct Expression {
    text: String,
    /// The field it stands in, as errors name it: `Output/a`.
    pub(crate) field: String,
    ast: AstNode,
    /// The names of the variables that it may use.
    variables: Vec<String>,
    states: States,
    /// Whether functions that weigh were put into it.
    bounded: bool,
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

/// The expression inside a text, if it is one: the whole text, from `{%` to `%}`.
pub(crate) fn embedded(text: &str) -> Option<&str> {
    text.strip_prefix("{%").and_then(|rest| rest.strip_suffix("%}")).map(str::trim)
}

impl Expression {
    /// Reads what stands between `{%` and `%}`.
    ///
    /// # Errors
    /// With the reason, when it is no JSONata as Step Functions knows it.
    pub(crate) fn parse(text: &str, field: &str) -> Result<Self, String> {
        let mut ast = parser::parse(text).map_err(|error| error.to_string())?;
        version::check(text, &ast)?;
        let bounded = bounds::may_apply(text);
        if bounded {
            bounds::bound(&mut ast);
        }
        let (text, field) = (text.to_owned(), field.to_owned());
        let (variables, states) = used_in(&text);
        Ok(Self { text, field, ast, variables, states, bounded })
    }

    /// Whether it names `$states.result` and `$states.errorOutput`.
    pub(crate) fn names(&self) -> (bool, bool) {
        let named = |member: &str| {
            let mut after = self.text.split(member).skip(1);
            after.any(|rest| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_'))
        };
        (named("$states.result"), named("$states.errorOutput"))
    }

    /// What the expression gives, in a scope.
    pub(crate) fn evaluate(&self, scope: &Scope<'_>) -> Result<Value, Fault> {
        let mut evaluator = Evaluator::with_options(self.bindings(scope), options());
        functions::register(&mut evaluator, scope.ambient, &self.text);
        if self.bounded {
            sizes::register(&mut evaluator);
        }
        let evaluated =
            scope.ambient.evaluating(|| evaluator.evaluate(&self.ast, &JValue::Undefined));
        match evaluated {
            Ok(JValue::Undefined) => Err(self.fault("returned nothing (undefined).")),
            Ok(value) => convert::from_jsonata(&value)
                .ok_or_else(|| self.fault("returned an unsupported result type.")),
            Err(error) => {
                Err(self
                    .fault(&format!("threw an error during evaluation. {}", message_of(&error))))
            }
        }
    }

    /// Like [`Self::evaluate`], for fields that take values of one type only.
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
        let mut put = |wanted: bool, name: &str, value: Option<&Value>| {
            if let Some(value) = value.filter(|_| wanted) {
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

/// The name of a value's type, as JSONata knows it.
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

/// The crate's words for an error, which are those of Step Functions but for a name at the end.
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

/// The variables that a text may use, and the members of `$states`: everything that looks like one.
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
    /// These, and the member that an expression names after `$states`; all, if it names none.
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
    fn an_expression_is_the_whole_text() {
        assert_eq!(embedded("{% $a %}"), Some("$a"));
        assert_eq!(embedded(" {% $a %}"), None);
        assert_eq!(embedded("{% $a %} "), None);
        assert_eq!(embedded("{%"), None);
    }

    #[test]
    fn what_an_expression_uses_is_seen_in_its_text() {
        let (variables, states) = used_in("$sum($states.input.x) + $count_1 & $states.result");
        assert_eq!(variables, ["sum", "count_1"]);
        assert_eq!(states, States { input: true, result: true, ..States::default() });
        let (_, all) = used_in("$lookup($states, 'context')");
        assert!(all.context && all.error_output);
    }

    #[test]
    fn what_step_functions_does_not_know_is_refused() {
        for text in ["a ?: b", "a ?? b", "(", "'"] {
            assert!(Expression::parse(text, "Output").is_err(), "{text}");
        }
        for text in ["'a ?? b'", "$contains(x, /(?:a)/)", "a ? b : c"] {
            assert!(Expression::parse(text, "Output").is_ok(), "{text}");
        }
    }
}
