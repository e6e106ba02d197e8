//! What a test can control in the account in memory, beyond what AWS offers.

use crate::{
    ChangeSetRequest, ChangeSetType, CloudError, CodeNeeded, ErrorKind, Failure, Function,
    OnFailure, StackOptions, StackStatus, Stacks, TemplateSource, Unusable,
};

use super::MemoryCloud;
use super::account::{KillPoint, PlannedFailure, RegionRefusal};
use super::buckets::{BucketRecord, Content};
use super::functions::CODE;

/// What a test can control.
impl MemoryCloud {
    /// Makes the next call of an operation, such as `CreateBucket`, fail.
    pub fn fail_next(&self, operation: &str, failure: CloudError) {
        self.fail_later(operation, 0, failure);
    }

    /// The same for the call after this many more calls of the operation.
    pub fn fail_later(&self, operation: &str, calls: usize, failure: CloudError) {
        let operation = operation.to_owned();
        self.lock().failures.push(PlannedFailure { operation, calls, failure });
    }

    /// Makes the call after `calls` more calls fail, whichever it is.
    pub fn fail_after(&self, calls: usize, failure: CloudError) {
        self.lock().failure_after = Some((calls, failure));
    }

    /// Cancels [`Self::fail_after`]; returns whether the failure was still to come.
    pub fn cancel_failure(&self) -> bool {
        self.lock().failure_after.take().is_some()
    }

    /// Kills the calling program, as SIGKILL does, when it is about to make the call after `calls`
    /// more calls. The program ends by unwinding with [`Killed`](super::Killed).
    pub fn kill_after(&self, calls: usize) {
        self.lock().kill_point = Some(KillPoint::AfterCalls(calls));
    }

    /// Kills the calling program at the call that follows its next call of an operation.
    pub fn kill_after_operation(&self, operation: &str) {
        self.lock().kill_point = Some(KillPoint::AfterOperation(operation.to_owned()));
    }

    /// Cancels the kill; returns whether it was still to come.
    pub fn cancel_kill(&self) -> bool {
        self.lock().kill_point.take().is_some()
    }

    /// Makes the next change set end as FAILED for this reason, as validation by AWS does.
    pub fn fail_next_change_set(&self, reason: &str) {
        self.lock().next_change_set_fails = Some((reason.to_owned(), Vec::new()));
    }

    /// Edits a state machine's definition outside its stack, as in the console.
    pub fn edit_machine(&self, stack: &str, logical_id: &str, definition: &str) {
        let mut account = self.lock();
        if let Some(at) = account.find_stack(&self.region, stack) {
            let edits = &mut account.stacks[at].edits;
            edits.insert(logical_id.to_owned(), Some(definition.to_owned()));
        }
    }

    /// Deletes a state machine outside its stack, as in the console.
    pub fn delete_machine(&self, stack: &str, logical_id: &str) {
        let mut account = self.lock();
        if let Some(at) = account.find_stack(&self.region, stack) {
            account.stacks[at].edits.insert(logical_id.to_owned(), None);
        }
    }

    /// Makes drift-aware change sets see no drift, as with a type that CloudFormation cannot read.
    pub fn hide_drift(&self) {
        self.lock().drift_hidden = true;
    }

    /// Makes drift detections skip the resources of a type, as those that CloudFormation cannot
    /// compare.
    pub fn compare_none_of(&self, resource_type: &str) {
        self.lock().not_compared.push(resource_type.to_owned());
    }

    /// Makes drift detections end as DETECTION_FAILED for this reason.
    pub fn fail_detections(&self, reason: &str) {
        self.lock().detection_failure = Some(reason.to_owned());
    }

    /// Makes the next change set replace a resource that changes, although the change would not
    /// require it.
    pub fn replace_in_next_change_set(&self, logical_id: &str) {
        self.lock().next_change_set_replaces = Some(logical_id.to_owned());
    }

    /// Makes the next change set fail because its validation finds these failures.
    pub fn fail_next_validation(&self, failures: Vec<Failure>) {
        // Source: user guide, "Validate stack deployments"; the change set contains no other
        // details.
        let reason = "ChangeSet creation failed due to early validation errors. Please use the \
                      DescribeEvents API to retrieve validation errors.";
        self.lock().next_change_set_fails = Some((reason.to_owned(), failures));
    }

    /// Makes creating and changing a resource fail in every operation from now on.
    pub fn fail_resource(&self, logical_id: &str, reason: &str) {
        let mut account = self.lock();
        account.failing_resources.insert(logical_id.to_owned(), reason.to_owned());
    }

    /// Makes deleting a resource fail in every operation from now on.
    pub fn refuse_delete(&self, logical_id: &str, reason: &str) {
        let mut account = self.lock();
        account.undeletable_resources.insert(logical_id.to_owned(), reason.to_owned());
    }

    /// Makes restoring a resource fail in every rollback of an update from now on.
    pub fn refuse_rollback(&self, logical_id: &str, reason: &str) {
        let mut account = self.lock();
        account.unrestorable_resources.insert(logical_id.to_owned(), reason.to_owned());
    }

    /// Cancels [`Self::fail_resource`], [`Self::refuse_delete`] and [`Self::refuse_rollback`].
    pub fn fix_resource(&self, logical_id: &str) {
        let mut account = self.lock();
        account.failing_resources.remove(logical_id);
        account.undeletable_resources.remove(logical_id);
        account.unrestorable_resources.remove(logical_id);
    }

