//! What is found about calls of services, and what is not.

use super::check;
use crate::flow::Definition;

/// Severity, code, place and fix of everything that is found about a state with these fields.
fn found(fields: &str) -> Vec<String> {
    let yaml = format!("StartAt: A\nStates: {{A: {{Type: Task, End: true, {fields}}}}}");
    let definition = Definition::from_yaml(&yaml, "test").unwrap();
    let shown = check(&definition).into_iter().map(|finding| {
        let place = finding.location.replace("$.States.A", "");
        format!("{} {} {place} {}", finding.severity, finding.code, finding.fix.unwrap_or_default())
    });
    shown.collect()
}

fn call(call: &str, parameters: &str) -> Vec<String> {
    found(&format!("Resource: 'arn:aws:states:::{call}', Parameters: {parameters}"))
}

#[test]
fn what_people_call_is_accepted() {
    // From the developer guide and from public definitions.
    for (resource, parameters) in [
        ("aws-sdk:dynamodb:query", "{TableName: t, KeyConditionExpression: k}"),
        ("aws-sdk:dynamodb:getItem.waitForTaskToken", "{TableName: t, Key.$: $.key}"),
        ("aws-sdk:ec2:describeInstances", "{}"),
        ("aws-sdk:ec2:describeLaunchTemplateVersions", "{Filters: []}"),
        ("aws-sdk:acmpca:deleteCertificateAuthority", "{CertificateAuthorityArn: a}"),
        ("aws-sdk:rds:stopDBInstance", "{DbInstanceIdentifier: d}"),
        ("aws-sdk:rds:describeDBClusters", "{DbClusterIdentifier: d}"),
        ("aws-sdk:sfn:startSyncExecution", "{StateMachineArn: m, Input.$: $}"),
        ("aws-sdk:s3:putObject", "{Bucket: b, Key: k, Body.$: $, SsekmsKeyId: k}"),
        ("aws-sdk:s3:putObject", "{Bucket: b, Key: k, Body.$: $, SseKmsKeyId: k}"),
        ("aws-sdk:s3:putObject", "{Bucket: b, Key: k, Body.$: $, SSEKMSKeyId: k}"),
        ("aws-sdk:s3:listBuckets", "{}"),
        (
            "aws-sdk:ses:sendBounce",
            "{OriginalMessageId: o, BounceSender: b, BouncedRecipientInfoList: []}",
        ),
        (
            "aws-sdk:sesv2:sendEmail",
            "{FromEmailAddress: f, Content: {Simple: {Subject: {Data: s}, Body: {}}}}",
        ),
        ("aws-sdk:workmailmessageflow:getRawMessageContent", "{MessageId.$: $.messageId}"),
        ("aws-sdk:bedrockruntime:invokeModel", "{ModelId: m, Body: {}}"),
        (
            "aws-sdk:cloudwatchlogs:putLogEvents",
            "{LogGroupName: g, LogStreamName: s, LogEvents: []}",
        ),
        ("aws-sdk:eventbridge:putEvents", "{Entries: []}"),
        ("aws-sdk:cognitoidentityprovider:listUsers", "{UserPoolId: u}"),
        ("aws-sdk:ssm:getParameter", "{Name: n}"),
        ("aws-sdk:emrserverless:startJobRun", "{ApplicationId: a, ExecutionRoleArn: r}"),
        ("aws-sdk:qldb:listLedgers", "{}"),
        ("lambda:invoke", "{FunctionName: f, Payload.$: $}"),
        ("sqs:sendMessage.waitForTaskToken", "{QueueUrl: q, MessageBody: {a.$: $}}"),
        ("states:startExecution.sync:2", "{StateMachineArn: m, Input: {}}"),
        ("ecs:runTask.sync", "{Cluster: c, TaskDefinition: t, LaunchType: FARGATE}"),
        ("eks:call", "{ClusterName: c, Whatever: w}"),
        ("http:invoke", "{ApiEndpoint: e, Method: GET}"),
    ] {
        assert_eq!(call(resource, parameters), [""; 0], "{resource} {parameters}");
    }
    // An expression as a whole is not judged, and neither are other resources.
    let whole = "QueryLanguage: JSONata, Arguments: '{% $states.input %}'";
    assert_eq!(
        found(&format!("Resource: 'arn:aws:states:::aws-sdk:s3:getObject', {whole}")),
        [""; 0]
    );
    for resource in ["arn:aws:lambda:eu-west-1:123456789012:function:f", "${Filled}", "x"] {
        assert_eq!(found(&format!("Resource: '{resource}'")), [""; 0]);
    }
}

