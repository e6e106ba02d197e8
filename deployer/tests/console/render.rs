//! `deployer render`: the template, without AWS.

use snapbox::{assert_data_eq, str};

use crate::session::Session;

#[tokio::test(start_paused = true)]
async fn the_template_is_printed_without_a_call() {
    let session = Session::new("render");
    let render = session
        .flow("render", "--on-failure junk --output-state Deliver")
        .await;
    assert_data_eq!(
        render.all(),
        str![[r#"
--- stdout
{
  "AWSTemplateFormatVersion": "2010-09-09",
  "Description": "WorkMail message flow - Delivers every message as if there were no rule.",
  "Metadata": {
    "MessageFlow": {
      "ManagedBy": "deployer",
      "Flow": "default",
      "HandlerSha256": "<sha256>"
    }
  },
  "Resources": {
    "MfsmExecutionTable": {
      "Type": "AWS::DynamoDB::Table",
      "Properties": {
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
          {
            "AttributeName": "InvocationId",
            "AttributeType": "S"
          }
        ],
        "KeySchema": [
          {
            "AttributeName": "InvocationId",
            "KeyType": "HASH"
          }
        ],
        "TimeToLiveSpecification": {
          "AttributeName": "TimeToLive",
          "Enabled": true
        }
      }
    },
    "MfsmStateMachineLogGroup": {
      "Type": "AWS::Logs::LogGroup",
      "Properties": {
        "LogGroupName": "/aws/vendedlogs/states/workmail-message-flow",
        "RetentionInDays": 30
      }
    },
    "MfsmStateMachineRole": {
      "Type": "AWS::IAM::Role",
      "Properties": {
        "AssumeRolePolicyDocument": {
          "Version": "2012-10-17",
          "Statement": [
            {
              "Effect": "Allow",
              "Principal": {
                "Service": "states.amazonaws.com"
              },
              "Action": "sts:AssumeRole",
              "Condition": {
                "StringEquals": {
                  "aws:SourceAccount": "123456789012"
                }
              }
            }
          ]
        },
        "Policies": [
          {
            "PolicyName": "DeliverLogs",
            "PolicyDocument": {
              "Version": "2012-10-17",
              "Statement": [
                {
                  "Effect": "Allow",
                  "Action": [
                    "logs:CreateLogDelivery",
                    "logs:DeleteLogDelivery",
                    "logs:DescribeLogGroups",
                    "logs:DescribeResourcePolicies",
                    "logs:GetLogDelivery",
                    "logs:ListLogDeliveries",
                    "logs:PutResourcePolicy",
                    "logs:UpdateLogDelivery"
                  ],
                  "Resource": "*"
                }
              ]
            }
          }
        ]
      }
    },
    "MfsmStateMachine": {
      "Type": "AWS::StepFunctions::StateMachine",
      "Properties": {
        "StateMachineType": "STANDARD",
        "RoleArn": {
          "Fn::GetAtt": [
            "MfsmStateMachineRole",
            "Arn"
          ]
        },
        "DefinitionString": "{/n  /"Comment/": /"Delivers every message as if there were no rule./",/n  /"StartAt/": /"Deliver/",/n  /"TimeoutSeconds/": 14400,/n  /"States/": {/n    /"Deliver/": {/n      /"Type/": /"Pass/",/n      /"Result/": {/n        /"actions/": [/n          {/n            /"allRecipients/": true,/n            /"action/": {/n              /"type/": /"DEFAULT/"/n            }/n          }/n        ]/n      },/n      /"End/": true/n    }/n  }/n}",
        "LoggingConfiguration": {
          "Level": "ERROR",
          "IncludeExecutionData": false,
          "Destinations": [
            {
              "CloudWatchLogsLogGroup": {
                "LogGroupArn": {
                  "Fn::GetAtt": [
                    "MfsmStateMachineLogGroup",
                    "Arn"
                  ]
                }
              }
            }
          ]
        }
      }
    },
    "MfsmFunctionLogGroup": {
      "Type": "AWS::Logs::LogGroup",
      "Properties": {
        "LogGroupName": "/aws/lambda/workmail-message-flow-MfsmFunction",
        "RetentionInDays": 30
      }
    },
    "MfsmFunctionRole": {
      "Type": "AWS::IAM::Role",
      "Properties": {
        "AssumeRolePolicyDocument": {
          "Version": "2012-10-17",
          "Statement": [
            {
              "Effect": "Allow",
              "Principal": {
                "Service": "lambda.amazonaws.com"
              },
              "Action": "sts:AssumeRole"
            }
          ]
        }
      }
    },
    "MfsmFunctionLogsPolicy": {
      "Type": "AWS::IAM::Policy",
      "Properties": {
        "PolicyName": "MfsmFunctionLogsPolicy",
        "Roles": [
          {
            "Ref": "MfsmFunctionRole"
          }
        ],
        "PolicyDocument": {
          "Version": "2012-10-17",
          "Statement": [
            {
              "Effect": "Allow",
              "Action": [
                "logs:CreateLogStream",
                "logs:PutLogEvents"
              ],
              "Resource": {
                "Fn::GetAtt": [
                  "MfsmFunctionLogGroup",
                  "Arn"
                ]
              }
            }
          ]
        }
      }
    },
    "MfsmFunctionDynamoDBPolicy": {
      "Type": "AWS::IAM::Policy",
      "Properties": {
        "PolicyName": "MfsmFunctionDynamoDBPolicy",
        "Roles": [
          {
            "Ref": "MfsmFunctionRole"
          }
        ],
        "PolicyDocument": {
          "Version": "2012-10-17",
          "Statement": [
            {
              "Effect": "Allow",
              "Action": [
                "dynamodb:PutItem",
                "dynamodb:UpdateItem"
              ],
              "Resource": {
                "Fn::GetAtt": [
                  "MfsmExecutionTable",
                  "Arn"
                ]
              }
            }
          ]
        }
      }
    },
    "MfsmFunctionStateMachinePolicy": {
      "Type": "AWS::IAM::Policy",
      "Properties": {
        "PolicyName": "MfsmFunctionStateMachinePolicy",
        "Roles": [
          {
            "Ref": "MfsmFunctionRole"
          }
        ],
        "PolicyDocument": {
          "Version": "2012-10-17",
          "Statement": [
            {
              "Effect": "Allow",
              "Action": "states:StartExecution",
              "Resource": {
                "Ref": "MfsmStateMachine"
              }
            },
            {
              "Effect": "Allow",
              "Action": [
                "states:DescribeExecution",
                "states:GetExecutionHistory"
              ],
              "Resource": {
                "Fn::Sub": "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:${MfsmStateMachine.Name}:*"
              }
            }
          ]
        }
      }
    },
    "MfsmFunction": {
      "Type": "AWS::Lambda::Function",
      "DependsOn": [
        "MfsmFunctionLogsPolicy",
        "MfsmFunctionDynamoDBPolicy",
        "MfsmFunctionStateMachinePolicy"
      ],
      "Properties": {
        "FunctionName": "workmail-message-flow-MfsmFunction",
        "Description": "Answers WorkMail with the verdict of a state machine",
        "Runtime": "provided.al2023",
        "Handler": "bootstrap",
        "Architectures": [
          "arm64"
        ],
        "Code": {
          "S3Bucket": "message-flow-artifacts-123456789012-us-east-1",
          "S3Key": "workmail-message-flow/<sha256>.zip"
        },
        "Role": {
          "Fn::GetAtt": [
            "MfsmFunctionRole",
            "Arn"
          ]
        },
        "Timeout": 14,
        "MemorySize": 128,
        "LoggingConfig": {
          "LogFormat": "JSON",
          "LogGroup": {
            "Ref": "MfsmFunctionLogGroup"
          }
        },
        "Environment": {
          "Variables": {
            "STATE_MACHINE_ARN": {
              "Ref": "MfsmStateMachine"
            },
            "EXECUTION_TABLE": {
              "Ref": "MfsmExecutionTable"
            },
            "MACHINE_STATE_FOR_OUTPUT": "Deliver",
            "WAIT_TIME_FOR_EXECUTION": "1",
            "ON_FAILURE": "junk"
          }
        }
      }
    },
    "MfsmFunctionPermission0123456789abcdef0123456789abcdef": {
      "Type": "AWS::Lambda::Permission",
      "Properties": {
        "Action": "lambda:InvokeFunction",
        "FunctionName": {
          "Ref": "MfsmFunction"
        },
        "Principal": "workmail.us-east-1.amazonaws.com",
        "SourceArn": "arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef"
      }
    }
  },
  "Outputs": {
    "MfsmFunctionArn": {
      "Description": "The function to name in the WorkMail rule.",
      "Value": {
        "Fn::GetAtt": [
          "MfsmFunction",
          "Arn"
        ]
      }
    },
    "MfsmStateMachineArn": {
      "Description": "The state machine that decides.",
      "Value": {
        "Ref": "MfsmStateMachine"
      }
    },
    "MfsmExecutionTableArn": {
      "Description": "The table that maps messages to executions.",
      "Value": {
        "Fn::GetAtt": [
          "MfsmExecutionTable",
          "Arn"
        ]
      }
    }
  }
}
--- exit 0

"#]]
    );
    assert!(session.cloud.calls().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_definition_is_warned_about_on_stderr() {
    let session = Session::new("render-warned");
    let machine = session.file(
        "m.asl.yaml",
        "StartAt: A\nStates:\n  A: {Type: Task, Resource: 'arn:aws:states:::sns:publish', End: true}\n  B: {Type: Succeed}\n",
    );
    let render = session
        .flow("render", &format!("--state-machine {machine}"))
        .await;
    assert_eq!(render.code, 0);
    assert_data_eq!(
        render.err,
        str![[r#"
warning[task-permission] $.States.A.Resource: the state machine's role gets no permission for `arn:aws:states:::sns:publish`; it may invoke Lambda functions only
warning[unreachable] $.States.B: no path leads to this state

"#]]
    );
}
