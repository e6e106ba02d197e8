//! What a stack's resources are called in AWS: where the handler logs, remembers and executes.

use super::logical_ids;
use cloud::StackResource;

/// The parts of an installed message flow, by their names in AWS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    /// The log group of the function.
    pub function_logs: String,
    /// The log group of the state machine; the original application has none.
    pub machine_logs: Option<String>,
    /// The table of the entries.
    pub table: Option<String>,
    /// The state machine's ARN.
    pub machine: Option<String>,
}

impl Installation {
    /// Finds the parts by their names in the template, which are those of the original application where
    /// it has them; `None` where the stack has no function of ours.
    #[must_use]
    pub fn of(resources: &[StackResource]) -> Option<Self> {
        let named = |logical_id: &str| {
            let mut alive = resources.iter().filter(|one| one.status != "DELETE_COMPLETE");
            alive.find(|one| one.logical_id == logical_id)?.physical_id.clone()
        };
        let function = named(logical_ids::FUNCTION)?;
        Some(Self {
            // Without a group of the template, Lambda makes one of this name.
            function_logs: named(logical_ids::FUNCTION_LOGS)
                .unwrap_or_else(|| format!("/aws/lambda/{function}")),
            machine_logs: named(logical_ids::MACHINE_LOGS),
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
    fn a_stack_of_the_original_application_logs_where_lambda_lets_it() {
        let function = resource("MfsmFunction", "flow-MfsmFunction-X", "UPDATE_COMPLETE");
        let gone = resource("MfsmFunctionLogGroup", "gone", "DELETE_COMPLETE");
        let installation = Installation::of(&[function, gone]).unwrap();
        assert_eq!(installation.function_logs, "/aws/lambda/flow-MfsmFunction-X");
        assert_eq!(installation.machine_logs, None);
        assert_eq!(Installation::of(&[]), None);
    }
}
