//! Checks whether the artifact bucket's name is available to this account.

use super::Check;
use crate::installation::bucket_name;
use cloud::{Bucket, Cloud};

const NAME: &str = "bucket";

pub(super) async fn check(cloud: &Cloud, account: &str) -> Check {
    let bucket = bucket_name(account, &cloud.region);
    match cloud.storage.bucket(&bucket, account).await {
        Ok(Bucket::Absent) => Check::ok(NAME, format!("{bucket} is free; `up` makes it")),
        Ok(Bucket::Present { tags }) if tags.is_empty() => {
            Check::ok(NAME, format!("{bucket} is not set up completely; `up` finishes it"))
        }
        Ok(Bucket::Present { .. }) => Check::ok(NAME, format!("{bucket} is there")),
        Ok(Bucket::Foreign) => Check::error(
            NAME,
            format!("{bucket} belongs to another account, or the credentials may not see it"),
        )
        .hint("the credentials need s3:ListBucket and s3:GetBucketTagging on it"),
        Err(error) => Check::refused(NAME, &error),
    }
}
