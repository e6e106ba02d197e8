//! Which flow a command is about, and settings that an earlier `up` gave the stack.

use snapbox::{assert_data_eq, str};

use crate::session::{ConsoleSession, ORGANIZATION};

const TOPIC: &str = "arn:aws:sns:us-east-1:123456789012:alarms";

#[tokio::test(start_paused = true)]
async fn settings_of_an_earlier_up_are_not_lost_silently() {
    let session = ConsoleSession::new("forgotten");
    let given = format!(
        "--yes --flow quarantine --parameter junk-senders=spam.example --alarms {TOPIC} \
         --memory 512 --on-failure bounce"
    );
    assert_eq!(session.flow("up", &given).await.code, 0);
    let plan = session.flow("plan", "--flow quarantine").await;
    assert_data_eq!(
        plan.err,
        str![[r#"
flow: quarantine (--flow)
warning[forgotten-setting] --memory: 512 will change to its default, 128
warning[forgotten-setting] --alarms: alarms and dashboard will be removed; they notify arn:aws:sns:us-east-1:123456789012:alarms
warning[forgotten-setting] --on-failure: bounce will change to its default, retry
warning[forgotten-setting] --parameter junk-senders: ["spam.example"] will change to its default, []

"#]]
    );
    let refused = session.flow("up", "--yes --flow quarantine").await;
    assert_data_eq!(
        refused.all(),
        str![[r#"
flow: quarantine (--flow)
error: an earlier `up` had settings that this one does not have; nothing was written
  warning[forgotten-setting] --memory: 512 will change to its default, 128
  warning[forgotten-setting] --alarms: alarms and dashboard will be removed; they notify arn:aws:sns:us-east-1:123456789012:alarms
  warning[forgotten-setting] --on-failure: bounce will change to its default, retry
  warning[forgotten-setting] --parameter junk-senders: ["spam.example"] will change to its default, []

hint: set them again, best in deployer.yaml, to keep them
hint: --reset-settings resets them to their defaults
--- exit 6

"#]]
    );
    let kept = "--yes --flow quarantine --parameter junk-senders=spam.example --memory 512";
    let partly = session.flow("up", &format!("{kept} --alarms {TOPIC}")).await;
    assert_eq!(partly.code, 6, "{}", partly.all());
    let all = format!("{kept} --alarms {TOPIC} --on-failure retry");
    assert_eq!(session.flow("up", &all).await.code, 0, "a changed setting is no lost one");
    let reset = session.flow("up", "--yes --flow quarantine --reset-settings").await;
    assert_eq!(reset.code, 0, "{}", reset.all());
    assert!(reset.err.contains("warning[forgotten-setting] --alarms: "), "{}", reset.err);
}

#[tokio::test(start_paused = true)]
async fn at_a_terminal_the_answer_is_enough() {
    let session = ConsoleSession::new("forgotten-terminal");
    assert_eq!(session.flow("up", "--yes --memory 512").await.code, 0);
    let up = session.flow_at_terminal("up", "", "y\n").await;
    assert_eq!(up.code, 0, "{}", up.all());
    assert!(up.err.contains("--memory: 512 will change to its default, 128"), "{}", up.err);
}

#[tokio::test(start_paused = true)]
async fn a_change_of_tags_is_shown_value_by_value() {
    let session = ConsoleSession::new("tag-changes");
    assert_eq!(session.flow("up", "--yes --tag team=mail --tag stage=live").await.code, 0);
    let plan = session.flow("plan", "--tag team=web --tag owner=me").await;
    assert_data_eq!(
        plan.out,
        str![[r#"
stack workmail-message-flow would be updated in account 123456789012, region us-east-1
  handler for arm64: $DIR/bootstrap
Plan: 0 to add, 0 to change, 0 to remove.
  ~ change tags of the stack and its resources
      + owner: me
      - stage: live
      ~ team: mail -> web

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn every_command_in_the_folder_of_a_flow_means_that_flow() {
    let mut session = ConsoleSession::new("flow-folder");
    session.without("mine");
    let init = session.run("init $DIR/mine --from quarantine").await;
    assert_eq!(init.code, 0, "{}", init.all());
    session.folder = session.path("mine");
    let path = session.path("definition.asl.yaml");
    let definition = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, definition.replace("StartAt: ", "StartAt: Nonsense")).unwrap();
    let handler = session.folder.parent().unwrap().join("bootstrap");
    for command in ["check", "plan", "up --yes", "render", "local", "test"] {
        let options = match command {
            "local" | "test" => String::new(),
            _ => format!(" --org-arn {ORGANIZATION} --handler {}", handler.display()),
        };
        let printed = session.run(&format!("{command}{options}")).await;
        assert_ne!(printed.code, 0, "{command}: {}", printed.all());
        assert!(printed.all().contains("Nonsense"), "{command}: {}", printed.all());
    }
}

#[tokio::test(start_paused = true)]
async fn a_folder_inside_of_a_flow_means_that_flow() {
    let mut session = ConsoleSession::new("flow-subfolder");
    session.without("mine");
    assert_eq!(session.run("init $DIR/mine --from quarantine").await.code, 0);
    let _ = std::fs::remove_file(session.path("mine/deployer.yaml"));
    std::fs::create_dir_all(session.path("mine/a/b")).unwrap();
    for inside in ["mine/a", "mine/a/b"] {
        let top = session.folder.clone();
        session.folder = session.path(inside);
        let handler = top.join("bootstrap");
        let check = session.run(&format!("check --handler {}", handler.display())).await;
        let place = "(a parent of the current folder)";
        assert!(check.code == 0 && check.err.contains(place), "{inside}: {}", check.all());
        assert!(!check.err.contains("flow: default"), "{}", check.err);
        let tests = session.run("test").await;
        assert!(tests.code == 0 && tests.out.contains("all passed"), "{inside}: {}", tests.all());
        session.folder = top;
    }
    let outside = session.run("test").await;
    let expected = "neither this folder nor a parent folder has a flow.yaml";
    assert!(outside.code == 2 && outside.err.contains(expected), "{}", outside.all());
}

#[tokio::test(start_paused = true)]
async fn status_says_what_was_deployed() {
    let session = ConsoleSession::new("status-deployed");
    let given = "--yes --flow quarantine --parameter junk-senders=spam.example --memory 512";
    assert_eq!(session.flow("up", given).await.code, 0);
    let status = session.run("status").await.out;
    let deployed: Vec<&str> =
        status.lines().skip_while(|line| !line.starts_with("flow ")).take(8).collect();
    assert_data_eq!(
        deployed.join("\n"),
        str![[r#"
flow      quarantine
            bounce-message=Mail from your address is not accepted here.
            bounce-senders=[]
            junk-senders=["spam.example"]
            junk-subjects=[]
settings  rule=synchronous, wait-time=1, on-failure=retry, log-level=info, metrics=on, memory=512, log-retention=30
handler   sha256 <sha256>

"#]]
    );
}
