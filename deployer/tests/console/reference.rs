//! The command reference is the output of `--help`, so it cannot become outdated.

use snapbox::{assert_data_eq, file};

#[test]
fn the_command_reference_is_what_help_prints() {
    let mut command = deployer::command_line::command().term_width(100);
    command.build();
    let mut text = String::from(
        "# Command reference\n\nWhat `deployer COMMAND --help` prints. A test keeps this page true; \
         `SNAPSHOTS=overwrite cargo test --test console reference` writes it anew.\n",
    );
    push(&mut text, &mut deployer::command_line::grouped().term_width(100), "deployer");
    let names: Vec<String> = command
        .get_subcommands()
        .filter(|sub| !sub.is_hide_set())
        .map(|sub| sub.get_name().to_owned())
        .filter(|name| name != "help")
        .collect();
    for name in names {
        let sub = command.find_subcommand_mut(&name).unwrap();
        push(&mut text, sub, &format!("deployer {name}"));
    }
    assert_data_eq!(text, file!["../../../docs/commands.md"].raw());
}

fn push(text: &mut String, command: &mut clap::Command, title: &str) {
    let help = command.render_long_help().to_string();
    text.push_str(&format!("\n## {title}\n\n```text\n{}\n```\n", help.trim_end()));
}

#[tokio::test]
async fn help_and_version_are_printed_to_stdout() {
    let session = crate::session::ConsoleSession::new("help");
    for line in ["--help", "help up", "up --help", "--version", "-V"] {
        let printed = session.run(line).await;
        assert_eq!((printed.code, printed.err.as_str()), (0, ""), "{line}");
        assert!(!printed.out.is_empty());
    }
    for line in ["", "fly", "up", "up --org-arn", "down --nonsense", "status --output xml"] {
        let printed = session.run(line).await;
        assert_eq!((printed.code, printed.out.as_str()), (2, ""), "{line}");
    }
}
