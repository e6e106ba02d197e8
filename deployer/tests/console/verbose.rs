//! `--verbose`: a line on stderr for each call to AWS.

use cloud::ErrorKind;
use deployer::host::terminal::Size;
use snapbox::{assert_data_eq, str};

use crate::screen::replay;
use crate::session::{ConsoleSession, failure};

fn calls(text: &str) -> Vec<&str> {
    text.lines().filter(|line| line.starts_with("aws: ")).collect()
}

#[tokio::test(start_paused = true)]
async fn each_call_is_a_line_on_stderr_and_the_answer_stays_the_same() {
    let session = ConsoleSession::deployed("verbose").await;
    for output in ["", "--output json"] {
        let plain = session.run(&format!("outputs {output}")).await;
        let verbose = session.run(&format!("-v outputs {output}")).await;
        assert_eq!((plain.code, verbose.code), (0, 0), "{}", verbose.all());
        // The clock goes on with every reading.
        let without_time = |out: &str| out.split("\"timestamp\"").next().unwrap().to_owned();
        assert_eq!(without_time(&plain.out), without_time(&verbose.out));
        assert_eq!(calls(&plain.err), [""; 0]);
        let line = "aws: CloudFormation DescribeStacks: ok (200) in 0 ms, request ID request-";
        assert!(verbose.err.starts_with(line), "{}", verbose.err);
        assert_eq!(calls(&verbose.err).len(), verbose.err.lines().count(), "{}", verbose.err);
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_call_is_a_line_before_the_error() {
    let session = ConsoleSession::new("verbose-refused");
    let refusal = failure(
        "CloudFormation",
        "DescribeStacks",
        ErrorKind::Denied,
        Some("AccessDenied"),
        "User me may not",
    );
    session.cloud.fail_next("DescribeStacks", refusal);
    let refused = session.run("outputs --verbose").await;
    assert_data_eq!(
        refused.all(),
        str![[r#"
aws: CloudFormation DescribeStacks: AccessDenied (400) in 0 ms, request ID request-1
error: CloudFormation DescribeStacks failed (AccessDenied): User me may not

hint: the credentials work, but their user or role lacks this permission
--- exit 4

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn quiet_and_verbose_contradict_each_other() {
    let session = ConsoleSession::new("verbose-quiet");
    for line in ["status -q -v", "-v status --quiet", "--quiet status --verbose"] {
        let refused = session.run(line).await;
        assert_eq!(refused.code, 2, "{line}: {}", refused.all());
        assert!(refused.err.contains("--quiet and --verbose contradict"), "{}", refused.err);
    }
    assert_eq!(session.cloud.calls().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn calls_scroll_above_the_rows_that_are_redrawn() {
    let size = Size { width: 100, height: 24 };
    let live = ConsoleSession { screen: Some(size), ..ConsoleSession::new("verbose-live") };
    let up = live.flow("up", "--yes -v").await;
    assert_eq!(up.code, 0, "{}", up.err);
    let mut views = Vec::new();
    replay(&up.err, (100, 24), |screen| views.push(screen.shown()));
    let in_progress =
        |view: &&String| view.contains(" of 11 resources") || view.contains(" of 11 ");
    let rows: Vec<&String> = views.iter().filter(in_progress).collect();
    assert!(!rows.is_empty());
    for view in rows {
        // What is under way stays at the bottom.
        let last = view.trim_end().lines().last().unwrap_or_default();
        assert!(!last.starts_with("aws: "), "{view}");
        let whole = |line: &str| !line.contains("aws: ") || line.starts_with("aws: ");
        assert!(view.lines().all(whole), "{view}");
    }
}
