//! The design rules of the crate, checked in its source code.

use std::fs;
use std::path::Path;

/// All files under `src`, each as its relative path and its text.
fn sources() -> Vec<(String, String)> {
    fn collect(folder: &Path, root: &Path, found: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, root, found);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    collect(&root, &root, &mut found);
    assert!(found.len() > 20);
    found
}

#[track_caller]
fn assert_only(word: &str, may: impl Fn(&str) -> bool) {
    for (name, text) in sources() {
        assert!(may(&name) || !text.contains(word), "{name} names `{word}`");
    }
}

#[test]
fn the_sdk_is_named_only_at_the_edge() {
    assert_only("aws_sdk_", |name| name.starts_with("aws/"));
    assert_only("aws_smithy", |name| name.starts_with("aws/"));
}

#[test]
fn the_environment_is_read_only_in_the_settings() {
    assert_only("std::env", |name| name == "settings/mod.rs");
}

#[test]
fn the_contracts_with_mail_systems_are_pure() {
    for word in ["async ", "tokio", "std::io", "std::fs", "std::net", "std::env", "crate::aws"] {
        let pure = |name: &str| {
            ["actions/", "ses/", "workmail/"].iter().any(|folder| name.starts_with(folder))
        };
        assert_only(word, |name| !pure(name));
    }
}

#[test]
fn the_core_does_not_depend_on_a_mail_system() {
    // The core is the protocol and what it needs from outside. These name a mail system on purpose.
    const EDGES: [&str; 9] = [
        "aws/bounces.rs",
        "bounces.rs",
        "gate.rs",
        "incoming.rs",
        "memory/bounces.rs",
        "memory/faults.rs",
        "service.rs",
        "settings/mod.rs",
        "settings/sources.rs",
    ];
    // The records of an invocation have the words of every mail system.
    const RECORDS: [&str; 3] = ["metrics.rs", "telemetry.rs", "trace.rs"];
    let of_ses = |name: &str| name.starts_with("ses/");
    assert_only("use crate::workmail", |name: &str| {
        name.starts_with("workmail/") || of_ses(name) || EDGES.contains(&name)
    });
    assert_only("use crate::ses", |name: &str| {
        of_ses(name) || EDGES.contains(&name) || RECORDS.contains(&name)
    });
}

#[test]
fn every_file_has_a_module_comment_and_at_most_400_lines() {
    for (name, text) in sources() {
        assert!(text.starts_with("//! "), "{name} does not say what it is for");
        assert!(text.lines().count() <= 400, "{name} is too long");
    }
}
