//! What IAM has to allow: for the deployer's own calls, and for what CloudFormation does in its name.
//!
//! The one list of permissions. [`calls`] has every operation that the deployer calls, [`resources`] every
//! type of resource that its template can have; a test holds both against the sources. [`scope`] says on
//! which resources an action is needed, and [`policy`] makes documents of it all.

pub mod calls;
pub mod policy;
pub mod resources;
pub mod scope;

use std::collections::{BTreeMap, BTreeSet};

use scope::Scope;

/// An IAM action and the resources on which it is needed.
pub type Right = (&'static str, Scope);

/// What somebody is to be able to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Everything, with CloudFormation acting with the caller's own rights.
    Deploy,
    /// Everything, with CloudFormation acting with a role of its own (`--role-arn`).
    DeployByRole,
    /// Looking, and changing nothing.
    Read,
    /// Being the role that CloudFormation acts with.
    CloudFormation,
}

/// Actions by where they are needed.
pub type Rights = BTreeMap<Scope, BTreeSet<&'static str>>;

/// What a purpose needs.
#[must_use]
pub fn rights(purpose: Purpose) -> Rights {
    let calls = calls::CALLS.iter().filter(|call| purpose != Purpose::Read || call.reads);
    let calls = calls.flat_map(|call| call.rights);
    let resources = resources::TYPES.iter().flat_map(|kind| kind.rights);
    let role = [("iam:PassRole", Scope::CloudFormationRole)];
    let rights: Vec<Right> = match purpose {
        Purpose::Deploy => calls.chain(resources).copied().collect(),
        Purpose::DeployByRole => calls.copied().chain(role).collect(),
        Purpose::Read => calls.copied().collect(),
        Purpose::CloudFormation => resources.copied().collect(),
    };
    let mut by_scope = Rights::new();
    for (action, scope) in rights {
        by_scope.entry(scope).or_default().insert(action);
    }
    by_scope
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_only_looks_may_change_nothing() {
        let verbs = ["Describe", "Detect", "Filter", "Get", "Head", "List", "Simulate", "Validate"];
        for action in rights(Purpose::Read).into_values().flatten() {
            let (_, verb) = action.split_once(':').unwrap();
            assert!(verbs.iter().any(|reading| verb.starts_with(reading)), "{action}");
        }
    }

    #[test]
    fn a_role_for_cloudformation_takes_the_resources_off_the_callers_hands() {
        let all = rights(Purpose::Deploy);
        let caller = rights(Purpose::DeployByRole);
        let role = rights(Purpose::CloudFormation);
        assert!(!caller.contains_key(&Scope::Roles) && role.contains_key(&Scope::Roles));
        assert!(
            !role.contains_key(&Scope::Stack) && !role.contains_key(&Scope::CloudFormationRole)
        );
        for (scope, actions) in &all {
            let together: BTreeSet<&str> = [&caller, &role]
                .iter()
                .filter_map(|part| part.get(scope))
                .flatten()
                .copied()
                .collect();
            assert_eq!(actions, &together, "{scope:?}");
        }
    }
}
