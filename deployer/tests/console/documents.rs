//! The commands in the documents parse, and the quoted output is what the program prints.

use std::fs;
use std::path::{Path, PathBuf};

use deployer::command_line::{NoCommand, parse};

use crate::session::{ConsoleSession, ORGANIZATION};

/// Documents that lead through a task and quote the output.
const WALKS: [&str; 2] = ["docs/first-flow.md", "docs/troubleshooting.md"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The lines of the fenced blocks in these languages, without the indentation of a list.
fn quoted(document: &str, languages: &[&str]) -> Vec<String> {
    let text = fs::read_to_string(root().join(document)).unwrap();
    let (mut lines, mut within) = (Vec::new(), None);
    for line in text.lines() {
        let bare = line.trim_start();
        let indent = line.len() - bare.len();
        match (bare.strip_prefix("```"), within) {
            (Some(language), None) => within = Some((indent, languages.contains(&language))),
            (Some(_), Some(_)) => within = None,
            (None, Some((indent, true))) => lines.push(line.get(indent..).unwrap_or("").to_owned()),
            (None, _) => {}
        }
    }
    lines
}

/// The command lines of a document: whole lines of blocks, and the text between backticks.
fn commands(document: &str) -> Vec<String> {
    let blocks = quoted(document, &["sh", "text"]);
    let typed = blocks.iter().filter_map(|line| {
        let line = line.strip_prefix("$ ").unwrap_or(line);
        line.starts_with("deployer ").then(|| line.to_owned())
    });
    let text = fs::read_to_string(root().join(document)).unwrap();
    let inline = text.split('`').skip(1).step_by(2);
    let inline = inline.filter(|code| code.starts_with("deployer ") && !code.contains('\n'));
    typed.chain(inline.map(str::to_owned)).collect()
}

#[test]
fn every_command_in_the_documents_parses() {
    let mut tried = 0;
    for document in WALKS {
        for command in commands(document) {
            let words = command.split_whitespace().take_while(|word| !matches!(*word, ">" | "#"));
            let words = words.map(|word| word.trim_end_matches(['…', ';']).into());
            if let Err(NoCommand::Fault { text: fault, .. }) = parse(words, false) {
                panic!("{document}: {command}\n{fault}");
            }
            tried += 1;
        }
    }
    assert!(tried > 20, "{tried}");
}

/// Quoted output is in the source of a console test, which compares it with what is printed.
#[test]
fn every_output_in_the_documents_is_in_a_console_test() {
    let sessions = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/console");
    let mut printed = String::new();
    for file in fs::read_dir(sessions).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "rs" || extension == "txt") {
            printed.push_str(&fs::read_to_string(path).unwrap());
        }
    }
    // A person types neither the sessions' folder nor the options that the sessions give each time.
    for given in ["$DIR/", &format!(" --org-arn {ORGANIZATION} --handler bootstrap --yes")] {
        printed = printed.replace(given, "");
    }
    for document in WALKS {
        let lines = quoted(document, &["text"]);
        assert!(!lines.is_empty(), "{document} quotes nothing");
        for line in lines.iter().filter(|line| !line.is_empty() && !line.starts_with("$ ")) {
            assert!(printed.contains(&format!("\n{line}\n")), "{document}: {line}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_state_machine_of_the_first_flow_has_no_faults() {
    let session = ConsoleSession::new("documents");
    let lines = quoted("docs/first-flow.md", &["yaml"]);
    let definition = lines.iter().skip_while(|line| !line.starts_with("StartAt"));
    let definition: String = definition.map(|line| format!("{line}\n")).collect();
    session.file("newsletters.asl.yaml", definition);
    let check = session.flow("check", "--state-machine $DIR/newsletters.asl.yaml").await;
    assert_eq!(
        (check.code, check.out.as_str()),
        (0, "0 errors, 0 warnings in definition, handler, template\n")
    );
}
