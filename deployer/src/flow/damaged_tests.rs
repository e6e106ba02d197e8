//! Damaged files of the built-in flows: reading succeeds, or every fault has a position in a file.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::Index;

use super::files::Files;
use super::{BUILT_IN, DefinitionError, FlowError, FlowStack, Home, folder};
use crate::damaged_text::damaged_text;

const STACK: FlowStack<'_> = FlowStack {
    name: "st",
    home: Home { region: "eu-west-1", account: "123456789012" },
    with_samples: false,
};

/// A damaged file of a flow: flow, file, text.
fn damaged_file() -> impl Strategy<Value = (usize, &'static str, String)> {
    let read = ["flow.yaml", "definition.asl.yaml", "policy.yaml", "resources.yaml"];
    let files = BUILT_IN.iter().enumerate().flat_map(move |(flow, built_in)| {
        let files = built_in.files.iter().filter(move |(name, _)| read.contains(name));
        files.map(move |&(name, text)| (flow, name, text))
    });
    let files: Vec<_> = files.collect();
    any::<Index>().prop_flat_map(move |index| {
        let (flow, name, text) = files[index.index(files.len())];
        damaged_text(vec![text.to_owned()]).prop_map(move |text| (flow, name, text))
    })
}

proptest! {
    #[test]
    fn a_damaged_file_is_read_or_its_faults_have_positions((flow, name, text) in damaged_file()) {
        let mut texts: BTreeMap<&'static str, String> = BTreeMap::new();
        texts.extend(BUILT_IN[flow].files.iter().map(|&(name, text)| (name, text.to_owned())));
        let lines = text.lines().count();
        texts.insert(name, text);
        match folder::read(&Files::of_texts(texts), STACK, &[]) {
            Ok(folder) => prop_assert!(!folder.definition.document().is_empty() || name == "definition.asl.yaml"),
            Err(FlowError::Faulty { findings, .. }) => {
                prop_assert!(!findings.is_empty());
                for place in findings.iter().filter_map(|finding| finding.position.as_ref()) {
                    let damaged = place.file.ends_with(name);
                    prop_assert!(!damaged || place.line <= lines + 1, "{place} of {lines} lines");
                }
            }
            Err(FlowError::Definition(error)) => {
                prop_assert!(!matches!(error, DefinitionError::Read { .. }), "{error}");
            }
        }
    }
}
