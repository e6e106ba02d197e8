//! Where artifacts are stored, and with which key they are encrypted.

use clap::Args as ClapArgs;
use serde::{Deserialize, Serialize};

use super::{BucketName, KmsKey, Organizations};
use crate::finding::Finding;

/// The settings of the artifacts, as options.
#[derive(Debug, Clone, Default, ClapArgs, Serialize, Deserialize)]
pub struct ArtifactArgs {
    /// Your own bucket for the handler and the template, in the region of the stack [default: one
    /// that deployer creates]
    #[arg(long, value_name = "NAME")]
    pub artifact_bucket: Option<String>,
    /// KMS key that encrypts what is uploaded: a key ID, an alias, or the ARN of either [default: S3's own
    /// key, AES256]
    #[arg(long, value_name = "KEY")]
    pub artifact_kms_key: Option<String>,
}

/// The settings of the artifacts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ArtifactSettings {
    /// `None` for the deployer's own bucket.
    pub bucket: Option<BucketName>,
    /// `None` for the key of S3.
    pub key: Option<KmsKey>,
}

impl ArtifactSettings {
    /// Reads the options, for a stack in the region of these organizations.
    /// Error: a finding for each value that AWS would refuse.
    pub fn parse(
        args: &ArtifactArgs,
        organizations: Option<&Organizations>,
    ) -> Result<Self, Vec<Finding>> {
        let bucket = args.artifact_bucket.as_deref();
        let bucket = bucket.map(|name| BucketName::parse(name, "artifact-bucket")).transpose();
        let region = organizations.map(Organizations::region);
        let key =
            args.artifact_kms_key.as_deref().map(|key| KmsKey::parse(key, region)).transpose();
        match (bucket, key) {
            (Ok(bucket), Ok(key)) => Ok(Self { bucket, key }),
            (bucket, key) => Err(bucket.err().into_iter().chain(key.err()).collect()),
        }
    }
}
