//! The permissions boundary and the path of the stack's roles.

use cloud::ErrorKind;
use serde_json::Value;
use snapbox::{assert_data_eq, str};

use crate::session::{ConsoleSession, ORGANIZATION, STACK, failure};

const BOUNDARY: &str = "arn:aws:iam::123456789012:policy/teams/limit";
const ID: &str = "m-0123456789abcdef0123456789abcdef";

/// The properties of every role of a template, by logical id.
fn roles(template: &str) -> Vec<(String, Value)> {
    let template: Value = serde_json::from_str(template).unwrap();
    let resources = template["Resources"].as_object().unwrap();
    let roles = resources.iter().filter(|(_, resource)| resource["Type"] == "AWS::IAM::Role");
    roles.map(|(id, role)| (id.clone(), role["Properties"].clone())).collect()
}

#[tokio::test(start_paused = true)]
async fn every_role_of_template_and_flow_has_the_boundary_and_the_path() {
    let session = ConsoleSession::new("roles");
    let flow = "--flow approval --parameter approver=me@example.com \
                --parameter recipients=board@example.com";
    let options = format!("{flow} --permissions-boundary {BOUNDARY} --role-path /teams/mail/");
    let rendered = session.flow("render", &options).await;
    assert_eq!(rendered.code, 0, "{}", rendered.all());
    let found = roles(&rendered.out);
    assert_eq!(found.len(), 3, "a role of the flow, too: {found:?}");
    for (id, properties) in found {
        assert_eq!(properties["PermissionsBoundary"], BOUNDARY, "{id}");
        assert_eq!(properties["Path"], "/teams/mail/", "{id}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_path_replaces_the_roles_and_a_boundary_does_not() {
    let session = ConsoleSession::new("roles-plan");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    let boundary = session.flow("plan", &format!("--permissions-boundary {BOUNDARY}")).await;
    assert_data_eq!(
        boundary.out,
        str![[r#"
stack workmail-message-flow would be updated in account 123456789012, region us-east-1
  handler for arm64: $DIR/bootstrap
  ~ change MfsmStateMachineRole AWS::IAM::Role
      PermissionsBoundary: + arn:aws:iam::123456789012:policy/teams/limit
  ~ change MfsmFunctionRole AWS::IAM::Role
      PermissionsBoundary: + arn:aws:iam::123456789012:policy/teams/limit
Plan: 0 to add, 2 to change, 0 to remove.

"#]]
    );
    let path = session.flow("plan", "--role-path /teams/").await;
    assert_data_eq!(
        path.out,
        str![[r#"
stack workmail-message-flow would be updated in account 123456789012, region us-east-1
  handler for arm64: $DIR/bootstrap
  ! REPLACE MfsmStateMachineRole AWS::IAM::Role
      Path: + /teams/ (this replaces the resource)
  ! REPLACE MfsmFunctionRole AWS::IAM::Role
      Path: + /teams/ (this replaces the resource)
Plan: 0 to add, 0 to change, 0 to remove, 2 to replace.

"#]]
    );
    let up = session.flow("up", "--yes --role-path /teams/").await;
    assert_eq!(up.code, 0, "{}", up.all());
    assert_eq!(session.flow("plan", "--role-path /teams/ --detailed-exitcode").await.code, 0);
}

#[tokio::test(start_paused = true)]
async fn the_settings_of_the_roles_are_recorded_shown_and_not_lost_silently() {
    let session = ConsoleSession::new("roles-recorded");
    let options = format!("--permissions-boundary {BOUNDARY} --role-path /teams/");
    assert_eq!(session.flow("up", &format!("--yes {options}")).await.code, 0);
    let status = session.run("status").await.out;
    let shown = format!("permissions-boundary={BOUNDARY}, role-path=/teams/");
    assert!(status.contains(&shown), "{status}");
    let refused = session.flow("up", "--yes").await;
    assert_data_eq!(
        refused.all(),
        str![[r#"
flow: default, which delivers everything (not set)
error: an earlier `up` had settings that this one does not have; nothing was written
  warning[forgotten-setting] --permissions-boundary: arn:aws:iam::123456789012:policy/teams/limit will no longer limit what the roles may do
  warning[forgotten-setting] --role-path: /teams/ will change to its default, /, which replaces the roles

hint: set them again, best in deployer.yaml, to keep them
hint: --reset-settings resets them to their defaults
--- exit 6

"#]]
    );
    let pulled = session.run("pull $DIR/live.yaml --settings $DIR/pulled.yaml --force").await;
    assert_eq!(pulled.code, 0, "{}", pulled.all());
    let file = session.read("pulled.yaml");
    assert!(file.contains(&format!("permissions-boundary: {BOUNDARY}")), "{file}");
    assert!(file.contains("role-path: /teams/"), "{file}");
    let reset = session.flow("up", "--yes --reset-settings").await;
    assert_eq!(reset.code, 0, "{}", reset.all());
    for (id, properties) in roles(&session.cloud.template_text(STACK).unwrap()) {
        assert!(properties.get("PermissionsBoundary").or(properties.get("Path")).is_none(), "{id}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_iam_would_refuse_is_refused_before_anything_is_written() {
    let session = ConsoleSession::new("roles-refused");
    session.file(
        "deployer.yaml",
        "permissions-boundary: arn:aws:iam::111122223333:policy/x\nrole-path: teams\n",
    );
    let refused = session.flow("up", "--yes").await;
    assert_data_eq!(
        refused.all(),
        str![[r#"
error: 2 settings cannot be used
  error[permissions-boundary] $DIR/deployer.yaml:1: permissions-boundary: the policy belongs to account 111122223333, but the roles are created in account 123456789012, and a boundary is a policy of their own account or of AWS
  error[role-path] $DIR/deployer.yaml:2: role-path: `teams`: a path begins and ends with a slash, such as /mail/
--- exit 2

"#]]
    );
    let doctor = session.run(&format!("doctor --org-arn {ORGANIZATION}")).await;
    assert_eq!(doctor.code, 2, "{}", doctor.all());
    assert_eq!(session.cloud.writes(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_role_of_the_flow_that_says_otherwise_is_refused() {
    let session = ConsoleSession::new("roles-of-flow");
    session.without("own");
    assert_eq!(session.run("init $DIR/own").await.code, 0);
    let role = "Resources:\n  Own:\n    Type: AWS::IAM::Role\n    Properties:\n      Path: /own/\n      \
                AssumeRolePolicyDocument: {}\n";
    session.file("own/resources.yaml", role);
    let kept = session.flow("render", "--flow $DIR/own --role-path /own/").await;
    assert_eq!(kept.code, 0, "{}", kept.all());
    let refused = session.flow("render", "--flow $DIR/own --role-path /teams/").await;
    assert_data_eq!(
        refused.all(),
        str![[r#"
error: the roles of the flow contradict a setting
  error[role-path] $.Resources.Own.Properties.Path: the flow sets `Path` for its role `Own`, and --role-path sets another for every role of the stack: remove one of them
--- exit 2

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn the_doctor_finds_the_boundary_and_that_one_is_missing() {
    let session = ConsoleSession::new("roles-doctor");
    session.cloud.set_organization(ID, "Active", None);
    session.cloud.allow_only_with("iam:CreateRole", "iam:PermissionsBoundary", BOUNDARY);
    let doctor = async |options: &str| {
        let printed = session.run(&format!("doctor --org-arn {ORGANIZATION} {options}")).await;
        let lines = printed.out.lines().skip_while(|line| !line.contains(" permissions: "));
        let lines = lines.take_while(|line| !line.contains(" stack: "));
        lines.map(|line| format!("{line}\n")).collect::<String>()
    };
    let bound = format!("--permissions-boundary {BOUNDARY}");
    let mut all = doctor("").await;
    all.push_str(&doctor(&bound).await);
    session.cloud.add_policy(BOUNDARY);
    all.push_str(&doctor(&bound).await);
    all.push_str(&doctor("--permissions-boundary arn:aws:iam::123456789012:policy/other").await);
    session.cloud.fail_next(
        "GetPolicy",
        failure("IAM", "GetPolicy", ErrorKind::Denied, Some("AccessDenied"), "No"),
    );
    all.push_str(&doctor(&bound).await);
    assert_data_eq!(
        all,
        str![[r#"
unknown  permissions: not decided, or under conditions: iam:CreateRole
         hint: roles can be created only with a permissions boundary: --permissions-boundary ARN names it
ok       permissions: all 124 that are needed are granted
error    permissions-boundary: there is no policy arn:aws:iam::123456789012:policy/teams/limit
         hint: IAM creates no role with a boundary that does not exist: correct --permissions-boundary
ok       permissions: all 124 that are needed are granted
ok       permissions-boundary: arn:aws:iam::123456789012:policy/teams/limit is there
error    permissions: 1 of 124 missing: iam:CreateRole
         hint: `deployer permissions --org-arn arn:aws:workmail:us-east-1:123456789012:organization/m-0123456789abcdef0123456789abcdef --permissions-boundary arn:aws:iam::123456789012:policy/other` prints what is needed, with the resources
error    permissions-boundary: there is no policy arn:aws:iam::123456789012:policy/other
         hint: IAM creates no role with a boundary that does not exist: correct --permissions-boundary
ok       permissions: all 124 that are needed are granted
unknown  permissions-boundary: IAM GetPolicy failed (AccessDenied): No
         hint: the credentials need iam:GetPolicy on the policy

"#]]
    );
}
