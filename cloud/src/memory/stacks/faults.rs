//! Why a resource cannot be created or deleted: what a test planned, and what AWS would find.

use crate::memory::account::Account;
use crate::memory::functions::CODE;
use crate::memory::physical::{Resource, name_property};

impl Account {
    /// Why creating or changing a resource fails, if it does. `old` is its current state.
    pub(super) fn fault(
        &self,
        region: &str,
        new: &Resource,
        old: Option<&Resource>,
    ) -> Option<String> {
        let planned = self.failing_resources.get(&new.logical_id).cloned();
        planned
            .or_else(|| self.missing_code(new))
            .or_else(|| custom_name_conflict(new, old))
            .or_else(|| self.name_taken(region, new, old))
    }

    /// The digest of a function's code, if `resource` is a function with code in a bucket. A
    /// function whose code is described as before keeps its code.
    pub(super) fn code_digest(
        &self,
        resource: &Resource,
        old: Option<&Resource>,
    ) -> Option<String> {
        let code = &resource.properties["Code"];
        match old.filter(|old| old.properties["Code"] == *code) {
            Some(old) => old.attributes.get(CODE).cloned(),
            None => {
                let bucket = self.buckets.get(code["S3Bucket"].as_str()?)?;
                let version = code["S3ObjectVersion"].as_str();
                Some(bucket.content(code["S3Key"].as_str()?, version)?.sha256())
            }
        }
    }

    /// Why deleting a resource fails, if it does.
    pub(super) fn delete_failure(&self, resource: &Resource) -> Option<String> {
        self.undeletable_resources.get(&resource.logical_id).cloned()
    }

    /// Why restoring a resource fails, if it does.
    pub(super) fn rollback_failure(&self, resource: &Resource) -> Option<String> {
        self.unrestorable_resources.get(&resource.logical_id).cloned()
    }

    fn missing_code(&self, resource: &Resource) -> Option<String> {
        let code = &resource.properties["Code"];
        let (bucket, key) = (code["S3Bucket"].as_str()?, code["S3Key"].as_str()?);
        let version = code["S3ObjectVersion"].as_str();
        let (code, message) = match self.buckets.get(bucket) {
            None => ("NoSuchBucket", "The specified bucket does not exist"),
            Some(bucket) if bucket.foreign => ("AccessDenied", "Access Denied"),
            Some(bucket) => match bucket.content(key, version) {
                Some(_) => return None,
                None if version.is_some() => {
                    ("NoSuchVersion", "The specified version does not exist.")
                }
                None => ("NoSuchKey", "The specified key does not exist."),
            },
        };
        Some(format!(
            "Resource handler returned message: \"Error occurred while GetObject. S3 Error Code: \
             {code}. S3 Error Message: {message} (Service: Lambda, Status Code: 400)\" \
             (HandlerErrorCode: InvalidRequest)"
        ))
    }

    /// A name that another stack, or a resource that outlived its stack, already has.
    fn name_taken(&self, region: &str, new: &Resource, old: Option<&Resource>) -> Option<String> {
        let name = &new.physical_id;
        let same = |other: &Resource| {
            other.resource_type == new.resource_type && other.physical_id == *name
        };
        if name_property(&new.resource_type).is_none() || old.is_some_and(same) {
            return None;
        }
        let stacks = self.stacks.iter().filter(|stack| stack.identity.region == region);
        let taken = stacks.flat_map(|stack| stack.resources.values()).any(same)
            || self.retained.contains(&(new.resource_type.clone(), name.clone()));
        taken.then(|| {
            format!(
                "Resource of type '{}' with identifier '{name}' already exists.",
                new.resource_type
            )
        })
    }
}

/// A replacement needs another name while the old resource still exists.
fn custom_name_conflict(new: &Resource, old: Option<&Resource>) -> Option<String> {
    let old = old.filter(|old| old.generation != new.generation)?;
    let property = name_property(&new.resource_type)?;
    let explicit = new.properties.get(property).is_some();
    (explicit && old.physical_id == new.physical_id).then(|| {
        format!(
            "CloudFormation cannot update a stack when a custom-named resource requires replacing. \
             Rename {} and update the stack again.",
            new.physical_id
        )
    })
}
