//! `deployer status`.

use std::collections::BTreeMap;

use cloud::{ErrorKind, Function};
use jiff::Timestamp;
use snapbox::{assert_data_eq, str};

use crate::session::{ConsoleSession, failure};

pub(crate) const FUNCTION: &str = "workmail-message-flow-MfsmFunction";
const MACHINE: &str =
    "arn:aws:states:us-east-1:123456789012:stateMachine:MfsmStateMachine-FBC55DF924EC";

/// A stack that has processed messages before noon, when a session starts.
pub(crate) async fn busy(name: &str) -> ConsoleSession {
    let session = ConsoleSession::new(name);
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    for (metric, of, at, value) in [
        ("Invocations", FUNCTION, "2026-02-03T10:00:00Z", 7.0),
        ("Invocations", FUNCTION, "2026-11-20T13:00:00Z", 40.0),
        ("Invocations", FUNCTION, "2026-11-21T11:40:00Z", 12.0),
        ("Errors", FUNCTION, "2026-11-21T11:40:00Z", 3.0),
        ("Throttles", FUNCTION, "2026-11-21T11:40:00Z", 0.0),
        ("Answered", FUNCTION, "2026-11-20T13:00:00Z", 40.0),
        ("Answered", FUNCTION, "2026-11-21T11:41:00Z", 9.0),
        ("DEFAULT", FUNCTION, "2026-11-20T13:00:00Z", 38.0),
        ("DEFAULT", FUNCTION, "2026-11-21T11:41:00Z", 7.0),
        ("BOUNCE", FUNCTION, "2026-11-20T13:00:00Z", 2.0),
        ("BOUNCE", FUNCTION, "2026-11-21T11:41:00Z", 2.0),
        ("DROP", FUNCTION, "2026-11-21T11:41:00Z", 1.0),
        ("ByPolicy", FUNCTION, "2026-11-21T11:41:00Z", 1.0),
        ("Pending", FUNCTION, "2026-11-21T11:40:00Z", 2.0),
        ("Failed", FUNCTION, "2026-11-21T11:40:00Z", 1.0),
        ("MessageAge", FUNCTION, "2026-11-20T13:00:00Z", 61.25),
        ("MessageAge", FUNCTION, "2026-11-21T11:40:00Z", 4.0),
        ("ExecutionsFailed", MACHINE, "2026-11-21T11:40:00Z", 1.0),
        ("Answered", "another-function", "2026-11-21T11:59:00Z", 1.0),
    ] {
        let at: Timestamp = at.parse().unwrap();
        session.cloud.add_data_point(metric, of, at, value);
    }
    session
}

