//! The resource types that a flow can add and whose rights are known, besides those of the
//! template.
//!
//! A flow's resources are named after its stack (docs/reference/flow-files.md), so the names are known before the
//! resources exist. The exception is API Gateway, which generates its ids.
//!
//! Source: as for the template's own types; for API Gateway, whose actions are HTTP methods, also
//! "How Amazon API Gateway works with IAM".

use super::Right;
use super::resources::{ResourceType, TYPES};
use super::scope::Scope;
use crate::finding::Finding;

/// The rights for most parts of an API: its actions are HTTP methods.
const FLOW_API: &[Right] = &[
    ("apigateway:DELETE", Scope::FlowApis),
    ("apigateway:GET", Scope::FlowApis),
    ("apigateway:PATCH", Scope::FlowApis),
    ("apigateway:POST", Scope::FlowApis),
];

const TYPES_OF_FLOWS: &[ResourceType] = &[
    ResourceType { name: "AWS::ApiGateway::Deployment", rights: FLOW_API },
    ResourceType {
        name: "AWS::ApiGateway::Method",
        rights: &[
            ("apigateway:DELETE", Scope::FlowApis),
            ("apigateway:GET", Scope::FlowApis),
            ("apigateway:PUT", Scope::FlowApis),
            ("iam:PassRole", Scope::FlowApiRole),
        ],
    },
    ResourceType { name: "AWS::ApiGateway::Model", rights: FLOW_API },
    ResourceType { name: "AWS::ApiGateway::RequestValidator", rights: FLOW_API },
    ResourceType { name: "AWS::ApiGateway::Resource", rights: FLOW_API },
    ResourceType {
        name: "AWS::ApiGateway::RestApi",
        rights: &[
            ("apigateway:DELETE", Scope::FlowApis),
            ("apigateway:GET", Scope::FlowApis),
            ("apigateway:PATCH", Scope::FlowApis),
            ("apigateway:POST", Scope::FlowApis),
            ("apigateway:PUT", Scope::FlowApis),
            ("apigateway:UpdateRestApiPolicy", Scope::FlowApis),
        ],
    },
    ResourceType {
        name: "AWS::ApiGateway::Stage",
        rights: &[
            ("apigateway:DELETE", Scope::FlowApis),
            ("apigateway:GET", Scope::FlowApis),
            ("apigateway:PATCH", Scope::FlowApis),
            ("apigateway:POST", Scope::FlowApis),
            ("apigateway:PUT", Scope::FlowApis),
        ],
    },
    ResourceType {
        // Its handlers write what the properties name: here encryption, expiration, ownership, and tags.
        name: "AWS::S3::Bucket",
        rights: &[
            ("s3:CreateBucket", Scope::FlowBuckets),
            ("s3:DeleteBucket", Scope::FlowBuckets),
            ("s3:GetAccelerateConfiguration", Scope::FlowBuckets),
            ("s3:GetAnalyticsConfiguration", Scope::FlowBuckets),
            ("s3:GetBucketCORS", Scope::FlowBuckets),
            ("s3:GetBucketLogging", Scope::FlowBuckets),
            ("s3:GetBucketNotification", Scope::FlowBuckets),
            ("s3:GetBucketObjectLockConfiguration", Scope::FlowBuckets),
            ("s3:GetBucketOwnershipControls", Scope::FlowBuckets),
            ("s3:GetBucketPublicAccessBlock", Scope::FlowBuckets),
            ("s3:GetBucketTagging", Scope::FlowBuckets),
            ("s3:GetBucketVersioning", Scope::FlowBuckets),
            ("s3:GetBucketWebsite", Scope::FlowBuckets),
            ("s3:GetEncryptionConfiguration", Scope::FlowBuckets),
            ("s3:GetIntelligentTieringConfiguration", Scope::FlowBuckets),
            ("s3:GetInventoryConfiguration", Scope::FlowBuckets),
            ("s3:GetLifecycleConfiguration", Scope::FlowBuckets),
            ("s3:GetMetricsConfiguration", Scope::FlowBuckets),
            ("s3:GetReplicationConfiguration", Scope::FlowBuckets),
            ("s3:ListBucket", Scope::FlowBuckets),
            ("s3:PutBucketOwnershipControls", Scope::FlowBuckets),
            ("s3:PutBucketPublicAccessBlock", Scope::FlowBuckets),
            ("s3:PutBucketTagging", Scope::FlowBuckets),
            ("s3:PutEncryptionConfiguration", Scope::FlowBuckets),
            ("s3:PutLifecycleConfiguration", Scope::FlowBuckets),
        ],
    },
    ResourceType {
        name: "AWS::S3::BucketPolicy",
        rights: &[
            ("s3:DeleteBucketPolicy", Scope::FlowBuckets),
            ("s3:GetBucketPolicy", Scope::FlowBuckets),
            ("s3:PutBucketPolicy", Scope::FlowBuckets),
        ],
    },
    ResourceType {
        name: "AWS::SNS::Topic",
        rights: &[
            ("sns:CreateTopic", Scope::FlowTopics),
            ("sns:DeleteTopic", Scope::FlowTopics),
            ("sns:GetDataProtectionPolicy", Scope::FlowTopics),
            ("sns:GetTopicAttributes", Scope::FlowTopics),
            ("sns:ListSubscriptionsByTopic", Scope::FlowTopics),
            ("sns:ListTagsForResource", Scope::FlowTopics),
            ("sns:PutDataProtectionPolicy", Scope::FlowTopics),
            ("sns:SetTopicAttributes", Scope::FlowTopics),
            ("sns:Subscribe", Scope::FlowTopics),
            ("sns:TagResource", Scope::FlowTopics),
            // Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon SNS": it
            // has no resource type.
            ("sns:Unsubscribe", Scope::Everything),
            ("sns:UntagResource", Scope::FlowTopics),
        ],
    },
    ResourceType {
        name: "AWS::SQS::Queue",
        rights: &[
            ("sqs:CreateQueue", Scope::FlowQueues),
            ("sqs:DeleteQueue", Scope::FlowQueues),
            ("sqs:GetQueueAttributes", Scope::FlowQueues),
            ("sqs:GetQueueUrl", Scope::FlowQueues),
            ("sqs:ListQueueTags", Scope::FlowQueues),
            ("sqs:SetQueueAttributes", Scope::FlowQueues),
            ("sqs:TagQueue", Scope::FlowQueues),
            ("sqs:UntagQueue", Scope::FlowQueues),
        ],
    },
    ResourceType {
        name: "AWS::SSM::Parameter",
        rights: &[
            ("ssm:AddTagsToResource", Scope::FlowParameters),
            ("ssm:DeleteParameter", Scope::FlowParameters),
            ("ssm:GetParameters", Scope::FlowParameters),
            ("ssm:PutParameter", Scope::FlowParameters),
            ("ssm:RemoveTagsFromResource", Scope::FlowParameters),
        ],
    },
];

