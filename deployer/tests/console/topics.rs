//! Who hears of a flow's topic: `status`, `doctor`, the permission for it, and the alarms.

use cloud::{ErrorKind, Subscriptions};
use serde_json::Value;
use snapbox::{assert_data_eq, str};

use crate::session::{ConsoleSession, ORGANIZATION, Printed, STACK, failure};

const TOPIC: &str = "arn:aws:sns:us-east-1:123456789012:workmail-message-flow-approval";
const FLOW: &str =
    "--flow approval --parameter recipients=board@example.com --parameter approver=bob@example.org";

async fn deployed(name: &str) -> ConsoleSession {
    let session = ConsoleSession::new(name);
    assert_eq!(session.flow("up", &format!("--yes {FLOW}")).await.code, 0);
    session
}

async fn doctor(session: &ConsoleSession) -> Printed {
    session.run(&format!("doctor --org-arn {ORGANIZATION}")).await
}

/// The lines about the topic: those of `status`, then the check of `doctor` with its hint.
async fn shown(session: &ConsoleSession) -> String {
    let (status, doctor) = (session.run("status").await.out, doctor(session).await.out);
    let mut lines: Vec<&str> = status.lines().filter(|line| line.starts_with("topic ")).collect();
    let mut after = doctor.lines().skip_while(|line| !line.contains(" topic: "));
    lines.extend(after.next());
    lines.extend(after.next().filter(|line| line.contains("hint: ")));
    lines.join("\n")
}

