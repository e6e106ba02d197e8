//! What a test can read in the account in memory, beyond what AWS offers.

use std::collections::BTreeMap;

use crate::{BucketSettings, ChangeSetStatus, StackOptions, StackStatus};

use super::MemoryCloud;
use super::account::Call;
use super::functions::CODE;

/// What a test can read.
impl MemoryCloud {
    /// Every API call so far, including refused ones.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.lock().calls.clone()
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
        let account = self.lock();
        let alive = account.stacks.iter().filter(|stack| !stack.is_deleted());
        alive.map(|stack| stack.identity.stack_name.clone()).collect()
    }

    /// The status of a stack, without advancing it.
    #[must_use]
    pub fn status(&self, stack: &str) -> Option<StackStatus> {
        let account = self.lock();
        let at = account.find_stack(&self.region, stack)?;
        Some(account.stacks[at].status.clone())
    }

    /// The options of a stack's last operation, with the role that CloudFormation used.
    #[must_use]
    pub fn stack_options(&self, stack: &str) -> Option<StackOptions> {
        let account = self.lock();
        let at = account.find_stack(&self.region, stack)?;
        Some(account.stacks[at].stack_options.clone())
    }

    /// The names of a stack's change sets that were not executed.
    #[must_use]
    pub fn change_set_names(&self, stack: &str) -> Vec<String> {
        let account = self.lock();
        let at = account.find_stack(&self.region, stack);
        let sets = at.into_iter().flat_map(|at| account.stacks[at].open_change_sets());
        sets.map(str::to_owned).collect()
    }

    /// The physical ids of a stack's resources by logical id.
    #[must_use]
    pub fn resources(&self, stack: &str) -> BTreeMap<String, String> {
        let account = self.lock();
        let at = account.find_stack(&self.region, stack);
        let resources = at.into_iter().flat_map(|at| account.stacks[at].resources.values());
        resources.map(|r| (r.logical_id.clone(), r.physical_id.clone())).collect()
    }

    /// The template that a stack was deployed with.
    #[must_use]
    pub fn template_text(&self, stack: &str) -> Option<String> {
        let account = self.lock();
        let at = account.find_stack(&self.region, stack)?;
        account.stacks[at].visible.template.as_ref().map(|template| template.text.clone())
    }

    /// The tags of a stack.
    #[must_use]
    pub fn stack_tags(&self, stack: &str) -> BTreeMap<String, String> {
        let account = self.lock();
        let at = account.find_stack(&self.region, stack);
        at.map(|at| account.stacks[at].visible.tags.clone()).unwrap_or_default()
    }

    /// The names of the account's own buckets.
    #[must_use]
    pub fn bucket_names(&self) -> Vec<String> {
        let account = self.lock();
        let own = account.buckets.iter().filter(|(_, bucket)| !bucket.foreign);
        own.map(|(name, _)| name.clone()).collect()
    }

    /// The settings of a bucket, once it is completely set up.
    #[must_use]
    pub fn bucket_settings(&self, bucket: &str) -> Option<BucketSettings> {
        self.lock().buckets.get(bucket)?.settings.clone()
    }

    /// The current keys of a bucket.
    #[must_use]
    pub fn object_keys(&self, bucket: &str) -> Vec<String> {
        let account = self.lock();
        account.buckets.get(bucket).map(|bucket| bucket.keys("")).unwrap_or_default()
    }

    /// The names and templates of a stack's change sets that can be executed.
    #[must_use]
    pub fn change_set_templates(&self, stack: &str) -> Vec<(String, String)> {
        let account = self.lock();
        let at = account.find_stack(&self.region, stack);
        let sets = at.into_iter().flat_map(|at| account.stacks[at].change_sets.iter());
        let open = sets.filter(|set| !set.executed && set.view.status == ChangeSetStatus::Ready);
        open.map(|set| (set.name.clone(), set.template.text.clone())).collect()
    }

    /// The digest of a version of an object, by default of the current one.
    #[must_use]
    pub fn object_sha256(&self, bucket: &str, key: &str, version: Option<&str>) -> Option<String> {
        Some(self.lock().buckets.get(bucket)?.content(key, version)?.sha256())
    }

    /// The digest of the code that a stack's function runs.
    #[must_use]
    pub fn code_sha256(&self, stack: &str, logical_id: &str) -> Option<String> {
        let account = self.lock();
        let at = account.find_stack(&self.region, stack)?;
        account.stacks[at].resources.get(logical_id)?.attributes.get(CODE).cloned()
    }

    /// The current version of an object.
    #[must_use]
    pub fn object_bytes(&self, bucket: &str, key: &str) -> Option<Vec<u8>> {
        Some(self.lock().buckets.get(bucket)?.current(key)?.bytes.clone())
    }
}
