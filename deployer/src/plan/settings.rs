//! The settings that a stack was created with, read from the deployed stack.

use crate::digest::sha256;
use crate::installation::ArtifactPlace;
use crate::installation::logical_ids::{FUNCTION, FUNCTION_LOGS, FUNCTION_ROLE, TABLE};
use handler::rule::Rule;
use serde_json::{Map, Value};

use crate::config::{RolePath, Tags};
use cloud::Stack;

/// The variables of the function that are settings, with the settings' names.
const VARIABLES: [(&str, &str); 6] = [
    ("RULE", "rule"),
    ("WAIT_TIME_FOR_EXECUTION", "wait-time"),
    ("MACHINE_STATE_FOR_OUTPUT", "output-state"),
    ("ON_FAILURE", "on-failure"),
    ("LOG_LEVEL", "log-level"),
    ("METRICS", "metrics"),
];

/// The settings of a stack as in `deployer.yaml`, in the order of the help. Settings that the
/// template does not show are omitted: the state machine and the handler are custom files.
pub fn settings(stack: &Stack, template: &Value, region: &str) -> Map<String, Value> {
    let mut settings = Map::new();
    let mut set = |name: &str, value: Value| {
        let empty = value == ""
            || value.as_array().is_some_and(Vec::is_empty)
            || value.as_object().is_some_and(Map::is_empty);
        if !value.is_null() && !empty {
            settings.insert(name.to_owned(), value);
        }
    };
    let resource = |id: &str, path: &str| {
        template.pointer(&format!("/Resources/{id}/Properties{path}")).cloned().unwrap_or_default()
    };
    set("org-arn", organizations(template).into());
    set("stack-name", stack.name.as_str().into());
    for (variable, name) in VARIABLES {
        let path = format!("/Environment/Variables/{variable}");
        set(name, resource(FUNCTION, &path));
    }
    set("memory", resource(FUNCTION, "/MemorySize"));
    set("log-retention", resource(FUNCTION_LOGS, "/RetentionInDays"));
    if Tags::mark_as_own(&stack.tags) {
        let on = |is_on: bool| if is_on { "on".into() } else { Value::Null };
        set("tracing", on(resource(FUNCTION, "/TracingConfig/Mode") == "Active"));
        set("reserved-concurrency", resource(FUNCTION, "/ReservedConcurrentExecutions"));
        set("vpc-subnet", resource(FUNCTION, "/VpcConfig/SubnetIds"));
        set("vpc-security-group", resource(FUNCTION, "/VpcConfig/SecurityGroupIds"));
        let recovery = "/PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled";
        set("point-in-time-recovery", on(resource(TABLE, recovery) == true));
        set("kms-key", table_key(template));
    }
    let old = alarm(template);
    set("alarms", old.and_then(|alarm| alarm["AlarmActions"].get(0)).cloned().unwrap_or_default());
    let seconds = old.and_then(|alarm| alarm["Threshold"].as_u64());
    set("alarm-age", seconds.map(|seconds| seconds / 60).into());
    let tags = Tags::others(&stack.tags);
    set(
        "tag",
        tags.map(|(key, value)| (key.to_owned(), value.into())).collect::<Map<_, _>>().into(),
    );
    if Tags::mark_as_own(&stack.tags) {
        set("permissions-boundary", resource(FUNCTION_ROLE, "/PermissionsBoundary"));
        let path = resource(FUNCTION_ROLE, "/Path");
        set("role-path", if path == RolePath::ROOT { Value::Null } else { path });
        let account = stack.account().unwrap_or_default();
        let place = ArtifactPlace::deployed(account, region, &stack.name, template);
        let given = place.filter(|(place, _)| place.is_given).map(|(place, _)| place.bucket);
        set("artifact-bucket", given.into());
        let key = template.pointer("/Metadata/MessageFlow/KmsKey");
        set("artifact-kms-key", key.cloned().unwrap_or_default());
    }
    // The patch itself is too large for a list of settings.
    let mark =
        overlay_of(template).map(|patch| format!("sha256 {}", &sha256(patch.as_bytes())[..12]));
    set("overlay", mark.into());
    set("notification-arn", stack.notification_arns.clone().into());
    if stack.termination_protection {
        set("protect", true.into());
    }
    set("region", region.into());
    settings
}

/// The KMS key of the table; null if there is none, or if an overlay has a reference in its place.
fn table_key(template: &Value) -> Value {
    let path = format!("/Resources/{TABLE}/Properties/SSESpecification/KMSMasterKeyId");
    template.pointer(&path).filter(|key| key.is_string()).cloned().unwrap_or_default()
}

/// The patch that a setting named, as JSON.
pub fn overlay_of(template: &Value) -> Option<&str> {
    template.pointer("/Metadata/MessageFlow/Overlay")?.as_str()
}

/// The kind of rule that a deployed template is for.
pub fn deployed_rule(template: &Value) -> Rule {
    let path = format!("/Resources/{FUNCTION}/Properties/Environment/Variables/RULE");
    let word = template.pointer(&path).and_then(Value::as_str);
    word.and_then(|word| word.parse().ok()).unwrap_or_default()
}

/// The organizations whose rules may invoke the function.
pub fn organizations(template: &Value) -> Vec<Value> {
    let of_type = resources_of(template, "AWS::Lambda::Permission");
    of_type.filter_map(|permission| permission.get("SourceArn").cloned()).collect()
}

/// The alarm about old messages, which contains the topic and the age.
fn alarm(template: &Value) -> Option<&Value> {
    let mut alarms = resources_of(template, "AWS::CloudWatch::Alarm");
    alarms.find(|alarm| alarm["MetricName"] == "MessageAge")
}

/// The properties of each resource of a type.
fn resources_of<'a>(template: &'a Value, kind: &'a str) -> impl Iterator<Item = &'a Value> {
    let resources = template["Resources"].as_object().into_iter().flat_map(Map::values);
    resources.filter(move |resource| resource["Type"] == kind).map(|one| &one["Properties"])
}
