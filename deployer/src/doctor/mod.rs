//! Looking whether a message flow can be installed here, and what stands in its way. Reads only.
//!
//! A check never fails: what AWS does not tell is could-not-tell, and not an error.

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

/// What it is about.
#[derive(Debug, Clone, Copy)]
pub struct Setup<'a> {
    /// The organizations, if they could be read.
    pub organizations: Result<&'a Organizations, &'a [Finding]>,
    /// The stack.
    pub stack: &'a StackName,
    /// The role that CloudFormation acts with, if it has one.
    pub role: Option<&'a str>,
    /// The region that options, environment or profile name.
    pub configured_region: Option<&'a str>,
    /// What the flow brings along, for which rights are needed, too.
    pub brought: &'a OwnResources,
}

/// The checks that need no network.
#[must_use]
pub fn before(setup: &Setup<'_>) -> Vec<Check> {
    let mut checks = vec![handler::check()];
    checks.extend(region::organizations(setup));
    checks.push(region::region(setup));
    checks.extend(flow_resources::checks(setup));
    checks
}

/// The check of the calendar, which comes last because nothing can be done about it.
#[must_use]
pub fn after(now: Timestamp) -> Check {
    end_of_support::check(now)
}

/// The checks that ask AWS, all at once as soon as it is clear whose credentials these are.
pub async fn examine(cloud: &Cloud, setup: &Setup<'_>) -> Vec<Check> {
    let (caller, mut checks) = credentials::check(cloud, setup).await;
    let caller = match caller {
        Ok(caller) => caller,
        Err(why) => {
            checks.extend(unseen(why));
            return checks;
        }
    };
    let (mail, missing, stack, artifacts, quotas) = tokio::join!(
        organization::check(cloud, setup),
        permissions::check(cloud, setup, &caller),
        stack::check(cloud, setup.stack),
        artifacts::check(cloud, &caller.account),
        quotas::check(cloud),
    );
    checks.extend(mail);
    checks.extend(missing);
    checks.extend([stack, artifacts]);
    checks.extend(quotas);
    checks
}

/// What is said of the checks that ask AWS where it cannot be asked.
pub fn unseen(why: &str) -> impl Iterator<Item = Check> {
    let names = ["organization", "permissions", "stack", "bucket", "quotas"];
    names.map(|name| Check::could_not_tell(name, format!("not looked at: {why}"))).into_iter()
}

impl<'a> Setup<'a> {
    /// Whose permissions are looked at, and where.
    fn site(&self, organizations: &'a Organizations) -> Site<'a> {
        Site { organizations, stack: self.stack, role: self.role }
    }

    fn purpose(&self) -> Purpose {
        if self.role.is_some() { Purpose::DeployByRole } else { Purpose::Deploy }
    }
}
