//! The region is the organization's, for every command.

use snapbox::{assert_data_eq, str};

use crate::session::{ConsoleSession, ORGANIZATION};

/// Every command that calls AWS about a stack.
const COMMANDS: [&str; 20] = [
    "list",
    "open",
    "stop 0123 --yes",
    "redrive 0123 --yes",
    "plan",
    "status",
    "outputs",
    "rule",
    "logs",
    "trace 0123",
    "decide",
    "drift",
    "pull",
    "watch",
    "invoke --mail-from a@example.com --recipient b@example.com",
    "recover --yes",
    "cancel --yes",
    "check --online",
    "doctor",
    "down --yes",
];

#[tokio::test(start_paused = true)]
async fn the_organization_determines_the_region_of_every_command() {
    let session = ConsoleSession::new("region-of-all");
    session.file("deployer.yaml", format!("org-arn: {ORGANIZATION}\nhandler: bootstrap\n"));
    for configured in [None, Some("eu-west-1"), Some("eu-central-1")] {
        session.cloud.set_configured_region(configured);
        let up = session.run("up --yes").await;
        assert_eq!(up.code, 0, "{}", up.all());
        for command in COMMANDS {
            let printed = session.run(command).await.all();
            assert!(!printed.contains("no region is set"), "{command}: {printed}");
            assert!(!printed.contains("there is no stack"), "{command}: {printed}");
        }
        assert!(session.cloud.status("workmail-message-flow").is_none(), "down removed the stack");
    }
}

#[tokio::test(start_paused = true)]
async fn an_organization_in_any_layer_determines_the_region() {
    let mut session = ConsoleSession::new("region-layers");
    session.cloud.set_configured_region(Some("eu-west-1"));
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    let typed = session.run(&format!("status --org-arn {ORGANIZATION}")).await;
    assert_eq!(typed.code, 0, "{}", typed.all());
    session
        .file("deployer.yaml", format!("environments: {{prod: {{org-arn: \"{ORGANIZATION}\"}}}}"));
    assert_eq!(session.run("status --env prod").await.code, 0);
    session.variables.insert("DEPLOYER_ORG_ARN".to_owned(), ORGANIZATION.to_owned());
    assert_eq!(session.run("status").await.code, 0);
    let config = session.run("config").await.out;
    let shown = "us-east-1  (the organization's; DEPLOYER_ORG_ARN)";
    assert!(config.contains(shown), "{config}");
}

#[tokio::test(start_paused = true)]
async fn a_region_that_contradicts_the_organization_is_refused_by_every_command() {
    let session = ConsoleSession::new("region-contradicts");
    session.file("deployer.yaml", format!("org-arn: {ORGANIZATION}\nhandler: bootstrap\n"));
    for command in COMMANDS.iter().filter(|command| !command.starts_with("doctor")) {
        let refused = session.run(&format!("{command} --region eu-west-1")).await;
        assert_eq!(refused.code, 2, "{command}: {}", refused.all());
    }
    session.file("deployer.yaml", format!("org-arn: {ORGANIZATION}\nregion: eu-west-1\n"));
    assert_data_eq!(
        session.run("down --yes").await.all(),
        str![[r#"
error: $DIR/deployer.yaml:2: region cannot be used
  error[region] $DIR/deployer.yaml:2: region: the region is `eu-west-1`, but the organization and its flow are in `us-east-1`: omit the region
--- exit 2

"#]]
    );
    assert!(session.cloud.calls().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_missing_stack_is_reported_with_account_and_region() {
    let session = ConsoleSession::new("region-named");
    let printed = session.run("status").await.all() + &session.run("down --yes").await.all();
    assert_data_eq!(
        printed,
        str![[r#"
--- stdout
there is no stack workmail-message-flow in account 123456789012, region us-east-1
--- exit 3
there is no stack workmail-message-flow in account 123456789012, region us-east-1, and nothing of it is left
--- exit 0

"#]]
    );
    let other = ORGANIZATION.replace("123456789012", "111122223333");
    let down = session.run(&format!("down --yes --org-arn {other}")).await;
    assert_eq!(down.code, 2, "{}", down.all());
}

#[tokio::test(start_paused = true)]
async fn without_organization_and_region_the_way_out_is_named() {
    let session = ConsoleSession::new("region-none");
    session.cloud.set_configured_region(None);
    assert_data_eq!(
        session.run("status").await.all(),
        str![[r#"
error: no region is set, and neither the environment nor the profile has one

hint: set the organization, whose region is used, as `org-arn` in deployer.yaml or with --org-arn ARN; or set the region with --region REGION
--- exit 2

"#]]
    );
}
