//! The observed state: the stack, its template, the artifact bucket. Reads only.

use crate::config::Tags;
use crate::installation::logical_ids::FUNCTION;
use crate::installation::{ArtifactPlace, InstalledCode, function_arn, machine_arn};
use std::collections::BTreeMap;

use serde_json::Value;

use super::planner::is_ours;
use super::stored::{Lost, Storage};
use super::{CodeVersion, Desired, DesiredStack, OnDrift, OtherCode, other_code, unlike_original};
use cloud::{Cloud, CloudError, ObjectVersion, Stack};

#[derive(Debug, Clone)]
pub struct Observed {
    /// The stack, if it exists.
    pub stack: Option<Stack>,
    /// Its template, if it has one that is JSON.
    pub template: Option<Value>,
    /// The state machine as it is now, if the stack has one that can be compared.
    pub machine: Option<LiveMachine>,
    /// The variables of the function, if the stack is the original application's and may be adopted:
    /// people set them in the Lambda console.
    pub variables: BTreeMap<String, String>,
    /// The functions that run other code than the stack records.
    pub other_code: Vec<OtherCode>,
    /// The artifact bucket; `None` if it was not read, because the template already shows that nothing has
    /// to be uploaded.
    pub storage: Option<Storage>,
}

/// The state machine as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveMachine {
    pub arn: String,
    /// Its definition; `None` if the state machine was deleted.
    pub definition: Option<String>,
}

impl Observed {
    /// Reads the stack and its template, which show what else has to be read.
    /// Fails when AWS refuses a read or cannot be reached.
    pub async fn read_stack(cloud: &Cloud, name: &str) -> Result<Self, CloudError> {
        let (stack, template) =
            tokio::try_join!(cloud.stacks.describe(name), cloud.stacks.template(name))?;
        // A stack that is not ours may be SAM's, whose templates are JSON only after processing.
        let template = match &stack {
            Some(stack) if !is_ours(stack) => cloud.stacks.processed_template(name).await?,
            _ => template,
        };
        let template = template.and_then(|text| serde_json::from_str(&text).ok());
        let (machine, variables) = (None, BTreeMap::new());
        Ok(Self { stack, template, machine, variables, other_code: Vec::new(), storage: None })
    }

    /// Reads the rest, and no more than the plan can need.
    /// Fails when AWS refuses a read or cannot be reached.
    pub async fn read_rest(
        mut self,
        cloud: &Cloud,
        desired: &mut Desired,
    ) -> Result<Self, CloudError> {
        if desired.options.adopt && self.is_original() {
            self.variables = self.variables(cloud).await?;
        }
        let (machine, other_code) = tokio::try_join!(self.machine(cloud), self.other_code(cloud))?;
        Self { machine, other_code, ..self }.compared_with(cloud, desired).await
    }

    /// The same stack, compared with a desired state, which is completed with the version of the handler's object.
    /// Fails when AWS refuses a read or cannot be reached.
    pub async fn compared_with(
        self,
        cloud: &Cloud,
        desired: &mut Desired,
    ) -> Result<Self, CloudError> {
        let codes: Vec<String> = desired.stack.code().map(|code| code.key.clone()).collect();
        for key in codes {
            let version = self.deployed_version(&desired.stack, &key);
            let version = version.as_deref().map_or(CodeVersion::Unnamed, CodeVersion::Known);
            desired.stack.pin(&key, version);
        }
        if self.is_up_to_date(desired) {
            return Ok(Self { storage: None, ..self });
        }
        let read = Storage::read(cloud, &mut desired.stack, &self.other_code).await?;
        let lost = self.lost(cloud, &desired.stack).await;
        let storage = Some(Storage { lost, ..read });
        Ok(Self { storage, ..self })
    }

    /// The version that the deployed template names of an object with desired code.
    fn deployed_version(&self, desired: &DesiredStack, key: &str) -> Option<String> {
        let installed = InstalledCode::of(self.template.as_ref()?);
        let same = installed
            .into_iter()
            .find(|code| code.bucket == desired.artifacts.bucket && code.key == key);
        same?.version
    }

    /// Reads which code the functions run.
    async fn other_code(&self, cloud: &Cloud) -> Result<Vec<OtherCode>, CloudError> {
        match (&self.stack, &self.template) {
            (Some(stack), Some(template)) if is_ours(stack) => {
                other_codes(cloud, stack, template).await
            }
            _ => Ok(Vec::new()),
        }
    }

    /// The definition that the state machine has now.
    pub fn live_definition(&self) -> Option<&str> {
        self.machine.as_ref()?.definition.as_deref()
    }

    /// Whether the stack is the original application's, as it was when it was deployed.
    pub fn is_original(&self) -> bool {
        let foreign = self.stack.as_ref().is_some_and(|stack| !is_ours(stack));
        foreign && unlike_original(self.template.as_ref()).is_empty()
    }

