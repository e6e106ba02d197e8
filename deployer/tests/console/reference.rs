//! The command reference: one page for each command, with its help, and with what a run of it prints. So a page cannot
//! become outdated.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use deployer::command_line::{GROUPS, command, grouped};
use snapbox::{Data, assert_data_eq};

use crate::reference_examples;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference/commands")
}

fn names() -> impl Iterator<Item = &'static str> {
    GROUPS.iter().flat_map(|(_, names)| *names).copied()
}

#[expect(clippy::disallowed_methods, reason = "the variable is that of the snapshots")]
fn assert_page(name: &str, text: &str) {
    let page = folder().join(format!("{name}.md"));
    if !page.exists() && std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite") {
        fs::write(&page, "").unwrap();
    }
    assert_data_eq!(text, Data::read_from(&page, None).raw());
}

#[tokio::test(start_paused = true)]
async fn each_command_has_a_page_with_its_help_and_an_example() {
    for name in names() {
        let mut program = command().term_width(100);
        program.build();
        let sub = program.find_subcommand_mut(name).unwrap();
        let about = sub.get_about().unwrap().to_string();
        let help = sub.render_long_help().to_string();
        let mut text = format!("# deployer {name}\n\n{about}.\n\n");
        let example = reference_examples::of(name).await.unwrap();
        text.push_str(&format!("## Example\n\n```text\n{}\n```\n\n", example.text));
        text.push_str(&format!("## Help\n\n```text\n{}\n```\n", help.trim_end()));
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        assert_page(name, &format!("{}\n", lines.join("\n")));
    }
}

#[test]
fn the_index_lists_each_command_and_there_is_no_other_page() {
    let mut text = String::from(
        "# Commands\n\nEach command has a page with an example and its help. A test writes the pages: \
         `SNAPSHOTS=overwrite cargo test --test console reference`.\n",
    );
    let program = command();
    for (title, names) in GROUPS {
        text.push_str(&format!("\n## {title}\n\n| command | purpose |\n| --- | --- |\n"));
        for name in names {
            let about = program.find_subcommand(name).unwrap().get_about().unwrap().to_string();
            text.push_str(&format!("| [`deployer {name}`]({name}.md) | {about} |\n"));
        }
    }
    let help = grouped().term_width(100).render_help().to_string();
    let help: Vec<&str> = help.trim_end().lines().map(str::trim_end).collect();
    text.push_str(&format!(
        "\n## Options of every command\n\n```text\n$ deployer --help\n{}\n```\n",
        help.join("\n")
    ));
    assert_page("index", &text);
    let pages: BTreeSet<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let known = names().map(str::to_owned).chain(["index".to_owned()]).collect();
    assert_eq!(pages, known);
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

/// Two screens of 36 lines and 80 columns.
#[test]
fn the_help_fits_two_screens() {
    let help = grouped().term_width(80).render_help().to_string();
    let lines: Vec<&str> = help.trim_end().lines().collect();
    assert!(lines.len() <= 72, "{} lines\n{help}", lines.len());
    for line in lines {
        assert!(line.chars().count() <= 80, "{line}");
    }
}
