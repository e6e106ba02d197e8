//! The objects of a stack in its artifact bucket: which are there, and which have the right
//! content.

use cloud::{Bucket, Cloud, CloudError, ObjectVersion};
use sha2::{Digest as _, Sha256};

use super::{CodeVersion, DesiredStack, OtherCode, Upload};
use crate::digest::sha256;
use crate::installation::{ArtifactPlace, InstalledCode};

/// The artifact bucket, and which of the desired objects it has.
#[derive(Debug, Clone)]
pub struct Storage {
    pub bucket: Bucket,
    /// The keys of [`DesiredStack::uploads`] that exist, with the right content.
    pub present: Vec<String>,
    /// The keys of those that exist and have to be replaced.
    pub wrong: Vec<Wrong>,
    /// The objects with deployed code that are not there: a rollback needs them.
    pub lost: Vec<Lost>,
}

/// Deployed code that is not in its bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    pub code: InstalledCode,
    /// Its place, as `s3://BUCKET/KEY`.
    pub at: String,
}

/// An object that is not what its key says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    pub key: String,
    /// SHA-256 of its content in hexadecimal digits, if S3 knows it.
    pub sha256: Option<String>,
    /// Whether its content is right after all, and a new version is made because the function runs other code.
    pub is_renewed: bool,
}

impl Storage {
    /// Reads the bucket, and completes the desired stack with the versions of the objects with code. Only a current
    /// version counts, because the lifecycle removes others, and a later rollback needs this one.
    /// Fails when AWS refuses a read or cannot be reached.
    pub(super) async fn read(
        cloud: &Cloud,
        desired: &mut DesiredStack,
        other_code: &[OtherCode],
    ) -> Result<Self, CloudError> {
        let ArtifactPlace { bucket: name, owner, is_given, .. } = &desired.artifacts;
        let is_given = *is_given;
        let bucket = match is_given {
            true => cloud.storage.unmanaged_bucket(name, owner).await?,
            false => cloud.storage.bucket(name, owner).await?,
        };
        let mut storage = Self { bucket, present: Vec::new(), wrong: Vec::new(), lost: Vec::new() };
        let is_there = matches!(storage.bucket, Bucket::Present { .. });
        let mut all_known = is_there;
        for code in desired.code().cloned().collect::<Vec<_>>() {
            let found = match is_there {
                true => storage.look(cloud, desired, &code).await?,
                false => None,
            };
            let is_other = !is_given && other_code.iter().any(|other| other.key == code.key);
            match found {
                Some(found) if !is_other => {
                    let version = found.version.as_deref();
                    desired
                        .pin(&code.key, version.map_or(CodeVersion::Unnamed, CodeVersion::Known));
                }
                found => {
                    storage.renew(&code.key, found);
                    desired.pin(&code.key, CodeVersion::New);
                    all_known = false;
                }
            }
        }
        // A version that is not known yet makes another template.
        let template = desired.uploads.iter().find(|upload| !upload.is_code());
        if let Some(template) = template.filter(|_| all_known) {
            storage.look(cloud, desired, template).await?;
        }
        Ok(storage)
    }

    /// Looks for an object.
    async fn look(
        &mut self,
        cloud: &Cloud,
        desired: &DesiredStack,
        upload: &Upload,
    ) -> Result<Option<ObjectVersion>, CloudError> {
        let ArtifactPlace { bucket, owner, .. } = &desired.artifacts;
        let found = cloud.storage.object(bucket, owner, &upload.key, None).await?;
        if found.as_ref().is_some_and(|found| upload.is(found)) {
            self.present.push(upload.key.clone());
            return Ok(found);
        }
        let (key, is_renewed) = (upload.key.clone(), false);
        self.wrong.extend(found.map(|found| Wrong { key, sha256: found.sha256, is_renewed }));
        Ok(None)
    }

    /// Has code uploaded as a new version although it is there.
    fn renew(&mut self, key: &str, found: Option<ObjectVersion>) {
        self.present.retain(|present| present != key);
        self.wrong.extend(found.map(|found| Wrong {
            key: key.to_owned(),
            sha256: found.sha256,
            is_renewed: true,
        }));
    }
}

impl Upload {
    /// The size of the parts of a large upload, in bytes: at least 5 MiB. Source: S3 user guide, "Amazon S3
    /// multipart upload limits".
    pub const PART: usize = 8 * 1024 * 1024;
    /// The largest upload without parts, in bytes. A slow line repeats at most this much after a failure.
    const LARGEST_WHOLE: usize = 16 * 1024 * 1024;

    /// Whether it is uploaded in parts.
    pub fn has_parts(&self) -> bool {
        self.body.len() > Self::LARGEST_WHOLE
    }

    /// Whether a stored object has the same content. Without a checksum, this is unknown.
    pub fn is(&self, stored: &ObjectVersion) -> bool {
        match &stored.parts_sha256 {
            Some(parts) => *parts == self.parts_sha256(),
            None => stored.sha256.as_ref() == Some(&self.sha256),
        }
    }

    /// The digest that S3 computes of an upload in parts: SHA-256 of the digests of the parts, a hyphen, and the
    /// number of parts. Source: S3 user guide, "Checking object integrity in Amazon S3", "Composite checksums".
    fn parts_sha256(&self) -> String {
        let parts: Vec<_> = self.body.chunks(Self::PART).map(Sha256::digest).collect();
        format!("{}-{}", sha256(&parts.concat()), parts.len())
    }
}
