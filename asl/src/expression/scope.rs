//! What an expression can read: the input, the context object, variables and ambient values.

use std::cell::OnceCell;

use serde_json::Value;

use super::ambient::Ambient;
use super::context::StateContext;
use super::variables::Variables;

/// Everything that an expression can read while it is evaluated.
pub(crate) struct Scope<'a> {
    /// `$` in JSONPath, `$states.input` in JSONata.
    pub(crate) input: &'a Value,
    /// `$states.result`.
    pub(crate) result: Option<&'a Value>,
    /// `$states.errorOutput`.
    pub(crate) error_output: Option<&'a Value>,
    pub(crate) context: &'a StateContext,
    pub(crate) variables: &'a Variables,
    pub(crate) ambient: &'a Ambient,
    context_object: OnceCell<Value>,
}

impl<'a> Scope<'a> {
    pub(crate) fn new(
        input: &'a Value,
        context: &'a StateContext,
        variables: &'a Variables,
        ambient: &'a Ambient,
    ) -> Self {
        let (result, error_output, context_object) = (None, None, OnceCell::new());
        Self { input, result, error_output, context, variables, ambient, context_object }
    }

    /// The context object. Most expressions don't read it, so it is built on first use.
    pub(crate) fn context_object(&self) -> &Value {
        self.context_object.get_or_init(|| self.context.to_json())
    }
}
