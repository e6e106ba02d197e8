//! Uploads a large artifact in parts, with progress. If that fails, the parts are removed.

use super::{Event, Operation, OperationError};
use crate::installation::ArtifactPlace;
use crate::plan::{DesiredStack, Upload};
use cloud::{PartUpload, Put};

/// Uploads an artifact in parts. After a failure, and if an object of the key is there, no part remains. A
/// program that is killed leaves parts, which the lifecycle of the deployer's own bucket removes.
pub(super) async fn in_parts(
    operation: &mut Operation<'_>,
    desired: &DesiredStack,
    upload: &Upload,
    replaces: bool,
) -> Result<Put, OperationError> {
    let ArtifactPlace { bucket, owner, .. } = &desired.artifacts;
    let uploads = &operation.cloud.parts;
    let begun = uploads.begin(bucket, owner, &upload.key, desired.kms_key.as_deref());
    let begun = operation.wait_for(begun).await?;
    let put = parts(operation, upload, &begun, replaces).await;
    if !matches!(put, Ok(Put::Stored(_))) {
        // The failure of the upload is more informative than one of the cleanup.
        let _ = operation.wait_for(operation.cloud.parts.abort(&begun)).await;
    }
    put
}

async fn parts(
    operation: &mut Operation<'_>,
    upload: &Upload,
    begun: &PartUpload,
    replaces: bool,
) -> Result<Put, OperationError> {
    let uploads = &operation.cloud.parts;
    let (mut parts, mut bytes) = (Vec::new(), 0);
    for (number, body) in (1..).zip(upload.body.chunks(Upload::PART)) {
        let part = uploads.part(begun, number, body.to_vec());
        parts.push(operation.wait_for(part).await?);
        bytes += body.len();
        let (what, of) = (upload.what.clone(), upload.body.len());
        operation.observer.on_event(&Event::UploadProgressed { what, bytes, of });
    }
    Ok(operation.wait_for(uploads.complete(begun, &parts, replaces)).await?)
}
