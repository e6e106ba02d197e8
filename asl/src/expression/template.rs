//! The values of a definition that are computed: literals, paths, intrinsic functions and JSONata
//! expressions, alone or inside objects and lists. Read once, evaluated often.

use std::cell::OnceCell;

use serde_json::{Map, Value};

use super::context::Place;
use super::intrinsics::Intrinsic;
use super::jsonata::Expression;
use super::path::{JsonPath, Missing, PathError};
use super::variables::Variables;
use crate::execution::run::Run;
use crate::fault::{Fault, FaultKind};

/// Which language a state's expressions are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueryLanguage {
    /// Paths and intrinsic functions.
    JsonPath,
    /// JSONata expressions in `{% … %}`.
    Jsonata,
}

/// What expressions see.
pub(crate) struct Scene<'a> {
    /// `$` in JSONPath, `$states.input` in JSONata.
    pub(crate) input: &'a Value,
    /// `$states.result`.
    pub(crate) result: Option<&'a Value>,
    /// `$states.errorOutput`.
    pub(crate) error_output: Option<&'a Value>,
    pub(crate) place: &'a Place,
    pub(crate) variables: &'a Variables,
    pub(crate) run: &'a Run,
    context: OnceCell<Value>,
}

impl<'a> Scene<'a> {
    pub(crate) fn new(
        input: &'a Value,
        place: &'a Place,
        variables: &'a Variables,
        run: &'a Run,
    ) -> Self {
        let (result, error_output, context) = (None, None, OnceCell::new());
        Self { input, result, error_output, place, variables, run, context }
    }

    /// The context object, made when it is first asked for.
    pub(crate) fn context(&self) -> &Value {
        self.context.get_or_init(|| self.place.object())
    }
}

/// A path with its root: `$.a`, `$$.State.Name`, `$variable.a`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Selector {
    pub(crate) text: String,
    root: Root,
    path: JsonPath,
}

#[derive(Debug, Clone, PartialEq)]
enum Root {
    Input,
    Context,
    Variable(String),
}

impl Selector {
    pub(crate) fn parse(text: &str) -> Result<Self, PathError> {
        let (root, path) = if let Some(rest) = text.strip_prefix("$$") {
            (Root::Context, rest)
        } else if let Some(rest) = text.strip_prefix('$') {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            match rest.split_at(end) {
                ("", path) => (Root::Input, path),
                (name, path) if is_name(name) => (Root::Variable(name.to_owned()), path),
                (name, _) => return Err(PathError(format!("`{name}` is no name of a variable"))),
            }
        } else {
            return Err(PathError("a path begins with `$`".to_owned()));
        };
        Ok(Self { text: text.to_owned(), root, path: JsonPath::parse(path)? })
    }

    /// Whether it is `$`, the whole input.
    pub(crate) fn is_input(&self) -> bool {
        self.root == Root::Input && self.path.is_root()
    }

    /// What is there.
    pub(crate) fn find(&self, scene: &Scene<'_>) -> Result<Value, Missing> {
        match &self.root {
            Root::Input => self.path.find(scene.input),
            Root::Context => self.path.find(scene.context()),
            Root::Variable(name) => match scene.variables.get(name) {
                Some(value) => self.path.find(value),
                None => Err(Missing { reason: format!("Missing variable ${name}") }),
            },
        }
    }
}

/// Whether a text is the name of a variable.
pub(crate) fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|char| char.is_alphabetic() || char == '_')
        && chars.all(|char| char.is_alphanumeric() || char == '_')
        && text.chars().count() <= 80
}

/// A computed value.
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
    /// The value, in a scene.
    pub(crate) fn evaluate(&self, scene: &Scene<'_>) -> Result<Value, Fault> {
        match self {
            Self::Literal(value) => Ok(value.clone()),
            Self::Path { field, selector } => selector.find(scene).map_err(|_| {
                let message = format!(
                    "The JSONPath '{}' specified for the field '{field}' could not be found in the input \
                     '{}'",
                    selector.text, scene.input
                );
                Fault::new(FaultKind::Parameters, message)
            }),
            Self::Intrinsic(intrinsic) => intrinsic.evaluate(scene),
            Self::Jsonata(expression) => expression.evaluate(scene),
            Self::Object(members) => {
                let mut object = Map::with_capacity(members.len());
                for (name, member) in members {
                    object.insert(name.clone(), member.evaluate(scene)?);
                }
                Ok(Value::Object(object))
            }
            Self::List(items) => {
                items.iter().map(|item| item.evaluate(scene)).collect::<Result<_, _>>().map(Value::Array)
            }
        }
    }

    /// Whether nothing in it is computed.
    fn is_literal(&self) -> bool {
        matches!(self, Self::Literal(_))
    }

    /// Joins members, which stay literal if all are.
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

    /// Joins items, which stay literal if all are.
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
