//! Alarms, the dashboard and the handler's telemetry: options that reach the template.

use serde_json::{Value, json};
use snapbox::{assert_data_eq, str};

use crate::session::{ConsoleSession, STACK};

const TOPIC: &str = "arn:aws:sns:us-east-1:123456789012:mail";

fn deployed(session: &ConsoleSession) -> Value {
    serde_json::from_str(&session.cloud.template_text(STACK).unwrap()).unwrap()
}

fn watchers(session: &ConsoleSession) -> Vec<String> {
    let resources = session.cloud.resources(STACK);
    let watches = |id: &&String| id.starts_with("MfsmAlarm") || *id == "MfsmDashboard";
    resources.keys().filter(watches).cloned().collect()
}

#[tokio::test(start_paused = true)]
async fn alarms_are_added_with_the_option_and_removed_without_it() {
    let session = ConsoleSession::new("alarms");
    assert_eq!(session.flow("up", "--yes --reset-settings").await.code, 0);
    assert_eq!(watchers(&session), [""; 0]);
    let options = format!("--alarms {TOPIC} --alarm-age 45");
    let plan = session.flow("plan", &options).await;
    assert_data_eq!(
        plan.out,
        str![[r#"
stack workmail-message-flow would be updated in account 123456789012, region us-east-1
  handler for arm64: $DIR/bootstrap
  + add MfsmAlarmExecutionsFailed AWS::CloudWatch::Alarm
  + add MfsmAlarmExecutionsTimedOut AWS::CloudWatch::Alarm
  + add MfsmAlarmExecutionsAborted AWS::CloudWatch::Alarm
  + add MfsmAlarmExecutionThrottled AWS::CloudWatch::Alarm
  + add MfsmAlarmThrottles AWS::CloudWatch::Alarm
  + add MfsmAlarmInvalidVerdict AWS::CloudWatch::Alarm
  + add MfsmAlarmByPolicy AWS::CloudWatch::Alarm
  + add MfsmAlarmThrottled AWS::CloudWatch::Alarm
  + add MfsmAlarmError AWS::CloudWatch::Alarm
  + add MfsmAlarmMessageAge AWS::CloudWatch::Alarm
  + add MfsmDashboard AWS::CloudWatch::Dashboard
Plan: 11 to add, 0 to change, 0 to remove.

"#]]
    );
    assert_eq!(session.flow("up", &format!("--yes {options}")).await.code, 0);
    assert_eq!(
        watchers(&session),
        [
            "MfsmAlarmByPolicy",
            "MfsmAlarmError",
            "MfsmAlarmExecutionThrottled",
            "MfsmAlarmExecutionsAborted",
            "MfsmAlarmExecutionsFailed",
            "MfsmAlarmExecutionsTimedOut",
            "MfsmAlarmInvalidVerdict",
            "MfsmAlarmMessageAge",
            "MfsmAlarmThrottled",
            "MfsmAlarmThrottles",
            "MfsmDashboard",
        ]
    );
    let template = deployed(&session);
    assert_eq!(
        template["Resources"]["MfsmAlarmMessageAge"]["Properties"],
        json!({
            "AlarmName": "workmail-message-flow-MessageAge",
            "AlarmDescription": "A message has waited for its verdict for 45 minutes or longer. \
                                 (message flow workmail-message-flow)",
            "Namespace": "MessageFlow",
            "MetricName": "MessageAge",
            "Dimensions": [{ "Name": "FunctionName", "Value": { "Ref": "MfsmFunction" } }],
            "Statistic": "Maximum",
            "Period": 300,
            "EvaluationPeriods": 1,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "Threshold": 2700,
            "TreatMissingData": "notBreaching",
            "AlarmActions": [TOPIC],
        })
    );
    let machine = json!([{ "Name": "StateMachineArn", "Value": { "Ref": "MfsmStateMachine" } }]);
    let failed = &template["Resources"]["MfsmAlarmExecutionsFailed"]["Properties"];
    assert_eq!((&failed["Dimensions"], &failed["Threshold"]), (&machine, &json!(1)));
    let writes = session.cloud.writes().len();
    assert!(session.flow("up", &options).await.err.contains("no changes"));
    assert_eq!(session.cloud.writes().len(), writes);
    assert_eq!(session.flow("up", "--yes --reset-settings").await.code, 0);
    assert_eq!(watchers(&session), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn telemetry_options_reach_the_handler() {
    let session = ConsoleSession::new("telemetry");
    let printed = |session: &ConsoleSession| {
        let function = &deployed(session)["Resources"]["MfsmFunction"]["Properties"];
        let variables = &function["Environment"]["Variables"];
        (variables["LOG_LEVEL"].clone(), variables["METRICS"].clone())
    };
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    assert_eq!(printed(&session), ("info".into(), "on".into()));
    assert_eq!(session.flow("up", "--yes --log-level debug --metrics off").await.code, 0);
    assert_eq!(printed(&session), ("debug".into(), "off".into()));
}

#[tokio::test(start_paused = true)]
async fn invalid_alarm_values_are_refused() {
    let session = ConsoleSession::new("alarm-values");
    let mut all = String::new();
    for options in [
        "--alarms mail --alarm-age 0 --log-level trace --metrics maybe",
        "--alarms mail",
        "--alarms arn:aws:sns:eu-west-1:123456789012:mail",
        "--alarms arn:aws:sns:us-east-1:123456789012:mail --metrics off",
    ] {
        all.push_str(&session.flow("up", &format!("--yes {options}")).await.all());
    }
    assert_data_eq!(
        all,
        str![[r#"
error: 3 settings cannot be used
  error[log-level] --log-level: `trace` is not one of info, debug
  error[metrics] --metrics: `maybe` is not one of on, off
  error[alarm-age] --alarm-age: `0`: minutes from 1 to 240, a whole number
--- exit 2
error: --alarms cannot be used
  error[alarms] --alarms: `mail` is not the ARN of a topic, which looks like arn:aws:sns:us-east-1:123456789012:NAME
--- exit 2
error: --alarms cannot be used
  error[alarms] --alarms: the topic is in `eu-west-1`, and alarms in us-east-1 notify topics of us-east-1 only
--- exit 2
error: --alarms cannot be used
  error[alarms] --alarms: alarms need the handler's metrics; remove --metrics off, or --alarms
--- exit 2

"#]]
    );
    let json = session.flow("up", "--alarms mail --output json").await;
    let error: Value = serde_json::from_str(json.out.trim()).unwrap();
    assert_eq!((&error["type"], &error["exit_code"]), (&json!("error"), &json!(2)));
    assert_eq!(error["findings"][0]["code"], "alarms");
    assert!(session.cloud.calls().is_empty());
}
