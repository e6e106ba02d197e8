//! The names, ARNs, and attributes of resources, by type.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::Value;
use sha2::{Digest, Sha256};

/// The identity of the stack that resources belong to.
#[derive(Debug, Clone)]
pub(super) struct StackIdentity {
    pub(super) account: String,
    pub(super) region: String,
    pub(super) stack_name: String,
    pub(super) stack_id: String,
}

impl StackIdentity {
    /// The identity of the `nth` stack of an account.
    pub(super) fn new(account: &str, region: &str, stack_name: &str, nth: usize) -> Self {
        let unique = uuid(&format!("{account}/{region}/{stack_name}/{nth}"));
        Self {
            account: account.to_owned(),
            region: region.to_owned(),
            stack_name: stack_name.to_owned(),
            stack_id: format!(
                "arn:aws:cloudformation:{region}:{account}:stack/{stack_name}/{unique}"
            ),
        }
    }

    fn arn(&self, service: &str, rest: &str) -> String {
        format!("arn:aws:{service}:{}:{}:{rest}", self.region, self.account)
    }
}

/// A resource that exists, or is about to.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Resource {
    pub(super) logical_id: String,
    pub(super) resource_type: String,
    /// The value of `Ref`.
    pub(super) physical_id: String,
    /// The resolved properties.
    pub(super) properties: Value,
    /// The values of `Fn::GetAtt`.
    pub(super) attributes: BTreeMap<String, String>,
    /// The number of the operation that created it, so that a replacement gets a different name.
    pub(super) generation: u32,
    /// The resources of the stack that it needs.
    pub(super) depends_on: BTreeSet<String>,
    /// The DeletionPolicy.
    pub(super) deletion_policy: String,
    /// The UpdateReplacePolicy.
    pub(super) replace_policy: String,
}

impl Resource {
    /// Names a resource by its properties, or generates a name as CloudFormation does.
    pub(super) fn new(
        identity: &StackIdentity,
        logical_id: &str,
        resource_type: &str,
        properties: Value,
        generation: u32,
    ) -> Self {
        let seed = format!("{}/{logical_id}/{generation}", identity.stack_id);
        let generated = match resource_type {
            "AWS::StepFunctions::StateMachine" => format!("{logical_id}-{}", suffix(&seed)),
            _ => format!("{}-{logical_id}-{}", identity.stack_name, suffix(&seed)),
        };
        let name = name_property(resource_type)
            .and_then(|property| properties[property].as_str())
            .map_or(generated, str::to_owned);
        let path = properties["Path"].as_str().unwrap_or("/");
        let (physical_id, attributes) = identify(identity, resource_type, &name, path);
        Self {
            logical_id: logical_id.to_owned(),
            resource_type: resource_type.to_owned(),
            physical_id,
            properties,
            attributes,
            generation,
            depends_on: BTreeSet::new(),
            deletion_policy: "Delete".to_owned(),
            replace_policy: "Delete".to_owned(),
        }
    }
}

/// The property with which a template names a resource.
pub(super) fn name_property(resource_type: &str) -> Option<&'static str> {
    Some(match resource_type {
        "AWS::CloudWatch::Alarm" => "AlarmName",
        "AWS::DynamoDB::Table" => "TableName",
        "AWS::IAM::Role" => "RoleName",
        "AWS::Lambda::Function" => "FunctionName",
        "AWS::Logs::LogGroup" => "LogGroupName",
        "AWS::S3::Bucket" => "BucketName",
        "AWS::SNS::Topic" => "TopicName",
        "AWS::SQS::Queue" => "QueueName",
        "AWS::StepFunctions::StateMachine" => "StateMachineName",
        _ => return None,
    })
}

