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

/// An operation whose IAM action is named like it.
macro_rules! call {
    ($kind:ident, $service:literal, $operation:literal, $scope:ident) => {
        $kind($service, $operation, &[(concat!($service, ":", $operation), Scope::$scope)])
    };
}

/// All operations, by service.
pub const CALLS: &[Call] = &[
    call!(writes, "cloudformation", "CancelUpdateStack", Stack),
    call!(writes, "cloudformation", "ContinueUpdateRollback", Stack),
    call!(writes, "cloudformation", "CreateChangeSet", Stack),
    call!(writes, "cloudformation", "DeleteChangeSet", Stack),
    call!(writes, "cloudformation", "DeleteStack", Stack),
    call!(reads, "cloudformation", "DescribeChangeSet", Stack),
    // Called with the ID of an operation, which names no stack. What AWS then authorizes is not documented.
    call!(reads, "cloudformation", "DescribeEvents", Everything),
    call!(reads, "cloudformation", "DescribeStackEvents", Stack),
    call!(reads, "cloudformation", "DescribeStackDriftDetectionStatus", Everything),
    call!(reads, "cloudformation", "DescribeStackResourceDrifts", Stack),
    call!(reads, "cloudformation", "DescribeStacks", Stack),
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
    call!(writes, "cloudformation", "ExecuteChangeSet", Stack),
    call!(reads, "cloudformation", "GetTemplate", Stack),
    call!(reads, "cloudformation", "ListChangeSets", Stack),
    call!(reads, "cloudformation", "ListStackResources", Stack),
    call!(writes, "cloudformation", "UpdateTerminationProtection", Stack),
    call!(reads, "cloudformation", "ValidateTemplate", Everything),
    call!(reads, "cloudwatch", "GetMetricData", Everything),
    reads("cloudwatchlogs", "DescribeLogGroups", &[("logs:DescribeLogGroups", Scope::Everything)]),
    reads("cloudwatchlogs", "FilterLogEvents", &[("logs:FilterLogEvents", Scope::LogGroups)]),
    call!(reads, "dynamodb", "DescribeTable", Table),
    call!(reads, "dynamodb", "GetItem", Table),
    call!(reads, "iam", "GetPolicy", Boundary),
    call!(reads, "iam", "GetRole", Principals),
    call!(reads, "iam", "SimulatePrincipalPolicy", Principals),
    call!(reads, "lambda", "GetFunctionConfiguration", Function),
    writes("lambda", "Invoke", &[("lambda:InvokeFunction", Scope::Function)]),
    call!(writes, "s3", "AbortMultipartUpload", Objects),
    writes("s3", "CompleteMultipartUpload", &[("s3:PutObject", Scope::Objects)]),
    call!(writes, "s3", "CreateBucket", Bucket),
    writes("s3", "CreateMultipartUpload", &[("s3:PutObject", Scope::Objects)]),
    call!(writes, "s3", "DeleteBucket", Bucket),
    writes(
        "s3",
        "DeleteObject",
        &[("s3:DeleteObject", Scope::Objects), ("s3:DeleteObjectVersion", Scope::Objects)],
    ),
    writes(
        "s3",
        "DeleteObjects",
        &[("s3:DeleteObject", Scope::Objects), ("s3:DeleteObjectVersion", Scope::Objects)],
    ),
    call!(reads, "s3", "GetBucketTagging", Bucket),
    reads("s3", "HeadBucket", &[("s3:ListBucket", Scope::Bucket)]),
    reads(
        "s3",
        "HeadObject",
        &[("s3:GetObject", Scope::Objects), ("s3:GetObjectVersion", Scope::Objects)],
    ),
    reads("s3", "ListObjectVersions", &[("s3:ListBucketVersions", Scope::Bucket)]),
    reads("s3", "ListObjectsV2", &[("s3:ListBucket", Scope::Bucket)]),
    writes("s3", "PutBucketEncryption", &[("s3:PutEncryptionConfiguration", Scope::Bucket)]),
    writes(
        "s3",
        "PutBucketLifecycleConfiguration",
        &[("s3:PutLifecycleConfiguration", Scope::Bucket)],
    ),
    call!(writes, "s3", "PutBucketOwnershipControls", Bucket),
    call!(writes, "s3", "PutBucketPolicy", Bucket),
    call!(writes, "s3", "PutBucketTagging", Bucket),
    call!(writes, "s3", "PutBucketVersioning", Bucket),
    call!(writes, "s3", "PutObject", Objects),
    writes("s3", "UploadPart", &[("s3:PutObject", Scope::Objects)]),
    writes("s3", "PutPublicAccessBlock", &[("s3:PutBucketPublicAccessBlock", Scope::Bucket)]),
    call!(reads, "servicequotas", "ListServiceQuotas", Everything),
    reads("sfn", "DescribeExecution", &[("states:DescribeExecution", Scope::Executions)]),
    reads("sfn", "DescribeStateMachine", &[("states:DescribeStateMachine", Scope::Machine)]),
    reads("sfn", "GetExecutionHistory", &[("states:GetExecutionHistory", Scope::Executions)]),
    reads("sfn", "ListExecutions", &[("states:ListExecutions", Scope::Machine)]),
    writes("sfn", "RedriveExecution", &[("states:RedriveExecution", Scope::Executions)]),
    // The Service Authorization Reference has no resource type for these two; AWS's own refusals name the state machine.
    // Source: AWS CDK, `grantTaskResponse`.
    writes("sfn", "SendTaskFailure", &[("states:SendTaskFailure", Scope::Machine)]),
    writes("sfn", "SendTaskSuccess", &[("states:SendTaskSuccess", Scope::Machine)]),
    writes("sfn", "StopExecution", &[("states:StopExecution", Scope::Executions)]),
    // No role is passed and every task is mocked, so it calls nothing.
    reads("sfn", "TestState", &[("states:TestState", Scope::Everything)]),
    reads(
        "sfn",
        "ValidateStateMachineDefinition",
        &[("states:ValidateStateMachineDefinition", Scope::Everything)],
    ),
    // No permission is required.
    reads("sts", "GetCallerIdentity", &[]),
    call!(reads, "workmail", "DescribeOrganization", Organizations),
];

/// What `status` and `doctor` call about each topic that a flow adds.
pub const OF_TOPICS: &[Right] = &[("sns:GetTopicAttributes", Scope::FlowTopics)];

/// What `doctor` calls about the key of `--kms-key`. CloudFormation and DynamoDB call it in the caller's name, too.
pub const OF_KEYS: &[Right] = &[("kms:DescribeKey", Scope::Key)];

/// What `list` calls about all stacks of the account. To list them, `DescribeStacks` needs two rights.
/// Source: CloudFormation API reference, `DescribeStacks`, `StackName`.
pub const LISTING: &[Right] = &[
    ("cloudformation:DescribeStacks", Scope::Everything),
    ("cloudformation:GetTemplate", Scope::Everything),
    ("cloudformation:ListStacks", Scope::Everything),
];