#[test]
fn slips_in_services_and_actions_are_errors() {
    for (resource, meant) in [
        ("aws-sdk:dynamo:getItem", ""),
        ("aws-sdk:dynamodbb:getItem", "did you mean `dynamodb`?"),
        ("aws-sdk:DynamoDB:getItem", "did you mean `dynamodb`?"),
        ("aws-sdk:stepfunctions:startExecution", "did you mean `sfn`?"),
        ("aws-sdk:states:startExecution", "did you mean `sfn`?"),
        ("aws-sdk:events:putEvents", "did you mean `eventbridge`?"),
        ("aws-sdk:cognito-idp:listUsers", "did you mean `cognitoidentityprovider`?"),
        ("aws-sdk:logs:putLogEvents", "did you mean `cloudwatchlogs`?"),
        ("aws-sdk:sns:publsh", "did you mean `publish`?"),
        ("aws-sdk:sns:Publish", "did you mean `publish`?"),
        ("aws-sdk:dynamodb:getItems", "did you mean `getItem`?"),
        ("aws-sdk:s3:listBucket", "did you mean `listBuckets`?"),
        ("aws-sdk:s3:frobnicate", "use an action of `s3`, such as "),
    ] {
        let found = call(resource, "{}");
        let errors: Vec<_> = found.iter().filter(|it| it.starts_with("error")).collect();
        if meant.is_empty() {
            assert!(errors.is_empty() && found.len() == 1, "{resource}: {found:?}");
        } else {
            assert_eq!(found.len(), 1, "{resource}: {found:?}");
            let expected = format!("error unknown-call .Resource {meant}");
            assert!(found[0].starts_with(&expected), "{resource}: {found:?}");
        }
    }
}

#[test]
fn what_aws_may_have_by_now_is_a_warning() {
    for resource in [
        "aws-sdk:somethingnew:getItem",
        "aws-sdk:securityhub:getFindingsV3",
        "aws-sdk:dynamodb:describeItemHistory",
    ] {
        let warned = ["warning newer-call .Resource `check --online` asks Step Functions"];
        assert_eq!(call(resource, "{}"), warned, "{resource}");
    }
    let unsupported = "warning unsupported-call .Resource `check --online` asks Step Functions";
    for (resource, parameters) in [
        ("aws-sdk:iotdataplane:publish", "{Topic: t}"),
        ("aws-sdk:transcribestreaming:x", ""),
        ("aws-sdk:bedrockruntime:invokeModelWithBidirectionalStream", "{ModelId: m, Body: b}"),
    ] {
        let found = call(resource, parameters);
        let warned = found.iter().all(|found| found.starts_with("warning"));
        assert!(warned && found.len() == 1, "{resource}: {found:?}");
    }
    assert_eq!(call("aws-sdk:iotdataplane:publish", "{Topic: t}"), [unsupported]);
    let unsupported = "error unsupported-call .Resource let a Lambda function call it";
    assert_eq!(call("aws-sdk:sts:assumeRole", "{RoleArn: r, RoleSessionName: s}"), [unsupported]);
    assert_eq!(
        call(
            "aws-sdk:kinesis:subscribeToShard",
            "{ConsumerARN: c, ShardId: s, StartingPosition: {Type: LATEST}}"
        ),
        [unsupported]
    );
}

