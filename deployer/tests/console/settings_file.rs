//! Where `deployer.yaml` is found, what is said of names that it does not know, and its environments.

use snapbox::{assert_data_eq, str};

use crate::session::{ConsoleSession, ORGANIZATION};

#[tokio::test(start_paused = true)]
async fn the_file_is_found_in_folders_around() {
    let mut session = ConsoleSession::new("file-around");
    std::fs::create_dir_all(session.path("flows/deep")).unwrap();
    session.file("deployer.yaml", format!("org-arn: {ORGANIZATION}\nstack-name: around\n"));
    let top = session.folder.clone();
    session.folder = top.join("flows/deep");
    let config = session.run("config").await.out;
    assert!(config.contains("around  ("), "{config}");
    session.folder = top;
    std::fs::rename(session.path("deployer.yaml"), session.path("deployer.yml")).unwrap();
    assert!(session.run("config").await.out.contains("around  ($DIR/deployer.yml:2: stack-name)"));
    session.file("deployer.yaml", "");
    let both = session.run("config").await;
    std::fs::remove_file(session.path("deployer.yml")).unwrap();
    assert_eq!(both.code, 2);
    assert!(both.err.contains("remove one of them"), "{}", both.err);
}

#[tokio::test(start_paused = true)]
async fn unknown_names_are_reported_with_what_was_probably_meant() {
    let mut session = ConsoleSession::new("file-names");
    session.file(
        "deployer.yaml",
        "memmory: 256\nstack_name: a\ntags: {a: b}\npaint: red\nenvironment: {x: {}}\n\
         environments:\n  prod:\n    regoin: us-east-1\n",
    );
    session.variables.insert("DEPLOYER_VERSION".to_owned(), "8".to_owned());
    let mut printed = session.run("status --env prd").await.all();
    session.file("deployer.yaml", "");
    session.variables.insert("DEPLOYER_STACKNAME".to_owned(), "a".to_owned());
    printed += &session.run("status").await.all();
    session.variables.remove("DEPLOYER_STACKNAME");
    printed += &session.run("status").await.all();
    assert_data_eq!(
        printed,
        str![[r#"
error: $DIR/deployer.yaml cannot be used
  error[unknown-setting] $DIR/deployer.yaml:1:1 memmory: no such setting; did you mean `memory`?
  error[unknown-setting] $DIR/deployer.yaml:2:1 stack_name: no such setting; did you mean `stack-name`?
  error[unknown-setting] $DIR/deployer.yaml:3:1 tags: no such setting; did you mean `tag`?
  error[unknown-setting] $DIR/deployer.yaml:4:1 paint: no such setting; use one of org-arn, stack-name, flow, parameter, state-machine, rule, wait-time, output-state, on-failure, memory, log-retention, log-level, metrics, tracing, reserved-concurrency, vpc-subnet, vpc-security-group, point-in-time-recovery, kms-key, alarms, alarm-age, tag, overlay, handler, permissions-boundary, role-path, artifact-bucket, artifact-kms-key, role-arn, notification-arn, on-stack-failure, express, protect, region, profile, endpoint-url, workmail-endpoint-url, environments
  error[unknown-setting] $DIR/deployer.yaml:5:1 environment: no such setting; did you mean `environments`?
  error[unknown-setting] $DIR/deployer.yaml:8:5 environments.prod.regoin: no such setting; did you mean `region`?
  error[setting] $DIR/deployer.yaml:6:1 environments: there is no environment `prd`; did you mean `prod`? The file has: prod
--- exit 2
error: DEPLOYER_STACKNAME cannot be used
  error[unknown-variable] DEPLOYER_STACKNAME: no such setting; did you mean DEPLOYER_STACK_NAME?
--- exit 2
warning[unknown-variable] DEPLOYER_VERSION: no such setting; it has no effect
--- stdout
there is no stack workmail-message-flow in account 123456789012, region us-east-1
--- exit 3

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn a_command_that_changes_a_stack_needs_a_chosen_environment() {
    let session = ConsoleSession::new("file-environments");
    session.file(
        "deployer.yaml",
        format!(
            "org-arn: {ORGANIZATION}\nhandler: bootstrap\nenvironments:\n  \
             prod: {{stack-name: mail-prod}}\n  test: {{stack-name: mail-test}}\n"
        ),
    );
    for command in ["up --yes", "down --yes", "cancel --yes", "recover --yes", "decide 0 approve"] {
        let refused = session.run(command).await;
        assert_eq!(refused.code, 2, "{command}: {}", refused.all());
    }
    assert!(session.cloud.calls().is_empty());
    assert_data_eq!(
        session.run("down --yes").await.all(),
        str![[r#"
error: $DIR/deployer.yaml has environments (prod, test), and none is chosen

hint: choose one with --env NAME or DEPLOYER_ENV, or a stack outside the environments with --stack-name NAME
--- exit 2

"#]]
    );
    assert_data_eq!(
        session.run("status").await.all(),
        str![[r#"
$DIR/deployer.yaml has environments (prod, test), and none is chosen; --env NAME chooses one
--- stdout
there is no stack workmail-message-flow in account 123456789012, region us-east-1
--- exit 3

"#]]
    );
    assert_eq!(session.run("up --yes --env test").await.code, 0);
    assert_eq!(session.run("down --yes --stack-name mail-test").await.code, 0);
}

#[tokio::test(start_paused = true)]
async fn a_file_that_is_almost_called_right_is_pointed_out() {
    let session = ConsoleSession::new("file-strays");
    for name in
        ["Deployer.yaml", "deployer.YAML", "deployer.yaml.txt", "deployer.json", "deploy.yaml"]
    {
        let path = session.file(name, "memory: 256\n");
        // On a disk that does not tell them apart, the file is read.
        if session.path("deployer.yaml").exists() {
            std::fs::remove_file(path).unwrap();
            continue;
        }
        let config = session.run("config").await;
        assert_eq!(config.code, 0, "{}", config.all());
        let expected = format!("warning[unknown-file] $DIR/{name}: this file is ignored");
        assert!(config.err.contains(&expected), "{name}: {}", config.err);
        assert!(config.err.contains("did you mean `deployer.yaml`?"), "{}", config.err);
        std::fs::remove_file(path).unwrap();
    }
    session.file("deployer.yaml", "memory: 256\n");
    session.file("deployment.yaml", "");
    assert!(!session.run("config").await.err.contains("unknown-file"));
}
