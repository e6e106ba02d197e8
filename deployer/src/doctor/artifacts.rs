//! Checks whether artifacts can be stored in their bucket: the deployer's own, or a given one.

use super::{Check, Target};
use crate::config::KmsKey;
use crate::installation::ArtifactPlace;
use cloud::{Bucket, Cloud};

const NAME: &str = "bucket";
const ENCRYPTION: &str = "encryption";

pub(super) async fn check(cloud: &Cloud, target: &Target<'_>, account: &str) -> Vec<Check> {
    let given = target.artifacts.bucket.as_ref();
    let place = ArtifactPlace::new(account.to_owned(), &cloud.region, target.stack, given);
    let bucket = match place.is_given {
        true => check_given(cloud, &place).await,
        false => check_own(cloud, &place).await,
    };
    let encryption = (place.is_given || target.artifacts.key.is_some())
        .then(|| encryption(target.artifacts.key.as_ref()));
    [bucket].into_iter().chain(encryption).collect()
}

async fn check_own(cloud: &Cloud, place: &ArtifactPlace) -> Check {
    let ArtifactPlace { bucket, owner, .. } = place;
    match cloud.storage.bucket(bucket, owner).await {
        Ok(Bucket::Absent) => Check::ok(NAME, format!("{bucket} is free; `up` creates it")),
        Ok(Bucket::Present { tags }) if tags.is_empty() => {
            Check::ok(NAME, format!("{bucket} is not set up completely; `up` finishes it"))
        }
        Ok(Bucket::Present { .. }) => Check::ok(NAME, format!("{bucket} is there")),
        Ok(Bucket::Foreign | Bucket::Elsewhere { .. }) => Check::error(
            NAME,
            format!(
                "{bucket} belongs to another account, or your credentials have no access to it"
            ),
        )
        .hint("the credentials need s3:ListBucket and s3:GetBucketTagging on it"),
        Err(error) => Check::refused(NAME, &error),
    }
}

async fn check_given(cloud: &Cloud, place: &ArtifactPlace) -> Check {
    let ArtifactPlace { bucket, owner, prefix, .. } = place;
    match cloud.storage.unmanaged_bucket(bucket, owner).await {
        Ok(Bucket::Present { .. }) => {
            Check::ok(NAME, format!("{bucket} is there, in this region; artifacts go below {prefix}"))
        }
        Ok(Bucket::Absent) => Check::error(NAME, format!("there is no bucket {bucket}"))
            .hint("deployer does not create a bucket that you name: create it, or correct --artifact-bucket"),
        Ok(Bucket::Elsewhere { region }) => Check::error(
            NAME,
            format!("{bucket} is in region {}", region.escape_debug()),
        )
        .hint(format!("Lambda takes a handler only from a bucket in its own region, {}", cloud.region)),
        Ok(Bucket::Foreign) => Check::error(
            NAME,
            format!("{bucket} belongs to another account, or your credentials have no access to it"),
        )
        .hint("the credentials need s3:ListBucket on it"),
        Err(error) => Check::refused(NAME, &error),
    }
}

/// What uploads request. IAM's simulator knows neither the policy of a bucket or key nor, where it has conditions,
/// that of an organization.
fn encryption(key: Option<&KmsKey>) -> Check {
    let asked = match key {
        None => "uploads request AES256".to_owned(),
        Some(key) => format!("uploads request aws:kms with {}", key.as_str()),
    };
    let allowed = match key {
        None => "whether the policy of the bucket allows that",
        Some(_) => "whether the key exists, and its policy and that of the bucket allow that",
    };
    let sentence = format!("{asked}; {allowed}, only an upload shows");
    Check::could_not_tell(ENCRYPTION, sentence)
        .hint("`up` uploads before it changes the stack: if S3 refuses, nothing else has happened")
}
