//! The seeds of the fuzz targets: documented events and outputs, and the findings of fuzzing.

use std::fs;
use std::path::Path;

use crate::any_output::messages;
use crate::oracle;

fn seeds(target: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    let files: Vec<_> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    assert!(files.len() > 5, "the seeds are not where this test looks for them");
    files.iter().map(|file| fs::read_to_string(file).unwrap()).collect()
}

#[test]
fn every_seed_of_an_event_holds() {
    for event in seeds("event") {
        oracle::event::holds(&event);
    }
}

#[test]
fn every_seed_of_an_output_holds() {
    for output in seeds("output") {
        for message in messages() {
            oracle::output::holds(&message, &output);
        }
    }
}
