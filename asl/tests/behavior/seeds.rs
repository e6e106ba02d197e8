//! The seeds of the fuzz targets, among them what fuzzing has found, and the definitions of `asl/tests/definitions`.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::oracle;
use asl::{Machine, MachineType};

fn seeds(target: &str) -> Vec<String> {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(format!("{target}.txt"));
    let lines: Vec<String> = fs::read_to_string(file).unwrap().lines().map(str::to_owned).collect();
    assert!(lines.len() > 15, "the seeds are not where this test looks for them");
    lines
}

#[test]
fn every_seed_holds() {
    for target in ["path", "intrinsic", "expression"] {
        seeds(target).iter().for_each(|text| oracle::holds(target, text));
    }
}

#[test]
fn every_definition_is_accepted_and_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/definitions");
    let files: Vec<_> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    assert!(files.len() > 50, "the definitions are not where this test looks for them");
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let document: Value = serde_json::from_str(&text).unwrap();
        if let Err(invalid) = Machine::read(&document, MachineType::Standard) {
            panic!("{}: {invalid}", file.display());
        }
        oracle::holds("definition", &text);
    }
}