#[test]
fn required_and_misspelled_parameters_are_errors() {
    assert_eq!(call("aws-sdk:s3:getObject", "{Bucket: b}"), ["error refused .Parameters add it"]);
    assert_eq!(
        found("Resource: 'arn:aws:states:::aws-sdk:s3:getObject'"),
        ["error refused  add it", "error refused  add it"]
    );
    let key = "did you mean `Key`?";
    // One slip is one finding.
    assert_eq!(
        call("aws-sdk:s3:getObject", "{Bucket: b, key: k}"),
        [format!("error unknown-call .Parameters.key {key}")]
    );
    for (resource, parameters, place, meant) in [
        (
            "aws-sdk:rds:stopDBInstance",
            "DBInstanceIdentifier: d",
            "DBInstanceIdentifier",
            "DbInstanceIdentifier",
        ),
        ("aws-sdk:sfn:startExecution", "stateMachineArn: m", "stateMachineArn", "StateMachineArn"),
        ("aws-sdk:dynamodb:scan", "TableName: t, Limitt: 3", "Limitt", "Limit"),
        ("sns:publish", "Message: m, TopicARN: t", "TopicARN", "TopicArn"),
        ("lambda:invoke", "FunctionName: f, Playload: {}", "Playload", "Payload"),
    ] {
        assert_eq!(
            call(resource, &format!("{{{parameters}}}")),
            [format!("error unknown-call .Parameters.{place} did you mean `{meant}`?")],
            "{resource}"
        );
    }
    // Measured by others: it is accepted, and fails when it runs.
    assert_eq!(
        call("lambda:invoke.waitForTaskToken", "{FunctionName: f, 'Paylod.$': $}"),
        ["warning unknown-call .Parameters['Paylod.$'] did you mean `Payload.$`?"]
    );
    assert_eq!(
        call("lambda:invoke.waitForTaskToken", "{FunctionName: f, 'TaskToken.$': $$.Task.Token}"),
        ["warning newer-call .Parameters['TaskToken.$'] `check --online` asks Step Functions"]
    );
    // The optional parameters of the less common services are not in the list.
    assert_eq!(call("aws-sdk:ec2:describeInstances", "{Filter: []}"), [""; 0]);
}

const SEND: &str = "aws-sdk:sesv2:sendEmail";

/// Calls with a misspelled parameter inside of a parameter, its place, and what is meant.
const MISSPELLED_INSIDE: &[(&str, &str, &str, &str)] = &[
    (
        SEND,
        "{Content: {Simple: {Subject: {Datta: s}, Body: {}}}}",
        "Content.Simple.Subject.Datta",
        "Data",
    ),
    (
        SEND,
        "{Content: {Simple: {subject: {Data: s}, Body: {}}}}",
        "Content.Simple.subject",
        "Subject",
    ),
    (SEND, "{Content: {Simpel: {}}}", "Content.Simpel", "Simple"),
    (
        SEND,
        "{Content: {}, Destination: {ToAdresses: [a]}}",
        "Destination.ToAdresses",
        "ToAddresses",
    ),
    (
        "aws-sdk:eventbridge:putEvents",
        "{Entries: [{Source: s}, {DetailTyp: d}]}",
        "Entries[1].DetailTyp",
        "DetailType",
    ),
    ("events:putEvents", "{Entries: [{EventBusNam: d}]}", "Entries[0].EventBusNam", "EventBusName"),
    ("aws-sdk:dynamodb:putItem", "{TableName: t, Item: {a: {BOLO: true}}}", "Item.a.BOLO", "Bool"),
    (
        "dynamodb:putItem",
        "{TableName: t, Item: {a: {M: {b: {L: [{s: x}]}}}}}",
        "Item.a.M.b.L[0].s",
        "S",
    ),
    (
        "aws-sdk:dynamodb:batchWriteItem",
        "{RequestItems: {t: [{PutRequest: {Iteem: {}, Item: {}}}]}}",
        "RequestItems.t[0].PutRequest.Iteem",
        "Item",
    ),
    (
        "sqs:sendMessage",
        "{QueueUrl: q, MessageBody: b, MessageAttributes: {a: {DataType: String, StringValeu: x}}}",
        "MessageAttributes.a.StringValeu",
        "StringValue",
    ),
    (
        "aws-sdk:workmail:createMobileDeviceAccessRule",
        "{OrganizationId: o, Name: n, Effect: ALLOW, Namme: x}",
        "Namme",
        "Name",
    ),
];

#[test]
fn misspelled_parameters_inside_of_parameters_are_errors() {
    for (resource, parameters, place, meant) in MISSPELLED_INSIDE {
        assert_eq!(
            call(resource, parameters),
            [format!("error unknown-call .Parameters.{place} did you mean `{meant}`?")],
            "{resource} {parameters}"
        );
    }
}

#[test]
fn what_is_missing_computed_or_newer_inside_of_parameters_is_found() {
    assert_eq!(
        call(SEND, "{Content: {Simple: {Subject: {Charset: c}, Body: {}}}}"),
        ["error refused .Parameters.Content.Simple.Subject add it"]
    );
    // One slip is one finding, and what only AWS may have by now is a warning.
    assert_eq!(
        call("aws-sdk:s3:deleteObjects", "{Bucket: b, Delete: {Objects: [{'key.$': $.k}]}}"),
        ["warning unknown-call .Parameters.Delete.Objects[0]['key.$'] did you mean `Key.$`?"]
    );
    assert_eq!(
        call(SEND, "{Content: {Hologram: {}}}"),
        ["warning newer-call .Parameters.Content.Hologram `check --online` asks Step Functions"]
    );
}

