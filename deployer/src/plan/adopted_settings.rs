//! The settings that a stack that is or was adopted keeps, unless an option sets them: its definition, its
//! output state, its wait.

use crate::installation::logical_ids::FUNCTION;
use std::collections::BTreeMap;

use serde_json::Value;

use super::drift::definition;
use super::original::was_adopted;
use super::planner::is_ours;
use super::{Observed, OnDrift};
use crate::config::{OutputState, RolePath, Tuning, WaitTime};
use crate::finding::Finding;
use crate::installation::function_arn;
use crate::template::Adopted;

/// What a stack keeps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AdoptedSettings {
    /// What its template keeps.
    pub kept: Adopted,
    /// The definition as it is now; otherwise as it was deployed.
    live_definition: Option<String>,
    /// The definition as it was deployed.
    deployed_definition: Option<String>,
    /// `WAIT_TIME_FOR_EXECUTION`, as it was set.
    wait_time: String,
    /// `MACHINE_STATE_FOR_OUTPUT`, as it was set.
    output_state: String,
}

impl AdoptedSettings {
    /// What a stack keeps; `None` for one that was not adopted and is not adopted now.
    ///
    /// Before it is adopted, the variables of its function count, because people set them in the Lambda
    /// console; afterwards the template counts, as for every stack.
    pub fn of(observed: &Observed, adopt: bool) -> Option<Self> {
        let (stack, template) = (observed.stack.as_ref()?, observed.template.as_ref()?);
        let variables = match is_ours(stack) {
            _ if stack.status.is_busy() => return None,
            true if was_adopted(template) => variables_of(template),
            false if adopt && observed.is_original() => observed.variables.clone(),
            _ => return None,
        };
        let arn = function_arn(stack).unwrap_or_default();
        let variable = |name: &str| variables.get(name).cloned().unwrap_or_default();
        let deployed_definition = definition(template).map(|document| document.to_string());
        let live = observed.live_definition().map(str::to_owned);
        Some(Self {
            kept: Adopted {
                function_name: arn.rsplit(':').next().unwrap_or_default().to_owned(),
                root_roles: root_roles(template),
            },
            live_definition: live.or_else(|| deployed_definition.clone()),
            deployed_definition,
            wait_time: variable("WAIT_TIME_FOR_EXECUTION"),
            output_state: variable("MACHINE_STATE_FOR_OUTPUT"),
        })
    }

    /// The definition that is kept; `None` if the flow of the inputs replaces it.
    pub fn definition(&self, names_a_flow: bool, on_drift: OnDrift) -> Option<&str> {
        let kept = match on_drift {
            OnDrift::KeepLive => &self.live_definition,
            _ if names_a_flow => return None,
            OnDrift::Revert => &self.deployed_definition,
            OnDrift::Refuse => &self.live_definition,
        };
        kept.as_deref()
    }

    /// Fills in what no option sets; the findings report what cannot be kept.
    pub fn complete(&self, mut tuning: Tuning) -> (Tuning, Vec<Finding>) {
        let mut findings = Vec::new();
        let answer = &mut tuning.answer;
        if answer.wait_time.is_none() {
            // Without the variable, the original does not wait.
            let set = if self.wait_time.is_empty() { "0" } else { &self.wait_time };
            let wait = WaitTime::nearest(set);
            if wait.to_string() != set {
                let sentence = format!("the stack has `{set}` seconds; it will be {wait}");
                findings.push(Finding::warning("adopt-wait-time", "--wait-time", sentence));
            }
            answer.wait_time = Some(wait);
        }
        if answer.output_state.is_none() && !self.output_state.is_empty() {
            match OutputState::parse(&self.output_state) {
                Ok(state) => answer.output_state = Some(state),
                Err(fault) => findings.push(Finding::warning(
                    "adopt-output-state",
                    "--output-state",
                    format!("the stack's value is skipped: {}", fault.sentence),
                )),
            }
        }
        (tuning, findings)
    }
}

/// The roles for which a template writes the default path out, by logical id.
fn root_roles(template: &Value) -> Vec<String> {
    let resources = template["Resources"].as_object().into_iter().flatten();
    let roles = resources.filter(|(_, resource)| {
        resource["Type"] == "AWS::IAM::Role" && resource["Properties"]["Path"] == RolePath::ROOT
    });
    roles.map(|(id, _)| id.clone()).collect()
}

/// The variables of the function in one of our templates, if they are strings.
fn variables_of(template: &Value) -> BTreeMap<String, String> {
    let variables = template["Resources"][FUNCTION].pointer("/Properties/Environment/Variables");
    let variables = variables.and_then(Value::as_object).into_iter().flatten();
    variables.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::FlowArgs;
    use clap::Parser;

    #[derive(Parser)]
    struct Options {
        #[command(flatten)]
        flow: FlowArgs,
    }

    fn tuning(options: &[&str]) -> Tuning {
        let options = Options::try_parse_from([""].iter().chain(options)).unwrap();
        Tuning::parse(&options.flow).unwrap()
    }

    fn adopted(wait: &str, state: &str) -> AdoptedSettings {
        let (wait_time, output_state) = (wait.to_owned(), state.to_owned());
        AdoptedSettings { wait_time, output_state, ..AdoptedSettings::default() }
    }

    fn completed(wait: &str, state: &str) -> (String, Option<String>, usize) {
        let (tuning, findings) = adopted(wait, state).complete(tuning(&[]));
        let state = tuning.answer.output_state.map(|state| state.as_str().to_owned());
        (tuning.answer.wait_time.unwrap_or_default().to_string(), state, findings.len())
    }

    #[test]
    fn settings_of_the_stack_stay_if_they_can_be_used() {
        assert_eq!(completed("2", "Decide"), ("2".to_owned(), Some("Decide".to_owned()), 0));
        assert_eq!(completed("0", ""), ("0".to_owned(), None, 0));
        assert_eq!(completed("", ""), ("0".to_owned(), None, 0));
        assert_eq!(completed("60", ""), ("13".to_owned(), None, 1));
        assert_eq!(completed("-1", &"x".repeat(81)), ("1".to_owned(), None, 2));
    }

    #[test]
    fn an_option_overrides_the_setting_of_the_stack() {
        let tuning = tuning(&["--wait-time", "3", "--output-state", "Typed"]);
        assert_eq!(adopted("60", "Decide").complete(tuning.clone()), (tuning, vec![]));
    }
}
