//! `deployer test`: it names settings that were not typed, and files that are not read.

use crate::flow_tests::{TESTS, flow};
use crate::session::ConsoleSession;

#[tokio::test(start_paused = true)]
async fn settings_that_decide_a_result_are_named() {
    let mut session = ConsoleSession::new("tests-settings");
    session.file("deployer.yaml", "on-failure: bounce\n");
    session.variables.insert("DEPLOYER_WAIT_TIME".to_owned(), "2".to_owned());
    let printed = session.run("test --flow approval").await;
    assert_eq!(
        printed.err,
        "wait-time: 2 (DEPLOYER_WAIT_TIME), in tests that do not set it\n\
         on-failure: bounce ($DIR/deployer.yaml:1: on-failure), in tests that do not set it\n"
    );
    let typed = session.run("test --flow approval --on-failure retry --wait-time 1").await;
    assert!(!typed.err.contains("in tests that"), "{}", typed.err);
}

#[tokio::test(start_paused = true)]
async fn a_file_of_tests_that_is_not_read_is_a_warning() {
    let session = flow("tests-stray", TESTS);
    session.file("mine/tests/hostile.txt", TESTS);
    session.file("mine/tests/b.yaml.txt", "");
    session.file("mine/tests/notes.txt", "Remember to test the tests: all of them.\n");
    for command in ["test", "check --handler $DIR/bootstrap"] {
        let printed = session.run(&format!("{command} --flow $DIR/mine")).await.all();
        let warnings: Vec<_> =
            printed.lines().filter(|line| line.contains("warning[unknown-file]")).collect();
        assert_eq!(warnings.len(), 2, "{printed}");
        for meant in ["did you mean `hostile.yaml`?", "did you mean `b.yaml`?"] {
            assert!(printed.contains(meant), "{printed}");
        }
    }
}
