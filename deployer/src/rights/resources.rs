//! Every resource type that the template can have, and the rights that CloudFormation needs to
//! create, read, update and delete it, with only the properties that the template uses.
//!
//! Source: the handlers' permissions in each type's schema in the CloudFormation registry, of 2026-10-20.
//! `AWS::IAM::Policy` has no read handler there; its rights are those of a role's inline policies.

use super::Right;
use super::scope::Scope;

/// A resource type.
#[derive(Debug)]
pub struct ResourceType {
    /// The name in CloudFormation.
    pub name: &'static str,
    /// The required rights.
    pub rights: &'static [Right],
}

/// All resource types.
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
        name: "AWS::CloudWatch::Dashboard",
        rights: &[
            ("cloudwatch:DeleteDashboards", Scope::Dashboards),
            ("cloudwatch:GetDashboard", Scope::Dashboards),
            ("cloudwatch:PutDashboard", Scope::Dashboards),
            // The Service Authorization Reference lists no dashboards for these, and the registry's schema calls them.
            ("cloudwatch:ListTagsForResource", Scope::Everything),
            ("cloudwatch:TagResource", Scope::Everything),
            ("cloudwatch:UntagResource", Scope::Everything),
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
            ("dynamodb:UpdateContinuousBackups", Scope::Table),
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
            ("lambda:DeleteFunctionConcurrency", Scope::Function),
            ("lambda:GetFunction", Scope::Function),
            ("lambda:GetFunctionCodeSigningConfig", Scope::Function),
            ("lambda:GetFunctionRecursionConfig", Scope::Function),
            ("lambda:GetFunctionScalingConfig", Scope::Function),
            ("lambda:GetRuntimeManagementConfig", Scope::Function),
            ("lambda:ListTags", Scope::Function),
            ("lambda:PutFunctionConcurrency", Scope::Function),
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
            ("logs:DescribeIndexPolicies", Scope::LogGroups),
            // List operations, which AWS filters after they are allowed.
            ("logs:DescribeLogGroups", Scope::Everything),
            ("logs:DescribeResourcePolicies", Scope::Everything),
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
