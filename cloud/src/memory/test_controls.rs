//! What a test can see and arrange in the account in memory, beyond what AWS offers.

use std::collections::BTreeMap;

use crate::{
    BucketSettings, ChangeSetRequest, ChangeSetType, CloudError, Failure, Function, Handling,
    OnFailure, StackStatus, Stacks, TemplateSource,
};

use super::MemoryCloud;
use super::account::{Call, Death, PlannedFailure};
use super::buckets::BucketRecord;

/// What can be seen.
impl MemoryCloud {
    /// Every API call so far, refused ones included.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.peek().calls.clone()
    }

    /// The calls so far that change something, as `Service.Operation`.
    #[must_use]
    pub fn writes(&self) -> Vec<String> {
        let calls = self.calls().into_iter().filter(|call| call.writes);
        calls.map(|call| format!("{}.{}", call.service, call.operation)).collect()
    }

    /// The names of the stacks that are not deleted, oldest first.
    #[must_use]
    pub fn stack_names(&self) -> Vec<String> {
        let world = self.peek();
        let alive = world.stacks.iter().filter(|stack| !stack.is_gone());
        alive.map(|stack| stack.site.stack_name.clone()).collect()
    }

    /// The status of a stack, without letting anything happen to it.
    #[must_use]
    pub fn status(&self, stack: &str) -> Option<StackStatus> {
        let world = self.peek();
        let at = world.find_stack(&self.region, stack)?;
        Some(world.stacks[at].status.clone())
    }

    /// What a stack's last operation was told, with the role that CloudFormation acted with.
    #[must_use]
    pub fn handling(&self, stack: &str) -> Option<Handling> {
        let world = self.peek();
        let at = world.find_stack(&self.region, stack)?;
        Some(world.stacks[at].handling.clone())
    }

    /// The names of a stack's change sets that were not executed.
    #[must_use]
    pub fn change_set_names(&self, stack: &str) -> Vec<String> {
        let world = self.peek();
        let at = world.find_stack(&self.region, stack);
        let sets = at.into_iter().flat_map(|at| world.stacks[at].open_change_sets());
        sets.map(str::to_owned).collect()
    }

    /// The physical ids of a stack's resources by logical id.
    #[must_use]
    pub fn resources(&self, stack: &str) -> BTreeMap<String, String> {
        let world = self.peek();
        let at = world.find_stack(&self.region, stack);
        let resources = at.into_iter().flat_map(|at| world.stacks[at].resources.values());
        resources.map(|r| (r.logical_id.clone(), r.physical_id.clone())).collect()
    }

    /// The template that a stack was deployed with.
    #[must_use]
    pub fn template_text(&self, stack: &str) -> Option<String> {
        let world = self.peek();
        let at = world.find_stack(&self.region, stack)?;
        world.stacks[at].shown.template.as_ref().map(|template| template.text.clone())
    }

    /// The tags of a stack.
    #[must_use]
    pub fn stack_tags(&self, stack: &str) -> BTreeMap<String, String> {
        let world = self.peek();
        let at = world.find_stack(&self.region, stack);
        at.map(|at| world.stacks[at].shown.tags.clone()).unwrap_or_default()
    }

    /// The names of the account's own buckets.
    #[must_use]
    pub fn bucket_names(&self) -> Vec<String> {
        let world = self.peek();
        let own = world.buckets.iter().filter(|(_, bucket)| !bucket.foreign);
        own.map(|(name, _)| name.clone()).collect()
    }

    /// What a bucket was set to, once it was set up completely.
    #[must_use]
    pub fn bucket_settings(&self, bucket: &str) -> Option<BucketSettings> {
        self.peek().buckets.get(bucket)?.settings.clone()
    }

    /// The current keys of a bucket.
    #[must_use]
    pub fn object_keys(&self, bucket: &str) -> Vec<String> {
        let world = self.peek();
        world.buckets.get(bucket).map(|bucket| bucket.keys("")).unwrap_or_default()
    }

    /// The current version of an object.
    #[must_use]
    pub fn object(&self, bucket: &str, key: &str) -> Option<Vec<u8>> {
        self.peek().buckets.get(bucket)?.current(key).cloned()
    }
}

