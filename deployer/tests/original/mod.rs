//! A stack of the original application after SAM has processed its template: the same resources, with
//! the same properties in the same notation, the same parameters and outputs. The state machine's
//! definition, and descriptions, are in our own words.
//!
//! Source: `workmail-message-flow-state-machine/template.yaml` of the sample at commit b570142.

use serde_json::{Value, json};

/// The state of the original's definition, in our own words.
pub(crate) const STATE: &str = "DEFAULT Action";

/// The processed template, with the function's code in this bucket under this key, and these values
/// of the two parameters.
pub(crate) fn template(code: [&str; 2], output_state: &str, wait: u32) -> Value {
    let [bucket, key] = code;
    json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "A stack that SAM made",
        "Parameters": {
            "MachineStateForOutput": { "Type": "String", "Default": output_state, "Description": "[Optional] A state" },
            "WaitTimeForExecution": { "Type": "Number", "Default": wait, "Description": "[Optional] Seconds" },
        },
        "Resources": {
            "MfsmFunction": {
                "Type": "AWS::Lambda::Function",
                "DependsOn": ["MfsmStateMachine", "MfsmExecutionTable"],
                "Properties": {
                    "Code": { "S3Bucket": bucket, "S3Key": key },
                    "Handler": "app.orchestrator_handler",
                    "Runtime": "python3.12",
                    "Timeout": 60,
                    "Role": { "Fn::GetAtt": "MfsmFunctionRole.Arn" },
                    "Environment": { "Variables": {
                        "STATE_MACHINE_ARN": { "Fn::GetAtt": "MfsmStateMachine.Arn" },
                        "EXECUTION_TABLE": { "Ref": "MfsmExecutionTable" },
                        "MACHINE_STATE_FOR_OUTPUT": { "Ref": "MachineStateForOutput" },
                        "WAIT_TIME_FOR_EXECUTION": { "Ref": "WaitTimeForExecution" },
                    } },
                    "Tags": [{ "Key": "lambda:createdBy", "Value": "SAM" }],
                },
            },
            "MfsmFunctionRole": role(
                "lambda",
                &["service-role/AWSLambdaBasicExecutionRole", "AmazonWorkMailMessageFlowReadOnlyAccess"],
            ),
            "MfsmFunctionDynamoDBPolicy": policy(
                "MfsmFunctionDynamoDBPolicy",
                &["dynamodb:PutItem", "dynamodb:GetItem"],
                json!({ "Fn::GetAtt": "MfsmExecutionTable.Arn" }),
            ),
            "MfsmFunctionStateMachinePolicy": policy(
                "MfsmFunctionStateMachinePolicy",
                &["states:*"],
                json!([
                    { "Fn::GetAtt": "MfsmStateMachine.Arn" },
                    { "Fn::Sub": "arn:aws:states:${AWS::Region}:${AWS::AccountId}:execution:${MfsmStateMachine.Name}:*" },
                ]),
            ),
            "MfsmFunctionPermission": {
                "Type": "AWS::Lambda::Permission",
                "DependsOn": "MfsmFunction",
                "Properties": {
                    "Action": "lambda:InvokeFunction",
                    "FunctionName": { "Ref": "MfsmFunction" },
                    "Principal": { "Fn::Sub": "workmail.${AWS::Region}.amazonaws.com" },
                    "SourceArn": { "Fn::Sub": "arn:aws:workmail:${AWS::Region}:${AWS::AccountId}:organization/*" },
                },
            },
            "MfsmStateMachine": {
                "Type": "AWS::StepFunctions::StateMachine",
                "Properties": {
                    "RoleArn": { "Fn::GetAtt": "MfsmStateMachineRole.Arn" },
                    "DefinitionString": format!("{:#}", definition("deployed")),
                },
            },
            "MfsmStateMachineRole": role(
                "states",
                &["CloudWatchLogsFullAccess", "service-role/AWSLambdaRole"],
            ),
            "MfsmExecutionTable": {
                "Type": "AWS::DynamoDB::Table",
                "Properties": {
                    "BillingMode": "PAY_PER_REQUEST",
                    "AttributeDefinitions": [{ "AttributeName": "InvocationId", "AttributeType": "S" }],
                    "KeySchema": [{ "AttributeName": "InvocationId", "KeyType": "HASH" }],
                    "TimeToLiveSpecification": { "AttributeName": "TimeToLive", "Enabled": true },
                },
            },
        },
        "Outputs": {
            "MfsmFunctionArn": { "Value": { "Fn::GetAtt": ["MfsmFunction", "Arn"] } },
            "MfsmStateMachineArn": { "Value": { "Fn::GetAtt": ["MfsmStateMachine", "Arn"] } },
            "MfsmExecutionTableArn": { "Value": { "Fn::GetAtt": ["MfsmExecutionTable", "Arn"] } },
        },
    })
}

/// A definition without a timeout, whose verdict has `allRecipients` as a text.
pub(crate) fn definition(comment: &str) -> Value {
    let action = json!({ "allRecipients": "True", "action": { "type": "DEFAULT" } });
    let state = json!({ "Type": "Pass", "Comment": comment, "Result": { "actions": [action] }, "End": true });
    json!({ "StartAt": STATE, "States": { STATE: state } })
}

fn role(service: &str, managed: &[&str]) -> Value {
    let managed: Vec<_> =
        managed.iter().map(|name| format!("arn:aws:iam::aws:policy/{name}")).collect();
    let statement = json!({
        "Effect": "Allow",
        "Principal": { "Service": [format!("{service}.amazonaws.com")] },
        "Action": ["sts:AssumeRole"],
    });
    json!({
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": { "Version": "2012-10-17", "Statement": [statement] },
            "Path": "/",
            "ManagedPolicyArns": managed,
        },
    })
}

fn policy(name: &str, actions: &[&str], resources: Value) -> Value {
    let statement = json!({ "Effect": "Allow", "Action": actions, "Resource": resources });
    json!({
        "Type": "AWS::IAM::Policy",
        "Properties": {
            "PolicyName": name,
            "Roles": [{ "Ref": "MfsmFunctionRole" }],
            "PolicyDocument": { "Version": "2012-10-17", "Statement": [statement] },
        },
    })
}
