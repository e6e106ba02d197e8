//! CloudFormation in memory.

use async_trait::async_trait;

use crate::{
    ChangeSet, ChangeSetId, ChangeSetRequest, ChangeSetStatus, CloudError, Continuation, Deletion,
    Failure, FailureScope, OnFailure, Stack, StackEvent, StackResource, Stacks,
};

use super::MemoryCloud;
use super::deeds::Done;
use super::refusal::no_stack;
use super::stack_record::{ChangeSetRecord, StackRecord};
use super::template::Template;

mod change_sets;
mod create;
mod delete;
mod desired;
mod failures;
mod faults;
mod request;
mod resource_update;
mod rollback;
mod schedule;
#[cfg(test)]
mod tests;
mod update;

const SERVICE: &str = "CloudFormation";

#[async_trait]
impl Stacks for MemoryCloud {
    async fn describe(&self, name_or_id: &str) -> Result<Option<Stack>, CloudError> {
        let mut account = self.pass().await.call(SERVICE, "DescribeStacks", false)?;
        let Some(at) = account.find_stack(&self.region, name_or_id) else {
            return Ok(None);
        };
        let was_gone = account.stacks[at].is_deleted();
        account.advance(at);
        let stack = &account.stacks[at];
        // The deletion may have just ended: from then on, the name refers to nothing.
        let by_id = stack.identity.stack_id == name_or_id;
        Ok((by_id || was_gone || !stack.is_deleted()).then(|| stack.view()))
    }

    async fn list(&self) -> Result<Vec<Stack>, CloudError> {
        let account = self.pass().await.call(SERVICE, "DescribeStacks", false)?;
        if let Some(refusal) = account.refusing_regions.get(&self.region) {
            return Err(refusal.error(SERVICE, "DescribeStacks"));
        }
        let alive = account.stacks.iter().filter(|stack| !stack.is_deleted());
        let here = alive.filter(|stack| stack.identity.region == self.region);
        // The newest first, as CloudFormation lists them.
        Ok(here.rev().map(StackRecord::view).collect())
    }

    async fn template(&self, name_or_id: &str) -> Result<Option<String>, CloudError> {
        let account = self.pass().await.call(SERVICE, "GetTemplate", false)?;
        let at = account.find_stack(&self.region, name_or_id);
        let template = at.and_then(|at| account.stacks[at].visible.template.as_ref());
        Ok(template.map(|template| template.text.clone()))
    }

    async fn processed_template(&self, name_or_id: &str) -> Result<Option<String>, CloudError> {
        // No transforms are supported here: the processed template is the submitted one.
        self.template(name_or_id).await
    }

    async fn validate(&self, body: &str) -> Result<Option<String>, CloudError> {
        let _account = self.pass().await.call(SERVICE, "ValidateTemplate", false)?;
        Ok(Template::parse(body).err())
    }

    async fn create_change_set(
        &self,
        request: &ChangeSetRequest,
    ) -> Result<ChangeSetId, CloudError> {
        let mut account = self.pass().await.call(SERVICE, "CreateChangeSet", true)?;
        let made = account.create_change_set(&self.region, request)?;
        let (stack, change_set) = (request.stack_name.clone(), request.name.clone());
        self.did(&mut account, Done::Prepared { stack, change_set });
        Ok(made)
    }

    async fn change_set(&self, id: &ChangeSetId) -> Result<ChangeSet, CloudError> {
        const OPERATION: &str = "DescribeChangeSet";
        let mut account = self.pass().await.call(SERVICE, OPERATION, false)?;
        let (at, nth) = account.find_change_set(OPERATION, id)?;
        let set = &mut account.stacks[at].change_sets[nth];
        let mut view = set.view.clone();
        if set.pending > 0 {
            set.pending -= 1;
            view.changes.clear();
            view.status = ChangeSetStatus::Pending;
        } else if set.executed {
            view.status = ChangeSetStatus::Failed("The change set was executed already".to_owned());
        }
        Ok(view)
    }

    async fn change_sets(&self, stack_id: &str) -> Result<Vec<ChangeSetId>, CloudError> {
        const OPERATION: &str = "ListChangeSets";
        let mut account = self.pass().await.call(SERVICE, OPERATION, false)?;
        let at = account.find_stack(&self.region, stack_id);
        let stack = &account.stacks[at.ok_or_else(|| no_stack(OPERATION, stack_id))?];
        let status = |set: &&ChangeSetRecord| {
            matches!(set.view.status, ChangeSetStatus::Ready | ChangeSetStatus::Pending)
        };
        let open = stack.change_sets.iter().filter(|set| !set.executed).filter(status);
        let id = |set: &ChangeSetRecord| ChangeSetId {
            id: set.id.clone(),
            stack_id: stack.identity.stack_id.clone(),
        };
        let open = open.map(id).collect();
        let stack = stack.identity.stack_name.clone();
        self.did(&mut account, Done::Listed { stack });
        Ok(open)
    }