    /// Makes the credentials expire: every call from now on is refused.
    pub fn expire_credentials(&self) {
        self.lock().denied = true;
    }

    /// Sets the region that [`configured_region`](crate::Connect::configured_region) finds.
    pub fn set_configured_region(&self, region: Option<&str>) {
        self.lock().configured_region = region.map(str::to_owned);
    }

    /// Makes a region refuse to list its stacks, as a policy of the organization can.
    pub fn refuse_region(&self, region: &str, kind: ErrorKind, code: &str, message: &str) {
        let refusal = RegionRefusal { kind, code: code.to_owned(), message: message.to_owned() };
        self.lock().refusing_regions.insert(region.to_owned(), refusal);
    }

    /// Makes the configuration unusable: no connection is made from now on.
    pub fn set_unusable(&self, unusable: Unusable) {
        self.lock().unusable = Some(unusable);
    }

    /// Makes a connection need the code of a multi-factor device; this one is right.
    pub fn need_code(&self, profile: &str, device: &str, code: &str) {
        let needed = CodeNeeded { profile: profile.to_owned(), device: device.to_owned() };
        self.lock().device = Some((needed, code.to_owned()));
    }

    /// Adds a bucket of the account that the deployer does not manage, in this region or another.
    pub fn add_bucket(&self, name: &str, region: &str) {
        let bucket = BucketRecord::new(region, false);
        self.lock().buckets.insert(name.to_owned(), bucket);
    }

    /// Removes a bucket with all its objects.
    pub fn remove_bucket(&self, name: &str) {
        self.lock().buckets.remove(name);
    }

    /// Removes the current version of an object.
    pub fn remove_object(&self, bucket: &str, key: &str) {
        let mut account = self.lock();
        let marker = account.next_version();
        if let Some(bucket) = account.buckets.get_mut(bucket) {
            bucket.delete(key, marker);
        }
    }

    /// Puts an object into a bucket as another program could, with or without a checksum.
    pub fn plant_object(&self, bucket: &str, key: &str, bytes: Vec<u8>, has_checksum: bool) {
        let mut account = self.lock();
        let id = account.next_version();
        if let Some(bucket) = account.buckets.get_mut(bucket) {
            bucket.put(key, Content { bytes, has_checksum, part_size: None }, id);
        }
    }

    /// Makes the next request for an object find nothing, as before another program's upload.
    pub fn hide_object_once(&self, bucket: &str, key: &str) {
        self.lock().hidden_object = Some((bucket.to_owned(), key.to_owned()));
    }

    /// Changes the template of a stack, as if it had been deployed so.
    pub fn edit_template(&self, stack: &str, edit: impl FnOnce(&mut serde_json::Value)) {
        let mut account = self.lock();
        if let Some(at) = account.find_stack(&self.region, stack)
            && let Some(template) = &mut account.stacks[at].visible.template
        {
            edit(&mut template.document);
            template.text = template.document.to_string();
        }
    }

    /// Gives a function other code outside its stack, as in the console.
    pub fn plant_code(&self, stack: &str, logical_id: &str, sha256: &str) {
        let mut account = self.lock();
        if let Some(at) = account.find_stack(&self.region, stack)
            && let Some(function) = account.stacks[at].resources.get_mut(logical_id)
        {
            function.attributes.insert(CODE.to_owned(), sha256.to_owned());
        }
    }

    /// The KMS key that an object is encrypted with.
    #[must_use]
    pub fn object_kms_key(&self, bucket: &str, key: &str) -> Option<String> {
        self.lock().buckets.get(bucket)?.keys.get(key).cloned().flatten()
    }

    /// Adds a bucket of another account.
    pub fn add_foreign_bucket(&self, name: &str) {
        let bucket = BucketRecord::new(&self.region, true);
        self.lock().buckets.insert(name.to_owned(), bucket);
    }

    /// Removes a tag from a stack.
    pub fn untag_stack(&self, stack: &str, key: &str) {
        let mut account = self.lock();
        if let Some(at) = account.find_stack(&self.region, stack) {
            account.stacks[at].visible.tags.remove(key);
        }
    }

    /// Sets the status of a stack and drops an operation that is in progress.
    pub fn set_status(&self, stack: &str, status: StackStatus) {
        let mut account = self.lock();
        if let Some(at) = account.find_stack(&self.region, stack) {
            account.stacks[at].queue.clear();
            account.stacks[at].status = status;
        }
    }

    /// Turns termination protection on or off.
    pub fn set_termination_protection(&self, stack: &str, on: bool) {
        let mut account = self.lock();
        if let Some(at) = account.find_stack(&self.region, stack) {
            account.stacks[at].termination_protection = on;
        }
    }

    /// Adds a function directly, without a stack.
    pub fn set_function(&self, function: Function) {
        let mut account = self.lock();
        account.functions.retain(|known| known.arn != function.arn);
        account.functions.push(function);
    }

    /// Runs every operation that is in progress to its end.
    pub fn finish_operations(&self) {
        let mut account = self.lock();
        for at in 0..account.stacks.len() {
            while !account.stacks[at].queue.is_empty() {
                account.advance(at);
            }
        }
    }

    /// Adds a deployed stack without recording any call.
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
            stack_options: StackOptions::default(),
            token: "initial".to_owned(),
        };
        let id = self.create_change_set(&request).await?;
        self.change_set(&id).await?;
        self.execute_change_set(&id, "initial", OnFailure::RollBack).await?;
        self.delete_change_set(&id).await?;
        self.finish_operations();
        self.lock().calls = before;
        Ok(())
    }
}
