//! AWS in memory: it behaves as documented, as far as the deployer can observe, and affects nothing
//! outside.
//!
//! [`MemoryCloud`] is one account that tests, transcripts, and simulations share by cloning the
//! handle. It follows the rules of CloudFormation, S3, Lambda, Step Functions, DynamoDB, CloudWatch
//! Logs, and STS that the program relies on. It is deterministic: ids are hashes, and the clock
//! advances by one second per event. It refuses account ids that are not AWS's documentation
//! examples, so that it is not mistaken for a real account. An operation on a stack advances by one
//! step per [`describe`](crate::Stacks::describe), so that a program that does not poll makes no
//! progress.
//!
//! It does not support template conditions, mappings, and macros, IAM evaluation, or the behavior
//! of resources after their creation.

#![expect(
    clippy::result_large_err,
    reason = "an error is the rare outcome of a network call; its size does not matter"
)]

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::{Access, Cloud, CloudError, ConfiguredRegion, Connect, ConnectError, Unusable};

mod account;
mod buckets;
mod changes;
mod conditions;
mod deeds;
mod door;
mod drifts;
mod entries;
mod executions;
mod functions;
mod identity;
mod intrinsics;
mod keys;
mod logs;
mod machines;
mod metrics;
mod organizations;
mod parts;
mod permissions;
mod physical;
mod quotas;
mod records;
mod references;
mod refusal;
mod services;
mod stack_record;
mod stacks;
mod storage;
mod tables;
mod task_tokens;
mod template;
mod test_controls;
mod test_views;
mod topics;

use account::Account;

pub use account::{Call, Killed};
pub use deeds::{Deed, Done};
pub use door::Door;

/// The accounts that AWS's documentation uses; no real account has one of these ids.
/// Source: IAM user guide, examples of ARNs.
const DOCUMENTATION_ACCOUNTS: [&str; 3] = ["123456789012", "111122223333", "000000000000"];

/// The account id could belong to a real account.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0} is not one of the account ids that AWS's documentation uses")]
pub struct RealAccount(String);

/// A handle to an AWS account in memory. Clones share the account.
#[derive(Clone)]
pub struct MemoryCloud {
    account: Arc<Mutex<Account>>,
    /// The region that calls through this handle go to.
    region: String,
    /// What calls through this handle wait at.
    door: Option<Door>,
}

impl MemoryCloud {
    /// Creates an empty account.
    ///
    /// # Errors
    /// When `account` is not an account id of AWS's documentation.
    pub fn new(account: &str, region: &str) -> Result<Self, RealAccount> {
        if !DOCUMENTATION_ACCOUNTS.contains(&account) {
            return Err(RealAccount(account.to_owned()));
        }
        let account = Account::new(account);
        let account = Arc::new(Mutex::new(account));
        Ok(Self { account, region: region.to_owned(), door: None })
    }

    /// The same account, seen from a region.
    #[must_use]
    pub fn in_region(&self, region: &str) -> Self {
        Self { region: region.to_owned(), ..self.clone() }
    }

    /// The same account, with a door before every call.
    #[must_use]
    pub fn behind(&self, door: &Door) -> Self {
        Self { door: Some(door.clone()), ..self.clone() }
    }

    /// Waits at the door, if there is one.
    async fn pass(&self) -> &Self {
        if let Some(door) = &self.door {
            door.pass().await;
        }
        self
    }

    /// Locks the account without recording a call.
    fn lock(&self) -> MutexGuard<'_, Account> {
        // A panic elsewhere in a test leaves a state that can still be read.
        self.account.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Locks the account for one API call, which is recorded, and refused if a test planned that.
    fn call(
        &self,
        service: &'static str,
        operation: &'static str,
        writes: bool,
    ) -> Result<MutexGuard<'_, Account>, CloudError> {
        let mut account = self.lock();
        if self.door.as_ref().is_some_and(Door::is_expired) {
            return Err(refusal::expired(service, operation));
        }
        account.enter(service, operation, writes)?;
        Ok(account)
    }
}

#[async_trait]
impl Connect for MemoryCloud {
    async fn configured_region(
        &self,
        _access: &Access,
    ) -> Result<Option<ConfiguredRegion>, Unusable> {
        let region = self.lock().configured_region.clone();
        let origin = "AWS_REGION".to_owned();
        Ok(region.map(|region| ConfiguredRegion { region, origin }))
    }

    async fn connect(&self, access: &Access) -> Result<Cloud, ConnectError> {
        self.lock().admit(&access.codes)?;
        self.lock().observer = access.calls.clone();
        Ok(self.cloud(access.region.as_deref().unwrap_or(&self.region)))
    }

    async fn connect_to(
        &self,
        access: &Access,
        regions: &[String],
    ) -> Result<Vec<Cloud>, ConnectError> {
        self.lock().admit(&access.codes)?;
        self.lock().observer = access.calls.clone();
        Ok(regions.iter().map(|region| self.cloud(region)).collect())
    }
}

impl MemoryCloud {
    fn cloud(&self, region: &str) -> Cloud {
        let seen = Arc::new(self.in_region(region));
        Cloud {
            region: region.to_owned(),
            identity: seen.clone(),
            stacks: seen.clone(),
            storage: seen.clone(),
            parts: seen.clone(),
            functions: seen.clone(),
            machines: seen.clone(),
            drifts: seen.clone(),
            executions: seen.clone(),
            task_tokens: seen.clone(),
            entries: seen.clone(),
            tables: seen.clone(),
            logs: seen.clone(),
            metrics: seen.clone(),
            permissions: seen.clone(),
            organizations: seen.clone(),
            quotas: seen.clone(),
            keys: seen.clone(),
            topics: seen.clone(),
            services: seen.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_documentation_accounts_are_accepted() {
        assert!(MemoryCloud::new("123456789012", "us-east-1").is_ok());
        assert!(MemoryCloud::new("210987654321", "us-east-1").is_err());
    }

    #[tokio::test]
    async fn a_connection_goes_to_the_region_asked_for() {
        let cloud = MemoryCloud::new("123456789012", "us-east-1").unwrap();
        let access = Access { region: Some("eu-west-1".to_owned()), ..Access::default() };
        assert_eq!(cloud.connect(&access).await.unwrap().region, "eu-west-1");
        let default = cloud.connect(&Access::default()).await.unwrap();
        assert_eq!(default.region, "us-east-1");
    }
}