#[test]
fn what_can_be_anything_inside_of_parameters_is_accepted() {
    for (resource, parameters) in [
        ("aws-sdk:sesv2:sendEmail", "{Content.$: $.content}"),
        ("aws-sdk:sesv2:sendEmail", "{Content: '{% $content %}'}"),
        ("aws-sdk:sesv2:sendEmail", "{Content: {'Simple.$': $.simple}}"),
        (
            "aws-sdk:sesv2:sendEmail",
            "{Content: {Simple: {Subject: {'Data.$': $.s}, Body: {Text: {Data: '{% $t %}'}}}}}",
        ),
        // A map with free names, a structure inside of itself, and both spellings of its members.
        (
            "dynamodb:putItem",
            "{TableName: t, Item: {Anything: {S: x}, b: {M: {c: {NULL: true}, d: {Nul: true}}}, 'e.$': $.e}}",
        ),
        (
            "aws-sdk:dynamodb:updateItem",
            "{TableName: t, Key: {id: {S: x}}, ExpressionAttributeValues: {':a': {BOOL: true}, ':b': {Bool: true}, \
             ':c': {'SS.$': $.c}, ':d': {Ss: [a]}, ':e': {L: []}}, ExpressionAttributeNames: {'#a': b}}",
        ),
        // Names with acronyms, as the API model and the SDK for Java spell them.
        (
            "aws-sdk:s3:putBucketEncryption",
            "{Bucket: b, ServerSideEncryptionConfiguration: {Rules: [{ApplyServerSideEncryptionByDefault: \
             {SSEAlgorithm: 'aws:kms', KmsMasterKeyID: k}}]}}",
        ),
        (
            "aws-sdk:s3:putBucketEncryption",
            "{Bucket: b, ServerSideEncryptionConfiguration: {Rules: [{ApplyServerSideEncryptionByDefault: \
             {SseAlgorithm: 'aws:kms', KMSMasterKeyID: k}}, {ApplyServerSideEncryptionByDefault: \
             {SseAlgorithm: 'aws:kms', KmsMasterKeyId: k}}]}}",
        ),
        // Binary data, documents and texts that are written as objects.
        ("lambda:invoke", "{FunctionName: f, Payload: {Anything: {at: all}}}"),
        ("aws-sdk:sfn:startExecution", "{StateMachineArn: m, Input: {any: thing}}"),
        ("events:putEvents", "{Entries: [{Detail: {any: {thing: 1}}, DetailType: d, Source: s}]}"),
        ("aws-sdk:s3:putObject", "{Bucket: b, Key: k, Body: {any: thing}, Metadata: {any: thing}}"),
        ("aws-sdk:s3:copyObject", "{Bucket: b, Key: k, CopySource: s}"),
        (
            "aws-sdk:s3:copyObject",
            "{DestinationBucket: b, DestinationKey: k, SourceBucket: s, SourceKey: k}",
        ),
        (
            "aws-sdk:sfn:createStateMachine",
            "{Name: n, Definition: d, RoleArn: r, Tags: [{Key: k, Value: v}]}",
        ),
    ] {
        assert_eq!(call(resource, parameters), [""; 0], "{resource} {parameters}");
    }
}

#[test]
fn calls_inside_of_maps_and_branches_are_found() {
    let inner = "StartAt: I, States: {I: {Type: Task, Resource: 'arn:aws:states:::aws-sdk:sns:publsh', End: true}}";
    for (outer, place) in [
        (format!("Type: Map, ItemProcessor: {{{inner}}}"), "ItemProcessor"),
        (format!("Type: Parallel, Branches: [{{{inner}}}]"), "Branches[0]"),
    ] {
        let yaml = format!("StartAt: A\nStates: {{A: {{{outer}, End: true}}}}");
        let definition = Definition::from_yaml(&yaml, "test").unwrap();
        let places: Vec<_> = check(&definition).into_iter().map(|found| found.location).collect();
        assert_eq!(places, [format!("$.States.A.{place}.States.I.Resource")]);
    }
}
