//! One visit of a state: how its fields turn the input into an output.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::branch::Branch;
use super::coverage::Part;
use super::run::Run;
use crate::definition::machine::{Kind, PathField, ResultPath, Setting, SettingValue, State};
use crate::expression::context::StateContext;
use crate::expression::path::Missing;
use crate::expression::scope::Scope;
use crate::expression::selector::Selector;
use crate::expression::template::{QueryLanguage, Template};
use crate::fault::{Fault, FaultKind};

/// A state that has been entered.
pub(crate) struct Visit<'a> {
    pub(crate) run: &'a Run,
    pub(crate) state: &'a State,
    pub(crate) branch: &'a Branch,
    /// The input of the state, before `InputPath`.
    pub(crate) input: Arc<Value>,
    /// The number of the event that entered it.
    pub(crate) entered: u64,
    pub(crate) context: StateContext,
}

/// How a state is left.
#[derive(Debug)]
pub(crate) struct Exit {
    pub(crate) output: Value,
    pub(crate) assigned: Option<Map<String, Value>>,
    /// `None` if the machine ends.
    pub(crate) next: Option<Arc<str>>,
    /// Which field of the state decides that.
    pub(crate) part: Part,
}

impl<'a> Visit<'a> {
    pub(crate) fn new(
        run: &'a Run,
        state: &'a State,
        branch: &'a Branch,
        input: Arc<Value>,
        entered: u64,
    ) -> Self {
        let can_retry = matches!(state.kind, Kind::Task(_) | Kind::Parallel { .. } | Kind::Map(_));
        let context = StateContext {
            execution: Arc::clone(&branch.execution),
            state: Arc::clone(&state.name),
            entered: run.ambient.now(),
            retries: can_retry.then_some(0),
            token: None,
            item: branch.item.clone(),
            iterations: branch.iterations.clone(),
        };
        Self { run, state, branch, input, entered, context }
    }

    /// What expressions can read, with `input` as `$`.
    pub(crate) fn scope<'b>(&'b self, input: &'b Value) -> Scope<'b> {
        Scope::new(input, &self.context, &self.branch.variables, &self.run.ambient)
    }

    /// The input after `InputPath`.
    pub(crate) fn effective_input(&self) -> Result<Arc<Value>, Fault> {
        match &self.state.input_path {
            PathField::Whole => Ok(Arc::clone(&self.input)),
            path => self.at(path, &self.input).map(Arc::new),
        }
    }

    fn at(&self, path: &PathField, data: &Value) -> Result<Value, Fault> {
        match path {
            PathField::Whole => Ok(data.clone()),
            PathField::Nothing => Ok(Value::Object(Map::new())),
            PathField::At(selector) => {
                selector.find(&self.scope(data)).map_err(|missing| invalid_path(selector, &missing))
            }
        }
    }

    /// Leaves the state with its input as the output.
    pub(crate) fn exit_unchanged(&self) -> Result<Exit, Fault> {
        let (next, part) = self.transition();
        self.exit(next, part, self.state.assign.as_ref(), self.state.output.as_ref())
    }

    /// The same, with the transition, variables and output that a rule of a Choice state may
    /// define.
    pub(crate) fn exit(
        &self,
        next: Option<Arc<str>>,
        part: Part,
        assign: Option<&Template>,
        output: Option<&Template>,
    ) -> Result<Exit, Fault> {
        let input = self.effective_input()?;
        let scope = self.scope(&input);
        let exit_output = match output {
            Some(output) => output.evaluate(&scope)?,
            None => self.at(&self.state.output_path, &input)?,
        };
        let assigned = assigned(assign, &scope)?;
        Ok(Exit { output: exit_output, assigned, next, part })
    }

    /// Where the state's own `Next` or `End` leads.
    fn transition(&self) -> (Option<Arc<str>>, Part) {
        let next = self.state.next.clone();
        let part = if next.is_some() { Part::Next } else { Part::End };
        (next, part)
    }

    /// Leaves the state with a result.
    pub(crate) fn exit_with(&self, result: Value) -> Result<Exit, Fault> {
        let (next, part) = self.transition();
        let assign = self.state.assign.as_ref();
        if self.state.language == QueryLanguage::Jsonata {
            let mut scope = self.scope(&self.input);
            scope.result = Some(&result);
            let output = self.state.output.as_ref().map(|output| output.evaluate(&scope));
            let output = output.transpose()?;
            let assigned = assigned(assign, &scope)?;
            return Ok(Exit { output: output.unwrap_or(result), assigned, next, part });
        }
        let result = match &self.state.result_selector {
            Some(selector) => selector.evaluate(&self.scope(&result))?,
            None => result,
        };
        let assigned = assigned(assign, &self.scope(&result))?;
        let joined = self.join(&self.state.result_path, result)?;
        let output = self.at(&self.state.output_path, &joined)?;
        Ok(Exit { output, assigned, next, part })
    }

    /// Inserts a result into the state's input where `ResultPath` says.
    pub(crate) fn join(&self, path: &ResultPath, result: Value) -> Result<Value, Fault> {
        match path {
            ResultPath::Whole => Ok(result),
            ResultPath::Nothing => Ok((*self.input).clone()),
            ResultPath::At { text, place } => {
                place.insert((*self.input).clone(), result).map_err(|()| {
                    let message =
                        format!("Unable to apply ReferencePath {text} to input {}", self.input);
                    Fault::new(FaultKind::ResultPath, message)
                })
            }
        }
    }

    /// The value of a setting. `missing` creates the fault if its path matches nothing.
    pub(crate) fn setting(
        &self,
        setting: &Setting,
        scope: &Scope<'_>,
        missing: impl Fn(&Selector, &Missing) -> Fault,
    ) -> Result<Value, Fault> {
        match &setting.value {
            SettingValue::Literal(value) => Ok(value.clone()),
            SettingValue::Path(selector) => {
                selector.find(scope).map_err(|reason| missing(selector, &reason))
            }
            SettingValue::Intrinsic(intrinsic) => intrinsic.evaluate(scope),
            SettingValue::Jsonata(expression) => expression.evaluate(scope),
        }
    }
}

/// The variables that `Assign` sets, computed from the values before the state.
pub(crate) fn assigned(
    assign: Option<&Template>,
    scope: &Scope<'_>,
) -> Result<Option<Map<String, Value>>, Fault> {
    match assign.map(|assign| assign.evaluate(scope)).transpose()? {
        Some(Value::Object(values)) => Ok(Some(values)),
        _ => Ok(None),
    }
}

/// The fault of a path that matches nothing.
pub(crate) fn invalid_path(selector: &Selector, missing: &Missing) -> Fault {
    Fault::runtime(format!("Invalid path '{}' : {}", selector.text, missing.reason))
}
