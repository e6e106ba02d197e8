//! What is there: the stack, its template, the artifact bucket. Reads only.

use crate::installation::{function_arn, machine_arn};
use std::collections::BTreeMap;

use serde_json::Value;

use super::planner::is_ours;
use super::{Desired, unlike_original};
use cloud::{Bucket, Cloud, CloudError, Stack};

/// What AWS shows.
#[derive(Debug, Clone)]
pub struct Observed {
    /// The stack, where there is one.
    pub stack: Option<Stack>,
    /// Its template, where it has one that is JSON.
    pub template: Option<Value>,
    /// The state machine as it is now, where the stack has one that can be compared.
    pub machine: Option<LiveMachine>,
    /// The variables of its function, where the stack is the original application's and may be taken over:
    /// people set them in the Lambda console.
    pub variables: BTreeMap<String, String>,
    /// The artifact bucket; `None` where it was not looked at, because the template already says that
    /// nothing has to be uploaded.
    pub storing: Option<Storing>,
}

/// The state machine as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveMachine {
    /// Its ARN.
    pub arn: String,
    /// Its definition; `None` where the machine is gone.
    pub definition: Option<String>,
}

/// The artifact bucket, and which of the wanted objects it has.
#[derive(Debug, Clone)]
pub struct Storing {
    /// The bucket.
    pub bucket: Bucket,
    /// The keys of [`Desired::uploads`] that are there.
    pub present: Vec<String>,
}

impl Observed {
    /// Looks at the stack and its template, which say what else has to be looked at.
    ///
    /// # Errors
    /// When AWS refuses a read or cannot be reached.
    pub async fn stack(cloud: &Cloud, name: &str) -> Result<Self, CloudError> {
        let (stack, template) =
            tokio::try_join!(cloud.stacks.describe(name), cloud.stacks.template(name))?;
        // Somebody else's may be made by SAM, whose templates are JSON only once they are processed.
        let template = match &stack {
            Some(stack) if !is_ours(stack) => cloud.stacks.processed_template(name).await?,
            _ => template,
        };
        let template = template.and_then(|text| serde_json::from_str(&text).ok());
        Ok(Self { stack, template, machine: None, variables: BTreeMap::new(), storing: None })
    }

    /// Looks at the rest, and at no more than the plan can need.
    ///
    /// # Errors
    /// When AWS refuses a read or cannot be reached.
    pub async fn rest(mut self, cloud: &Cloud, desired: &Desired) -> Result<Self, CloudError> {
        if desired.adopt && self.is_original() {
            self.variables = self.variables(cloud).await?;
        }
        if self.is_as(desired) && !desired.revert_drift {
            let machine = self.machine(cloud).await?;
            return Ok(Self { machine, ..self });
        }
        let (machine, storing) =
            tokio::try_join!(self.machine(cloud), Self::storing(cloud, desired))?;
        Ok(Self { machine, storing: Some(storing), ..self })
    }

    /// The same stack, held against something else that is wanted.
    ///
    /// # Errors
    /// When AWS refuses a read or cannot be reached.
    pub async fn held_against(self, cloud: &Cloud, desired: &Desired) -> Result<Self, CloudError> {
        let storing = match self.is_as(desired) && !desired.revert_drift {
            true => None,
            false => Some(Self::storing(cloud, desired).await?),
        };
        Ok(Self { storing, ..self })
    }

    /// Whether the stack is the original application's, as it was when it was deployed.
    #[must_use]
    pub fn is_original(&self) -> bool {
        let foreign = self.stack.as_ref().is_some_and(|stack| !is_ours(stack));
        foreign && unlike_original(self.template.as_ref()).is_empty()
    }

    /// Looks at the state machine itself, which people edit in the console.
    async fn machine(&self, cloud: &Cloud) -> Result<Option<LiveMachine>, CloudError> {
        let Some(arn) = self.stack.as_ref().and_then(machine_arn) else { return Ok(None) };
        let definition = cloud.machines.definition(arn).await?;
        Ok(Some(LiveMachine { arn: arn.to_owned(), definition }))
    }

    /// Looks at what the function was told; nothing where it is gone.
    async fn variables(&self, cloud: &Cloud) -> Result<BTreeMap<String, String>, CloudError> {
        let Some(arn) = self.stack.as_ref().and_then(function_arn) else {
            return Ok(BTreeMap::new());
        };
        let function = cloud.functions.function(arn).await?;
        Ok(function.map(|function| function.environment).unwrap_or_default())
    }

    async fn storing(cloud: &Cloud, desired: &Desired) -> Result<Storing, CloudError> {
        let owner = &desired.account;
        let bucket = cloud.storage.bucket(&desired.bucket, owner).await?;
        let mut present = Vec::new();
        if matches!(bucket, Bucket::Present { .. }) {
            for upload in &desired.uploads {
                if cloud.storage.has_object(&desired.bucket, owner, &upload.key).await? {
                    present.push(upload.key.clone());
                }
            }
        }
        Ok(Storing { bucket, present })
    }

    /// Whether the stack is whole and already as wanted.
    #[must_use]
    pub fn is_as(&self, desired: &Desired) -> bool {
        let same = self
            .template
            .as_ref()
            .is_some_and(|template| effective(template) == effective(desired.template.document()));
        let topics = desired.handling.notification_arns.as_ref();
        same && self.stack.as_ref().is_some_and(|stack| {
            stack.status.is_stable()
                && stack.tags == *desired.tags.as_map()
                && topics.is_none_or(|topics| *topics == stack.notification_arns)
        })
    }
}

/// The sections of a template that an update can change. CloudFormation finds nothing to do where only
/// the description or the metadata differ, however often it is asked.
fn effective(template: &Value) -> Vec<(&String, &Value)> {
    let sections = template.as_object().into_iter().flatten();
    let mut effective: Vec<_> =
        sections.filter(|(name, _)| !matches!(name.as_str(), "Description" | "Metadata")).collect();
    effective.sort_by_key(|(name, _)| *name);
    effective
}
