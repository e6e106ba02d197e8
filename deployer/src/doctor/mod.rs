//! Checking whether a message flow can be installed here, and what prevents it. Reads only.
//!
//! A check never fails: if AWS does not answer, its result is could-not-tell, and not an error.

mod artifacts;
mod check;
mod credentials;
pub mod end_of_support;
mod flow_resources;
mod handler;
mod organization;
mod permissions;
mod quotas;
mod region;
mod stack;

pub use check::{Check, CheckResult};

use jiff::Timestamp;

use crate::config::{Organizations, StackName};
use crate::finding::Finding;
use crate::flow::OwnResources;
use crate::rights::Purpose;
use crate::rights::scope::Site;
use cloud::Cloud;

/// What is checked.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// The organizations, if they could be read.
    pub organizations: Result<&'a Organizations, &'a [Finding]>,
    /// The stack.
    pub stack: &'a StackName,
    /// The role that CloudFormation acts with, if it has one.
    pub role: Option<&'a str>,
    /// The region that options, environment or profile name.
    pub configured_region: Option<&'a str>,
    /// The resources that the flow adds, for which rights are needed too.
    pub flow_resources: &'a OwnResources,
}

/// The checks that need no network.
#[must_use]
pub fn local_checks(target: &Target<'_>) -> Vec<Check> {
    let mut checks = vec![handler::check()];
    checks.extend(region::organizations(target));
    checks.push(region::region(target));
    checks.extend(flow_resources::checks(target));
    checks
}

/// The check of WorkMail's end of support. It comes last because no one can change its result.
#[must_use]
pub fn calendar_check(now: Timestamp) -> Check {
    end_of_support::check(now)
}

/// The checks that call AWS, all at once as soon as the caller is known.
pub async fn aws_checks(cloud: &Cloud, target: &Target<'_>) -> Vec<Check> {
    let (caller, mut checks) = credentials::check(cloud, target).await;
    let caller = match caller {
        Ok(caller) => caller,
        Err(why) => {
            checks.extend(not_checked(why));
            return checks;
        }
    };
    let (organizations, permissions, stack, artifacts, quotas) = tokio::join!(
        organization::check(cloud, target),
        permissions::check(cloud, target, &caller),
        stack::check(cloud, target.stack),
        artifacts::check(cloud, &caller.account),
        quotas::check(cloud),
    );
    checks.extend(organizations);
    checks.extend(permissions);
    checks.extend([stack, artifacts]);
    checks.extend(quotas);
    checks
}

/// The checks that call AWS, for when it cannot be called.
pub fn not_checked(why: &str) -> impl Iterator<Item = Check> {
    let names = ["organization", "permissions", "stack", "bucket", "quotas"];
    names.map(|name| Check::could_not_tell(name, format!("not looked at: {why}"))).into_iter()
}

impl<'a> Target<'a> {
    /// Where the permissions are needed.
    fn site(&self, organizations: &'a Organizations) -> Site<'a> {
        Site { organizations, stack: self.stack, role: self.role }
    }

    fn purpose(&self) -> Purpose {
        if self.role.is_some() { Purpose::DeployByRole } else { Purpose::Deploy }
    }
}