/// The values of `Ref` and `Fn::GetAtt` for a resource with this name; the path is that of a role.
fn identify(
    identity: &StackIdentity,
    resource_type: &str,
    name: &str,
    path: &str,
) -> (String, BTreeMap<String, String>) {
    let (reference, attributes) = match resource_type {
        "AWS::ApiGateway::RestApi" => {
            (name.to_owned(), vec![("RootResourceId", suffix(name).to_lowercase())])
        }
        "AWS::CloudWatch::Alarm" => {
            (name.to_owned(), vec![("Arn", identity.arn("cloudwatch", &format!("alarm:{name}")))])
        }
        "AWS::DynamoDB::Table" => {
            (name.to_owned(), vec![("Arn", identity.arn("dynamodb", &format!("table/{name}")))])
        }
        "AWS::IAM::Role" => {
            let arn = format!("arn:aws:iam::{}:role{path}{name}", identity.account);
            let id = format!("AROA{}", suffix(&arn));
            (name.to_owned(), vec![("Arn", arn), ("RoleId", id)])
        }
        "AWS::Lambda::Function" => {
            (name.to_owned(), vec![("Arn", identity.arn("lambda", &format!("function:{name}")))])
        }
        "AWS::Logs::LogGroup" => {
            (name.to_owned(), vec![("Arn", identity.arn("logs", &format!("log-group:{name}:*")))])
        }
        "AWS::S3::Bucket" => {
            let name = name.to_lowercase();
            let arn = format!("arn:aws:s3:::{name}");
            (name, vec![("Arn", arn)])
        }
        "AWS::SNS::Topic" => {
            let arn = identity.arn("sns", name);
            (arn.clone(), vec![("TopicArn", arn), ("TopicName", name.to_owned())])
        }
        "AWS::SQS::Queue" => {
            let url = format!(
                "https://sqs.{}.amazonaws.com/{}/{name}",
                identity.region, identity.account
            );
            let arn = identity.arn("sqs", name);
            (url, vec![("Arn", arn), ("QueueName", name.to_owned())])
        }
        "AWS::StepFunctions::StateMachine" => {
            let arn = identity.arn("states", &format!("stateMachine:{name}"));
            (arn.clone(), vec![("Arn", arn), ("Name", name.to_owned())])
        }
        // A type that the flow adds: a plausible ARN is enough.
        other => {
            let service = other.split("::").nth(1).unwrap_or("unknown").to_lowercase();
            (name.to_owned(), vec![("Arn", identity.arn(&service, name))])
        }
    };
    let attributes = attributes.into_iter().map(|(name, value)| (name.to_owned(), value));
    (reference, attributes.collect())
}

fn digest(seed: &str) -> String {
    Sha256::digest(seed.as_bytes()).iter().fold(String::new(), |mut hex, byte| {
        // Writing into a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Twelve characters, as CloudFormation appends them to generated names.
fn suffix(seed: &str) -> String {
    digest(seed)[..12].to_uppercase()
}

/// An id in the shape of a UUID.
pub(super) fn uuid(seed: &str) -> String {
    let hex = digest(seed);
    let (a, b, c, d, e) = (&hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..32]);
    format!("{a}-{b}-4{c}-8{d}-{e}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn named(resource_type: &str, properties: Value) -> Resource {
        let identity = StackIdentity::new("123456789012", "us-east-1", "st", 0);
        Resource::new(&identity, "Thing", resource_type, properties, 0)
    }

    #[test]
    fn explicit_names_are_used_and_others_are_generated() {
        let table = named("AWS::DynamoDB::Table", json!({"TableName": "t"}));
        assert_eq!(table.physical_id, "t");
        let generated = named("AWS::DynamoDB::Table", json!({})).physical_id;
        assert!(generated.starts_with("st-Thing-") && generated.len() == 21, "{generated}");
        assert_eq!(generated, named("AWS::DynamoDB::Table", json!({})).physical_id);
    }

    #[test]
    fn a_state_machine_is_referred_to_by_its_arn() {
        let machine = named("AWS::StepFunctions::StateMachine", json!({"StateMachineName": "m"}));
        let arn = "arn:aws:states:us-east-1:123456789012:stateMachine:m";
        assert_eq!(machine.physical_id, arn);
        assert_eq!(machine.attributes["Name"], "m");
    }
}
