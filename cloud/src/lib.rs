//! What the deployer needs of AWS, in its own words: narrow traits and their types.
//!
//! No SDK type crosses this boundary. `aws/` implements the traits over the AWS SDK; `memory/`
//! implements them in memory, with the documented rules, for tests only: it needs the feature `memory`.
//! Nothing here decides anything; the deployer does.

use std::sync::Arc;

use async_trait::async_trait;

pub mod aws;
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
mod logs;
mod machines;
#[cfg(feature = "memory")]
pub mod memory;
mod metrics;
mod organizations;
mod permissions;
mod quotas;
mod recovery;
pub mod services;
mod stack_options;
mod stacks;
mod status;
mod storage;
mod tables;
mod task_tokens;

pub use change_sets::{
    ChangeSet, ChangeSetId, ChangeSetRequest, ChangeSetStatus, ChangeSetType, TemplateSource,
};
pub use changes::{ChangeAction, KNOWN_AFTER_APPLY, PropertyChange, Replacement, ResourceChange};
pub use drifts::{Detection, Drifts, ResourceDrift};
pub use entries::{Entries, LedgerEntry};
pub use error::{CloudError, ErrorKind};
pub use events::StackEvent;
pub use executions::{ExecutionPage, Executions, HistoryEvent, HistoryPage};
pub use failures::{Failure, FailureKind, FailureScope, StackOperation};
pub use functions::{Function, Functions, Reply};
pub use identity::{Caller, Identity};
pub use logs::{LogEvent, LogPage, LogQuery, Logs};
pub use machines::{Diagnostic, Machines, RunningExecutions, Validation};
pub use metrics::{Metrics, Point, Series, Statistic, Window};
pub use organizations::{MailOrganization, MailOrganizations};
pub use permissions::{Decision, PermissionQuery, Permissions};
pub use quotas::{Quota, Quotas};
pub use recovery::{Continuation, Deletion, StackResource};
pub use services::Services;
pub use stack_options::{OnFailure, OnStackFailure, StackOptions};
pub use stacks::{Output, Stack, Stacks};
pub use status::StackStatus;
pub use storage::{Bucket, BucketSettings, Storage};
pub use tables::Tables;
pub use task_tokens::TaskTokens;

/// How to reach AWS, as far as the command line says; the rest is the SDK's usual search
/// (environment, profile files, SSO, instance roles).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Access {
    /// The region, where one was given or follows from an organization's ARN.
    pub region: Option<String>,
    /// The profile of the shared configuration files.
    pub profile: Option<String>,
    /// One endpoint for every service, for emulators and private endpoints.
    pub endpoint_url: Option<String>,
    /// The endpoint of WorkMail, which no emulator has.
    pub workmail_endpoint_url: Option<String>,
}

/// A connection: clients that are made once and shared.
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
    /// Lambda.
    pub functions: Arc<dyn Functions>,
    /// Step Functions.
    pub machines: Arc<dyn Machines>,
    /// CloudFormation's drift detection.
    pub drifts: Arc<dyn Drifts>,
    /// Step Functions' executions.
    pub executions: Arc<dyn Executions>,
    /// Step Functions' tasks that wait for somebody.
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
    /// What tasks of a state machine ask.
    pub services: Arc<dyn Services>,
}

/// Makes connections. The program is handed one of these, so that the same program runs over AWS and
/// over memory.
#[async_trait]
pub trait Connect: Send + Sync {
    /// The region that the SDK's usual search finds (environment, then profile), if any.
    /// Reads local files and the environment only; no network.
    async fn configured_region(&self, access: &Access) -> Option<String>;

    /// Connects. `access.region` is set by now.
    ///
    /// # Errors
    /// When the configuration files cannot be used. Missing credentials show at the first call.
    async fn connect(&self, access: &Access) -> Result<Cloud, CloudError>;
}
