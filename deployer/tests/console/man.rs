//! `deployer man`: pages for `man`, in a folder that must be empty.

use snapbox::{assert_data_eq, str};

use crate::session::ConsoleSession;

#[tokio::test(start_paused = true)]
async fn man_writes_a_page_for_the_program_and_each_command() {
    let session = ConsoleSession::new("man");
    session.without("pages");
    let printed = session.run("man $DIR/pages").await;
    assert_eq!((printed.code, printed.err.as_str()), (0, ""), "{}", printed.all());
    let mut expected = vec!["deployer.1".to_owned()];
    for command in
        deployer::command_line::command().get_subcommands().filter(|command| !command.is_hide_set())
    {
        expected.push(format!("deployer-{}.1", command.get_name()));
    }
    let listed: Vec<_> =
        printed.out.lines().map(|line| line.trim_start_matches("$DIR/pages/")).collect();
    assert_eq!(listed, expected);
    let main = session.read("pages/deployer.1");
    for part in [".TH deployer 1", "deployer\\-up(1)", "Exit codes:", "a bug in deployer"] {
        assert!(main.contains(part), "{part}:\n{main}");
    }
    let up = session.read("pages/deployer-up.1");
    let title = format!(".TH deployer-up 1  \"deployer {}\" deployer", env!("CARGO_PKG_VERSION"));
    assert!(up.contains(&title), "{up}");
    assert!(up.contains("\\-\\-org\\-arn") && up.contains(".SH DESCRIPTION"), "{up}");
}

#[tokio::test(start_paused = true)]
async fn a_folder_that_is_not_empty_is_refused() {
    let session = ConsoleSession::new("man-full");
    session.file("mine", "mine");
    assert_data_eq!(
        session.run("man $DIR").await.all(),
        str![[r#"
error: $DIR is not empty; nothing was written

hint: name an empty folder, or one that does not exist yet
--- exit 2

"#]]
    );
    assert_eq!(session.read("mine"), "mine");
    let lost = session.run("man $DIR/no/such").await;
    assert_eq!(lost.code, 1, "{}", lost.all());
    assert!(lost.err.contains("cannot write the folder $DIR/no/such"), "{}", lost.err);
}

#[tokio::test(start_paused = true)]
async fn man_prints_json() {
    let session = ConsoleSession::new("man-json");
    session.without("pages");
    let printed = session.run("man $DIR/pages --output json").await;
    let object = printed.json();
    assert_eq!(
        (&object["type"], &object["files"][0]),
        (&"man_pages".into(), &"$DIR/pages/deployer.1".into())
    );
}
