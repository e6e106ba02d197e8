//! The tests of the built-in flows with damage: they are read and run, or refused with what is wrong.

use proptest::prelude::*;
use proptest::sample::Index;

use super::functions::FunctionsUnderTest;
use super::runner::run_here;
use super::{FlowUnderTest, Suite};
use crate::config::{AnswerSettings, FlowSource};
use crate::damaged_text::damaged_text;
use crate::flow::{BUILT_IN, TestFile};

/// A file of tests, damaged: its flow, its name, its text.
fn damaged_file() -> impl Strategy<Value = (&'static str, &'static str, String)> {
    let files = BUILT_IN.iter().flat_map(|flow| {
        let files = flow.files.iter().filter(|(name, _)| name.starts_with("tests/"));
        files.map(|&(name, text)| (flow.name, name, text))
    });
    let files: Vec<_> = files.collect();
    any::<Index>().prop_flat_map(move |index| {
        let (flow, name, text) = files[index.index(files.len())];
        damaged_text(vec![text.to_owned()]).prop_map(move |text| (flow, name, text))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn damaged_tests_are_run_or_refused((flow, name, text) in damaged_file()) {
        let file = TestFile { origin: format!("built-in:{flow}/{name}"), text };
        let source = FlowSource::of(&None, &Some(flow.to_owned()), &[]);
        let mut flow = FlowUnderTest::new(source, AnswerSettings::default());
        match Suite::read(&[file], &mut flow) {
            Ok(suite) => {
                let run = run_here(&suite.tests, false, &FunctionsUnderTest::default());
                prop_assert!(run.is_ok_and(|run| run.results.len() == suite.tests.len()));
            }
            Err(findings) => prop_assert!(!findings.is_empty()),
        }
    }
}
