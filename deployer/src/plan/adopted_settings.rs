//! What a stack that is or was taken over goes on with, unless an option says otherwise: its definition, its
//! output state, its wait.

use crate::installation::logical_ids::FUNCTION;
use std::collections::BTreeMap;

use serde_json::Value;

use super::drift::definition;
use super::original::was_taken_over;
use super::planner::is_ours;
use super::{Desired, Observed};
use crate::config::{OutputState, Tuning, WaitTime};
use crate::finding::Finding;
use crate::installation::function_arn;

/// What is found in a stack and kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inherited {
    /// The name of its function, which stays as it is.
    pub function_name: String,
    /// The definition as it is now; else as it was deployed.
    pub definition: Option<String>,
    /// The definition as it was deployed.
    pub deployed_definition: Option<String>,
    /// `WAIT_TIME_FOR_EXECUTION`, as it was set.
    wait_time: String,
    /// `MACHINE_STATE_FOR_OUTPUT`, as it was set.
    output_state: String,
}

impl Inherited {
    /// What a stack goes on with; `None` for one that is neither taken over nor to be.
    ///
    /// Before it is taken over, the variables of its function count, because people set them in the Lambda
    /// console; afterwards the template counts, as for every stack.
    #[must_use]
    pub fn of(observed: &Observed, desired: &Desired) -> Option<Self> {
        let (stack, template) = (observed.stack.as_ref()?, observed.template.as_ref()?);
        let variables = match is_ours(stack) {
            _ if stack.status.is_busy() => return None,
            true if was_taken_over(template) => variables_of(template),
            false if desired.adopt && observed.is_original() => observed.variables.clone(),
            _ => return None,
        };
        let arn = function_arn(stack).unwrap_or_default();
        let variable = |name: &str| variables.get(name).cloned().unwrap_or_default();
        let deployed_definition = definition(template).map(|document| document.to_string());
        let live = observed.machine.as_ref().and_then(|machine| machine.definition.clone());
        Some(Self {
            function_name: arn.rsplit(':').next().unwrap_or_default().to_owned(),
            definition: live.or_else(|| deployed_definition.clone()),
            deployed_definition,
            wait_time: variable("WAIT_TIME_FOR_EXECUTION"),
            output_state: variable("MACHINE_STATE_FOR_OUTPUT"),
        })
    }

    /// Fills in what no option says; tells what cannot be taken over as it was.
    #[must_use]
    pub fn complete(&self, mut tuning: Tuning) -> (Tuning, Vec<Finding>) {
        let mut told = Vec::new();
        let answer = &mut tuning.answer;
        if answer.wait_time.is_none() {
            // Without the variable, the original does not wait.
            let set = if self.wait_time.is_empty() { "0" } else { &self.wait_time };
            let wait = WaitTime::nearest(set);
            if wait.to_string() != set {
                let sentence = format!("the stack has `{set}` seconds; it will be {wait}");
                told.push(Finding::warning("adopt-wait-time", "--wait-time", sentence));
            }
            answer.wait_time = Some(wait);
        }
        if answer.output_state.is_none() && !self.output_state.is_empty() {
            match OutputState::parse(&self.output_state) {
                Ok(state) => answer.output_state = Some(state),
                Err(fault) => told.push(Finding::warning(
                    "adopt-output-state",
                    "--output-state",
                    format!("what the stack has is left out: {}", fault.sentence),
                )),
            }
        }
        (tuning, told)
    }
}

/// The variables of the function in a template of ours, where they are texts.
fn variables_of(template: &Value) -> BTreeMap<String, String> {
    let variables = template["Resources"][FUNCTION].pointer("/Properties/Environment/Variables");
    let variables = variables.and_then(Value::as_object).into_iter().flatten();
    variables.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command_line::parse;
    use crate::commands::Command;

    fn typed(options: &[&str]) -> Tuning {
        let words = ["deployer", "render"].iter().chain(options).map(Into::into);
        let Ok((args, _)) = parse(words, false) else { panic!("{options:?}") };
        let Command::Render(render) = args.command else { panic!("{options:?}") };
        Tuning::parse(&render.flow).unwrap()
    }

    fn inherited(wait: &str, state: &str) -> Inherited {
        let (wait_time, output_state) = (wait.to_owned(), state.to_owned());
        Inherited { wait_time, output_state, ..Inherited::default() }
    }

    fn completed(wait: &str, state: &str) -> (String, Option<String>, usize) {
        let (tuning, told) = inherited(wait, state).complete(typed(&[]));
        let state = tuning.answer.output_state.map(|state| state.as_str().to_owned());
        (tuning.answer.wait_time.unwrap_or_default().to_string(), state, told.len())
    }

    #[test]
    fn what_was_set_goes_on_as_far_as_it_works() {
        assert_eq!(completed("2", "Decide"), ("2".to_owned(), Some("Decide".to_owned()), 0));
        assert_eq!(completed("0", ""), ("0".to_owned(), None, 0));
        assert_eq!(completed("", ""), ("0".to_owned(), None, 0));
        assert_eq!(completed("60", ""), ("13".to_owned(), None, 1));
        assert_eq!(completed("-1", &"x".repeat(81)), ("1".to_owned(), None, 2));
    }

    #[test]
    fn an_option_comes_before_what_was_set() {
        let tuning = typed(&["--wait-time", "3", "--output-state", "Typed"]);
        assert_eq!(inherited("60", "Decide").complete(tuning.clone()), (tuning, vec![]));
    }
}