/// What can be arranged.
impl MemoryCloud {
    /// Makes the next call of an operation, such as `CreateBucket`, fail.
    pub fn fail_next(&self, operation: &str, failure: CloudError) {
        self.fail_later(operation, 0, failure);
    }

    /// The same for the call after that many more of the operation.
    pub fn fail_later(&self, operation: &str, calls: usize, failure: CloudError) {
        let operation = operation.to_owned();
        self.peek().failures.push(PlannedFailure { operation, calls, failure });
    }

    /// Makes the next call but `calls` fail, whichever it is.
    pub fn fail_after(&self, calls: usize, failure: CloudError) {
        self.peek().failure_after = Some((calls, failure));
    }

    /// Takes back [`Self::fail_after`]; whether that call was still to come.
    pub fn relent(&self) -> bool {
        self.peek().failure_after.take().is_some()
    }

    /// Kills the program that calls, as SIGKILL does, when it is about to make its next call but `calls`.
    /// It dies by unwinding with [`Killed`](super::Killed).
    pub fn kill_after(&self, calls: usize) {
        self.peek().death = Some(Death::After(calls));
    }

    /// Kills the program that calls once its next call of an operation is answered.
    pub fn kill_following(&self, operation: &str) {
        self.peek().death = Some(Death::Following(operation.to_owned()));
    }

    /// Lets the program live that was to be killed; whether it was still to be.
    pub fn spare(&self) -> bool {
        self.peek().death.take().is_some()
    }

    /// Makes the next change set end as FAILED for this reason, as validation by AWS does.
    pub fn fail_next_change_set(&self, reason: &str) {
        self.peek().next_change_set_fails = Some((reason.to_owned(), Vec::new()));
    }

    /// Edits a state machine's definition in the console, outside its stack.
    pub fn edit_machine(&self, stack: &str, logical_id: &str, definition: &str) {
        let mut world = self.peek();
        if let Some(at) = world.find_stack(&self.region, stack) {
            let edits = &mut world.stacks[at].edits;
            edits.insert(logical_id.to_owned(), Some(definition.to_owned()));
        }
    }

    /// Deletes a state machine in the console, outside its stack.
    pub fn delete_machine(&self, stack: &str, logical_id: &str) {
        let mut world = self.peek();
        if let Some(at) = world.find_stack(&self.region, stack) {
            world.stacks[at].edits.insert(logical_id.to_owned(), None);
        }
    }

    /// Makes drift-aware change sets see no drift, as with a type that CloudFormation cannot read.
    pub fn set_blind_to_drift(&self) {
        self.peek().blind_to_drift = true;
    }

    /// Makes drift detections end as DETECTION_FAILED for this reason.
    pub fn fail_detections(&self, reason: &str) {
        self.peek().detection_fails = Some(reason.to_owned());
    }

    /// Makes the next change set replace a resource that changes, although nobody would think so.
    pub fn replace_in_next_change_set(&self, logical_id: &str) {
        self.peek().next_change_set_replaces = Some(logical_id.to_owned());
    }

    /// Makes the next change set fail because its validation finds these.
    pub fn fail_next_validation(&self, failures: Vec<Failure>) {
        // Source: user guide, "Validate stack deployments"; the change set says no more than this.
        let reason = "ChangeSet creation failed due to early validation errors. Please use the \
                      DescribeEvents API to retrieve validation errors.";
        self.peek().next_change_set_fails = Some((reason.to_owned(), failures));
    }

    /// Makes creating and changing a resource fail in every operation from now on.
    pub fn fail_resource(&self, logical_id: &str, reason: &str) {
        let mut world = self.peek();
        world.failing_resources.insert(logical_id.to_owned(), reason.to_owned());
    }

    /// Makes deleting a resource fail in every operation from now on.
    pub fn refuse_delete(&self, logical_id: &str, reason: &str) {
        let mut world = self.peek();
        world.undeletable_resources.insert(logical_id.to_owned(), reason.to_owned());
    }

    /// Makes putting a resource back fail in every rollback of an update from now on.
    pub fn refuse_rollback(&self, logical_id: &str, reason: &str) {
        let mut world = self.peek();
        world.unrestorable_resources.insert(logical_id.to_owned(), reason.to_owned());
    }

