//! `deployer status`: when the stack was changed, and its last operations.

use snapbox::{assert_data_eq, str};

use crate::session::ConsoleSession;

#[tokio::test(start_paused = true)]
async fn each_operation_is_one_line_and_the_last_change_has_its_time() {
    let session = ConsoleSession::new("status-operations");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    assert_eq!(session.flow("up", "--yes --memory 256").await.code, 0);
    let status = session.run("status").await.out;
    let changed = status.lines().find(|line| line.starts_with("last changed ")).unwrap();
    let (_, events) = status.split_once("last events").unwrap();
    assert_data_eq!(
        format!("{changed}\n{events}"),
        str![[r#"
last changed 2026-11-21 12:00:36 UTC
, oldest first:
2026-11-21 12:00:35 UTC CREATE_COMPLETE      workmail-message-flow AWS::CloudFormation::Stack (36 events in 35 s)
2026-11-21 12:00:40 UTC UPDATE_COMPLETE      workmail-message-flow AWS::CloudFormation::Stack (5 events in 4 s)

"#]]
    );
    let json = session.run("status -o json").await.json();
    assert_eq!(json["events"].as_array().unwrap().len(), 10);
    assert!(json["changed"].as_str().unwrap().starts_with("2026-11-21T12:"), "{json}");
}
