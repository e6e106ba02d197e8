//! Every command that the program prints can be run as it is printed, and repeats what was typed.
//!
//! `assert_complete` looks at the output of every console session.

use deployer::command_line::command;
use serde_json::Value;

use crate::session::ConsoleSession;

/// Options that a printed command repeats if it accepts them.
const REPEATED: [&str; 7] =
    ["config", "env", "stack-name", "org-arn", "region", "profile", "endpoint-url"];

/// Fails if a printed command is no command line of the program, or lost an option that was typed.
pub(crate) fn assert_complete(typed: &[String], outputs: &[&str]) {
    // Help and documents are about any command.
    let general = ["help", "-h", "--help", "schema", "man", "completions", "flows"];
    if typed.iter().any(|word| general.contains(&word.as_str())) {
        return;
    }
    for words in outputs.iter().flat_map(|output| printed(output)) {
        match command().try_get_matches_from(&words) {
            Ok(_) => {}
            Err(help) if help.kind() == clap::error::ErrorKind::DisplayHelp => continue,
            Err(error) => panic!("printed: {words:?}\n{error}"),
        }
        let mut program = command();
        program.build();
        let Some(printed) = program.find_subcommand(&words[1]) else { continue };
        for name in REPEATED {
            let option = format!("--{name}");
            let is_typed =
                |word: &String| *word == option || word.starts_with(&format!("{option}="));
            let is_printed = |argument: &&clap::Arg| {
                argument.get_long().is_some_and(|long| words.contains(&format!("--{long}")))
            };
            let conflicts = printed.get_arguments().filter(is_printed).any(|argument| {
                let others = printed.get_arg_conflicts_with(argument);
                others.iter().any(|other| other.get_long() == Some(name))
            });
            let is_accepted = printed.get_arguments().any(|one| one.get_long() == Some(name));
            let replaced = name == "env" && words.contains(&"--config".to_owned());
            if is_accepted && typed.iter().any(is_typed) && !replaced && !conflicts {
                assert!(words.iter().any(is_typed), "{option} is lost: {words:?}");
            }
        }
    }
}

/// The command lines in a text, as words: in backquotes, or on a line of their own.
fn printed(output: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for line in output.lines() {
        match serde_json::from_str::<Value>(line) {
            Ok(value) => texts(&value, &mut |text| found.extend(in_text(text))),
            Err(_) => found.extend(in_text(line)),
        }
    }
    found
}

fn texts(value: &Value, found: &mut dyn FnMut(&str)) {
    match value {
        Value::String(text) => text.lines().for_each(found),
        Value::Array(values) => values.iter().for_each(|value| texts(value, found)),
        Value::Object(members) => members.values().for_each(|value| texts(value, found)),
        _ => {}
    }
}

fn in_text(line: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let bare = line.trim_start().trim_start_matches("again: ");
    let name = bare.strip_prefix("deployer ").unwrap_or_default();
    // A usage line has placeholders.
    let is_usage = bare.contains("[OPTIONS]");
    if !is_usage && name.starts_with(|char: char| char.is_ascii_lowercase()) {
        found.push(words(bare).0);
    }
    let mut rest = line;
    while let Some(at) = rest.find("`deployer ") {
        let (command, length) = words(&rest[at + 1..]);
        found.push(command);
        rest = &rest[at + 1 + length..];
    }
    found
}

/// The words of a command line up to a backquote outside quotation marks, as a POSIX shell reads them, and the
/// length of what was read.
fn words(text: &str) -> (Vec<String>, usize) {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    let mut chars = text.char_indices();
    while let Some((at, char)) = chars.next() {
        match (quote, char) {
            (None, '`') => {
                words.extend(word);
                return (words, at + 1);
            }
            (None, '\'' | '"') => {
                quote = Some(char);
                word.get_or_insert_default();
            }
            (Some(open), char) if open == char => quote = None,
            (None, '\\') => word.get_or_insert_default().extend(chars.next().map(|(_, char)| char)),
            (None, ' ') => words.extend(word.take()),
            _ => word.get_or_insert_default().push(char),
        }
    }
    words.extend(word);
    (words, text.len())
}

