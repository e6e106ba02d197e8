//! Policy documents: as few as possible, and deterministic.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::Rights;
use super::scope::{Scope, Site};

/// The maximum number of characters of a managed policy; white space does not count.
/// Source: IAM user guide, "IAM and AWS STS quotas".
pub const MAX_CHARACTERS: usize = 6_144;

/// One document.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Policy {
    /// The document.
    pub document: Value,
    /// Its number of characters, without white space.
    pub characters: usize,
}

impl Policy {
    pub(super) fn of(statements: &[Value]) -> Self {
        let document = json!({ "Version": "2012-10-17", "Statement": statements });
        let characters = document.to_string().chars().filter(|char| !char.is_whitespace()).count();
        Self { document, characters }
    }
}

/// The documents that allow `rights` at `site`. There are several only if one would be too large
/// for IAM; then all of them are needed.
pub fn policies(rights: &Rights, site: &Site<'_>) -> Vec<Policy> {
    let mut done = Vec::new();
    let mut open = Vec::new();
    for (scope, actions) in rights {
        open.push(statement(*scope, actions.iter().copied(), site));
        if Policy::of(&open).characters > MAX_CHARACTERS && open.len() > 1 {
            let next = open.split_off(open.len() - 1);
            done.push(Policy::of(&std::mem::replace(&mut open, next)));
        }
    }
    done.push(Policy::of(&open));
    done
}

fn statement<'a>(scope: Scope, actions: impl Iterator<Item = &'a str>, site: &Site<'_>) -> Value {
    let mut statement = Map::new();
    statement.insert("Sid".to_owned(), Value::from(scope.name()));
    statement.insert("Effect".to_owned(), Value::from("Allow"));
    statement.insert("Action".to_owned(), one_or_many(actions.map(str::to_owned).collect()));
    statement.insert("Resource".to_owned(), one_or_many(scope.resources(site)));
    if let Some(condition) = scope.condition(site) {
        statement.insert("Condition".to_owned(), condition);
    }
    Value::Object(statement)
}

fn one_or_many(mut values: Vec<String>) -> Value {
    match values.len() {
        1 => Value::from(values.remove(0)),
        _ => Value::from(values),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::config::{ArtifactSettings, Organizations, RoleSettings, StackName};
    use crate::rights::{Purpose, needed};

    /// The resource types of the flow with the most types.
    const FLOW_TYPES: [&str; 9] = [
        "AWS::ApiGateway::Deployment",
        "AWS::ApiGateway::Method",
        "AWS::ApiGateway::RestApi",
        "AWS::ApiGateway::Stage",
        "AWS::DynamoDB::Table",
        "AWS::IAM::Role",
        "AWS::SNS::Topic",
        "AWS::SQS::Queue",
        "AWS::SSM::Parameter",
    ];

    fn documents(
        purpose: Purpose,
        stack: &str,
        organizations: usize,
        flow_types: &[&str],
    ) -> Vec<Policy> {
        let arns: Vec<String> = (0..organizations)
            .map(|n| format!("arn:aws:workmail:us-east-1:123456789012:organization/m-{n:032x}"))
            .collect();
        let site = Site {
            organizations: &Organizations::parse(&arns).unwrap(),
            stack: &StackName::parse(stack).unwrap(),
            role: Some("arn:aws:iam::123456789012:role/cloudformation"),
            roles: &RoleSettings::default(),
            artifacts: &ArtifactSettings::default(),
            in_vpc: false,
            key: None,
            functions: &[],
        };
        policies(&needed(purpose, flow_types.iter().copied(), &site), &site)
    }

    #[test]
    fn the_usual_stack_fits_one_policy() {
        for purpose in
            [Purpose::Deploy, Purpose::DeployByRole, Purpose::Read, Purpose::CloudFormation]
        {
            let documents = documents(purpose, StackName::DEFAULT, 1, &[]);
            assert_eq!(documents.len(), 1, "{purpose:?}: {}", documents[0].characters);
        }
    }

    #[test]
    fn large_policies_are_split_without_losing_statements() {
        let whole = documents(Purpose::Deploy, "m", 1, &[]);
        let split = documents(Purpose::Deploy, &"m".repeat(128), 40, &[]);
        assert!(split.len() > 1);
        let sids = |policies: &[Policy]| -> Vec<Value> {
            let statements = policies.iter().flat_map(|policy| {
                policy.document["Statement"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|one| one["Sid"].clone())
            });
            statements.collect()
        };
        assert_eq!(sids(&whole), sids(&split));
        for policy in &split {
            assert!(policy.characters <= MAX_CHARACTERS, "{}", policy.characters);
        }
    }

    #[test]
    fn every_statement_is_valid_in_iam() {
        let mut seen = HashSet::new();
        for policy in documents(Purpose::Deploy, StackName::DEFAULT, 2, &FLOW_TYPES) {
            for statement in policy.document["Statement"].as_array().unwrap() {
                let sid = statement["Sid"].as_str().unwrap();
                assert!(sid.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{sid}");
                assert!(seen.insert(sid.to_owned()), "{sid} occurs twice");
                for (member, begins) in [("Action", ""), ("Resource", "arn:aws:")] {
                    let values = match &statement[member] {
                        Value::Array(values) => values.clone(),
                        one => vec![one.clone()],
                    };
                    assert!(!values.is_empty(), "{sid}");
                    for value in values {
                        let text = value.as_str().unwrap();
                        assert!(text.starts_with(begins) || text == "*", "{text}");
                        assert!(member == "Resource" || text.split(':').count() == 2, "{text}");
                    }
                }
            }
        }
    }
}
