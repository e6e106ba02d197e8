//! Tracing, reserved concurrency, a VPC, continuous backups, and a key.

use serde_json::{Value, json};

use cloud::EncryptionKey;

use crate::functions;
use crate::session::{ConsoleSession, ORGANIZATION, STACK};

const SUBNET: &str = "subnet-0123456789abcdef0";
const GROUP: &str = "sg-0123456789abcdef0";
const KEY: &str = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
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

#[tokio::test(start_paused = true)]
async fn a_key_encrypts_what_is_stored_and_is_not_lost_silently() {
    let session = ConsoleSession::new("service-settings-key");
    let plain = rendered(&session, "").await;
    let with_key = format!("--kms-key {KEY}");
    let encrypted = rendered(&session, &with_key).await;
    let of = |id: &str| encrypted[id]["Properties"].clone();
    let table = json!({ "SSEEnabled": true, "SSEType": "KMS", "KMSMasterKeyId": KEY });
    assert_eq!(of("MfsmExecutionTable")["SSESpecification"], table);
    assert_eq!(of("MfsmFunction")["KmsKeyArn"], KEY);
    for group in ["MfsmFunctionLogGroup", "MfsmStateMachineLogGroup"] {
        assert_eq!(of(group)["KmsKeyId"], KEY);
    }
    let policy = &of("MfsmFunctionRole")["Policies"][0]["PolicyDocument"]["Statement"][0];
    assert_eq!((&policy["Action"], &policy["Resource"]), (&json!("kms:Decrypt"), &json!(KEY)));
    assert!(policy["Condition"].to_string().contains("dynamodb."), "{policy}");
    assert_eq!(policies(&encrypted["MfsmStateMachineRole"]), ["DeliverLogs"]);
    assert!(!plain.to_string().contains("kms"), "{plain}");

    assert_eq!(session.flow("up", "--yes").await.code, 0);
    let plan = session.flow("plan", &with_key).await;
    assert_eq!(plan.code, 0, "{}", plan.all());
    for words in ["SSESpecification", "KmsKeyArn", "kms:Decrypt"] {
        assert!(plan.out.contains(words), "{words}: {}", plan.out);
    }
    let up = session.flow("up", &format!("--yes {with_key}")).await;
    assert_eq!(up.code, 0, "{}", up.all());
    let status = session.run("status").await.out;
    assert!(status.contains(&format!("kms-key={KEY}")), "{status}");
    let pull = session.run("pull $DIR/live.yaml --settings $DIR/pulled.yaml --force").await;
    assert_eq!(pull.code, 0, "{}", pull.all());
    let pulled: Value = serde_yaml::from_str(&session.read("pulled.yaml")).unwrap();
    assert_eq!(pulled["kms-key"], KEY);
    assert_eq!(session.run("drift").await.code, 0);
    let silent = session.flow("up", "--yes").await;
    assert_eq!(silent.code, 6, "{}", silent.all());
    let words = "--kms-key: keys that AWS owns will encrypt";
    assert!(silent.err.contains(words), "{}", silent.err);
    assert_eq!(session.flow("up", "--yes --reset-settings").await.code, 0);
    assert_eq!(rendered(&session, "").await, plain);
}

