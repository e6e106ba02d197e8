//! Every AWS operation that the deployer calls, and the IAM actions that it requires.
//!
//! The name of an IAM action sometimes differs from the operation's. Source: Service Authorization
//! Reference, the page of each service; for S3 "Actions, resources, and condition keys for Amazon
//! S3".

use super::Right;
use super::scope::Scope;

/// One operation.
#[derive(Debug)]
pub struct Call {
    /// The service, as in the name of its SDK crate after `aws_sdk_`.
    pub service: &'static str,
    /// The operation, as AWS names it.
    pub operation: &'static str,
    /// The required rights.
    pub rights: &'static [Right],
    /// Whether it is read-only.
    pub reads: bool,
}

const fn reads(service: &'static str, operation: &'static str, rights: &'static [Right]) -> Call {
    Call { service, operation, rights, reads: true }
}

const fn writes(service: &'static str, operation: &'static str, rights: &'static [Right]) -> Call {
    Call { service, operation, rights, reads: false }
}

/// All operations, by service.
pub const CALLS: &[Call] = &[
    writes(
        "cloudformation",
        "CancelUpdateStack",
        &[("cloudformation:CancelUpdateStack", Scope::Stack)],
    ),
    writes(
        "cloudformation",
        "ContinueUpdateRollback",
        &[("cloudformation:ContinueUpdateRollback", Scope::Stack)],
    ),
    writes(
        "cloudformation",
        "CreateChangeSet",
        &[("cloudformation:CreateChangeSet", Scope::Stack)],
    ),
    writes(
        "cloudformation",
        "DeleteChangeSet",
        &[("cloudformation:DeleteChangeSet", Scope::Stack)],
    ),
    writes("cloudformation", "DeleteStack", &[("cloudformation:DeleteStack", Scope::Stack)]),
    reads(
        "cloudformation",
        "DescribeChangeSet",
        &[("cloudformation:DescribeChangeSet", Scope::Stack)],
    ),
    // Called with the id of an operation, which does not name a stack.
    reads(
        "cloudformation",
        "DescribeEvents",
        &[("cloudformation:DescribeEvents", Scope::Everything)],
    ),
    reads(
        "cloudformation",
        "DescribeStackEvents",
        &[("cloudformation:DescribeStackEvents", Scope::Stack)],
    ),
    reads(
        "cloudformation",
        "DescribeStackDriftDetectionStatus",
        &[("cloudformation:DescribeStackDriftDetectionStatus", Scope::Everything)],
    ),
    reads(
        "cloudformation",
        "DescribeStackResourceDrifts",
        &[("cloudformation:DescribeStackResourceDrifts", Scope::Stack)],
    ),
    reads("cloudformation", "DescribeStacks", &[("cloudformation:DescribeStacks", Scope::Stack)]),
    // CloudFormation reads each resource with the caller's rights; a resource that it may not read
    // counts as one that could not be compared.
    reads(
        "cloudformation",
        "DetectStackDrift",
        &[
            ("cloudformation:DetectStackDrift", Scope::Stack),
            ("cloudformation:DetectStackResourceDrift", Scope::Stack),
        ],
    ),
    writes(
        "cloudformation",
        "ExecuteChangeSet",
        &[("cloudformation:ExecuteChangeSet", Scope::Stack)],
    ),
    reads("cloudformation", "GetTemplate", &[("cloudformation:GetTemplate", Scope::Stack)]),
    reads(
        "cloudformation",
        "ListStackResources",
        &[("cloudformation:ListStackResources", Scope::Stack)],
    ),
    writes(
        "cloudformation",
        "UpdateTerminationProtection",
        &[("cloudformation:UpdateTerminationProtection", Scope::Stack)],
    ),
    reads(
        "cloudformation",
        "ValidateTemplate",
        &[("cloudformation:ValidateTemplate", Scope::Everything)],
    ),
    reads("cloudwatch", "GetMetricData", &[("cloudwatch:GetMetricData", Scope::Everything)]),
    reads("cloudwatchlogs", "DescribeLogGroups", &[("logs:DescribeLogGroups", Scope::Everything)]),
    reads("cloudwatchlogs", "FilterLogEvents", &[("logs:FilterLogEvents", Scope::LogGroups)]),
    reads("dynamodb", "DescribeTable", &[("dynamodb:DescribeTable", Scope::Table)]),
    reads("dynamodb", "GetItem", &[("dynamodb:GetItem", Scope::Table)]),
    reads("iam", "GetRole", &[("iam:GetRole", Scope::Principals)]),
    reads("iam", "SimulatePrincipalPolicy", &[("iam:SimulatePrincipalPolicy", Scope::Principals)]),
    reads(
        "lambda",
        "GetFunctionConfiguration",
        &[("lambda:GetFunctionConfiguration", Scope::Function)],
    ),
    writes("lambda", "Invoke", &[("lambda:InvokeFunction", Scope::Function)]),
    writes("s3", "CreateBucket", &[("s3:CreateBucket", Scope::Bucket)]),
    writes("s3", "DeleteBucket", &[("s3:DeleteBucket", Scope::Bucket)]),
    writes("s3", "DeleteObject", &[("s3:DeleteObject", Scope::Objects)]),
    writes(
        "s3",
        "DeleteObjects",
        &[("s3:DeleteObject", Scope::Objects), ("s3:DeleteObjectVersion", Scope::Objects)],
    ),
    reads("s3", "GetBucketTagging", &[("s3:GetBucketTagging", Scope::Bucket)]),
    reads("s3", "HeadBucket", &[("s3:ListBucket", Scope::Bucket)]),
    reads("s3", "HeadObject", &[("s3:GetObject", Scope::Objects)]),
    reads("s3", "ListObjectVersions", &[("s3:ListBucketVersions", Scope::Bucket)]),
    reads("s3", "ListObjectsV2", &[("s3:ListBucket", Scope::Bucket)]),
    writes("s3", "PutBucketEncryption", &[("s3:PutEncryptionConfiguration", Scope::Bucket)]),
    writes(
        "s3",
        "PutBucketLifecycleConfiguration",
        &[("s3:PutLifecycleConfiguration", Scope::Bucket)],
    ),
    writes("s3", "PutBucketOwnershipControls", &[("s3:PutBucketOwnershipControls", Scope::Bucket)]),
    writes("s3", "PutBucketPolicy", &[("s3:PutBucketPolicy", Scope::Bucket)]),
    writes("s3", "PutBucketTagging", &[("s3:PutBucketTagging", Scope::Bucket)]),
    writes("s3", "PutBucketVersioning", &[("s3:PutBucketVersioning", Scope::Bucket)]),
    writes("s3", "PutObject", &[("s3:PutObject", Scope::Objects)]),
    writes("s3", "PutPublicAccessBlock", &[("s3:PutBucketPublicAccessBlock", Scope::Bucket)]),
    reads(
        "servicequotas",
        "ListServiceQuotas",
        &[("servicequotas:ListServiceQuotas", Scope::Everything)],
    ),
    reads("sfn", "DescribeExecution", &[("states:DescribeExecution", Scope::Executions)]),
    reads("sfn", "DescribeStateMachine", &[("states:DescribeStateMachine", Scope::Machine)]),
    reads("sfn", "GetExecutionHistory", &[("states:GetExecutionHistory", Scope::Executions)]),
    reads("sfn", "ListExecutions", &[("states:ListExecutions", Scope::Machine)]),
    writes("sfn", "SendTaskFailure", &[("states:SendTaskFailure", Scope::Machine)]),
    writes("sfn", "SendTaskSuccess", &[("states:SendTaskSuccess", Scope::Machine)]),
    reads(
        "sfn",
        "ValidateStateMachineDefinition",
        &[("states:ValidateStateMachineDefinition", Scope::Everything)],
    ),
    // No permission is required.
    reads("sts", "GetCallerIdentity", &[]),
    reads(
        "workmail",
        "DescribeOrganization",
        &[("workmail:DescribeOrganization", Scope::Organizations)],
    ),
];
