//! What the deployer needs of AWS: narrow traits, with their own request and response types.
//!
//! Each trait covers the few operations of one service that the deployer calls. [`Connect`] makes a
//! [`Cloud`], which holds an implementation of every trait:
//!
//! - [`aws`] implements the traits over the AWS SDK for Rust.
//! - `memory` implements them in memory, with AWS's documented rules, for tests.
//!
//! No SDK type crosses this boundary: only the files in `aws/` name a crate of the SDK, and no
//! public signature does. This crate makes no decisions; the deployer does.
//!
//! # Features
//!
//! `memory` compiles the module `memory`. Switch it on in `[dev-dependencies]` only, so that no
//! shipped program contains it.

use std::sync::Arc;

use async_trait::async_trait;

pub mod aws;
mod calls;
mod cause;
mod change_sets;
mod changes;
mod drifts;
mod entries;
mod error;
mod events;
mod executions;
mod failures;
mod functions;
mod identity;
pub mod json_diff;
mod keys;
mod logs;
mod machines;
#[cfg(feature = "memory")]
pub mod memory;
mod metrics;
mod organizations;
mod parts;
mod permissions;
mod quotas;
mod recovery;
pub mod services;
mod stack_options;
mod stacks;
mod state_test;
mod status;
mod storage;
mod tables;
mod task_tokens;
mod topics;
mod unusable;

pub use calls::{CallObserver, CallOutcome, FinishedCall};
pub use cause::Cause;
pub use change_sets::{
    ChangeSet, ChangeSetId, ChangeSetRequest, ChangeSetStatus, ChangeSetType, TemplateSource,
};
pub use changes::{ChangeAction, KNOWN_AFTER_APPLY, PropertyChange, Replacement, ResourceChange};
pub use drifts::{Detection, Drifts, ResourceDrift};
pub use entries::{Entries, LedgerEntry};
pub use error::{CloudError, ErrorKind};
pub use events::StackEvent;
pub use executions::{ExecutionPage, ExecutionState, Executions, HistoryEvent, HistoryPage};
pub use failures::{Failure, FailureKind, FailureScope, StackOperation};
pub use functions::{Function, Functions, Reply};
pub use identity::{Caller, Identity};
pub use keys::{EncryptionKey, Keys};
pub use logs::{LogEvent, LogPage, LogQuery, Logs};
pub use machines::{Diagnostic, Machines, RunningExecutions, Validation};
pub use metrics::{Metrics, Point, Series, Statistic, Window};
pub use organizations::{MailOrganization, MailOrganizations};
pub use parts::{Part, PartUpload, PartUploads};
pub use permissions::{Decision, PermissionQuery, Permissions};
pub use quotas::{Quota, Quotas};
pub use recovery::{Continuation, Deletion, StackResource};
pub use services::Services;
pub use stack_options::{OnFailure, OnStackFailure, StackOptions};
pub use stacks::{Output, Stack, Stacks};
pub use state_test::{StateMock, StateTest, TestedState, TestedStatus};
pub use status::StackStatus;
pub use storage::{Bucket, BucketSettings, ObjectVersion, Put, Storage, StoredVersion};
pub use tables::Tables;
pub use task_tokens::TaskTokens;
pub use topics::{Subscriptions, Topics};
pub use unusable::{Area, CodeNeeded, Codes, ConnectError, Unusable};

/// How to reach AWS, as far as the command line specifies it. The SDK's default provider chain
/// finds the rest (environment, profile files, SSO, instance roles).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Access {
    /// The region, if one is given or follows from an organization's ARN.
    pub region: Option<String>,
    /// The profile of the shared configuration files.
    pub profile: Option<String>,
    /// One endpoint for every service, for emulators and private endpoints.
    pub endpoint_url: Option<String>,
    /// A separate endpoint for WorkMail, because no emulator supports it.
    pub workmail_endpoint_url: Option<String>,
    /// The codes of multi-factor devices that profiles need.
    pub codes: Codes,
    /// The observer of every call.
    pub calls: CallObserver,
}

/// A connection: clients that are created once and shared.
#[derive(Clone)]
pub struct Cloud {
    /// The region that every call goes to.
    pub region: String,
    /// Who is calling.
    pub identity: Arc<dyn Identity>,
    /// CloudFormation.
    pub stacks: Arc<dyn Stacks>,
    /// S3.
    pub storage: Arc<dyn Storage>,
    /// S3's uploads in parts.
    pub parts: Arc<dyn PartUploads>,
    /// Lambda.
    pub functions: Arc<dyn Functions>,
    /// Step Functions.
    pub machines: Arc<dyn Machines>,
    /// CloudFormation's drift detection.
    pub drifts: Arc<dyn Drifts>,
    /// Step Functions' executions.
    pub executions: Arc<dyn Executions>,
    /// Step Functions' tasks that wait for a callback.
    pub task_tokens: Arc<dyn TaskTokens>,
    /// DynamoDB.
    pub entries: Arc<dyn Entries>,
    /// DynamoDB's tables.
    pub tables: Arc<dyn Tables>,
    /// CloudWatch Logs.
    pub logs: Arc<dyn Logs>,
    /// CloudWatch.
    pub metrics: Arc<dyn Metrics>,
    /// IAM.
    pub permissions: Arc<dyn Permissions>,
    /// WorkMail.
    pub organizations: Arc<dyn MailOrganizations>,
    /// Service Quotas.
    pub quotas: Arc<dyn Quotas>,
    /// KMS.
    pub keys: Arc<dyn Keys>,
    /// SNS's topics.
    pub topics: Arc<dyn Topics>,
    /// The services that the tasks of a state machine call.
    pub services: Arc<dyn Services>,
}

/// A region in the AWS environment variables or configuration files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfiguredRegion {
    /// The region's name.
    pub region: String,
    /// Where it is configured, such as `AWS_REGION` or `the AWS profile`.
    pub origin: String,
}

/// Makes connections. The program receives an implementation, so that it can run over AWS or in
/// memory.
#[async_trait]
pub trait Connect: Send + Sync {
    /// The region that the environment or else the profile names, if any. Reads only local files
    /// and the environment, not the network.
    ///
    /// # Errors
    /// When the profile does not exist, or the configuration files cannot be used.
    async fn configured_region(
        &self,
        access: &Access,
    ) -> Result<Option<ConfiguredRegion>, Unusable>;

    /// Connects. The caller has set `access.region`.
    ///
    /// # Errors
    /// When what is configured cannot be used, there are no credentials, or they need a code.
    async fn connect(&self, access: &Access) -> Result<Cloud, ConnectError>;

    /// Makes a connection to each of these regions, all with the same credentials. The caller has
    /// set
    /// `access.region` to the region of the credentials' own calls.
    ///
    /// # Errors
    /// As [`Connect::connect`].
    async fn connect_to(
        &self,
        access: &Access,
        regions: &[String],
    ) -> Result<Vec<Cloud>, ConnectError>;

    /// What is configured and does not count, one sentence each.
    async fn remarks(&self, _access: &Access) -> Vec<String> {
        Vec::new()
    }
}
