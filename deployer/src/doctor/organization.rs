//! Checks whether the organizations exist and are active.

use super::{Check, Setup};
use crate::config::OrganizationArn;
use cloud::{Cloud, ErrorKind};

const NAME: &str = "organization";

pub(super) async fn check(cloud: &Cloud, setup: &Setup<'_>) -> Vec<Check> {
    let Ok(organizations) = setup.organizations else {
        return vec![Check::could_not_tell(NAME, "not looked at: it is not clear which one")];
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
        // Source of the value: WorkMail API reference, `DescribeOrganization`.
        Ok(Some(found)) if found.state.eq_ignore_ascii_case("active") => {
            Check::ok(NAME, format!("{} ({id}) is active", found.alias))
        }
        Ok(Some(found)) => {
            let why = found.error.map(|error| format!(": {error}")).unwrap_or_default();
            let sentence = format!("{} ({id}) is {}{why}", found.alias, found.state);
            Check::error(NAME, sentence).hint("no mail passes an organization that is not active")
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
