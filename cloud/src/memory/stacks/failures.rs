//! `DescribeEvents` with the filter for failed events.

use crate::memory::account::World;
use crate::memory::refusal::validation;
use crate::{CloudError, Failure, FailuresOf};

const OPERATION: &str = "DescribeEvents";

impl World {
    /// What failed, oldest first.
    pub(super) fn failures(
        &self,
        region: &str,
        of: FailuresOf<'_>,
    ) -> Result<Vec<Failure>, CloudError> {
        match of {
            FailuresOf::ChangeSet(id) => {
                let (at, nth) = self.find_change_set(OPERATION, id)?;
                Ok(self.stacks[at].change_sets[nth].failures.clone())
            }
            FailuresOf::Operation(id) => {
                let found = self.stacks.iter().find_map(|stack| {
                    let at = stack.log.iter().position(|record| record.operation.id == id)?;
                    let end = stack.log.get(at + 1).map_or(stack.events.len(), |next| next.first);
                    Some(&stack.events[stack.log[at].first..end])
                });
                let missing = || validation(OPERATION, format!("Operation [{id}] does not exist"));
                found.map(Failure::among).ok_or_else(missing)
            }
            FailuresOf::Stack(id) => {
                let at = self.find_stack(region, id);
                let missing = || validation(OPERATION, format!("Stack [{id}] does not exist"));
                at.map(|at| Failure::among(&self.stacks[at].events)).ok_or_else(missing)
            }
        }
    }
}