    async fn change_set_template(&self, id: &ChangeSetId) -> Result<Option<String>, CloudError> {
        const OPERATION: &str = "GetTemplate";
        let account = self.pass().await.call(SERVICE, OPERATION, false)?;
        let found = account.find_change_set(OPERATION, id).ok();
        Ok(found.map(|(at, nth)| account.stacks[at].change_sets[nth].template.text.clone()))
    }

    async fn delete_change_set(&self, id: &ChangeSetId) -> Result<(), CloudError> {
        const OPERATION: &str = "DeleteChangeSet";
        let mut account = self.pass().await.call(SERVICE, OPERATION, true)?;
        if let Ok((at, nth)) = account.find_change_set(OPERATION, id) {
            let change_set = account.stacks[at].change_sets.remove(nth).name;
            let stack = account.stacks[at].identity.stack_name.clone();
            self.did(&mut account, Done::Withdrawn { stack, change_set });
        }
        Ok(())
    }

    async fn execute_change_set(
        &self,
        id: &ChangeSetId,
        token: &str,
        on_failure: OnFailure,
    ) -> Result<(), CloudError> {
        let mut account = self.pass().await.call(SERVICE, "ExecuteChangeSet", true)?;
        account.execute(id, token, on_failure)?;
        let (at, nth) = account.find_change_set("ExecuteChangeSet", id)?;
        let (stack, set) = (&account.stacks[at].identity, &account.stacks[at].change_sets[nth]);
        let (stack, change_set) = (stack.stack_name.clone(), set.name.clone());
        let template = set.template.text.clone();
        self.did(&mut account, Done::Executed { stack, change_set, template });
        Ok(())
    }

    async fn delete(&self, stack_id: &str, deletion: &Deletion) -> Result<(), CloudError> {
        let mut account = self.pass().await.call(SERVICE, "DeleteStack", true)?;
        let Some(at) = account.find_stack(&self.region, stack_id) else {
            return Ok(());
        };
        let record = &account.stacks[at];
        let change_sets = record.open_change_sets().map(str::to_owned).collect();
        let stack = record.identity.stack_name.clone();
        account.delete(at, deletion)?;
        self.did(&mut account, Done::Deleted { stack, change_sets });
        Ok(())
    }

    async fn stack_resources(&self, stack_id: &str) -> Result<Vec<StackResource>, CloudError> {
        const OPERATION: &str = "ListStackResources";
        let account = self.pass().await.call(SERVICE, OPERATION, false)?;
        let at = account.find_stack(&self.region, stack_id);
        let at = at.ok_or_else(|| no_stack(OPERATION, stack_id))?;
        Ok(account.stacks[at].list_resources())
    }

    async fn protect(&self, stack_id: &str, on: bool) -> Result<(), CloudError> {
        const OPERATION: &str = "UpdateTerminationProtection";
        let mut account = self.pass().await.call(SERVICE, OPERATION, true)?;
        let at = account.find_stack(&self.region, stack_id);
        let at = at.ok_or_else(|| no_stack(OPERATION, stack_id))?;
        account.stacks[at].termination_protection = on;
        Ok(())
    }

    async fn cancel_update(&self, stack_id: &str, token: &str) -> Result<(), CloudError> {
        const OPERATION: &str = "CancelUpdateStack";
        let mut account = self.pass().await.call(SERVICE, OPERATION, true)?;
        let at = account.find_stack(&self.region, stack_id);
        account.cancel(at.ok_or_else(|| no_stack(OPERATION, stack_id))?, token)
    }

    async fn continue_rollback(
        &self,
        stack_id: &str,
        continuation: &Continuation,
    ) -> Result<(), CloudError> {
        const OPERATION: &str = "ContinueUpdateRollback";
        let mut account = self.pass().await.call(SERVICE, OPERATION, true)?;
        let at = account.find_stack(&self.region, stack_id);
        account.resume(at.ok_or_else(|| no_stack(OPERATION, stack_id))?, continuation)
    }

    async fn events(
        &self,
        stack_id: &str,
        until: Option<&str>,
        limit: usize,
    ) -> Result<Vec<StackEvent>, CloudError> {
        const OPERATION: &str = "DescribeStackEvents";
        let account = self.pass().await.call(SERVICE, OPERATION, false)?;
        let at = account.find_stack(&self.region, stack_id);
        let at = at.ok_or_else(|| no_stack(OPERATION, stack_id))?;
        let newest_first = account.stacks[at].events.iter().rev();
        let new = newest_first.take_while(|event| Some(event.id.as_str()) != until);
        Ok(new.take(limit).cloned().collect())
    }

    async fn failures(&self, of: FailureScope<'_>) -> Result<Vec<Failure>, CloudError> {
        self.pass().await.call(SERVICE, "DescribeEvents", false)?.failures(&self.region, of)
    }
}
