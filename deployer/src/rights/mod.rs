//! The permissions that IAM must grant: for the deployer's own calls, and for what CloudFormation
//! does on its behalf.
//!
//! This is the only list of permissions. [`calls`] has every operation that the deployer calls,
//! [`resources`] every resource type that its template can have, [`flow_resources`] those that a
//! flow can add; a test compares them with the sources. [`scope`] defines the resources on which an
//! action is needed, and [`policy`] creates the documents.

pub mod calls;
pub mod flow_resources;
pub mod key_policy;
mod needed;
pub mod policy;
pub mod resources;
pub mod scope;

use std::collections::{BTreeMap, BTreeSet};

pub use needed::needed;

use scope::Scope;

/// An IAM action and the resources on which it is needed.
pub type Right = (&'static str, Scope);

/// What the principal must be able to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Everything; CloudFormation acts with the caller's own rights.
    Deploy,
    /// Everything; CloudFormation acts with a separate role (`--role-arn`).
    DeployByRole,
    /// Reading only.
    Read,
    /// Listing the message flows of the account.
    List,
    /// To be the role that CloudFormation assumes.
    CloudFormation,
}

/// Actions by scope.
pub type Rights = BTreeMap<Scope, BTreeSet<&'static str>>;

/// The rights for a purpose in general, with a flow that adds resources of the types `flow_types`. A type
/// whose rights are unknown adds none.
pub fn rights<'a>(purpose: Purpose, flow_types: impl IntoIterator<Item = &'a str>) -> Rights {
    let calls = calls::CALLS.iter().filter(|call| purpose != Purpose::Read || call.reads);
    let calls = calls.flat_map(|call| call.rights);
    let flow_types: Vec<&str> = flow_types.into_iter().collect();
    let of_topics = flow_types.contains(&"AWS::SNS::Topic").then_some(calls::OF_TOPICS);
    let calls = calls.chain(of_topics.into_iter().flatten());
    let flow_types = flow_types.into_iter().filter_map(flow_resources::rights_of).flatten();
    let resources = resources::TYPES.iter().flat_map(|kind| kind.rights).copied().chain(flow_types);
    let role = [("iam:PassRole", Scope::CloudFormationRole)];
    let rights: Vec<Right> = match purpose {
        Purpose::Deploy => calls.copied().chain(resources).collect(),
        Purpose::DeployByRole => calls.copied().chain(role).collect(),
        Purpose::Read => calls.copied().collect(),
        Purpose::List => calls::LISTING.to_vec(),
        Purpose::CloudFormation => resources.collect(),
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
    fn reading_requires_no_right_to_change_anything() {
        // `TestState` calls nothing without a role, which only `iam:PassRole` lets the caller give.
        let verbs = [
            "Describe",
            "Detect",
            "Filter",
            "Get",
            "Head",
            "List",
            "Simulate",
            "TestState",
            "Validate",
        ];
        let rights = [Purpose::Read, Purpose::List].map(|purpose| rights(purpose, []));
        for action in rights.into_iter().flat_map(Rights::into_values).flatten() {
            let (_, verb) = action.split_once(':').unwrap();
            assert!(verbs.iter().any(|reading| verb.starts_with(reading)), "{action}");
        }
    }

    #[test]
    fn a_cloudformation_role_relieves_the_caller_of_resource_rights() {
        let rights = |purpose| rights(purpose, ["AWS::SNS::Topic", "AWS::ApiGateway::Method"]);
        let all = rights(Purpose::Deploy);
        let caller = rights(Purpose::DeployByRole);
        let role = rights(Purpose::CloudFormation);
        let hears = BTreeSet::from(["sns:GetTopicAttributes"]);
        assert_eq!(caller[&Scope::FlowTopics], hears, "to see who receives messages of the topic");
        for scope in [Scope::Roles, Scope::FlowApis, Scope::FlowApiRole] {
            assert!(!caller.contains_key(&scope) && role.contains_key(&scope), "{scope:?}");
        }
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
