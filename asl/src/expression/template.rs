//! Templates: values of a definition that may contain paths, intrinsic functions and JSONata
//! expressions, alone or inside objects and arrays.

use serde_json::{Map, Value};

use super::intrinsics::Intrinsic;
use super::jsonata::Expression;
use super::scope::Scope;
use super::selector::Selector;
use crate::fault::{Fault, FaultKind};

/// The query language of a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum QueryLanguage {
    /// Paths and intrinsic functions.
    JsonPath,
    /// JSONata expressions in `{% … %}`.
    Jsonata,
}

/// A value that is computed each time a state runs.
#[derive(Debug)]
pub(crate) enum Template {
    Literal(Value),
    Path { field: String, selector: Selector },
    Intrinsic(Intrinsic),
    Jsonata(Expression),
    Object(Vec<(String, Template)>),
    List(Vec<Template>),
}

impl Template {
    pub(crate) fn evaluate(&self, scope: &Scope<'_>) -> Result<Value, Fault> {
        match self {
            Self::Literal(value) => Ok(value.clone()),
            Self::Path { field, selector } => selector.find(scope).map_err(|_| {
                let message = format!(
                    "The JSONPath '{}' specified for the field '{field}' could not be found in the input \
                     '{}'",
                    selector.text, scope.input
                );
                Fault::new(FaultKind::Parameters, message)
            }),
            Self::Intrinsic(intrinsic) => intrinsic.evaluate(scope),
            Self::Jsonata(expression) => expression.evaluate(scope),
            Self::Object(members) => {
                let mut object = Map::with_capacity(members.len());
                for (name, member) in members {
                    object.insert(name.clone(), member.evaluate(scope)?);
                }
                Ok(Value::Object(object))
            }
            Self::List(items) => {
                items.iter().map(|item| item.evaluate(scope)).collect::<Result<_, _>>().map(Value::Array)
            }
        }
    }

    /// Whether nothing in it is computed.
    fn is_literal(&self) -> bool {
        matches!(self, Self::Literal(_))
    }

    /// An object of members. It is a literal if all of them are.
    pub(crate) fn object(members: Vec<(String, Self)>) -> Self {
        if !members.iter().all(|(_, member)| member.is_literal()) {
            return Self::Object(members);
        }
        let members = members.into_iter().map(|(name, member)| match member {
            Self::Literal(value) => (name, value),
            _ => (name, Value::Null),
        });
        Self::Literal(Value::Object(members.collect()))
    }

    /// An array of items. It is a literal if all of them are.
    pub(crate) fn list(items: Vec<Self>) -> Self {
        if !items.iter().all(Self::is_literal) {
            return Self::List(items);
        }
        let items = items.into_iter().map(|item| match item {
            Self::Literal(value) => value,
            _ => Value::Null,
        });
        Self::Literal(Value::Array(items.collect()))
    }
}
