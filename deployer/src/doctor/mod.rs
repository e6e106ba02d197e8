//! Checks whether a message flow can be installed here, and what prevents it. Reads only.
//!
//! A check never fails: what AWS does not reveal is `could_not_tell`, not an error.

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

pub use check::{Check, Outcome};

use jiff::Timestamp;

use crate::config::{Organizations, StackName};
use crate::finding::Finding;
use crate::flow::OwnResources;
use crate::rights::Purpose;
use crate::rights::scope::Site;
use cloud::Cloud;

/// What to check.
#[derive(Debug, Clone, Copy)]
pub struct Setup<'a> {
    /// The organizations, if they were parsed.
    pub organizations: Result<&'a Organizations, &'a [Finding]>,
    pub stack: &'a StackName,
    /// The role that CloudFormation assumes, if any.
    pub role: Option<&'a str>,
    /// The region from the options, the environment or the profile.
    pub configured_region: Option<&'a str>,
    /// The resources that the flow adds, which need rights as well.
    pub brought: &'a OwnResources,
}

/// Runs the checks that need no network.
#[must_use]
pub fn before(setup: &Setup<'_>) -> Vec<Check> {
    let mut checks = vec![handler::check()];
    checks.extend(region::organizations(setup));
    checks.push(region::region(setup));
    checks.extend(flow_resources::checks(setup));
    checks
}

/// Checks the calendar. It comes last because nothing can be done about it.
#[must_use]
pub fn after(now: Timestamp) -> Check {
    end_of_support::check(now)
}

/// Runs the checks that call AWS: first the credentials, then all others concurrently.
pub async fn examine(cloud: &Cloud, setup: &Setup<'_>) -> Vec<Check> {
    let (caller, mut checks) = credentials::check(cloud, setup).await;
    let caller = match caller {
        Ok(caller) => caller,
        Err(why) => {
            checks.extend(unseen(why));
            return checks;
        }
    };
    let (organizations, permissions, stack, artifacts, quotas) = tokio::join!(
        organization::check(cloud, setup),
        permissions::check(cloud, setup, &caller),
        stack::check(cloud, setup.stack),
        artifacts::check(cloud, &caller.account),
        quotas::check(cloud),
    );
    checks.extend(organizations);
    checks.extend(permissions);
    checks.extend([stack, artifacts]);
    checks.extend(quotas);
    checks
}

/// The checks that call AWS, as reported if AWS cannot be called.
pub fn unseen(why: &str) -> impl Iterator<Item = Check> {
    let names = ["organization", "permissions", "stack", "bucket", "quotas"];
    names.map(|name| Check::could_not_tell(name, format!("not looked at: {why}"))).into_iter()
}

impl<'a> Setup<'a> {
    /// The installation whose permissions are checked.
    fn site(&self, organizations: &'a Organizations) -> Site<'a> {
        Site { organizations, stack: self.stack, role: self.role }
    }

    fn purpose(&self) -> Purpose {
        if self.role.is_some() { Purpose::DeployByRole } else { Purpose::Deploy }
    }
}
