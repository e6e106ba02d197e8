//! Drift detection: CloudFormation compares a stack's resources with its template.

use async_trait::async_trait;
use serde::Serialize;

use super::{CloudError, PropertyChange};

/// How far a detection is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Detection {
    /// It goes on.
    InProgress,
    /// Every resource that can be compared was compared.
    Complete,
    /// Some could not be; CloudFormation's reason. What was found can be read all the same.
    Partial(String),
}

/// One resource, compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResourceDrift {
    /// Its name in the template.
    pub logical_id: String,
    /// Its name in AWS.
    pub physical_id: Option<String>,
    /// The type, such as `AWS::Lambda::Function`.
    pub resource_type: String,
    /// CloudFormation's word: `IN_SYNC`, `MODIFIED`, `DELETED`, `NOT_CHECKED`, `UNKNOWN`.
    pub status: String,
    /// What differs, from what was deployed to what is there.
    pub values: Vec<PropertyChange>,
}

impl ResourceDrift {
    /// Whether the resource is not as it was deployed.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        matches!(self.status.as_str(), "MODIFIED" | "DELETED")
    }
}

/// CloudFormation's drift detection, as far as it is needed.
#[async_trait]
pub trait Drifts: Send + Sync {
    /// `DetectStackDrift`: begins a detection and gives its id. It changes no resource.
    ///
    /// # Errors
    /// When the stack is unknown or busy, a detection goes on already, or CloudFormation refuses.
    async fn begin(&self, stack_id: &str) -> Result<String, CloudError>;

    /// `DescribeStackDriftDetectionStatus`.
    ///
    /// # Errors
    /// When CloudFormation refuses or cannot be reached.
    async fn detection(&self, id: &str) -> Result<Detection, CloudError>;

    /// `DescribeStackResourceDrifts`, every page: each resource that was compared, in CloudFormation's
    /// order.
    ///
    /// # Errors
    /// When the stack is unknown, or CloudFormation cannot be reached.
    async fn resource_drifts(&self, stack_id: &str) -> Result<Vec<ResourceDrift>, CloudError>;
}
