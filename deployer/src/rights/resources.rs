//! Every type of resource that the template can have, and what CloudFormation needs to create, read, update
//! and delete it, with the properties that the template uses and no others.
//!
//! Source: the handlers' permissions in CloudFormation's registry schema of each type (`AWS::IAM::Policy`
//! has none there; its rights are those of a role's inline policies).

use super::Right;
use super::scope::Scope;

/// A type of resource.
#[derive(Debug)]
pub struct ResourceType {
    /// CloudFormation's name of it.
    pub name: &'static str,
    /// What has to be allowed.
    pub rights: &'static [Right],
}

/// All of them.
pub const TYPES: &[ResourceType] = &[
    ResourceType {
        name: "AWS::CloudWatch::Alarm",
        rights: &[
            ("cloudwatch:DeleteAlarms", Scope::Alarms),
            ("cloudwatch:DescribeAlarms", Scope::Alarms),
            ("cloudwatch:ListTagsForResource", Scope::Alarms),
            ("cloudwatch:PutMetricAlarm", Scope::Alarms),
            ("cloudwatch:TagResource", Scope::Alarms),
            ("cloudwatch:UntagResource", Scope::Alarms),
        ],
    },
    ResourceType {
        name: "AWS::DynamoDB::Table",
        rights: &[
            ("dynamodb:CreateTable", Scope::Table),
            ("dynamodb:DeleteTable", Scope::Table),
            ("dynamodb:DescribeContinuousBackups", Scope::Table),
            ("dynamodb:DescribeContributorInsights", Scope::Table),
            ("dynamodb:DescribeKinesisStreamingDestination", Scope::Table),
            ("dynamodb:DescribeTable", Scope::Table),
            ("dynamodb:DescribeTimeToLive", Scope::Table),
            ("dynamodb:GetResourcePolicy", Scope::Table),
            ("dynamodb:ListTagsOfResource", Scope::Table),
            ("dynamodb:TagResource", Scope::Table),
            ("dynamodb:UntagResource", Scope::Table),
            ("dynamodb:UpdateTable", Scope::Table),
            ("dynamodb:UpdateTimeToLive", Scope::Table),
        ],
    },
    ResourceType {
        name: "AWS::IAM::Policy",
        rights: &[
            ("iam:DeleteRolePolicy", Scope::Roles),
            ("iam:GetRolePolicy", Scope::Roles),
            ("iam:PutRolePolicy", Scope::Roles),
        ],
    },
    ResourceType {
        name: "AWS::IAM::Role",
        rights: &[
            ("iam:CreateRole", Scope::Roles),
            ("iam:DeleteRole", Scope::Roles),
            ("iam:DeleteRolePolicy", Scope::Roles),
            ("iam:GetRole", Scope::Roles),
            ("iam:GetRolePolicy", Scope::Roles),
            ("iam:ListAttachedRolePolicies", Scope::Roles),
            ("iam:ListRolePolicies", Scope::Roles),
            ("iam:PutRolePolicy", Scope::Roles),
            ("iam:TagRole", Scope::Roles),
            ("iam:UntagRole", Scope::Roles),
            ("iam:UpdateAssumeRolePolicy", Scope::Roles),
        ],
    },
    ResourceType {
        name: "AWS::Lambda::Function",
        rights: &[
            ("iam:PassRole", Scope::FunctionRole),
            ("lambda:CreateFunction", Scope::Function),
            ("lambda:DeleteFunction", Scope::Function),
            ("lambda:GetFunction", Scope::Function),
            ("lambda:GetFunctionCodeSigningConfig", Scope::Function),
            ("lambda:GetRuntimeManagementConfig", Scope::Function),
            ("lambda:ListTags", Scope::Function),
            ("lambda:TagResource", Scope::Function),
            ("lambda:UntagResource", Scope::Function),
            ("lambda:UpdateFunctionCode", Scope::Function),
            ("lambda:UpdateFunctionConfiguration", Scope::Function),
            ("s3:GetObject", Scope::Objects),
            ("s3:GetObjectVersion", Scope::Objects),
        ],
    },
    ResourceType {
        name: "AWS::Lambda::Permission",
        rights: &[
            ("lambda:AddPermission", Scope::Function),
            ("lambda:GetPolicy", Scope::Function),
            ("lambda:RemovePermission", Scope::Function),
        ],
    },
    ResourceType {
        name: "AWS::Logs::LogGroup",
        rights: &[
            ("logs:CreateLogGroup", Scope::LogGroups),
            ("logs:DeleteLogGroup", Scope::LogGroups),
            // A list, filtered by AWS after it has been allowed.
            ("logs:DescribeLogGroups", Scope::Everything),
            ("logs:GetDataProtectionPolicy", Scope::LogGroups),
            ("logs:ListTagsForResource", Scope::LogGroups),
            ("logs:PutRetentionPolicy", Scope::LogGroups),
            ("logs:TagResource", Scope::LogGroups),
            ("logs:UntagResource", Scope::LogGroups),
        ],
    },
    ResourceType {
        name: "AWS::StepFunctions::StateMachine",
        rights: &[
            ("iam:PassRole", Scope::MachineRole),
            ("states:CreateStateMachine", Scope::Machine),
            ("states:DeleteStateMachine", Scope::Machine),
            ("states:DescribeStateMachine", Scope::Machine),
            ("states:ListTagsForResource", Scope::Machine),
            ("states:TagResource", Scope::Machine),
            ("states:UntagResource", Scope::Machine),
            ("states:UpdateStateMachine", Scope::Machine),
        ],
    },
];
