//! A path together with its root: `$.a`, `$$.State.Name`, `$variable.a`.

use serde_json::Value;

use super::path::{JsonPath, Missing, PathError};
use super::scope::Scope;

/// A path with its root.
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
        // As Jayway does.
        let trimmed = text.trim();
        let (root, path) = if let Some(rest) = trimmed.strip_prefix("$$") {
            (Root::Context, rest)
        } else if let Some(rest) = trimmed.strip_prefix('$') {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            match rest.split_at(end) {
                ("", path) => (Root::Input, path),
                (name, path) if is_name(name) => (Root::Variable(name.to_owned()), path),
                (name, _) => {
                    return Err(PathError(format!("`{name}` is not the name of a variable")));
                }
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

    /// The value at the path.
    pub(crate) fn find(&self, scope: &Scope<'_>) -> Result<Value, Missing> {
        if let Some(undecided) = self.path.undecided() {
            scope.ambient.depend_on(&self.text, undecided);
        }
        match &self.root {
            Root::Input => self.path.find(scope.input),
            Root::Context => self.path.find(scope.context_object()),
            Root::Variable(name) => match scope.variables.get(name) {
                Some(value) => self.path.find(value),
                None => Err(Missing { reason: format!("Missing variable ${name}") }),
            },
        }
    }
}

/// Whether a text is a valid name of a variable.
pub(crate) fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|char| char.is_alphabetic() || char == '_')
        && chars.all(|char| char.is_alphanumeric() || char == '_')
        && text.chars().count() <= 80
}