#[tokio::test(start_paused = true)]
async fn a_subscription_that_died_or_was_never_confirmed_is_shown() {
    let session = deployed("topic").await;
    assert_data_eq!(
        shown(&session).await,
        str![[r#"
topic          workmail-message-flow-approval: no one receives its messages: 0 subscriptions confirmed, 1 waiting for confirmation
error    topic: workmail-message-flow-approval: no one receives its messages: 0 subscriptions confirmed, 1 waiting for confirmation
         hint: confirm the subscription by the mail from AWS; to send that mail again: `aws sns subscribe --region us-east-1 --topic-arn arn:aws:sns:us-east-1:123456789012:workmail-message-flow-approval --protocol email --notification-endpoint ADDRESS`
"#]]
    );
    let mut seen = String::new();
    for (confirmed, pending, deleted) in [(1, 0, 0), (2, 1, 1), (0, 0, 1)] {
        let subscriptions = Subscriptions { confirmed, pending, deleted };
        session.cloud.set_subscriptions(TOPIC, Some(subscriptions));
        seen.push_str(&format!("{}\n\n", shown(&session).await));
    }
    session.cloud.set_subscriptions(TOPIC, None);
    seen.push_str(&shown(&session).await);
    assert_data_eq!(
        seen,
        str![[r#"
topic          workmail-message-flow-approval: 1 subscription confirmed
ok       topic: workmail-message-flow-approval: 1 subscription confirmed

topic          workmail-message-flow-approval: 2 subscriptions confirmed, 1 waiting for confirmation, 1 removed lately
warning  topic: workmail-message-flow-approval: 2 subscriptions confirmed, 1 waiting for confirmation, 1 removed lately
         hint: `aws sns list-subscriptions-by-topic --region us-east-1 --topic-arn arn:aws:sns:us-east-1:123456789012:workmail-message-flow-approval` lists the remaining subscriptions

topic          workmail-message-flow-approval: no one receives its messages: 0 subscriptions confirmed, 1 removed lately
error    topic: workmail-message-flow-approval: no one receives its messages: 0 subscriptions confirmed, 1 removed lately
         hint: confirm the subscription by the mail from AWS; to send that mail again: `aws sns subscribe --region us-east-1 --topic-arn arn:aws:sns:us-east-1:123456789012:workmail-message-flow-approval --protocol email --notification-endpoint ADDRESS`

topic          workmail-message-flow-approval: it no longer exists
error    topic: workmail-message-flow-approval: it no longer exists
         hint: `deployer up --revert-drift --org-arn arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef` creates it again
"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn doctor_fails_where_nobody_hears_of_the_topic() {
    let session = deployed("topic-doctor").await;
    session.cloud.set_organization("m-0123456789abcdef0123456789abcdef", "Active", None);
    assert_eq!(doctor(&session).await.code, 3);
    let heard = Subscriptions { confirmed: 1, ..Subscriptions::default() };
    session.cloud.set_subscriptions(TOPIC, Some(heard));
    assert_eq!(doctor(&session).await.code, 0);
}

#[tokio::test(start_paused = true)]
async fn a_topic_that_cannot_be_read_hides_nothing_else() {
    let session = deployed("topic-untold").await;
    let code = Some("AuthorizationError");
    let denied = || failure("SNS", "GetTopicAttributes", ErrorKind::Denied, code, "not authorized");
    session.cloud.fail_next("GetTopicAttributes", denied());
    let status = session.run("status").await;
    assert_eq!(status.code, 0);
    let line =
        "topic          workmail-message-flow-approval: unknown (needs sns:GetTopicAttributes)";
    assert!(status.out.contains(line), "{}", status.out);
    assert!(status.out.contains("state machine  as deployed"), "{}", status.out);
    session.cloud.fail_next("GetTopicAttributes", denied());
    let printed = doctor(&session).await;
    let line = "unknown  topic: workmail-message-flow-approval: needs sns:GetTopicAttributes";
    assert!(printed.out.contains(line), "{}", printed.out);
}

#[tokio::test(start_paused = true)]
async fn status_prints_subscriptions_as_json() {
    let session = deployed("topic-json").await;
    let health = |printed: &Printed| {
        let status: Value = serde_json::from_str(printed.out.lines().last().unwrap()).unwrap();
        status["health"]["topics"].clone()
    };
    let topics = health(&session.run("status --output json").await);
    assert_eq!(topics[0]["arn"], TOPIC);
    assert_eq!(topics[0]["subscriptions"]["pending"], 1);
    session.cloud.set_subscriptions(TOPIC, None);
    let topics = health(&session.run("status --output json").await);
    assert_eq!(topics[0]["subscriptions"], Value::Null);
    let code = Some("AccessDenied");
    let denied = failure("CloudFormation", "ListStackResources", ErrorKind::Denied, code, "no");
    session.cloud.fail_next("ListStackResources", denied);
    let topics = health(&session.run("status --output json").await);
    assert_eq!(topics["needs"], "cloudformation:ListStackResources");
}

#[tokio::test(start_paused = true)]
async fn a_stack_without_topics_is_asked_about_none() {
    let session = ConsoleSession::new("topic-none");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    let before = session.cloud.calls().len();
    assert_eq!(session.run("status").await.code, 0);
    let calls = session.cloud.calls();
    let asked = |operation: &str| calls[before..].iter().any(|call| call.operation == operation);
    assert!(!asked("GetTopicAttributes") && !asked("ListStackResources"));
}

#[tokio::test(start_paused = true)]
async fn who_only_looks_may_read_the_topics_of_the_flow() {
    let session = ConsoleSession::new("topic-rights");
    let of = async |flow: &str| {
        let options = format!("permissions --for read --org-arn {ORGANIZATION} {flow}");
        session.run(&options).await.out
    };
    let approval = of("--flow approval").await;
    assert!(approval.contains("sns:GetTopicAttributes"), "{approval}");
    assert!(!approval.contains("sns:CreateTopic"), "{approval}");
    assert!(!of("").await.contains("sns:"), "a flow without topics");
}

#[tokio::test(start_paused = true)]
async fn alarms_watch_the_topic_of_the_flow() {
    let session = ConsoleSession::new("topic-alarms");
    let options = format!("--yes {FLOW} --alarms arn:aws:sns:us-east-1:123456789012:mail");
    assert_eq!(session.flow("up", &options).await.code, 0);
    let template: Value =
        serde_json::from_str(&session.cloud.template_text(STACK).unwrap()).unwrap();
    let alarm = |name: &str| {
        template["Resources"][format!("MfsmAlarmTopicApprovalTopic{name}")]["Properties"].clone()
    };
    let failed = alarm("Failed");
    assert_eq!(failed["AlarmName"], "workmail-message-flow-ApprovalTopic-Failed");
    assert_eq!(failed["MetricName"], "NumberOfNotificationsFailed");
    assert_eq!(failed["Dimensions"][0]["Value"]["Fn::GetAtt"][0], "ApprovalTopic");
    let unheard = alarm("Unheard");
    assert_eq!(unheard["MetricName"], Value::Null, "one metric or several, not both");
    assert_eq!(unheard["Period"], Value::Null, "each query has its own");
    assert_eq!(unheard["Metrics"].as_array().unwrap().len(), 3);
}
