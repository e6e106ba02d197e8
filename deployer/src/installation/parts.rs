//! The names of a stack's resources in AWS: logs, table and state machine.

use std::collections::BTreeMap;

use super::logical_ids;
use crate::config::FunctionName;
use cloud::StackResource;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    pub function_logs: String,
    /// `None` in stacks of the original application.
    pub machine_logs: Option<String>,
    /// The log groups of the functions that the flow brings, by the functions' names.
    pub flow_function_logs: BTreeMap<String, String>,
    /// The functions that the flow brings: their names by those in Lambda.
    pub flow_functions: BTreeMap<String, String>,
    /// The table with the ledger's entries.
    pub table: Option<String>,
    /// The state machine's ARN.
    pub machine: Option<String>,
}

impl Installation {
    /// Finds the parts by their logical ids; `None` if the stack has no function of ours.
    pub fn of(resources: &[StackResource]) -> Option<Self> {
        let named = |logical_id: &str| {
            let mut alive = resources.iter().filter(|one| one.status != "DELETE_COMPLETE");
            alive.find(|one| one.logical_id == logical_id)?.physical_id.clone()
        };
        let function = named(logical_ids::FUNCTION)?;
        let of_flow = resources.iter().filter_map(|one| {
            let name = FunctionName::of_function_id(&one.logical_id)?;
            Some((name.to_string(), named(&name.log_group_id())?))
        });
        let flow_functions = resources.iter().filter_map(|one| {
            let name = FunctionName::of_function_id(&one.logical_id)?;
            Some((named(&one.logical_id)?, name.to_string()))
        });
        Some(Self {
            flow_functions: flow_functions.collect(),
            // If the template has no log group, Lambda creates one with this name.
            function_logs: named(logical_ids::FUNCTION_LOGS)
                .unwrap_or_else(|| format!("/aws/lambda/{function}")),
            machine_logs: named(logical_ids::MACHINE_LOGS),
            flow_function_logs: of_flow.collect(),
            table: named(logical_ids::TABLE),
            machine: named(logical_ids::MACHINE),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(logical_id: &str, physical_id: &str, status: &str) -> StackResource {
        StackResource {
            logical_id: logical_id.to_owned(),
            physical_id: Some(physical_id.to_owned()),
            resource_type: String::new(),
            status: status.to_owned(),
            reason: None,
        }
    }

    #[test]
    fn a_stack_of_the_original_application_logs_to_lambdas_default_group() {
        let function = resource("MfsmFunction", "flow-MfsmFunction-X", "UPDATE_COMPLETE");
        let gone = resource("MfsmFunctionLogGroup", "gone", "DELETE_COMPLETE");
        let installation = Installation::of(&[function, gone]).unwrap();
        assert_eq!(installation.function_logs, "/aws/lambda/flow-MfsmFunction-X");
        assert_eq!(installation.machine_logs, None);
        assert_eq!(Installation::of(&[]), None);
    }
}
