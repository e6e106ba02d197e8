//! `deployer permissions`: the policies of a deployer, of a viewer, and of CloudFormation's role.

use serde_json::Value;
use snapbox::{assert_data_eq, file, str};

use crate::session::{ConsoleSession, ORGANIZATION};

const ROLE: &str = "arn:aws:iam::123456789012:role/cloudformation";

async fn policy(session: &ConsoleSession, options: &str) -> Value {
    let printed = session.run(&format!("permissions --org-arn {ORGANIZATION} {options}")).await;
    assert_eq!((printed.code, printed.err.as_str()), (0, ""), "{options}");
    serde_json::from_str(&printed.out).unwrap()
}

/// The actions of a statement, by its name.
fn actions(policy: &Value, sid: &str) -> Vec<String> {
    let statements = policy["Statement"].as_array().unwrap();
    let statement = statements.iter().find(|statement| statement["Sid"] == sid);
    match statement.map(|statement| &statement["Action"]) {
        None => Vec::new(),
        Some(Value::Array(actions)) => {
            actions.iter().map(|action| action.as_str().unwrap().to_owned()).collect()
        }
        Some(one) => vec![one.as_str().unwrap().to_owned()],
    }
}

#[tokio::test(start_paused = true)]
async fn a_deployer_with_a_cloudformation_role_needs_to_pass_it() {
    let session = ConsoleSession::new("permissions-role");
    let printed =
        session.run(&format!("permissions --org-arn {ORGANIZATION} --role-arn {ROLE}")).await;
    assert_data_eq!(
        printed.all(),
        str![[r#"
--- stdout
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Stack",
      "Effect": "Allow",
      "Action": [
        "cloudformation:CancelUpdateStack",
        "cloudformation:ContinueUpdateRollback",
        "cloudformation:CreateChangeSet",
        "cloudformation:DeleteChangeSet",
        "cloudformation:DeleteStack",
        "cloudformation:DescribeChangeSet",
        "cloudformation:DescribeStackEvents",
        "cloudformation:DescribeStackResourceDrifts",
        "cloudformation:DescribeStacks",
        "cloudformation:DetectStackDrift",
        "cloudformation:DetectStackResourceDrift",
        "cloudformation:ExecuteChangeSet",
        "cloudformation:GetTemplate",
        "cloudformation:ListChangeSets",
        "cloudformation:ListStackResources",
        "cloudformation:UpdateTerminationProtection"
      ],
      "Resource": "arn:aws:cloudformation:us-east-1:123456789012:stack/workmail-message-flow/*"
    },
    {
      "Sid": "Bucket",
      "Effect": "Allow",
      "Action": [
        "s3:CreateBucket",
        "s3:DeleteBucket",
        "s3:GetBucketTagging",
        "s3:ListBucket",
        "s3:ListBucketVersions",
        "s3:PutBucketOwnershipControls",
        "s3:PutBucketPolicy",
        "s3:PutBucketPublicAccessBlock",
        "s3:PutBucketTagging",
        "s3:PutBucketVersioning",
        "s3:PutEncryptionConfiguration",
        "s3:PutLifecycleConfiguration"
      ],
      "Resource": "arn:aws:s3:::message-flow-artifacts-123456789012-us-east-1"
    },
    {
      "Sid": "Objects",
      "Effect": "Allow",
      "Action": [
        "s3:DeleteObject",
        "s3:DeleteObjectVersion",
        "s3:GetObject",
        "s3:GetObjectVersion",
        "s3:PutObject"
      ],
      "Resource": "arn:aws:s3:::message-flow-artifacts-123456789012-us-east-1/workmail-message-flow/*"
    },
    {
      "Sid": "Function",
      "Effect": "Allow",
      "Action": [
        "lambda:GetFunctionConfiguration",
        "lambda:InvokeFunction"
      ],
      "Resource": "arn:aws:lambda:us-east-1:123456789012:function:workmail-message-flow-MfsmFunction"
    },
    {
      "Sid": "Machine",
      "Effect": "Allow",
      "Action": [
        "states:DescribeStateMachine",
        "states:ListExecutions",
        "states:SendTaskFailure",
        "states:SendTaskSuccess"
      ],
      "Resource": "arn:aws:states:us-east-1:123456789012:stateMachine:MfsmStateMachine-*"
    },
    {
      "Sid": "Executions",
      "Effect": "Allow",
      "Action": [
        "states:DescribeExecution",
        "states:GetExecutionHistory",
        "states:RedriveExecution",
        "states:StopExecution"
      ],
      "Resource": "arn:aws:states:us-east-1:123456789012:execution:MfsmStateMachine-*:*"
    },
    {
      "Sid": "Table",
      "Effect": "Allow",
      "Action": [
        "dynamodb:DescribeTable",
        "dynamodb:GetItem"
      ],
      "Resource": "arn:aws:dynamodb:us-east-1:123456789012:table/workmail-message-flow-MfsmExecutionTable-*"
    },
    {
      "Sid": "LogGroups",
      "Effect": "Allow",
      "Action": "logs:FilterLogEvents",
      "Resource": [
        "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/workmail-message-flow-MfsmFunction",
        "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/workmail-message-flow-MfsmFunction:*",
        "arn:aws:logs:us-east-1:123456789012:log-group:/aws/vendedlogs/states/workmail-message-flow",
        "arn:aws:logs:us-east-1:123456789012:log-group:/aws/vendedlogs/states/workmail-message-flow:*"
      ]
    },
    {
      "Sid": "CloudFormationRole",
      "Effect": "Allow",
      "Action": "iam:PassRole",
      "Resource": "arn:aws:iam::123456789012:role/cloudformation",
      "Condition": {
        "StringEquals": {
          "iam:PassedToService": "cloudformation.amazonaws.com"
        }
      }
    },
    {
      "Sid": "Principals",
      "Effect": "Allow",
      "Action": [
        "iam:GetRole",
        "iam:SimulatePrincipalPolicy"
      ],
      "Resource": [
        "arn:aws:iam::123456789012:role/*",
        "arn:aws:iam::123456789012:user/*"
      ]
    },
    {
      "Sid": "Organizations",
      "Effect": "Allow",
      "Action": "workmail:DescribeOrganization",
      "Resource": "arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef"
    },
    {
      "Sid": "Everything",
      "Effect": "Allow",
      "Action": [
        "cloudformation:DescribeEvents",
        "cloudformation:DescribeStackDriftDetectionStatus",
        "cloudformation:ValidateTemplate",
        "cloudwatch:GetMetricData",
        "logs:DescribeLogGroups",
        "servicequotas:ListServiceQuotas",
        "states:TestState",
        "states:ValidateStateMachineDefinition"
      ],
      "Resource": "*"
    }
  ]
}
--- exit 0

"#]]
    );
    assert!(session.cloud.calls().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_deployer_without_a_cloudformation_role_needs_the_rights_of_both() {
    let session = ConsoleSession::new("permissions");
    let all = policy(&session, "").await;
    let caller = policy(&session, &format!("--role-arn {ROLE}")).await;
    let role = policy(&session, "--for cloudformation-role").await;
    let role_text = format!("{}\n", serde_json::to_string_pretty(&role).unwrap());
    assert_data_eq!(role_text, file!["cloudformation_role.json"].raw());
    for sid in ["Roles", "FunctionRole", "MachineRole"] {
        assert_eq!(actions(&all, sid), actions(&role, sid), "{sid}");
        assert!(actions(&caller, sid).is_empty(), "{sid}");
    }
    assert_eq!(actions(&caller, "CloudFormationRole"), ["iam:PassRole"]);
    assert!(actions(&all, "CloudFormationRole").is_empty());
    assert!(actions(&all, "Function").contains(&"lambda:CreateFunction".to_owned()));
    assert!(!actions(&caller, "Function").contains(&"lambda:CreateFunction".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_viewer_may_only_read() {
    let session = ConsoleSession::new("permissions-read");
    let read = policy(&session, "--for read --stack-name mail").await;
    assert_eq!(actions(&read, "Objects"), ["s3:GetObject", "s3:GetObjectVersion"]);
    assert_eq!(
        actions(&read, "Bucket"),
        ["s3:GetBucketTagging", "s3:ListBucket", "s3:ListBucketVersions"]
    );
    let text = read.to_string();
    assert!(text.contains("arn:aws:cloudformation:us-east-1:123456789012:stack/mail/*"), "{text}");
    for writing in ["Create", "Delete", "Put", "Update", "Execute", "PassRole", "Invoke"] {
        assert!(!text.contains(writing), "{writing}");
    }
}

#[tokio::test(start_paused = true)]
async fn long_names_need_several_policies_and_that_is_reported() {
    let session = ConsoleSession::new("permissions-long");
    let organizations: Vec<String> = (0..40)
        .map(|n| format!("--org-arn {}{n:02}", &ORGANIZATION[..ORGANIZATION.len() - 2]))
        .collect();
    let (name, organizations) = ("m".repeat(128), organizations.join(" "));
    let printed = session.run(&format!("permissions --stack-name {name} {organizations}")).await;
    assert_eq!(printed.code, 0);
    assert_data_eq!(
        printed.err,
        str![[r#"
this is a list of 2 policies, because a managed policy has 6144 characters at most; all of them are needed; --out DIR writes each of them to a file

"#]]
    );
    let documents: Vec<Value> = serde_json::from_str(&printed.out).unwrap();
    assert_eq!(documents.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn permissions_prints_json() {
    let session = ConsoleSession::new("permissions-json");
    let printed = session
        .run(&format!("permissions --org-arn {ORGANIZATION} --for read --output json"))
        .await;
    let object = printed.json();
    assert_eq!(
        (&object["type"], &object["stack_name"], &object["account"], &object["region"]),
        (
            &"permissions".into(),
            &"workmail-message-flow".into(),
            &"123456789012".into(),
            &"us-east-1".into()
        )
    );
    let policy = &object["policies"][0];
    assert_eq!(policy["document"]["Version"], "2012-10-17");
    let dense = policy["document"].to_string();
    assert_eq!(policy["characters"], dense.len(), "no white space is in it");
}

#[tokio::test(start_paused = true)]
async fn invalid_options_are_refused() {
    let session = ConsoleSession::new("permissions-refused");
    let mut printed = String::new();
    for options in [
        "--org-arn nonsense",
        &format!("--org-arn {ORGANIZATION} --stack-name 1st"),
        &format!("--org-arn {ORGANIZATION} --role-arn me"),
        &format!("--org-arn {ORGANIZATION} --for read --role-arn {ROLE}"),
    ] {
        printed.push_str(&session.run(&format!("permissions {options}")).await.all());
    }
    assert_data_eq!(
        printed,
        str![[r#"
error: --org-arn cannot be used
  error[organization-arn] --org-arn: `nonsense` is not the ARN of a WorkMail organization; it looks like arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef and is shown in the WorkMail console under Organizations, Organization settings
--- exit 2
error: --stack-name cannot be used
  error[stack-name] --stack-name: `1st`: a stack name begins with a letter and has only the letters a-z and A-Z, digits and hyphens, 128 at most
--- exit 2
error: --role-arn cannot be used
  error[role-arn] --role-arn: `me` is not the ARN of a role, which looks like arn:aws:iam::123456789012:role/NAME
--- exit 2
error: --role-arn cannot be used
  error[role-arn] --role-arn: a role for CloudFormation makes a difference only with --for deploy
--- exit 2

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn a_flow_needs_the_rights_for_its_own_resources() {
    let session = ConsoleSession::new("permissions-flow");
    let statements = async |options: &str| {
        let printed = session
            .run(&format!("permissions --org-arn {ORGANIZATION} --output json {options}"))
            .await;
        let answer = printed.json();
        let policies = answer["policies"].as_array().unwrap().iter();
        let statements =
            policies.flat_map(|policy| policy["document"]["Statement"].as_array().unwrap().clone());
        serde_json::json!({ "Statement": statements.collect::<Vec<_>>() })
    };
    let plain = statements("").await;
    assert!(actions(&plain, "FlowTopics").is_empty());
    let approval = statements("--flow approval").await;
    assert!(actions(&approval, "FlowTopics").contains(&"sns:CreateTopic".to_owned()));
    assert_eq!(actions(&approval, "FlowApiRole"), ["iam:PassRole"]);
    let caller = statements(&format!("--flow approval --role-arn {ROLE}")).await;
    // `status` and `doctor` check who receives messages of the topic.
    assert_eq!(actions(&caller, "FlowTopics"), ["sns:GetTopicAttributes"]);
    let role = statements("--flow approval --for cloudformation-role").await;
    let statements = role["Statement"].as_array().unwrap();
    let own: Vec<Value> = statements
        .iter()
        .filter(|statement| statement["Sid"].as_str().unwrap().starts_with("Flow"))
        .map(|statement| serde_json::json!([statement["Sid"], statement["Resource"]]))
        .collect();
    assert_data_eq!(
        format!("{}\n", serde_json::to_string_pretty(&own).unwrap()),
        str![[r#"
[
  [
    "FlowTopics",
    "arn:aws:sns:us-east-1:123456789012:workmail-message-flow-*"
  ],
  [
    "FlowParameters",
    "arn:aws:ssm:us-east-1:123456789012:parameter/message-flow/workmail-message-flow/*"
  ],
  [
    "FlowApis",
    [
      "arn:aws:apigateway:us-east-1::/restapis",
      "arn:aws:apigateway:us-east-1::/restapis/*",
      "arn:aws:apigateway:us-east-1::/tags/*"
    ]
  ],
  [
    "FlowRoles",
    "arn:aws:iam::123456789012:role/workmail-message-flo*"
  ],
  [
    "FlowApiRole",
    "arn:aws:iam::123456789012:role/workmail-message-flo*"
  ]
]

"#]]
    );
    assert!(session.cloud.calls().is_empty());
}

#[tokio::test(start_paused = true)]
async fn unknown_rights_of_a_flow_are_reported() {
    let session = ConsoleSession::new("permissions-unknown");
    session.without("mine");
    std::fs::create_dir(session.path("mine")).unwrap();
    let resources = "Resources:\n  Files:\n    Type: AWS::EFS::FileSystem\n";
    session.file("mine/resources.yaml", resources);
    let printed =
        session.run(&format!("permissions --org-arn {ORGANIZATION} --flow $DIR/mine")).await;
    assert_eq!(printed.code, 0);
    assert_data_eq!(
        printed.err,
        str![[r#"
warning[unknown-rights] $DIR/mine/resources.yaml:3:5 $.Resources.Files.Type: the permissions that `AWS::EFS::FileSystem` needs are unknown
  fix: add the permissions that `aws cloudformation describe-type --type RESOURCE --type-name AWS::EFS::FileSystem` lists for its handlers

"#]]
    );
    session.file("mine/resources.yaml", "Resources: 1\n");
    let faulty =
        session.run(&format!("permissions --org-arn {ORGANIZATION} --flow $DIR/mine")).await;
    assert_eq!((faulty.code, faulty.out.as_str()), (2, ""), "{}", faulty.err);
    let absent =
        session.run(&format!("permissions --org-arn {ORGANIZATION} --flow nonsense")).await;
    assert_eq!(absent.code, 2, "{}", absent.err);
}
