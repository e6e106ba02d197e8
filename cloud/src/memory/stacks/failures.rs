//! `DescribeEvents` with the filter for failed events.

use crate::memory::account::Account;
use crate::memory::refusal::validation;
use crate::{CloudError, Failure, FailureScope};

const OPERATION: &str = "DescribeEvents";

impl Account {
    /// What failed, oldest first.
    pub(super) fn failures(
        &self,
        region: &str,
        of: FailureScope<'_>,
    ) -> Result<Vec<Failure>, CloudError> {
        match of {
            FailureScope::ChangeSet(id) => {
                let (at, nth) = self.find_change_set(OPERATION, id)?;
                Ok(self.stacks[at].change_sets[nth].failures.clone())
            }
            FailureScope::Operation(id) => {
                let found = self.stacks.iter().find_map(|stack| {
                    let at =
                        stack.operation_log.iter().position(|record| record.operation.id == id)?;
                    let end = stack
                        .operation_log
                        .get(at + 1)
                        .map_or(stack.events.len(), |next| next.first);
                    Some(&stack.events[stack.operation_log[at].first..end])
                });
                let missing = || validation(OPERATION, format!("Operation [{id}] does not exist"));
                found.map(Failure::from_events).ok_or_else(missing)
            }
            FailureScope::Stack(id) => {
                let at = self.find_stack(region, id);
                let missing = || validation(OPERATION, format!("Stack [{id}] does not exist"));
                at.map(|at| Failure::from_events(&self.stacks[at].events)).ok_or_else(missing)
            }
        }
    }
}
