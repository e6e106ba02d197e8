//! Checks whether a message flow can be installed here, and what prevents it. Reads only.
//!
//! A check never fails: what AWS does not reveal is `could_not_tell`, not an error.

mod artifacts;
mod boundary;
mod check;
mod credentials;
pub mod end_of_support;
mod flow_resources;
mod handler;
mod key;
mod organization;
mod permissions;
mod quotas;
mod region;
mod rule;
mod stack;
mod topics;

pub use check::{Check, CheckResult};

use jiff::Timestamp;

use crate::config::{ArtifactSettings, Organizations, RoleSettings, StackKey, StackName};
use crate::error::CommandError;
use crate::finding::Finding;
use crate::flow::OwnResources;
use crate::next_command::NextCommand;
use crate::rights::Purpose;
use crate::rights::scope::Site;
use cloud::Cloud;

#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// The organizations, if they were parsed.
    pub organizations: Result<&'a Organizations, &'a [Finding]>,
    pub stack: &'a StackName,
    /// The role that CloudFormation assumes, if any.
    pub role: Option<&'a str>,
    /// What the roles of the stack have in common.
    pub roles: &'a RoleSettings,
    /// Where artifacts are stored.
    pub artifacts: &'a ArtifactSettings,
    /// Whether the function of the stack is in a VPC.
    pub in_vpc: bool,
    /// The key of what the stack stores, if one is set.
    pub key: Option<&'a StackKey>,
    /// The region of the organizations, else the one that is set or configured.
    pub region: Option<&'a str>,
    /// Another region is set than the organizations'.
    pub contradiction: Option<&'a Finding>,
    /// The resources that the flow adds, which need rights as well.
    pub flow_resources: &'a OwnResources,
    /// The time.
    pub now: Timestamp,
    /// Makes the commands that hints name.
    pub next: &'a NextCommand,
}

/// Runs the checks that need no network.
pub fn local_checks(target: &Target<'_>) -> Vec<Check> {
    let mut checks = vec![handler::check()];
    checks.extend(region::organizations(target));
    checks.push(region::region(target));
    checks.extend(flow_resources::checks(target));
    checks
}

/// Checks the calendar. It comes last because nothing can be done about it.
pub fn calendar_check(now: Timestamp) -> Check {
    end_of_support::check(now)
}

/// Runs the checks that call AWS: first the credentials, then all others concurrently.
pub async fn aws_checks(cloud: &Cloud, target: &Target<'_>) -> Vec<Check> {
    let (caller, mut checks) = credentials::check(cloud, target).await;
    let caller = match caller {
        Ok(caller) => caller,
        Err(why) => {
            checks.extend(not_checked(why));
            return checks;
        }
    };
    let (organizations, permissions, boundary, key, stack, artifacts, quotas) = tokio::join!(
        organization::check(cloud, target),
        permissions::check(cloud, target, &caller),
        boundary::check(cloud, target),
        key::check(cloud, target),
        stack::check(cloud, target),
        artifacts::check(cloud, target, &caller.account),
        quotas::check(cloud),
    );
    checks.extend(organizations);
    checks.extend(permissions);
    checks.extend(boundary);
    checks.extend(key);
    let (stack, installed) = stack;
    checks.push(stack);
    checks.extend(artifacts);
    if let Some(installed) = installed {
        checks.extend(rule::check(cloud, &installed, target.next, target.now).await);
        checks.extend(topics::checks(cloud, &installed, target.next).await);
    }
    checks.extend(quotas);
    checks
}

/// The checks that call AWS, as reported if there is no connection.
pub fn unconnected(error: &CommandError) -> Vec<Check> {
    let mut checks = vec![credentials::unusable(error)];
    checks.extend(not_checked("there is no connection to AWS"));
    checks
}

/// The checks that call AWS, as reported if AWS cannot be called.
pub fn not_checked(why: &str) -> impl Iterator<Item = Check> {
    let names = ["organization", "permissions", "stack", "bucket", "quotas"];
    names.map(|name| Check::could_not_tell(name, format!("not checked: {why}"))).into_iter()
}

impl<'a> Target<'a> {
    /// The installation whose permissions are checked.
    fn site(&self, organizations: &'a Organizations) -> Site<'a> {
        Site {
            organizations,
            stack: self.stack,
            role: self.role,
            roles: self.roles,
            artifacts: self.artifacts,
            in_vpc: self.in_vpc,
            key: self.key,
            functions: self.flow_resources.functions(),
        }
    }

    fn purpose(&self) -> Purpose {
        if self.role.is_some() { Purpose::DeployByRole } else { Purpose::Deploy }
    }
}
