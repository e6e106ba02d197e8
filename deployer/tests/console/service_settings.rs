//! Tracing, reserved concurrency, a VPC, and continuous backups.

use serde_json::{Value, json};

use crate::session::{ConsoleSession, ORGANIZATION, STACK};

const SUBNET: &str = "subnet-0123456789abcdef0";
const GROUP: &str = "sg-0123456789abcdef0";
const ALL: &str = "--tracing on --reserved-concurrency 20 --point-in-time-recovery on \
                   --vpc-subnet subnet-0123456789abcdef0 --vpc-security-group sg-0123456789abcdef0";

async fn rendered(session: &ConsoleSession, options: &str) -> Value {
    let render = session.flow("render", options).await;
    assert_eq!(render.code, 0, "{}", render.err);
    render.json()["Resources"].clone()
}

fn policies(role: &Value) -> Vec<&str> {
    let policies = role["Properties"]["Policies"].as_array();
    policies.into_iter().flatten().filter_map(|one| one["PolicyName"].as_str()).collect()
}

#[tokio::test(start_paused = true)]
async fn each_setting_is_in_the_template_and_not_lost_silently() {
    let session = ConsoleSession::new("service-settings");
    let plain = rendered(&session, "").await;
    assert_eq!(policies(&plain["MfsmFunctionRole"]), [""; 0]);
    assert_eq!(policies(&plain["MfsmStateMachineRole"]), ["DeliverLogs"]);
    let all = rendered(&session, ALL).await;
    let function = &all["MfsmFunction"]["Properties"];
    assert_eq!(function["TracingConfig"], json!({ "Mode": "Active" }));
    assert_eq!(function["ReservedConcurrentExecutions"], 20);
    let network = json!({ "SubnetIds": [SUBNET], "SecurityGroupIds": [GROUP] });
    assert_eq!(function["VpcConfig"], network);
    assert_eq!(all["MfsmStateMachine"]["Properties"]["TracingConfiguration"]["Enabled"], true);
    let recovery = &all["MfsmExecutionTable"]["Properties"]["PointInTimeRecoverySpecification"];
    assert_eq!(recovery["PointInTimeRecoveryEnabled"], true);
    assert_eq!(policies(&all["MfsmFunctionRole"]), ["SendTraces", "JoinTheNetwork"]);
    assert_eq!(policies(&all["MfsmStateMachineRole"]), ["DeliverLogs", "SendTraces"]);

    assert_eq!(session.flow("up", &format!("--yes {ALL}")).await.code, 0);
    let status = session.run("status").await;
    for setting in ["tracing=on", "reserved-concurrency=20", "point-in-time-recovery=on", SUBNET] {
        assert!(status.out.contains(setting), "{setting}: {}", status.out);
    }
    let silent = session.flow("up", "--yes").await;
    assert_eq!(silent.code, 6, "{}", silent.all());
    for setting in ["tracing", "reserved-concurrency", "vpc-subnet", "point-in-time-recovery"] {
        assert!(silent.err.contains(setting), "{setting}: {}", silent.err);
    }
    let same = session.flow("up", &format!("--yes {ALL}")).await;
    assert_eq!(same.code, 0, "{}", same.all());
    assert_eq!(session.flow("up", "--yes --reset-settings").await.code, 0);
    assert!(session.cloud.status(STACK).is_some());
    assert_eq!(rendered(&session, "").await, plain);
}

#[tokio::test(start_paused = true)]
async fn pulled_settings_and_the_settings_file_have_them() {
    let session = ConsoleSession::new("service-settings-file");
    assert_eq!(session.flow("up", &format!("--yes {ALL}")).await.code, 0);
    let pull = session.run("pull $DIR/live.yaml --settings $DIR/pulled.yaml --force").await;
    assert_eq!(pull.code, 0, "{}", pull.all());
    let settings: Value = serde_yaml::from_str(&session.read("pulled.yaml")).unwrap();
    assert_eq!(settings["tracing"], "on", "{settings}");
    assert_eq!(settings["reserved-concurrency"], 20);
    assert_eq!(settings["vpc-subnet"], json!([SUBNET]));
    session.file(
        "deployer.yaml",
        format!(
            "org-arn: {ORGANIZATION}\nhandler: bootstrap\ntracing: on\nreserved-concurrency: 20\n"
        ),
    );
    let render = session.run("render").await.json();
    let function = &render["Resources"]["MfsmFunction"]["Properties"];
    assert_eq!(function["TracingConfig"]["Mode"], "Active");
    assert_eq!(function["ReservedConcurrentExecutions"], 20);
}

#[tokio::test(start_paused = true)]
async fn values_that_aws_would_refuse_are_refused_at_once() {
    let session = ConsoleSession::new("service-settings-refused");
    let line = "render --tracing yes --reserved-concurrency 0 --vpc-subnet vpc-1 --vpc-security-group sg-1";
    let refused = session.run(&format!("{line} --org-arn {ORGANIZATION}")).await;
    assert_eq!((refused.code, refused.out.as_str()), (2, ""));
    for place in ["--tracing", "--reserved-concurrency", "--vpc-subnet", "--vpc-security-group"] {
        assert!(refused.err.contains(&format!(" {place}")), "{place}: {}", refused.err);
    }
    let half = session.run(&format!("render --org-arn {ORGANIZATION} --vpc-subnet {SUBNET}")).await;
    assert_eq!(half.code, 2);
    assert!(half.err.contains("needs --vpc-security-group, too"), "{}", half.err);
}

#[tokio::test(start_paused = true)]
async fn a_function_in_a_vpc_needs_more_permissions() {
    let session = ConsoleSession::new("service-settings-permissions");
    let policy = |options: &str| format!("permissions --org-arn {ORGANIZATION} {options}");
    let plain = session.run(&policy("")).await.out;
    let network = format!("--vpc-subnet {SUBNET} --vpc-security-group {GROUP}");
    let more = session.run(&policy(&network)).await.out;
    assert!(!plain.contains("ec2:") && more.contains("ec2:DescribeSubnets"), "{more}");
    for action in ["lambda:PutFunctionConcurrency", "dynamodb:UpdateContinuousBackups"] {
        assert!(plain.contains(action), "{action}");
    }
}