/// The rights for a resource type in a flow; `None` if they are unknown.
pub fn rights_of(kind: &str) -> Option<Vec<Right>> {
    if let Some(known) = TYPES_OF_FLOWS.iter().find(|known| known.name == kind) {
        return Some(known.rights.to_vec());
    }
    let of_template = TYPES.iter().find(|known| known.name == kind)?;
    let rights = of_template.rights.iter();
    rights.map(|(action, scope)| Some((*action, scope.of_flow()?))).collect()
}

/// A finding if the rights for a type are unknown.
pub fn unknown(kind: &str) -> Option<Finding> {
    if rights_of(kind).is_some() {
        return None;
    }
    let sentence = format!("the permissions that `{kind}` needs are unknown");
    let fix = format!(
        "add the permissions that `aws cloudformation describe-type --type RESOURCE --type-name \
         {kind}` lists for its handlers"
    );
    Some(Finding::warning("unknown-rights", "$", sentence).fix(fix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_type_is_known_if_its_names_are_predictable() {
        let table = rights_of("AWS::DynamoDB::Table").unwrap();
        assert!(table.contains(&("dynamodb:CreateTable", Scope::FlowTables)));
        assert!(table.iter().all(|(_, scope)| *scope == Scope::FlowTables));
        assert!(rights_of("AWS::IAM::Role").is_some());
        for unknown in ["AWS::Lambda::Function", "AWS::Logs::LogGroup", "x"] {
            assert_eq!(rights_of(unknown), None, "{unknown}");
            assert!(super::unknown(unknown).is_some(), "{unknown}");
        }
        assert_eq!(super::unknown("AWS::SNS::Topic"), None);
    }
}
