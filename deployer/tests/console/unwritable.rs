//! Output that cannot be written is a failure of every command; a reader who has closed the pipe is none.

use std::io::ErrorKind;

use crate::session::{ConsoleSession, ORGANIZATION, STACK};

const REASON: &str = "error: cannot write to standard output: ";

/// The options with which a command has something to print; `None` for one without output on stdout.
pub(crate) fn options(command: &str) -> Option<&'static str> {
    Some(match command {
        "check" | "plan" | "render" | "config" => "FLOW",
        "up" => "FLOW --yes",
        "export" => "$DIR/exported FLOW",
        "doctor" => "--org-arn ORG",
        "permissions" => "--org-arn ORG",
        "rule" => "",
        "completions" => "bash",
        "man" => "$DIR/man",
        "init" => "$DIR/flow",
        "new-function" => "translate --runtime python3.13 --flow $DIR/own",
        "pull" | "event" | "flows" | "schema" | "status" | "outputs" | "watch" | "down"
        | "drift" | "local" | "test" | "exit-codes" | "decide" | "list" | "open" => "",
        "invoke" => "",
        // They fail in this session, or have nothing to print.
        "cancel" | "recover" | "logs" | "trace" | "stop" | "redrive" => return None,
        other => panic!("say with which options `{other}` has something to print"),
    })
}

async fn full(name: &str) -> ConsoleSession {
    let mut session = ConsoleSession::deployed(name).await;
    session.unwritable = Some(ErrorKind::StorageFull);
    for folder in ["exported", "man", "flow", "own"] {
        session.without(folder);
    }
    std::fs::create_dir_all(session.path("own")).unwrap();
    session.file("own/flow.yaml", "");
    session
}

pub(crate) fn line(command: &str, options: &str) -> String {
    let flow =
        format!("--org-arn {ORGANIZATION} --handler $DIR/bootstrap --state-machine $DIR/flow.json");
    let yes = if command == "down" { "--yes" } else { "" };
    format!("{command} {} {yes}", options.replace("FLOW", &flow).replace("ORG", ORGANIZATION))
}

#[tokio::test(start_paused = true)]
async fn every_command_fails_when_its_output_cannot_be_written() {
    let mut failed = 0;
    let commands = deployer::command_line::command();
    let commands = commands.get_subcommands().map(|command| command.get_name().to_owned());
    for command in commands.filter(|name| name != "help" && name != "asl") {
        let Some(options) = options(&command) else { continue };
        for output in ["", "--output json"] {
            let mut session = full("unwritable").await;
            session.unwritable = None;
            let line = format!("{} {output}", line(&command, options));
            let whole = session.run(&line).await;
            // Nothing is lost where a person reads all on stderr.
            if whole.out.is_empty() {
                continue;
            }
            let session = full("unwritable").await;
            let printed = session.run(&line).await;
            assert!(printed.err.contains(REASON), "{line}: {}", printed.all());
            let code = if whole.code == 3 { 1 } else { whole.code.max(1) };
            assert_eq!(printed.code, code, "{line}: {}", printed.all());
            failed += 1;
        }
    }
    assert!(failed > 40, "{failed}");
}

#[tokio::test(start_paused = true)]
async fn help_and_version_and_errors_fail_when_they_cannot_be_written() {
    let session = full("unwritable-help").await;
    for line in ["--help", "-h", "--version", "help", "up --help", "help up"] {
        let printed = session.run(line).await;
        assert_eq!(printed.code, 1, "{line}");
        assert!(printed.err.contains(REASON), "{line}: {}", printed.err);
    }
    // The error of the command itself is shown.
    let printed = session.run(&format!("outputs --stack-name x{STACK} --output json")).await;
    assert_eq!(printed.code, 1);
    assert!(printed.err.contains("error: there is no stack x"), "{}", printed.err);
    assert!(printed.err.contains(REASON), "{}", printed.err);
}

#[tokio::test(start_paused = true)]
async fn a_reader_who_has_read_enough_is_no_failure() {
    let mut session = ConsoleSession::deployed("unwritable-pipe").await;
    session.unwritable = Some(ErrorKind::BrokenPipe);
    for line in ["--help", "--version", "schema", "status", "local", "event", "flows --output json"]
    {
        let printed = session.run(line).await;
        assert_eq!(printed.code, 0, "{line}");
        assert!(!printed.err.contains("error"), "{line}: {}", printed.err);
    }
}

/// The process itself, whose standard output is buffered.
#[cfg(target_os = "linux")]
#[test]
fn a_full_device_is_a_failure_of_the_process() {
    for words in
        [&["schema"][..], &["--help"], &["--version"], &["completions", "bash"], &["event"]]
    {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let run = std::process::Command::new(env!("CARGO_BIN_EXE_deployer"))
            .args(words)
            .stdout(full)
            .output()
            .unwrap();
        let err = String::from_utf8(run.stderr).unwrap();
        assert_eq!(run.status.code(), Some(1), "{words:?}: {err}");
        assert!(err.contains("cannot write to standard output: No space left on device"), "{err}");
    }
}

/// Files that cannot be written are a failure, too.
#[cfg(target_os = "linux")]
#[tokio::test(start_paused = true)]
async fn a_file_that_cannot_be_written_is_a_failure() {
    let session = ConsoleSession::deployed("unwritable-files").await;
    for line in [
        "pull /dev/full --force",
        "pull --settings /dev/full --force",
        "local --svg /dev/full",
        "test --flow default --junit /dev/full",
        &format!(
            "plan --org-arn {ORGANIZATION} --handler $DIR/bootstrap --flow default --out /dev/full"
        ),
    ] {
        let printed = session.run(line).await;
        assert_eq!(printed.code, 1, "{line}: {}", printed.all());
        assert!(
            printed.err.contains("cannot write ") && printed.err.contains("/dev/full"),
            "{line}: {}",
            printed.err
        );
        assert!(printed.err.contains("No space left on device"), "{line}: {}", printed.err);
    }
}
