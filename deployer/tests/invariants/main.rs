//! What ARCHITECTURE.md says always holds, as far as the sources themselves can show it.

#![expect(clippy::unwrap_used, reason = "a source that cannot be read is a failure")]

mod imports;
mod network;
mod peers;
mod rights;
#[path = "sources.rs"]
mod sources_of_statements;
mod words;

use std::fs;
use std::path::{Path, PathBuf};

/// Every Rust source of the repository, by its path from the root.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut files = Vec::new();
    for folder in [
        "asl/examples",
        "asl/src",
        "asl/tests",
        "cloud/src",
        "cloud/tests",
        "handler/src",
        "handler/tests",
        "handler/benches",
        "deployer/src",
        "deployer/build",
        "deployer/tests",
    ] {
        collect(&root.join(folder), &mut files);
    }
    collect(&root.join("deployer/examples"), &mut files);
    assert!(files.len() > 100, "the sources are not where this test looks for them");
    let shown = |path: &Path| path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
    files.iter().map(|path| (shown(path), fs::read_to_string(path).unwrap())).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The lines that are code, as far as that can be told from their beginning.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim_start).filter(|line| !line.starts_with("//"))
}

fn is_under(path: &str, places: &[&str]) -> bool {
    places.iter().any(|place| path.starts_with(place))
}

/// The product's sources that name something outside the places where it belongs.
fn strays(words: &[&str], places: &[&str]) -> Vec<String> {
    let product =
        |path: &str| is_under(path, &["asl/src/", "cloud/src/", "deployer/src/", "handler/src/"]);
    let mut strays = Vec::new();
    for (path, text) in sources() {
        if product(&path) && !is_under(&path, places) {
            let found = code(&text).filter(|line| words.iter().any(|word| line.contains(word)));
            strays.extend(found.map(|line| format!("{path}: {line}")));
        }
    }
    strays
}

#[test]
fn the_sdk_is_named_only_in_its_adapters() {
    let words = ["aws_sdk_", "aws_config", "aws_smithy_", "aws_types", "aws_credential_types"];
    let none: [String; 0] = [];
    assert_eq!(strays(&words, &["handler/src/aws/", "cloud/src/aws/"]), none);
}

#[test]
fn there_is_one_door_to_the_terminal() {
    let words = ["io::stdout", "io::stderr", "io::stdin", "print!(", "println!("];
    let none: [String; 0] = [];
    assert_eq!(strays(&words, &["handler/src/lambda.rs", "deployer/src/host/terminal.rs"]), none);
}

#[test]
fn the_environment_is_read_in_known_places() {
    let words = ["env::var", "env::vars"];
    let places = [
        "handler/src/settings/mod.rs",
        "deployer/src/host/environment.rs",
        "cloud/src/aws/environment.rs",
    ];
    let none: [String; 0] = [];
    assert_eq!(strays(&words, &places), none);
}

#[test]
fn events_carry_no_sentences() {
    let text = sources()
        .into_iter()
        .find(|(path, _)| path == "deployer/src/operation/event.rs")
        .map(|(_, text)| text)
        .unwrap();
    assert!(!text.contains("format!") && !text.contains("Display"));
}

#[test]
fn planning_is_synchronous() {
    for (path, text) in sources() {
        let reads =
            ["observed", "stored", "survey"].map(|name| format!("deployer/src/plan/{name}.rs"));
        let reads = reads.contains(&path);
        if path.starts_with("deployer/src/plan/") && !reads {
            assert!(!text.contains("async "), "{path}");
        }
    }
}

#[test]
fn every_source_says_what_it_is_and_fits_the_eye() {
    for (path, text) in sources() {
        assert!(text.starts_with("//!"), "{path} does not begin by saying what it is");
        let lines = text.lines().count();
        assert!(lines <= 400, "{path} has {lines} lines");
    }
}

#[test]
fn no_file_is_named_after_a_dumping_ground() {
    for (path, _) in sources() {
        for name in ["util", "utils", "helper", "helpers", "common", "misc", "types", "prelude"] {
            let rooms = path.split('/').map(|part| part.trim_end_matches(".rs"));
            assert!(!rooms.clone().any(|room| room == name), "{path}");
        }
    }
}

#[test]
fn every_crate_takes_the_workspace_lints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for package in ["asl", "cloud", "deployer", "handler"] {
        let manifest = fs::read_to_string(root.join(package).join("Cargo.toml")).unwrap();
        assert!(manifest.contains("[lints]\nworkspace = true"), "{package}");
    }
}

#[test]
fn the_manual_lists_every_exit_code_and_the_front_page_has_the_commands_that_ci_runs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let page = fs::read_to_string(root.join("docs/reference/exit-codes.md")).unwrap();
    for exit in deployer::exit::Exit::ALL {
        let row = format!("\n| {} | {} |\n", exit.code(), exit.meaning());
        assert!(page.contains(&row), "{row}");
    }
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let lines = readme.lines().count();
    assert!(lines <= 120, "a front page of {lines} lines");
    let ci = fs::read_to_string(root.join(".ci/run")).unwrap();
    for command in ["cargo demo", "cargo test --locked"] {
        assert!(readme.contains(&format!("\n{command} ")), "{command}");
        assert!(ci.contains(&format!("\n    {command}")), "{command}");
    }
}
