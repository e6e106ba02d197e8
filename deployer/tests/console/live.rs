//! Operations at a terminal: a block of rows that is redrawn, above it a complete transcript.

use deployer::host::terminal::Size;
use snapbox::{assert_data_eq, str};

use crate::screen::replay;
use crate::session::{ConsoleSession, Printed};

const USUAL: Size = Size { width: 80, height: 24 };

/// A session whose stderr is a screen.
fn session(name: &str, size: Size) -> ConsoleSession {
    ConsoleSession { screen: Some(size), ..ConsoleSession::new(name) }
}

#[tokio::test(start_paused = true)]
async fn resources_in_progress_are_in_view_and_finished_ones_scroll_away() {
    let session = session("live-up", USUAL);
    let up = session.flow("up", "--yes").await;
    assert_eq!(up.code, 0, "{}", up.err);
    let mut views = Vec::new();
    replay(&up.err, (80, 24), |screen| views.push(screen.shown()));
    let under_way = |view: &&String| view.contains("MfsmFunction AWS") && view.contains(" of 11 ");
    let view = views.iter().find(under_way).unwrap();
    let rows: Vec<_> = view.lines().rev().take(6).collect();
    let rows: Vec<_> = rows.into_iter().rev().collect();
    assert_data_eq!(
        rows.join("\n"),
        str![[r#"
12:00:23 CREATE_COMPLETE      MfsmFunctionDynamoDBPolicy AWS::IAM::Policy
12:00:24 CREATE_COMPLETE      MfsmFunctionLogsPolicy AWS::IAM::Policy
12:00:25 CREATE_COMPLETE      MfsmStateMachine AWS::StepFunctions::StateMachine
12:00:28 CREATE_COMPLETE      MfsmFunctionStateMachinePolicy AWS::IAM::Policy
  CREATE_IN_PROGRESS   MfsmFunction AWS::Lambda::Function                  0:01
CREATE_IN_PROGRESS: 9 of 11 resources done                   0:01 of about 1:00
"#]]
    );
}

/// The output of `lines`, without the rows that were only in view.
fn finished_lines(printed: &str) -> String {
    let only_in_view = |line: &&str| {
        let of_a_resource = !line.contains("AWS::CloudFormation::Stack");
        line.contains("_IN_PROGRESS ") && of_a_resource || line.starts_with("still ")
    };
    printed.lines().filter(|line| !only_in_view(line)).map(|line| format!("{line}\n")).collect()
}

/// Masks time and digits in the names of change sets, which advance with every attempt.
fn without_times(text: &str) -> String {
    let mut parts = text.split("deployer-up-");
    let mut without = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        without.push_str("deployer-up-");
        without.push_str(
            part.trim_start_matches(|char: char| char.is_ascii_hexdigit() || char == '-'),
        );
    }
    without.trim_end().to_owned()
}

/// A creation, an update, a failing update and the removal.
async fn life(session: &ConsoleSession) -> Vec<Printed> {
    let mut life = vec![session.flow("up", "--yes").await];
    life.push(session.flow("up", "--yes --memory 256").await);
    session.cloud.fail_resource("MfsmFunction", "no such memory");
    life.push(session.flow("up", "--yes --memory 512").await);
    life.push(session.run("down --yes").await);
    life
}

/// The words of a text, because a terminal breaks lines between them.
fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

#[tokio::test(start_paused = true)]
async fn sentences_are_broken_between_words() {
    let narrow = Size { width: 44, height: 20 };
    let refused = session("live-sentences", narrow).run("status --stack-name ?").await;
    assert_data_eq!(
        refused.err,
        str![[r#"
error: --stack-name cannot be used
  error[stack-name] --stack-name: `?`: a
  stack name begins with a letter and has
  only the letters a-z and A-Z, digits and
  hyphens, 128 at most

"#]]
    );
    let rule = ConsoleSession::deployed("live-rule").await;
    let rule = ConsoleSession { screen: Some(narrow), ..rule }.run("rule").await;
    assert_data_eq!(
        rule.out,
        str![[r#"
MfsmFunctionArn        arn:aws:lambda:us-east-1:123456789012:function:workmail-message-flow-MfsmFunction
MfsmStateMachineArn    arn:aws:states:us-east-1:123456789012:stateMachine:MfsmStateMachine-FBC55DF924EC
MfsmExecutionTableArn  arn:aws:dynamodb:us-east-1:123456789012:table/workmail-message-flow-MfsmExecutionTable-86A9032AB8CB

The rule in the WorkMail console, for which
AWS has no API:
  1. Open https://console.aws.amazon.com/workmail/ and choose the region us-east-1.
  2. Organizations, then
     m-0123456789abcdef0123456789abcdef.
  3. Organization settings, tab Inbound
     rules (or Outbound rules), Create.
  4. Rule name: any unused name. Action: Run
     Lambda.
  5. Function ARN: arn:aws:lambda:us-east-1:123456789012:function:workmail-message-flow-MfsmFunction
     Tick Run synchronously.
  6. Rule timeout: 240 minutes, or at least
     as long as your longest execution.
     Fallback action: what happens to a
     message that got no verdict in that
     time.
  7. Sender domains or addresses: whose
     mail, such as *. Destination domains or
     addresses: *
  8. Create. The rule applies immediately.
Amazon WorkMail ends on 2027-03-31, in 130
days.

"#]]
    );
}

/// Everything is printed once and in full, and no row of the block stays.
#[tokio::test(start_paused = true)]
async fn the_transcript_is_complete_at_every_size() {
    let printed = life(&ConsoleSession::new("live-not")).await;
    for (width, height) in [(80, 24), (40, 10), (20, 4), (300, 60), (10, 2)] {
        let size = Size { width, height };
        let live = life(&session(&format!("live-{width}"), size)).await;
        for (live, printed) in live.iter().zip(&printed) {
            assert_eq!((live.code, words(&live.out)), (printed.code, words(&printed.out)));
            let mut screen = replay(&live.err, (width, height), |_| {});
            let (shown, finished) = (screen.transcript(), finished_lines(&printed.err));
            let (shown, finished) = (without_times(&shown), without_times(&finished));
            assert_eq!(words(&shown), words(&finished), "at {width}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_expected_time_is_that_of_the_last_update() {
    let life = life(&session("live-expected", USUAL)).await;
    let says = |nth: usize, words: &str| life[nth].err.contains(words);
    assert!(says(0, " of about 1:00\n"), "{}", life[0].err);
    assert!(!says(1, " of about "), "{}", life[1].err);
    assert!(says(2, " about 0:04\n"), "{}", life[2].err);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_redrawn_unless_that_is_requested_and_possible() {
    let piped = ConsoleSession::new("live-piped");
    let log = ConsoleSession { plain: true, ..session("live-log", USUAL) };
    let asked = session("live-asked", USUAL);
    let programs = session("live-programs", USUAL);
    for (session, options) in [
        (piped, "--progress live"),
        (log, ""),
        (asked, "--progress lines"),
        (programs, "--output json"),
    ] {
        let up = session.flow("up", &format!("--yes {options}")).await;
        assert_eq!(up.code, 0, "{}", up.err);
        assert!(!up.err.contains('\u{1b}') && !up.out.contains('\u{1b}'), "{options}");
    }
    let insisted = ConsoleSession { plain: true, ..session("live-insisted", USUAL) };
    let up = insisted.flow("up", "--yes --progress live").await;
    assert!(up.err.contains('\u{1b}'), "{}", up.err);
}