#[tokio::test(start_paused = true)]
async fn the_key_of_a_function_is_for_its_environment() {
    let session = functions::session("service-settings-key-functions");
    for has_environment in [true, false] {
        if !has_environment {
            functions::write(&session, "functions/decide/function.yaml", "runtime: python3.13\n");
        }
        let render = session.run(&format!("render --kms-key {KEY}")).await;
        assert_eq!(render.code, 0, "{}", render.err);
        let resources = render.json()["Resources"].clone();
        assert_eq!(resources["MfsmFlowLogGroupDecide"]["Properties"]["KmsKeyId"], KEY);
        let key = &resources["MfsmFlowFunctionDecide"]["Properties"]["KmsKeyArn"];
        assert_eq!(key == KEY, has_environment);
        let role = &resources["MfsmFlowRoleDecide"];
        assert_eq!(policies(role).contains(&"DecryptByServices"), has_environment);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_no_key_of_the_region_is_refused_before_anything_is_written() {
    let session = ConsoleSession::new("service-settings-key-refused");
    for (key, words) in [
        ("alias/mail", "only --artifact-kms-key takes a key ID or an alias"),
        (&KEY.replace("us-east-1", "eu-west-1"), "the key is in `eu-west-1`"),
        (&KEY.replace("arn:aws:", "arn:aws-cn:"), "is not the ARN of a KMS key"),
    ] {
        let refused = session.flow("up", &format!("--yes --kms-key {key}")).await;
        assert_eq!((refused.code, refused.out.as_str()), (2, ""), "{}", refused.all());
        assert!(refused.err.contains(words), "{key}: {}", refused.err);
    }
    assert_eq!(session.cloud.writes().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_key_needs_rights_and_a_statement_in_its_policy() {
    let session = ConsoleSession::new("service-settings-key-permissions");
    let print = async |options: &str| {
        let line = format!("permissions --org-arn {ORGANIZATION} --kms-key {KEY} {options}");
        let printed = session.run(&line).await;
        assert_eq!(printed.code, 0, "{}", printed.all());
        let printed = printed.json();
        let policies = printed.as_array().cloned().unwrap_or_else(|| vec![printed]);
        let statements = policies.iter().flat_map(|one| one["Statement"].as_array().unwrap());
        statements.cloned().collect::<Vec<Value>>()
    };
    let find = |statements: &[Value], name: &str| {
        statements.iter().find(|one| one["Sid"] == name).cloned().unwrap_or_default()
    };
    let deploy = print("").await;
    let table = find(&deploy, "TableKey");
    assert!(table["Action"].as_array().unwrap().contains(&json!("kms:CreateGrant")), "{table}");
    assert_eq!(table["Resource"], KEY);
    let via = json!({ "StringEquals": { "kms:ViaService": "dynamodb.us-east-1.amazonaws.com" } });
    assert_eq!(table["Condition"], via);
    let environment = find(&deploy, "EnvironmentKey");
    let actions = json!(["kms:CreateGrant", "kms:Decrypt", "kms:Encrypt"]);
    assert_eq!(environment["Action"], actions);
    assert_eq!(find(&deploy, "Key")["Action"], "kms:DescribeKey");
    let groups = find(&deploy, "LogGroups");
    assert!(groups["Action"].as_array().unwrap().contains(&json!("logs:AssociateKmsKey")));
    let read = print("--for read").await;
    assert_eq!(find(&read, "TableKey")["Action"], "kms:Decrypt");
    let caller = print("--role-arn arn:aws:iam::123456789012:role/cloudformation").await;
    assert_eq!(find(&caller, "EnvironmentKey")["Action"], "kms:Decrypt");
    let logs = print("--for kms-key").await;
    assert_eq!(logs[0]["Principal"]["Service"], "logs.us-east-1.amazonaws.com");
    let groups = &logs[0]["Condition"]["ArnEquals"]["kms:EncryptionContext:aws:logs:arn"];
    assert_eq!(groups.as_array().unwrap().len(), 2, "{groups}");
    assert!(!groups.to_string().contains(":*"), "{groups}");
}

#[tokio::test(start_paused = true)]
async fn doctor_checks_the_key() {
    let session = ConsoleSession::new("service-settings-key-doctor");
    let check = async || {
        let printed =
            session.run(&format!("doctor --org-arn {ORGANIZATION} --kms-key {KEY}")).await;
        let (mut lines, mut is_key) = (Vec::new(), false);
        for line in printed.out.lines() {
            is_key = line.contains(" kms-key: ") || (is_key && line.starts_with(' '));
            lines.extend(is_key.then(|| line.to_owned()));
        }
        lines.join("\n")
    };
    assert!(check().await.starts_with("error    kms-key: there is no key"), "{}", check().await);
    let set = |state: &str, is_symmetric| {
        session.cloud.set_key(KEY, EncryptionKey { state: state.to_owned(), is_symmetric });
    };
    set("Enabled", true);
    let enabled = check().await;
    assert!(enabled.contains("is enabled") && enabled.contains("--for kms-key"), "{enabled}");
    set("Disabled", true);
    let disabled = check().await;
    assert!(disabled.contains("aws kms enable-key --region us-east-1"), "{disabled}");
    set("PendingDeletion", true);
    let pending = check().await;
    assert!(pending.contains("aws kms cancel-key-deletion"), "{pending}");
    set("Enabled", false);
    assert!(check().await.contains("not a key for symmetric encryption"));
}