    /// Takes back [`Self::fail_resource`], [`Self::refuse_delete`] and [`Self::refuse_rollback`].
    pub fn mend_resource(&self, logical_id: &str) {
        let mut world = self.peek();
        world.failing_resources.remove(logical_id);
        world.undeletable_resources.remove(logical_id);
        world.unrestorable_resources.remove(logical_id);
    }

    /// Makes the credentials expire: every call from now on is refused.
    pub fn set_denied(&self) {
        self.peek().denied = true;
    }

    /// What [`configured_region`](crate::Connect::configured_region) finds.
    pub fn set_configured_region(&self, region: Option<&str>) {
        self.peek().configured_region = region.map(str::to_owned);
    }

    /// A bucket of another account.
    pub fn add_foreign_bucket(&self, name: &str) {
        let bucket = BucketRecord::new(&self.region, true);
        self.peek().buckets.insert(name.to_owned(), bucket);
    }

    /// Puts a tag on a bucket.
    pub fn tag_bucket(&self, bucket: &str, key: &str, value: &str) {
        if let Some(bucket) = self.peek().buckets.get_mut(bucket) {
            bucket.tags.insert(key.to_owned(), value.to_owned());
        }
    }

    /// Takes a tag off a bucket.
    pub fn untag_bucket(&self, bucket: &str, key: &str) {
        if let Some(bucket) = self.peek().buckets.get_mut(bucket) {
            bucket.tags.remove(key);
        }
    }

    /// Puts a tag on a stack.
    pub fn tag_stack(&self, stack: &str, key: &str, value: &str) {
        let mut world = self.peek();
        if let Some(at) = world.find_stack(&self.region, stack) {
            let tags = &mut world.stacks[at].shown.tags;
            tags.insert(key.to_owned(), value.to_owned());
        }
    }

    /// Takes a tag off a stack.
    pub fn untag_stack(&self, stack: &str, key: &str) {
        let mut world = self.peek();
        if let Some(at) = world.find_stack(&self.region, stack) {
            world.stacks[at].shown.tags.remove(key);
        }
    }

    /// Puts a stack into a status, where it stays: an operation that was going on is forgotten.
    pub fn set_status(&self, stack: &str, status: StackStatus) {
        let mut world = self.peek();
        if let Some(at) = world.find_stack(&self.region, stack) {
            world.stacks[at].queue.clear();
            world.stacks[at].status = status;
        }
    }

    /// Turns termination protection on or off.
    pub fn set_termination_protection(&self, stack: &str, on: bool) {
        let mut world = self.peek();
        if let Some(at) = world.find_stack(&self.region, stack) {
            world.stacks[at].termination_protection = on;
        }
    }

    /// Describes a function by hand, instead of as a stack made it.
    pub fn set_function(&self, function: Function) {
        let mut world = self.peek();
        world.functions.retain(|known| known.arn != function.arn);
        world.functions.push(function);
    }

    /// Lets every operation that is going on come to its end.
    pub fn settle(&self) {
        let mut world = self.peek();
        for at in 0..world.stacks.len() {
            while !world.stacks[at].queue.is_empty() {
                world.advance(at);
            }
        }
    }

    /// A stack that is there already, deployed without a trace in the list of calls.
    ///
    /// # Errors
    /// When CloudFormation would refuse the template.
    pub async fn add_stack(
        &self,
        name: &str,
        template: &str,
        tags: &[(&str, &str)],
    ) -> Result<(), CloudError> {
        let before = self.calls();
        let tag = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        let request = ChangeSetRequest {
            stack_name: name.to_owned(),
            name: "initial".to_owned(),
            kind: ChangeSetType::Create,
            template: TemplateSource::Body(template.to_owned()),
            revert_drift: false,
            tags: tags.iter().map(tag).collect(),
            capabilities: vec!["CAPABILITY_NAMED_IAM".to_owned()],
            handling: Handling::default(),
            token: "initial".to_owned(),
        };
        let id = self.create_change_set(&request).await?;
        self.change_set(&id).await?;
        self.execute_change_set(&id, "initial", OnFailure::RollBack).await?;
        self.delete_change_set(&id).await?;
        self.settle();
        self.peek().calls = before;
        Ok(())
    }
}
