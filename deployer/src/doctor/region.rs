//! Checks which organizations are given, and in which region they are.

use handler::workmail::limits::REGIONS;

use super::{Check, Target};

/// Returns one check for each fault, or one for all organizations.
pub(super) fn organizations(target: &Target<'_>) -> Vec<Check> {
    const NAME: &str = "organization-arn";
    match target.organizations {
        Ok(organizations) => {
            let arns: Vec<String> = organizations.arns().iter().map(ToString::to_string).collect();
            vec![Check::ok(NAME, arns.join(", "))]
        }
        Err(faults) => {
            faults.iter().map(|fault| Check::error(NAME, fault.sentence.clone())).collect()
        }
    }
}

pub(super) fn region(target: &Target<'_>) -> Check {
    const NAME: &str = "region";
    let required = target.organizations.ok().map(|organizations| organizations.region());
    if let Some(contradiction) = target.contradiction {
        return Check::error(NAME, contradiction.sentence.clone());
    }
    match (required, target.region) {
        (Some(required), _) => Check::ok(NAME, format!("{required}, the organization's")),
        (None, Some(configured)) if REGIONS.contains(&configured) => Check::ok(NAME, configured),
        (None, Some(configured)) => Check::error(
            NAME,
            format!("{configured}: WorkMail exists only in {}", REGIONS.join(", ")),
        )
        .hint("choose another one with --region"),
        (None, None) => {
            Check::error(NAME, "no region is set, and neither environment nor profile has one")
                .hint("pass --org-arn ARN: the region is that of the organization")
        }
    }
}