#[tokio::test(start_paused = true)]
async fn status_shows_the_traffic_of_the_last_hour_and_day() {
    let session = busy("status-busy").await;
    let status = session.run("status").await;
    assert_eq!(status.code, 0);
    assert_data_eq!(
        status.out.split("last events").next().unwrap(),
        str![[r#"
workmail-message-flow CREATE_COMPLETE
arn:aws:cloudformation:us-east-1:123456789012:stack/workmail-message-flow/53626faf-7f5f-4494-8258-a44e1f258946
last changed 2026-11-21 12:00:00 UTC

flow      default
settings  rule=synchronous, wait-time=1, on-failure=retry, log-level=info, metrics=on, memory=128, log-retention=30
handler   sha256 <sha256>

MfsmFunctionArn        arn:aws:lambda:us-east-1:123456789012:function:workmail-message-flow-MfsmFunction
MfsmStateMachineArn    arn:aws:states:us-east-1:123456789012:stateMachine:MfsmStateMachine-FBC55DF924EC
MfsmExecutionTableArn  arn:aws:dynamodb:us-east-1:123456789012:table/workmail-message-flow-MfsmExecutionTable-86A9032AB8CB

function       Active (arm64), last update Successful
state machine  as deployed
invoked        59 times in the last 15 months, from 2026-02-03 to 2026-11-21 (UTC), by WorkMail or by hand
table          workmail-message-flow-MfsmExecutionTable-86A9032AB8CB
artifacts      message-flow-artifacts-123456789012-us-east-1
Amazon WorkMail ends on 2027-03-31, in 130 days.

                                last hour  last 24 h
invocations                            12         52
  that gave no verdict                  3          3
  that Lambda throttled                 0          0
verdicts                                9         49
  DEFAULT (delivered)                   7         45
  BYPASS_SPAM_CHECK (inbox)             0          0
  MOVE_TO_JUNK (junk folder)            0          0
  BOUNCE                                2          4
  DROP                                  1          1
  by --on-failure                       1          1
not decided yet                         2          2
the execution had failed                1          1
its output was not a verdict            -          -
throttled behind the function           -          -
other errors                            -          -
oldest message                        4 s       61 s
executions that failed                  1          1
executions that timed out               -          -
the last verdict was given in the five minutes from 2026-11-21 11:40:00 UTC on


"#]]
    );
    let json = session.run("status --output json").await;
    let json = json.json();
    assert_data_eq!(
        format!("{:#}", json["health"]),
        str![[r#"
{
  "function": {
    "arn": "arn:aws:lambda:us-east-1:123456789012:function:workmail-message-flow-MfsmFunction",
    "state": "Active",
    "state_reason": null,
    "last_update": "Successful",
    "last_update_reason": null,
    "architecture": "arm64",
    "code_sha256": "<sha256>"
  },
  "code": {
    "is": "as_deployed"
  },
  "functions": [],
  "machine": "as_deployed",
  "traffic": {
    "measures": [
      {
        "name": "invocations",
        "last_hour": 12.0,
        "last_day": 52.0
      },
      {
        "name": "invocations_failed",
        "last_hour": 3.0,
        "last_day": 3.0
      },
      {
        "name": "invocations_throttled",
        "last_hour": 0.0,
        "last_day": 0.0
      },
      {
        "name": "answered",
        "last_hour": 9.0,
        "last_day": 49.0
      },
      {
        "name": "answered_default",
        "last_hour": 7.0,
        "last_day": 45.0
      },
      {
        "name": "answered_bypass_spam_check",
        "last_hour": 0.0,
        "last_day": 0.0
      },
      {
        "name": "answered_move_to_junk",
        "last_hour": 0.0,
        "last_day": 0.0
      },
      {
        "name": "answered_bounce",
        "last_hour": 2.0,
        "last_day": 4.0
      },
      {
        "name": "answered_drop",
        "last_hour": 1.0,
        "last_day": 1.0
      },
      {
        "name": "answered_by_policy",
        "last_hour": 1.0,
        "last_day": 1.0
      },
      {
        "name": "started",
        "last_hour": null,
        "last_day": null
      },
      {
        "name": "pending",
        "last_hour": 2.0,
        "last_day": 2.0
      },
      {
        "name": "failed",
        "last_hour": 1.0,
        "last_day": 1.0
      },
      {
        "name": "invalid_verdict",
        "last_hour": null,
        "last_day": null
      },
      {
        "name": "throttled",
        "last_hour": null,
        "last_day": null
      },
      {
        "name": "error",
        "last_hour": null,
        "last_day": null
      },
      {
        "name": "message_age_seconds",
        "last_hour": 4.0,
        "last_day": 61.25
      },
      {
        "name": "executions_failed",
        "last_hour": 1.0,
        "last_day": 1.0
      },
      {
        "name": "executions_timed_out",
        "last_hour": null,
        "last_day": null
      }
    ],
    "last_verdict": "2026-11-21T11:40:00Z"
  },
  "ever_invoked": {
    "invocations": 59.0,
    "first_day": "2026-02-03",
    "last_day": "2026-11-21"
  },
  "topics": [],
  "table": "workmail-message-flow-MfsmExecutionTable-86A9032AB8CB",
  "bucket": "message-flow-artifacts-123456789012-us-east-1"
}
"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn problems_are_reported_and_are_not_a_failure() {
    let session = busy("status-wrong").await;
    session.cloud.edit_machine("workmail-message-flow", "MfsmStateMachine", r#"{"States": {}}"#);
    session.cloud.set_function(Function {
        arn: format!("arn:aws:lambda:us-east-1:123456789012:function:{FUNCTION}"),
        state: "Inactive".to_owned(),
        state_reason: Some("The function is idle.".to_owned()),
        last_update: "Failed".to_owned(),
        last_update_reason: Some("The image is gone.".to_owned()),
        architecture: "arm64".to_owned(),
        code_sha256: None,
        environment: BTreeMap::new(),
    });
    let mut printed = session.run("status").await.out;
    session.cloud.delete_machine("workmail-message-flow", "MfsmStateMachine");
    printed.push_str(&session.run("status").await.out);
    let printed: Vec<&str> = printed
        .lines()
        .filter(|line| line.starts_with("function ") || line.starts_with("state machine "))
        .collect();
    assert_data_eq!(
        printed.join("\n"),
        str![[r#"
function       Inactive (arm64), last update Failed; The function is idle.; The image is gone.
state machine  changed outside the stack; `deployer plan` shows how
function       Inactive (arm64), last update Failed; The function is idle.; The image is gone.
state machine  it no longer exists; `deployer up --revert-drift` creates it again
"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn unreadable_parts_do_not_hide_the_rest() {
    let session = busy("status-denied").await;
    for (service, operation) in [
        ("Lambda", "GetFunctionConfiguration"),
        ("Step Functions", "DescribeStateMachine"),
        ("CloudWatch", "GetMetricData"),
    ] {
        let code = Some("AccessDeniedException");
        let denied = failure(service, operation, ErrorKind::Denied, code, "not authorized");
        session.cloud.fail_next(operation, denied);
    }
    let lost = failure("CloudWatch", "GetMetricData", ErrorKind::Unreachable, None, "no answer");
    session.cloud.fail_next("GetMetricData", lost);
    let status = session.run("status").await;
    assert_eq!(status.code, 0);
    let (_, health) = status.out.split_once("\n\n").unwrap().1.split_once("\n\n").unwrap();
    assert_data_eq!(
        health.split("last events").next().unwrap(),
        str![[r#"
MfsmFunctionArn        arn:aws:lambda:us-east-1:123456789012:function:workmail-message-flow-MfsmFunction
MfsmStateMachineArn    arn:aws:states:us-east-1:123456789012:stateMachine:MfsmStateMachine-FBC55DF924EC
MfsmExecutionTableArn  arn:aws:dynamodb:us-east-1:123456789012:table/workmail-message-flow-MfsmExecutionTable-86A9032AB8CB

function       unknown (needs lambda:GetFunctionConfiguration)
state machine  unknown (needs cloudformation:GetTemplate and states:DescribeStateMachine)
invoked        unknown: CloudWatch GetMetricData failed: no answer
table          workmail-message-flow-MfsmExecutionTable-86A9032AB8CB
artifacts      message-flow-artifacts-123456789012-us-east-1
Amazon WorkMail ends on 2027-03-31, in 130 days.

traffic        unknown (needs cloudwatch:GetMetricData)


"#]]
    );
    let denied = failure("CloudWatch", "GetMetricData", ErrorKind::Denied, None, "no");
    session.cloud.fail_next("GetMetricData", denied);
    let json = session.run("status --output json").await;
    let json = json.json();
    assert_data_eq!(
        json["health"]["traffic"].to_string(),
        str![[
            r#"{"needs":"cloudwatch:GetMetricData","could_not_tell":"CloudWatch GetMetricData failed: no"}"#
        ]]
    );
}

#[tokio::test(start_paused = true)]
async fn an_incomplete_stack_has_no_health() {
    let session = ConsoleSession::new("status-failed");
    session.cloud.fail_resource("MfsmFunction", "no");
    assert_eq!(session.flow("up", "--yes").await.code, 1);
    let status = session.run("status").await;
    assert_eq!(status.code, 0);
    assert!(status.out.starts_with("workmail-message-flow ROLLBACK_COMPLETE"), "{}", status.out);
    assert!(!status.out.contains("invoked"), "{}", status.out);
    let reads = session.cloud.calls().iter().filter(|call| call.service == "CloudWatch").count();
    assert_eq!(reads, 0);
}

#[tokio::test(start_paused = true)]
async fn status_shows_the_stack_its_outputs_and_its_last_events() {
    let session = ConsoleSession::new("status");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    assert_data_eq!(
        session.run("status").await.all(),
        str![[r#"
--- stdout
workmail-message-flow CREATE_COMPLETE
arn:aws:cloudformation:us-east-1:123456789012:stack/workmail-message-flow/53626faf-7f5f-4494-8258-a44e1f258946
last changed 2026-11-21 12:00:00 UTC

flow      default
settings  rule=synchronous, wait-time=1, on-failure=retry, log-level=info, metrics=on, memory=128, log-retention=30
handler   sha256 <sha256>

MfsmFunctionArn        arn:aws:lambda:us-east-1:123456789012:function:workmail-message-flow-MfsmFunction
MfsmStateMachineArn    arn:aws:states:us-east-1:123456789012:stateMachine:MfsmStateMachine-FBC55DF924EC
MfsmExecutionTableArn  arn:aws:dynamodb:us-east-1:123456789012:table/workmail-message-flow-MfsmExecutionTable-86A9032AB8CB

function       Active (arm64), last update Successful
state machine  as deployed
invoked        not yet, according to CloudWatch, which is some minutes behind; `deployer rule` prints the steps for the WorkMail rule
table          workmail-message-flow-MfsmExecutionTable-86A9032AB8CB
artifacts      message-flow-artifacts-123456789012-us-east-1
Amazon WorkMail ends on 2027-03-31, in 130 days.

no message of the last 24 hours is measured yet; CloudWatch is some minutes behind

last events, oldest first:
2026-11-21 12:00:35 UTC CREATE_COMPLETE      workmail-message-flow AWS::CloudFormation::Stack (36 events in 35 s)
--- exit 0

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn a_missing_stack_is_reported() {
    let session = ConsoleSession::new("status-none");
    assert_data_eq!(
        session.run("status --stack-name other").await.all(),
        str![[r#"
--- stdout
there is no stack other in account 123456789012, region us-east-1
--- exit 3

"#]]
    );
    let json = session.run("status --output json").await;
    assert_data_eq!(
        json.all(),
        str![[r#"
--- stdout
{"type":"status","stack_name":"workmail-message-flow","present":false,"stack_id":null,"status":null,"status_reason":null,"outputs":[],"deployed":null,"health":null,"changed":null,"events":[],"schema":1,"timestamp":"2026-11-21T12:00:00Z"}
--- exit 3

"#]]
    );
}
