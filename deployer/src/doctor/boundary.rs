//! Checks whether the policy of the permissions boundary exists.

use super::{Check, Target};
use cloud::Cloud;

const NAME: &str = "permissions-boundary";

/// Whether the policy exists; nothing if no boundary is set. Whether a role can be created with it
/// is a permission.
pub(super) async fn check(cloud: &Cloud, target: &Target<'_>) -> Option<Check> {
    let arn = target.roles.boundary()?;
    Some(match cloud.permissions.policy_exists(arn).await {
        Ok(true) => Check::ok(NAME, format!("{arn} is there")),
        Ok(false) => Check::error(NAME, format!("there is no policy {arn}")).hint(
            "IAM creates no role with a boundary that does not exist: correct --permissions-boundary",
        ),
        Err(error) => {
            Check::refused(NAME, &error).hint("the credentials need iam:GetPolicy on the policy")
        }
    })
}