    /// Reads the state machine itself, which people edit in the console.
    async fn machine(&self, cloud: &Cloud) -> Result<Option<LiveMachine>, CloudError> {
        let Some(arn) = self.stack.as_ref().and_then(machine_arn) else { return Ok(None) };
        let definition = cloud.machines.definition(arn).await?;
        Ok(Some(LiveMachine { arn: arn.to_owned(), definition }))
    }

    /// Reads the variables of the function; none if it was deleted.
    async fn variables(&self, cloud: &Cloud) -> Result<BTreeMap<String, String>, CloudError> {
        let Some(arn) = self.stack.as_ref().and_then(function_arn) else {
            return Ok(BTreeMap::new());
        };
        let function = cloud.functions.function(arn).await?;
        Ok(function.map(|function| function.environment).unwrap_or_default())
    }

    /// Where the deployer put the artifacts of the stack as it is now, and the key of its handler.
    pub fn deployed_artifacts(&self, desired: &DesiredStack) -> Option<(ArtifactPlace, String)> {
        let (stack, template) = (self.stack.as_ref()?, self.template.as_ref()?);
        let DesiredStack { account, region, name, .. } = desired;
        let found = ArtifactPlace::deployed(account, region, name.as_str(), template);
        found.filter(|(place, key)| is_ours(stack) && place.has(key))
    }

    /// The objects with deployed code that are missing. An object that cannot be read is skipped.
    /// Code that remains in use is uploaded in any case.
    async fn lost(&self, cloud: &Cloud, desired: &DesiredStack) -> Vec<Lost> {
        let (Some((place, _)), Some(template)) = (self.deployed_artifacts(desired), &self.template)
        else {
            return Vec::new();
        };
        let mut lost = Vec::new();
        for code in InstalledCode::of(template) {
            let (key, version) = (&code.key, code.version.as_deref());
            let stays =
                place == desired.artifacts && desired.uploads.iter().any(|one| one.key == *key);
            if stays || !place.has(key) {
                continue;
            }
            let read = cloud.storage.object(&place.bucket, &place.owner, key, version).await;
            let Ok(found) = read else { continue };
            // An object without a checksum may be right.
            let is_right =
                |found: &ObjectVersion| found.sha256.is_none() || found.sha256 == place.digest(key);
            if !found.is_some_and(|found| is_right(&found)) {
                let at = format!("s3://{}/{key}", place.bucket);
                lost.push(Lost { code, at });
            }
        }
        lost
    }

    /// Whether there is nothing to change: the stack is stable and already as desired. If drift has to be
    /// reverted, there is always something to change, because only CloudFormation finds all of it.
    pub fn is_up_to_date(&self, desired: &Desired) -> bool {
        let (target, options) = (&desired.stack, &desired.options);
        let same = self
            .template
            .as_ref()
            .is_some_and(|template| effective(template) == effective(target.template.document()));
        let topics = options.stack_options.notification_arns.as_ref();
        let stack_matches = self.stack.as_ref().is_some_and(|stack| {
            stack.status.is_stable()
                && stack.tags == *target.tags.as_map()
                && topics.is_none_or(|topics| *topics == stack.notification_arns)
        });
        same && stack_matches && self.other_code.is_empty() && options.on_drift != OnDrift::Revert
    }
}

/// The sections of a template that an update can change. CloudFormation finds nothing to do if only the
/// description or the metadata differ, however often it is called.
fn effective(template: &Value) -> Vec<(&String, &Value)> {
    let sections = template.as_object().into_iter().flatten();
    let mut effective: Vec<_> =
        sections.filter(|(name, _)| !matches!(name.as_str(), "Description" | "Metadata")).collect();
    effective.sort_by_key(|(name, _)| *name);
    effective
}

/// Reads which code the functions of a stack run, and compares it.
/// Fails when AWS refuses a read or cannot be reached.
pub async fn other_codes(
    cloud: &Cloud,
    stack: &Stack,
    template: &Value,
) -> Result<Vec<OtherCode>, CloudError> {
    let mut others = Vec::new();
    if !Tags::mark_as_own(&stack.tags) {
        return Ok(others);
    }
    for code in InstalledCode::of(template) {
        let Some(name) = name_of(&code, stack) else { continue };
        let Some(function) = cloud.functions.function(name).await? else { continue };
        others.extend(other_code(stack, template, &cloud.region, &code, &function));
    }
    Ok(others)
}

/// The name or the ARN with which Lambda finds a function of a stack.
fn name_of<'a>(code: &'a InstalledCode, stack: &'a Stack) -> Option<&'a str> {
    match code.function_id == FUNCTION {
        true => function_arn(stack),
        false => code.function_name.as_deref(),
    }
}
