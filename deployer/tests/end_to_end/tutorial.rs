//! Follows the tutorial in order: writes its files, makes its changes, runs its commands, and
//! compares the output with what it quotes.

use std::fs;
use std::path::PathBuf;

use regex::Regex;

use crate::emulator::{Emulator, Trouble};
use crate::sandbox::Sandbox;

const PAGE: &str = include_str!("../../../docs/start/tutorial.md");

/// The account whose organization is in the tutorial's settings.
const ACCOUNT: &str = "123456789012";

/// The mark of omitted lines.
const LEFT_OUT: &str = "…";

/// One thing that the reader does.
#[derive(Debug)]
enum Step {
    /// Writes a file.
    Write { file: String, text: String },
    /// Changes a part of a file.
    Change { file: String, before: String, after: String },
    /// Types a command, which ends with an exit code and prints lines.
    Type { command: String, code: i32, prints: Vec<String> },
}

#[tokio::test]
async fn the_tutorial_works_as_written() -> Result<(), Trouble> {
    let emulator = Box::leak(Box::new(Emulator::start("tutorial").await?));
    let mut sandbox = Sandbox::in_account(emulator, ACCOUNT).await?;
    // A debug build has no embedded handler.
    sandbox.variable("DEPLOYER_HANDLER", sandbox.handler.zip.display().to_string());
    let mut commands = Vec::new();
    for step in steps(PAGE) {
        match step {
            Step::Write { file, text } => {
                sandbox.file(&file, text)?;
            }
            Step::Change { file, before, after } => {
                let path = sandbox.folder.join(&file);
                let text = fs::read_to_string(&path).map_err(|cause| Trouble::of(&file, cause))?;
                assert_eq!(text.matches(&before).count(), 1, "{file} has not once\n{before}");
                sandbox.file(&file, text.replacen(&before, &after, 1))?;
            }
            Step::Type { command, code, prints } => {
                typed(&sandbox, &command, code, &prints).await?;
                commands.push(command);
            }
        }
    }
    for name in ["init", "local", "test", "check", "up", "invoke", "decide", "trace", "down"] {
        let begins = format!("deployer {name}");
        assert!(commands.iter().any(|command| command.starts_with(&begins)), "{name} is not typed");
    }
    Ok(())
}

async fn typed(sandbox: &Sandbox, line: &str, code: i32, prints: &[String]) -> Result<(), Trouble> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let ["deployer", arguments @ ..] = &words[..] else {
        return Err(Trouble::of("the tutorial types something else than deployer", line));
    };
    let folder: PathBuf = sandbox.folder.clone();
    let run = sandbox.deployer.command(arguments).current_dir(folder).output().await;
    let run = run.map_err(|cause| Trouble::of(line, cause))?;
    let printed =
        [run.stdout, run.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let printed = printed.join("\n");
    if run.status.code() != Some(code) {
        let ended = format!("{line} ended with {:?}, not with {code}", run.status.code());
        return Err(Trouble::of(ended, printed));
    }
    let printed: Vec<String> = printed.lines().map(timeless).collect();
    let mut rest = &printed[..];
    for quoted in prints.split(|line| line == LEFT_OUT).filter(|quoted| !quoted.is_empty()) {
        let quoted: Vec<String> = quoted.iter().map(|line| timeless(line)).collect();
        let found = rest.windows(quoted.len()).position(|lines| lines == quoted);
        let Some(found) = found else {
            let missing = format!("{line} does not print\n{}\nbut", quoted.join("\n"));
            return Err(Trouble::of(missing, printed.join("\n")));
        };
        rest = &rest[found + quoted.len()..];
    }
    Ok(())
}

/// A line without what differs between runs: the milliseconds.
fn timeless(line: &str) -> String {
    let took = Regex::new(r"\d+(\.\d+)? ms").expect("a pattern of ours is one");
    took.replace_all(line.trim_end(), "… ms").into_owned()
}

/// The steps of the page.
fn steps(page: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let Some(language) = line.strip_prefix("```") else { continue };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        match language {
            "yaml" => steps.push(write(&block)),
            "diff" => steps.push(change(&block)),
            "console" => steps.extend(session(&block)),
            other => panic!("a block in {other} would not be tried"),
        }
    }
    steps
}

/// The file, which the first line of a block names, and the rest of the block.
fn named<'a>(block: &'a [&'a str]) -> (String, &'a [&'a str]) {
    let (first, rest) = block.split_first().expect("a block has lines");
    let file = first.strip_prefix("# ").expect("a block begins with its file's name");
    (file.to_owned(), rest)
}

fn write(block: &[&str]) -> Step {
    let (file, lines) = named(block);
    Step::Write { file, text: lines.join("\n") + "\n" }
}

fn change(block: &[&str]) -> Step {
    let (file, lines) = named(block);
    let side = |other: char| {
        let kept = lines.iter().filter(|line| !line.starts_with(other));
        kept.map(|line| line.get(1..).unwrap_or_default().to_owned() + "\n").collect::<String>()
    };
    Step::Change { file, before: side('+'), after: side('-') }
}

fn session(block: &[&str]) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for line in block {
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some(typed), _) => {
                let (command, code) = typed.split_once("# exit code ").unwrap_or((typed, "0"));
                let code = code.trim().parse().expect("an exit code is a number");
                let command = command.trim().to_owned();
                steps.push(Step::Type { command, code, prints: Vec::new() });
            }
            (None, Some(Step::Type { prints, .. })) => prints.push((*line).to_owned()),
            (None, _) => panic!("{line} is printed by nothing"),
        }
    }
    steps
}
