//! Uploads artifacts, and checks afterwards that the bucket has the right content.

use super::upload_parts::in_parts;
use super::{Event, Operation, OperationError};
use crate::installation::ArtifactPlace;
use crate::plan::{CodeVersion, DesiredStack, Upload};
use cloud::Put;

/// An object that this run made.
pub(super) struct Made {
    pub(super) key: String,
    /// Its version; none in a bucket without versioning.
    pub(super) version: Option<String>,
}

/// Uploads an artifact, and names the version of code in the template. Returns what was made: nothing if
/// another command has uploaded the same meanwhile.
pub(super) async fn upload(
    operation: &mut Operation<'_>,
    desired: &mut DesiredStack,
    index: usize,
    replaces: bool,
) -> Result<Option<Made>, OperationError> {
    let upload = &desired.uploads[index];
    let (what, key, is_code) = (upload.what.clone(), upload.key.clone(), upload.is_code());
    operation
        .observer
        .on_event(&Event::UploadStarted { what: what.clone(), bytes: upload.body.len() });
    let stored = put(operation, desired, index, replaces).await?;
    let (made, version) = match stored {
        Stored::Now(version) => {
            let key = key.clone();
            (Some(Made { key, version: version.clone() }), version)
        }
        Stored::Before(version) => (None, version),
    };
    let bucket = desired.artifacts.bucket.clone();
    if is_code {
        desired.pin(&key, version.as_deref().map_or(CodeVersion::Unnamed, CodeVersion::Known));
    }
    operation.observer.on_event(&Event::Uploaded { what, bucket, key });
    Ok(made)
}

/// Which version of an object has the right content.
enum Stored {
    /// One that this run made.
    Now(Option<String>),
    /// One that was there.
    Before(Option<String>),
}

async fn put(
    operation: &mut Operation<'_>,
    desired: &DesiredStack,
    index: usize,
    replaces: bool,
) -> Result<Stored, OperationError> {
    let upload = &desired.uploads[index];
    let ArtifactPlace { bucket, owner, .. } = &desired.artifacts;
    if let Put::Stored(version) = put_once(operation, desired, upload, replaces).await? {
        return Ok(Stored::Now(version));
    }
    // That an object of this key is there says nothing about its content.
    let found = operation.cloud.storage.object(bucket, owner, &upload.key, None).await?;
    if let Some(found) = found.filter(|found| upload.is(found)) {
        return Ok(Stored::Before(found.version));
    }
    match put_once(operation, desired, upload, true).await? {
        Put::Stored(version) => Ok(Stored::Now(version)),
        Put::Exists => Ok(Stored::Now(None)),
    }
}

async fn put_once(
    operation: &mut Operation<'_>,
    desired: &DesiredStack,
    upload: &Upload,
    replaces: bool,
) -> Result<Put, OperationError> {
    if upload.has_parts() {
        return in_parts(operation, desired, upload, replaces).await;
    }
    let ArtifactPlace { bucket, owner, .. } = &desired.artifacts;
    let (body, kms_key) = (upload.body.clone(), desired.kms_key.as_deref());
    let storage = &operation.cloud.storage;
    let put = storage.put_object(bucket, owner, &upload.key, body, kms_key, replaces);
    Ok(operation.wait_for(put).await?)
}
