//! Drift detection: CloudFormation compares a stack's resources with its template.

use async_trait::async_trait;
use serde::Serialize;

use super::{CloudError, PropertyChange};

/// The status of a drift detection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Detection {
    /// It is still running.
    InProgress,
    /// Every resource that can be compared was compared.
    Complete,
    /// Some resources could not be compared, for this reason of CloudFormation's. The results of
    /// the others can still be read.
    Partial(String),
}

/// The result of comparing one resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResourceDrift {
    /// Its name in the template.
    pub logical_id: String,
    /// Its name in AWS.
    pub physical_id: Option<String>,
    /// The type, such as `AWS::Lambda::Function`.
    pub resource_type: String,
    /// CloudFormation's status: `IN_SYNC`, `MODIFIED`, `DELETED`, `NOT_CHECKED`, `UNKNOWN`.
    pub status: String,
    /// What differs, from the deployed value to the actual value.
    pub values: Vec<PropertyChange>,
}

impl ResourceDrift {
    /// Whether the resource differs from what was deployed.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        matches!(self.status.as_str(), "MODIFIED" | "DELETED")
    }
}

/// CloudFormation's drift detection, as far as the deployer needs it.
#[async_trait]
pub trait Drifts: Send + Sync {
    /// `DetectStackDrift`: starts a detection and returns its id. It changes no resource.
    ///
    /// # Errors
    /// When the stack is unknown or busy, a detection is already running, or CloudFormation
    /// refuses.
    async fn begin(&self, stack_id: &str) -> Result<String, CloudError>;

    /// `DescribeStackDriftDetectionStatus`.
    ///
    /// # Errors
    /// When CloudFormation refuses or cannot be reached.
    async fn detection(&self, id: &str) -> Result<Detection, CloudError>;

    /// `DescribeStackResourceDrifts`, every page: each resource that was compared, in
    /// CloudFormation's order.
    ///
    /// # Errors
    /// When the stack is unknown, or CloudFormation cannot be reached.
    async fn resource_drifts(&self, stack_id: &str) -> Result<Vec<ResourceDrift>, CloudError>;
}