/// Settings with characters that a shell would take for its own.
async fn odd(name: &str) -> (ConsoleSession, String) {
    let session = ConsoleSession::new(name);
    session.file("a b.yaml", "environments:\n  te st:\n    memory: 256\n");
    let flow = r#"{"StartAt": "A", "TimeoutSeconds": 600, "States": {"A": {"Type": "Succeed"}}}"#;
    session.file("flow.json", flow);
    (session, "--config|$DIR/a b.yaml|--env|te st|--profile|it's|--stack-name|other".to_owned())
}

async fn run(session: &ConsoleSession, line: &str) -> crate::session::Printed {
    session.run_words(line.split('|').map(str::to_owned).collect(), None).await
}

/// The hints of each failure; that their commands are complete is for `assert_complete`.
#[tokio::test(start_paused = true)]
async fn the_commands_in_hints_repeat_what_was_typed() {
    let (session, typed) = odd("printed-commands").await;
    let suffix = "--config '$DIR/a b.yaml' --env \"te st\" --stack-name other --profile \"it's\"";
    let suffix = suffix.replace("'$DIR/a b.yaml'", "\"$DIR/a b.yaml\"");
    let flow =
        format!("--org-arn|{}|--handler|$DIR/bootstrap|{typed}", crate::session::ORGANIZATION);
    let needs = run(&session, &format!("up|{flow}")).await;
    assert_eq!(needs.code, 6, "{}", needs.all());
    assert!(needs.err.contains("`deployer plan --config \"$DIR/a b.yaml\""), "{}", needs.err);
    assert_eq!(run(&session, &format!("up|--yes|{flow}")).await.code, 0);
    for (line, code, hint) in [
        (format!("cancel|{typed}"), 1, String::new()),
        (format!("recover|{typed}"), 1, format!("`deployer down {suffix}` removes it")),
        (format!("decide|x|approve|{typed}"), 3, format!("`deployer decide {suffix}` lists")),
        (format!("trace|x|{typed}"), 3, format!("`deployer logs {suffix}` lists")),
        (
            format!("pull|$DIR/li ve.yaml|--force|{typed}"),
            0,
            "--state-machine \"$DIR/li ve.yaml\"".to_owned(),
        ),
        (format!("down|--retain|X|{typed}"), 1, format!("run `deployer down {suffix}` without")),
    ] {
        let printed = run(&session, &line).await;
        assert_eq!(printed.code, code, "{line}: {}", printed.all());
        assert!(printed.err.contains(&hint), "{line}: {}", printed.err);
    }
    let idle = run(&session, &format!("cancel|{typed}")).await;
    assert!(!idle.err.contains("down"), "{}", idle.err);
}

#[tokio::test(start_paused = true)]
async fn the_commands_after_a_failed_operation_repeat_what_was_typed() {
    let (session, typed) = odd("printed-failed").await;
    let flow = format!(
        "up|--yes|--org-arn|{}|--handler|$DIR/bootstrap|{typed}",
        crate::session::ORGANIZATION
    );
    session.cloud.fail_resource("MfsmFunction", "no");
    let failed = run(&session, &flow).await;
    assert_eq!(failed.code, 1, "{}", failed.all());
    let again = format!("`deployer {}", "up --yes --org-arn");
    assert!(failed.err.contains(&again), "{}", failed.err);
}

#[test]
fn no_command_is_printed_but_by_the_one_function() {
    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    let names: Vec<String> =
        command().get_subcommands().map(|command| command.get_name().to_owned()).collect();
    let mut folders = vec![std::path::PathBuf::from(sources)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if path.to_string_lossy().ends_with("tests.rs") {
                continue;
            }
            // The list of AWS services is a zip.
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            let product = text.split("#[cfg(test)]").next().unwrap();
            for line in product.lines().filter(|line| !line.trim_start().starts_with("//")) {
                for name in &names {
                    let is_printed = line.contains(&format!("deployer {name}"))
                        && !path.ends_with("next_command.rs")
                        && !line.contains("[OPTIONS]")
                        // Help is about any command; the format of plan files has this name.
                        && !path.ends_with("help.rs")
                        && !path.ends_with("reviewed.rs");
                    assert!(!is_printed, "{}: {line}", path.display());
                }
            }
        }
    }
}
