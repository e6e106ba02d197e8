//! Intrinsic functions: `States.Format('{}', $.name)`, in fields whose name ends in `.$`.

mod arrays;
mod format;
mod functions;
mod parse;

use serde_json::Value;

use super::scope::Scope;
use super::selector::Selector;
use crate::fault::{Fault, FaultKind};
use functions::Function;

/// A call of an intrinsic function.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Intrinsic {
    /// The outermost call as written in the definition.
    text: String,
    call: Call,
}

#[derive(Debug, Clone, PartialEq)]
struct Call {
    function: Function,
    arguments: Vec<Argument>,
}

#[derive(Debug, Clone, PartialEq)]
enum Argument {
    Literal(Value),
    /// A quoted string with its escapes, which `States.Format` treats differently from other
    /// functions.
    Text(String),
    Path(Selector),
    Call(Call),
}

impl Intrinsic {
    /// The value of the call.
    pub(crate) fn evaluate(&self, scope: &Scope<'_>) -> Result<Value, Fault> {
        self.call.evaluate(scope).map_err(|reason| {
            let message = format!("The function '{}' had the following error: {reason}", self.text);
            Fault::new(FaultKind::Intrinsic, message)
        })
    }
}

impl Call {
    fn evaluate(&self, scope: &Scope<'_>) -> Result<Value, String> {
        let mut arguments = self.arguments.iter();
        let template = match (self.function, self.arguments.first()) {
            (Function::Format, Some(Argument::Text(text))) => {
                arguments.next();
                Some(text)
            }
            _ => None,
        };
        let values =
            arguments.map(|argument| argument.evaluate(scope)).collect::<Result<Vec<_>, _>>()?;
        match template {
            Some(template) => format::format(template, &values),
            None => functions::apply(self.function, values, scope.ambient),
        }
    }
}

impl Argument {
    fn evaluate(&self, scope: &Scope<'_>) -> Result<Value, String> {
        match self {
            Self::Literal(value) => Ok(value.clone()),
            Self::Text(text) => Ok(Value::String(parse::unescape(text))),
            Self::Path(selector) => selector.find(scope).map_err(|_| {
                format!(
                    "The JsonPath argument for the field '{}' could not be found in the input '{}'",
                    selector.text, scope.input
                )
            }),
            Self::Call(call) => call.evaluate(scope),
        }
    }
}
