//! `deployer exit-codes`, and the help topic with the same text.

use snapbox::{assert_data_eq, str};

use crate::session::ConsoleSession;

#[tokio::test(start_paused = true)]
async fn the_command_and_the_help_topic_print_the_same() {
    let session = ConsoleSession::new("exit-codes");
    let printed = session.run("exit-codes").await;
    assert_data_eq!(
        printed.all(),
        str![[r#"
--- stdout
Exit codes:
   0  success, or nothing to do
   1  the operation failed, or something prevents it; the message says what to do
   2  usage error or invalid input; nothing was written
   3  changes pending (`plan --detailed-exitcode`), errors found (`check`, `doctor`), coverage too low, or not found
   4  AWS denied access: credentials or a permission
   5  interrupted (Ctrl-C or lost connection); the operation continues in AWS
   6  not confirmed: declined, no terminal and no `--yes`, drift, or a stale plan; nothing was changed
  70  a bug in deployer
--- exit 0

"#]]
    );
    for line in ["help exit-codes", "exit-codes --help"] {
        let topic = session.run(line).await;
        // Help is wrapped.
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!((topic.code, words(&topic.out)), (0, words(&printed.out)), "{line}");
    }
    let help = session.run("--help").await;
    assert!(help.out.contains("`deployer exit-codes`"), "{}", help.out);
}

#[tokio::test(start_paused = true)]
async fn exit_codes_prints_json() {
    let session = ConsoleSession::new("exit-codes-json");
    let printed = session.run("exit-codes --output json").await;
    let object = printed.json();
    let codes: Vec<_> = object["exit_codes"].as_array().unwrap().iter().collect();
    assert_eq!(object["type"], "exit_codes");
    assert_eq!(codes.len(), deployer::exit::Exit::ALL.len());
    for (row, exit) in codes.iter().zip(deployer::exit::Exit::ALL) {
        assert_eq!((&row["code"], &row["meaning"]), (&exit.code().into(), &exit.meaning().into()));
    }
}
