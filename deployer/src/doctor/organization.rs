//! Checks whether the organizations exist and are active.

use super::{Check, Target};
use crate::config::OrganizationArn;
use cloud::{Cloud, ErrorKind};

const NAME: &str = "organization";

pub(super) async fn check(cloud: &Cloud, target: &Target<'_>) -> Vec<Check> {
    let Ok(organizations) = target.organizations else {
        return vec![Check::could_not_tell(NAME, "not checked: it is not clear which one")];
    };
    let mut checks = Vec::new();
    for organization in organizations.arns() {
        checks.push(check_one(cloud, organization).await);
    }
    checks
}

async fn check_one(cloud: &Cloud, arn: &OrganizationArn) -> Check {
    let id = arn.id();
    match cloud.organizations.organization(id).await {
        // The API reference lists no values of the state; examples have "Active".
        Ok(Some(found)) if found.state.eq_ignore_ascii_case("active") => {
            Check::ok(NAME, format!("{} ({id}) is active", found.alias))
        }
        Ok(Some(found)) => {
            let sentence = format!("{} ({id}) is {}", found.alias, found.state);
            match found.error {
                Some(error) => Check::error(NAME, format!("{sentence}: {error}")),
                None => Check::could_not_tell(NAME, sentence),
            }
            .hint("the WorkMail console shows whether the organization is active")
        }
        Ok(None) => {
            Check::error(NAME, format!("there is no organization {id} in {}", arn.region())).hint(
                "the WorkMail console shows the ARN under Organizations, Organization settings",
            )
        }
        Err(error) => Check::refused(NAME, &error).hint(match error.kind {
            ErrorKind::Denied => "allow workmail:DescribeOrganization",
            _ => "--workmail-endpoint-url names WorkMail's endpoint, if it is another one",
        }),
    }
}
