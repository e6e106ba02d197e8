//! Checks which of the required permissions are missing.

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::task::JoinSet;

use super::{Check, Target};
use crate::rights::scope::{Scope, Site};
use crate::rights::{Purpose, Rights, needed};
use cloud::{Caller, Cloud, CloudError, Decision, ErrorKind, PermissionQuery};

const NAME: &str = "permissions";
const ROLE: &str = "role-permissions";

/// Checks the caller's permissions, and those of the role that CloudFormation assumes.
pub(super) async fn check(cloud: &Cloud, target: &Target<'_>, caller: &Caller) -> Vec<Check> {
    let Ok(organizations) = target.organizations else {
        let sentence = "not checked: they are for one organization, and it is not clear which";
        return vec![Check::could_not_tell(NAME, sentence)];
    };
    let site = target.site(organizations);
    let of_caller = needed(target.purpose(), target.flow_resources.types(), &site);
    let mut checks = vec![check_caller(cloud, caller, &of_caller, &site, target).await];
    if let Some(role) = target.role {
        let of_role = needed(Purpose::CloudFormation, target.flow_resources.types(), &site);
        checks.push(evaluate(ROLE, &of_role, simulate(cloud, role, &of_role, &site).await, target));
    }
    checks
}

/// The principal behind a caller's ARN.
#[derive(Debug, PartialEq, Eq)]
enum Principal<'a> {
    Root,
    User,
    /// A role, by its name.
    Role(&'a str),
    /// A principal that the simulator does not support, such as a federated user.
    Other,
}

fn principal(arn: &str) -> Principal<'_> {
    let name = arn.splitn(6, ':').nth(5).unwrap_or_default();
    match name.split('/').collect::<Vec<_>>()[..] {
        ["root"] => Principal::Root,
        ["user", ..] => Principal::User,
        ["assumed-role", role, ..] => Principal::Role(role),
        _ => Principal::Other,
    }
}

async fn check_caller(
    cloud: &Cloud,
    caller: &Caller,
    needed: &Rights,
    site: &Site<'_>,
    target: &Target<'_>,
) -> Check {
    let arn = match principal(&caller.arn) {
        Principal::Root => {
            let sentence =
                "these are credentials of the account's root user, who has every permission";
            return Check::warning(NAME, sentence)
                .hint("AWS advises against it: use a role, or a user of IAM Identity Center");
        }
        Principal::Other => {
            let sentence = format!("IAM does not simulate what {} may do", caller.arn);
            return Check::could_not_tell(NAME, sentence);
        }
        Principal::User => caller.arn.clone(),
        // Without the right to look up its path, assume that the role has none.
        Principal::Role(name) => match cloud.permissions.role_arn(name).await {
            Ok(arn) => arn,
            Err(_) => format!("arn:aws:iam::{}:role/{name}", caller.account),
        },
    };
    evaluate(NAME, needed, simulate(cloud, &arn, needed, site).await, target)
}

/// Simulates the actions of all scopes concurrently.
async fn simulate(
    cloud: &Cloud,
    principal: &str,
    needed: &Rights,
    site: &Site<'_>,
) -> Result<Vec<Decision>, CloudError> {
    let mut requests = JoinSet::new();
    for (scope, actions) in needed {
        let permissions = Arc::clone(&cloud.permissions);
        let principal = principal.to_owned();
        let actions = actions.iter().map(|action| (*action).to_owned()).collect();
        let question = question(*scope, actions, site);
        requests.spawn(async move { permissions.simulate(&principal, &question).await });
    }
    let mut decisions = Vec::new();
    for answer in requests.join_all().await {
        decisions.extend(answer?);
    }
    Ok(decisions)
}

fn question(scope: Scope, actions: Vec<String>, site: &Site<'_>) -> PermissionQuery {
    let resources = scope.resources(site).into_iter().filter(|resource| resource != "*");
    let region = ("aws:RequestedRegion", site.organizations.region().to_owned());
    let context = scope.context(site).into_iter().chain([region]);
    PermissionQuery {
        actions,
        // The simulator accepts names but not patterns.
        resources: resources.map(|resource| resource.replace('*', "EXAMPLE")).collect(),
        context: context.map(|(key, value)| (key.to_owned(), value)).collect(),
    }
}

fn evaluate(
    name: &'static str,
    needed: &Rights,
    decisions: Result<Vec<Decision>, CloudError>,
    target: &Target<'_>,
) -> Check {
    let decisions = match decisions {
        Ok(decisions) => decisions,
        Err(error) if error.kind == ErrorKind::Denied => {
            return Check::refused(name, &error)
                .hint("allow iam:SimulatePrincipalPolicy to see more");
        }
        Err(error) => return Check::refused(name, &error),
    };
    let (missing, open) = denied(needed, &decisions);
    let list = |actions: &BTreeSet<&str>| actions.iter().copied().collect::<Vec<_>>().join(", ");
    let count = needed.values().flatten().collect::<BTreeSet<_>>().len();
    if !missing.is_empty() {
        let sentence = format!("{} of {count} missing: {}", missing.len(), list(&missing));
        return Check::error(name, sentence).hint(match name {
            ROLE => format!(
                "{} prints what the role needs",
                target.next.code(&["permissions", "--for", "cloudformation-role"])
            ),
            _ => format!(
                "{} prints what is needed, with the resources",
                target.next.code(&["permissions"])
            ),
        });
    }
    if !open.is_empty() {
        let sentence = format!("not decided, or under conditions: {}", list(&open));
        let check = Check::could_not_tell(name, sentence);
        let unknown = decisions.iter().flat_map(|decision| &decision.unknown);
        let missing_boundary =
            unknown.into_iter().any(|key| key.eq_ignore_ascii_case("iam:PermissionsBoundary"));
        return match missing_boundary {
            true => check.hint(
                "roles can be created only with a permissions boundary: --permissions-boundary ARN \
                 names it",
            ),
            false => check,
        };
    }
    Check::ok(name, format!("all {count} that are needed are granted"))
}

/// Returns the actions that are certainly denied, and the undecided ones: they depend on
/// conditions, or the simulator skipped them.
fn denied<'a>(
    needed: &Rights,
    decisions: &'a [Decision],
) -> (BTreeSet<&'a str>, BTreeSet<&'a str>) {
    let denied = decisions.iter().filter(|decision| !decision.allowed);
    let (certain, open): (Vec<_>, Vec<_>) =
        denied.partition(|decision| decision.unknown.is_empty());
    let names = |some: Vec<&'a Decision>| some.into_iter().map(|one| one.action.as_str());
    let decided: BTreeSet<&str> = decisions.iter().map(|one| one.action.as_str()).collect();
    let passed_over = needed.values().flatten().copied().filter(|one| !decided.contains(one));
    (names(certain).collect(), names(open).chain(passed_over).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_principal_is_parsed_from_the_callers_arn() {
        let of = |rest: &str| format!("arn:aws:sts::123456789012:{rest}");
        assert_eq!(principal(&of("root")), Principal::Root);
        assert_eq!(principal(&of("user/team/me")), Principal::User);
        assert_eq!(principal(&of("assumed-role/deploy/ci")), Principal::Role("deploy"));
        assert_eq!(principal(&of("federated-user/me")), Principal::Other);
        assert_eq!(principal("nonsense"), Principal::Other);
    }
    #[test]
    fn actions_that_the_simulator_skips_are_not_allowed() {
        let needed = crate::rights::rights(Purpose::Read, []);
        let (missing, open) = denied(&needed, &[]);
        assert!(missing.is_empty() && open.len() == needed.values().flatten().count());
    }
}
