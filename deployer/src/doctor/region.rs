//! Checks which organizations are given, and in which region they are.

use handler::workmail::limits::REGIONS;

use super::{Check, Setup};

/// Returns one check for each fault, or one for all organizations.
pub(super) fn organizations(setup: &Setup<'_>) -> Vec<Check> {
    const NAME: &str = "organization-arn";
    match setup.organizations {
        Ok(organizations) => {
            let arns: Vec<String> = organizations.arns().iter().map(ToString::to_string).collect();
            vec![Check::ok(NAME, arns.join(", "))]
        }
        Err(faults) => {
            faults.iter().map(|fault| Check::error(NAME, fault.sentence.clone())).collect()
        }
    }
}

pub(super) fn region(setup: &Setup<'_>) -> Check {
    const NAME: &str = "region";
    let required = setup.organizations.ok().map(|organizations| organizations.region());
    match (required, setup.configured_region) {
        (Some(required), Some(configured)) if required != configured => Check::error(
            NAME,
            format!("the region is {configured}, but the organization is in {required}"),
        )
        .hint(format!("--region {required}, or the same in environment or profile")),
        (Some(required), _) => Check::ok(NAME, format!("{required}, the organization's")),
        (None, Some(configured)) if REGIONS.contains(&configured) => Check::ok(NAME, configured),
        (None, Some(configured)) => Check::error(
            NAME,
            format!("{configured}: WorkMail exists only in {}", REGIONS.join(", ")),
        )
        .hint("--region names another one"),
        (None, None) => {
            Check::error(NAME, "no region is given, and neither environment nor profile has one")
                .hint("--org-arn names the organization, whose region it is")
        }
    }
}
