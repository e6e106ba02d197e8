//! The commands in the documents parse or run, and the quoted output is what the program prints.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use deployer::command_line::{NoCommand, parse};

use crate::session::{ConsoleSession, ORGANIZATION};

/// Documents that lead through a task and quote the output.
const WALKS: [&str; 2] = ["docs/start/first-flow.md", "docs/guides/troubleshooting.md"];

/// Documents with commands to copy. The tutorial is among the end-to-end tests, which run all of it.
const GUIDES: [&str; 22] = [
    "README.md",
    "docs/guides/adopt.md",
    "docs/guides/coming-from-sam.md",
    "docs/guides/deploy.md",
    "docs/guides/failed-operations.md",
    "docs/guides/functions.md",
    "docs/guides/messages.md",
    "docs/guides/monitor.md",
    "docs/guides/own-handler.md",
    "docs/guides/pipelines.md",
    "docs/guides/prepare.md",
    "docs/guides/run-locally.md",
    "docs/guides/test-a-flow.md",
    "docs/guides/troubleshooting.md",
    "docs/guides/workmail-rule.md",
    "docs/guides/write-a-flow.md",
    "docs/how-it-works/handler-build.md",
    "docs/how-it-works/performance.md",
    "docs/reference/flow-files.md",
    "docs/reference/settings.md",
    "docs/start/first-flow.md",
    "docs/start/tutorial.md",
];

/// Commands that need no AWS account. They are run as the documents print them.
const OFFLINE: [&str; 9] =
    ["check", "event", "exit-codes", "flows", "help", "init", "local", "schema", "test"];

/// The files that the documents expect to be there.
const FILES: [(&str, &str); 5] = [
    ("answers.yaml", "Classify: {output: {kind: news}}\n"),
    (
        "classify.py",
        "import json, sys\njson.load(sys.stdin)\nprint(json.dumps({'kind': 'news'}))\n",
    ),
    ("letter.eml", "From: Ann <ann@example.org>\nTo: me@example.com\nSubject: Hello\n\nText.\n"),
    ("mail.asl.yaml", MAIL),
    ("my-flow.asl.yaml", MAIL),
];

const MAIL: &str = r#"
StartAt: Classify
States:
  Classify:
    Type: Task
    Resource: arn:aws:states:::lambda:invoke
    Parameters: {FunctionName: "arn:aws:lambda:us-east-1:123456789012:function:classify", Payload.$: $}
    Catch: [{ErrorEquals: [States.ALL], Next: Decide}]
    Next: Decide
  Decide:
    Type: Pass
    Parameters: {actions: [{allRecipients: true, action: {type: DEFAULT}}]}
    End: true
"#;

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
    let blocks = quoted(document, &["sh", "text", "console"]);
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
    for document in GUIDES {
        for command in commands(document) {
            let mut words = Typed::of(&command).words;
            // The documents write placeholders in capitals.
            let shell = |word: &str| {
                word.trim_end_matches(['…', ';'])
                    .replace("SHELL", "bash")
                    .replace("[WHAT]", "stack")
            };
            words.iter_mut().for_each(|word| *word = shell(word));
            let words = words.into_iter().map(Into::into);
            if let Err(NoCommand::Fault { text: fault, .. }) = parse(words, false) {
                // A sentence can name a command without what it needs.
                let is_named = command.split(' ').count() <= 3 && fault.contains("required");
                assert!(is_named, "{document}: {command}\n{fault}");
            }
            tried += 1;
        }
    }
    assert!(tried > 150, "{tried}");
}

/// A command line as a shell reads it.
struct Typed {
    words: Vec<String>,
    /// The file that takes the output.
    output: Option<String>,
    /// The exit code, which is 0 unless a remark behind the command names another.
    code: i32,
}

impl Typed {
    fn of(line: &str) -> Self {
        let (line, remark) = line.split_once(" #").unwrap_or((line, ""));
        let code = remark.split_once("exit code ").map_or(0, |(_, code)| code.parse().unwrap());
        let line = line.split_once(" | ").map_or(line, |(line, _)| line);
        let (line, output) = match line.split_once(" > ") {
            Some((line, file)) => (line, Some(file.trim().to_owned())),
            None => (line, None),
        };
        let (mut words, mut quote) = (vec![String::new()], None);
        for character in line.trim().chars() {
            match (character, quote) {
                ('"' | '\'', None) => quote = Some(character),
                (_, Some(open)) if character == open => quote = None,
                (' ', None) => words.push(String::new()),
                (_, _) => words.last_mut().unwrap().push(character),
            }
        }
        words.retain(|word| !word.is_empty());
        Self { words, output, code }
    }

    /// Whether it ends by itself without AWS.
    fn is_offline(&self) -> bool {
        let has = |option: &str| self.words.iter().any(|word| word == option);
        OFFLINE.contains(&self.words[1].as_str()) && !has("--watch") && !has("--real")
    }
}

/// The others need an account, and only their syntax is checked, by the test above.
#[test]
fn every_command_that_needs_no_aws_runs_as_it_is_printed() {
    let mut ran = 0;
    for document in GUIDES.into_iter().filter(|document| *document != "docs/start/tutorial.md") {
        let session = ConsoleSession::new(&document.replace(['/', '.'], "-"));
        FILES.iter().for_each(|(name, text)| drop(session.file(name, text)));
        let newsletters = state_machine_of("docs/start/first-flow.md");
        drop(session.file("newsletters.asl.yaml", newsletters));
        session.without("my-flow");
        let lines = quoted(document, &["sh"]).into_iter();
        for line in lines.filter(|line| line.starts_with("deployer ")) {
            let typed = Typed::of(&line);
            if !typed.is_offline() {
                continue;
            }
            let mut words: Vec<String> =
                typed.words[1..].iter().map(|word| word.replace("ARN", ORGANIZATION)).collect();
            // A debug build contains no handler.
            if words[0] == "check" {
                words.extend(["--handler".to_owned(), "bootstrap".to_owned()]);
            }
            let ended = Command::new(env!("CARGO_BIN_EXE_deployer"))
                .args(&words)
                .current_dir(session.path(""))
                .env("AWS_EC2_METADATA_DISABLED", "true")
                .output()
                .unwrap();
            let error = String::from_utf8_lossy(&ended.stderr);
            assert_eq!(ended.status.code(), Some(typed.code), "{document}: {line}\n{error}");
            if let Some(file) = typed.output {
                session.file(&file, &ended.stdout);
            }
            ran += 1;
        }
    }
    assert!(ran > 15, "{ran}");
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

fn state_machine_of(document: &str) -> String {
    let lines = quoted(document, &["yaml"]);
    let definition = lines.iter().skip_while(|line| !line.starts_with("StartAt"));
    definition.map(|line| format!("{line}\n")).collect()
}

#[tokio::test(start_paused = true)]
async fn the_state_machine_of_the_first_flow_has_no_faults() {
    let session = ConsoleSession::new("documents");
    session.file("newsletters.asl.yaml", state_machine_of("docs/start/first-flow.md"));
    let check = session.flow("check", "--state-machine $DIR/newsletters.asl.yaml").await;
    assert_eq!(
        (check.code, check.out.as_str()),
        (0, "0 errors, 0 warnings in definition, handler, template\n")
    );
}
