//! Monitoring of a flow: the alarms and the dashboard of `--alarms`.
//!
//! The dashboard's body names resources only by CloudFormation functions: it contains no user
//! input, which could change its structure.

use crate::installation::logical_ids;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::config::{Alarms, StackName};

/// The period of metrics, in seconds. Shorter ones mean more alarm evaluations, and no mail is lost
/// within five minutes.
const PERIOD: u64 = 300;

#[derive(Debug, Clone, Serialize)]
pub struct Watching {
    /// The topic that every alarm notifies.
    pub topic: String,
    pub alarms: Vec<Alarm>,
    /// The dashboard's name, which is unique across all regions of an account.
    pub dashboard_name: String,
    /// The dashboard's body, an argument of `Fn::Sub`.
    pub dashboard: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct Alarm {
    pub logical_id: String,
    /// Its name in CloudWatch, which begins with the stack's name.
    pub name: String,
    /// What it means and what to do, for the person who is on call.
    pub description: String,
    pub namespace: &'static str,
    pub metric: &'static str,
    /// The name of the metric's only dimension.
    pub dimension: &'static str,
    /// The value of the dimension: a reference to a resource.
    pub value: Value,
    /// `Sum` or `Maximum`.
    pub statistic: &'static str,
    /// The lowest value that is an alarm.
    pub threshold: u64,
    /// In seconds.
    pub period: u64,
    /// What is computed from several metrics, instead of one metric: the queries of `Metrics`.
    pub queries: Option<Value>,
}

/// The source of metrics: the namespace, the only dimension, the resource that it names.
type Source = (&'static str, &'static str, &'static str);

/// Source: Step Functions developer guide, "Monitoring Step Functions metrics using Amazon
/// CloudWatch".
const MACHINE: Source = ("AWS/States", "StateMachineArn", logical_ids::MACHINE);
/// Source: Lambda developer guide, "Types of metrics for Lambda functions".
const FUNCTION: Source = ("AWS/Lambda", "FunctionName", logical_ids::FUNCTION);
const SNS: &str = "AWS/SNS";
const TOPIC: &str = "AWS::SNS::Topic";
/// The handler's own metrics; see `handler::metrics`.
const HANDLER: Source = ("MessageFlow", "FunctionName", logical_ids::FUNCTION);

/// The metrics for which a count of one is an alarm, and the meaning of the alarm.
const COUNTED: [(Source, &str, &str); 9] = [
    (MACHINE, "ExecutionsFailed", "An execution failed: check it in the Step Functions console."),
    (MACHINE, "ExecutionsTimedOut", "An execution took longer than its definition allows."),
    (MACHINE, "ExecutionsAborted", "An execution was stopped before it decided."),
    (
        MACHINE,
        "ExecutionThrottled",
        "Step Functions slows the state machine down: a quota is used up.",
    ),
    (
        FUNCTION,
        "Throttles",
        "Lambda throttled invocations: the concurrency of function or account is used up.",
    ),
    (
        HANDLER,
        "InvalidVerdict",
        "A state machine's output is not a valid verdict: the log line has the findings.",
    ),
    (
        HANDLER,
        "ByPolicy",
        "A message was answered by --on-failure, because the state machine gave no verdict.",
    ),
    (
        HANDLER,
        "Throttled",
        "AWS throttled the handler: too many requests, or too many open executions.",
    ),
    (HANDLER, "Error", "The handler could not decide: the log line has the error with its causes."),
];

/// The types of a verdict's actions, which are the names of metrics.
const TYPES: [&str; 5] = ["DEFAULT", "BYPASS_SPAM_CHECK", "MOVE_TO_JUNK", "BOUNCE", "DROP"];

impl Watching {
    /// The monitoring of a stack's flow in a region; `resources` are those that the flow adds.
    pub fn new(
        stack_name: &StackName,
        region: &str,
        alarms: &Alarms,
        resources: &Map<String, Value>,
    ) -> Self {
        let minutes = alarms.age_seconds() / 60;
        let mut watched: Vec<Alarm> = COUNTED
            .into_iter()
            .map(|(source, metric, meaning)| alarm(stack_name, source, metric, meaning, ("Sum", 1)))
            .collect();
        let meaning =
            format!("A message has waited for its verdict for {minutes} minutes or longer.");
        let age = ("Maximum", alarms.age_seconds());
        watched.push(alarm(stack_name, HANDLER, "MessageAge", &meaning, age));
        let topics = resources.iter().filter(|(_, resource)| resource["Type"] == TOPIC);
        watched.extend(topics.flat_map(|(id, _)| of_topic(stack_name, id)));
        Self {
            topic: alarms.topic().to_owned(),
            alarms: watched,
            dashboard_name: format!("{stack_name}-{region}"),
            dashboard: dashboard(alarms).to_string(),
        }
    }
}

fn alarm(
    stack_name: &StackName,
    (namespace, dimension, resource): Source,
    metric: &'static str,
    meaning: &str,
    (statistic, threshold): (&'static str, u64),
) -> Alarm {
    Alarm {
        logical_id: format!("MfsmAlarm{metric}"),
        name: format!("{stack_name}-{metric}"),
        description: format!("{meaning} (message flow {stack_name})"),
        namespace,
        metric,
        dimension,
        value: json!({ "Ref": resource }),
        statistic,
        threshold,
        period: PERIOD,
        queries: None,
    }
}

/// The alarms of a topic that the flow adds: SNS could not deliver a message, or delivered it to no
/// one. No call fails when the last subscription is gone.
/// Source: SNS developer guide, "Monitoring Amazon SNS topics using CloudWatch".
fn of_topic(stack_name: &StackName, id: &str) -> [Alarm; 2] {
    let topic = json!({ "Fn::GetAtt": [id, "TopicName"] });
    let failed = "NumberOfNotificationsFailed";
    let failed_meaning =
        format!("SNS could not deliver a notification of the topic {id}: check its subscriptions.");
    let unheard_meaning = format!(
        "The topic {id} got a message, and delivered it to no one: check its subscriptions."
    );
    let source = (SNS, "TopicName", logical_ids::MACHINE);
    let of = |name: &str, meaning: &str| Alarm {
        logical_id: format!("MfsmAlarmTopic{id}{name}"),
        name: format!("{stack_name}-{id}-{name}"),
        value: topic.clone(),
        ..alarm(stack_name, source, failed, meaning, ("Sum", 1))
    };
    let metric = |id: &str, name: &str| {
        let dimensions = json!([{ "Name": "TopicName", "Value": topic }]);
        json!({ "Id": id, "ReturnData": false, "MetricStat": {
            "Metric": { "Namespace": SNS, "MetricName": name, "Dimensions": dimensions },
            "Period": PERIOD, "Stat": "Sum",
        } })
    };
    let unheard = json!({
        "Id": "unheard", "Label": "undelivered messages", "ReturnData": true,
        "Expression": "IF(published > 0 AND FILL(delivered, 0) == 0, 1, 0)",
    });
    let published = metric("published", "NumberOfMessagesPublished");
    let delivered = metric("delivered", "NumberOfNotificationsDelivered");
    let queries = json!([unheard, published, delivered]);
    [
        of("Failed", &failed_meaning),
        Alarm { queries: Some(queries), ..of("Unheard", &unheard_meaning) },
    ]
}

/// The dashboard's body. Source of its structure: Amazon CloudWatch API reference, "Dashboard body
/// structure and syntax".
fn dashboard(alarms: &Alarms) -> Value {
    let handled = [
        "Answered",
        "Started",
        "Pending",
        "Failed",
        "InvalidVerdict",
        "Throttled",
        "Error",
        "ByPolicy",
    ];
    let executed = [
        "ExecutionsStarted",
        "ExecutionsSucceeded",
        "ExecutionsFailed",
        "ExecutionsTimedOut",
        "ExecutionsAborted",
    ];
    let old = json!({ "horizontal": [{ "label": "alarm", "value": alarms.age_seconds() }] });
    json!({ "widgets": [
        graph((0, 0), "Invocations of the handler by how they ended", HANDLER, &handled, "Sum", None),
        graph((12, 0), "Executions", MACHINE, &executed, "Sum", None),
        graph((0, 6), "Age of the oldest message (s)", HANDLER, &["MessageAge"], "Maximum", Some(old)),
        graph((12, 6), "Throttles", FUNCTION, &["Throttles"], "Sum", None),
        graph((0, 12), "Time of the handler (ms)", FUNCTION, &["Duration"], "p99", None),
        graph((12, 12), "Time of executions (ms)", MACHINE, &["ExecutionTime"], "p99", None),
        with_period(graph((0, 18), "Verdicts by type, per hour", HANDLER, &TYPES, "Sum", None), 3600),
        with_period(graph((12, 18), "Verdicts by type, per day", HANDLER, &TYPES, "Sum", None), 86_400),
    ] })
}

/// A stacked graph of the sums of longer periods.
fn with_period(mut graph: Value, seconds: u64) -> Value {
    let properties = &mut graph["properties"];
    properties["period"] = seconds.into();
    properties["stacked"] = true.into();
    graph
}

fn graph(
    (x, y): (u32, u32),
    title: &str,
    (namespace, dimension, resource): Source,
    metrics: &[&str],
    statistic: &str,
    annotations: Option<Value>,
) -> Value {
    let reference = format!("${{{resource}}}");
    let line = |metric: &&str| json!([namespace, metric, dimension, reference]);
    let mut properties = json!({
        "title": title,
        "region": "${AWS::Region}",
        "metrics": metrics.iter().map(line).collect::<Vec<_>>(),
        "stat": statistic,
        "period": PERIOD,
        "view": "timeSeries",
    });
    if let Some(annotations) = annotations {
        properties["annotations"] = annotations;
    }
    json!({ "type": "metric", "x": x, "y": y, "width": 12, "height": 6, "properties": properties })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::alarms::AlarmAge;

    fn watching() -> Watching {
        let age = AlarmAge::parse("45").unwrap();
        let topic = "arn:aws:sns:us-east-1:123456789012:mail";
        let alarms = Alarms::parse(topic, age, "us-east-1").unwrap();
        let resources =
            json!({ "Asked": { "Type": TOPIC }, "Table": { "Type": "AWS::DynamoDB::Table" } });
        let stack = StackName::parse("st").unwrap();
        Watching::new(&stack, "us-east-1", &alarms, resources.as_object().unwrap())
    }

    #[test]
    fn each_topic_of_the_flow_has_an_alarm_for_failures_and_one_for_silence() {
        let watching = watching();
        let of_topics: Vec<&Alarm> =
            watching.alarms.iter().filter(|alarm| alarm.namespace == SNS).collect();
        let names: Vec<&str> = of_topics.iter().map(|alarm| alarm.name.as_str()).collect();
        assert_eq!(names, ["st-Asked-Failed", "st-Asked-Unheard"]);
        let topic = json!({ "Fn::GetAtt": ["Asked", "TopicName"] });
        assert_eq!((&of_topics[0].value, &of_topics[0].queries), (&topic, &None));
        let queries = of_topics[1].queries.as_ref().unwrap();
        let returned = queries.as_array().unwrap().iter().filter(|one| one["ReturnData"] == true);
        assert_eq!(returned.count(), 1, "an alarm watches one of its queries");
        assert_eq!(queries[1]["MetricStat"]["Metric"]["Dimensions"][0]["Value"], topic);
    }

    #[test]
    fn alarms_on_handler_metrics_use_metrics_that_exist() {
        let kinds = handler::metrics::Kind::ALL.map(handler::metrics::Kind::as_str);
        let own = ["ByPolicy", "MessageAge"];
        for alarm in watching().alarms.iter().filter(|alarm| alarm.namespace == HANDLER.0) {
            assert!(
                kinds.contains(&alarm.metric) || own.contains(&alarm.metric),
                "{}",
                alarm.metric
            );
        }
        assert_eq!(HANDLER.0, handler::metrics::NAMESPACE);
    }

    #[test]
    fn verdicts_by_type_are_shown_per_hour_and_per_day() {
        let body: Value = serde_json::from_str(&watching().dashboard).unwrap();
        let mut types = handler::actions::verdict::ActionType::ALL.map(|one| one.as_str());
        types.sort_unstable();
        for (widget, period) in [(6, 3600), (7, 86_400)] {
            let properties = &body["widgets"][widget]["properties"];
            assert_eq!(properties["period"], period);
            let lines = properties["metrics"].as_array().unwrap().iter();
            let mut shown: Vec<&str> = lines.map(|line| line[1].as_str().unwrap()).collect();
            shown.sort_unstable();
            assert_eq!(shown, types);
        }
    }

    #[test]
    fn the_age_alarm_uses_the_configured_age() {
        let watching = watching();
        let age = watching.alarms.iter().find(|alarm| alarm.metric == "MessageAge").unwrap();
        assert_eq!(
            (age.name.as_str(), age.threshold, age.statistic),
            ("st-MessageAge", 2700, "Maximum")
        );
        assert!(watching.alarms.iter().all(|alarm| alarm.name.starts_with("st-")));
        let body: Value = serde_json::from_str(&watching.dashboard).unwrap();
        assert_eq!(body["widgets"][2]["properties"]["annotations"]["horizontal"][0]["value"], 2700);
    }
}
