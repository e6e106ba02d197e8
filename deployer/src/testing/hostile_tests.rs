//! Any content in a file of tests is refused with findings, or runs to the end.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use serde_json::{Map, Value};

use super::functions::FunctionsUnderTest;
use super::runner::run_here;
use super::{FlowUnderTest, Suite};
use crate::config::{AnswerSettings, FlowSource};
use crate::flow::TestFile;

/// Words that have a meaning in a file of tests.
const WORDS: [&str; 40] = [
    "name",
    "expect",
    "event",
    "parameters",
    "action",
    "answers",
    "Look for the address",
    "Look for the domain",
    "output",
    "error",
    "cause",
    "took",
    "never",
    "fail",
    "slow",
    "40m",
    "crash-after",
    "start",
    "record",
    "output-state",
    "Deliver",
    "wait-time",
    "on-failure",
    "junk",
    "rule-timeout",
    "fallback",
    "drop",
    "began",
    "9999-12-30T22:00:00Z",
    "verdict",
    "none",
    "DROP",
    "path",
    "within",
    "execution",
    "FAILED",
    "calls",
    "json",
    "recipients",
    "set",
];

fn word() -> impl Strategy<Value = String> {
    prop_oneof![8 => prop::sample::select(WORDS.to_vec()).prop_map(str::to_owned), 1 => any::<String>()]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-1_i64..300).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((word(), inner), 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// A readable test in which one member may be anything.
fn test() -> impl Strategy<Value = Value> {
    let members = prop::collection::vec((word(), value()), 0..3);
    (members, value()).prop_map(|(members, of_event)| {
        let mut test = serde_json::json!({ "name": "a", "expect": { "path": ["Deliver"] } });
        test["event"] = serde_json::json!({ "set": { "envelope": of_event } });
        test.as_object_mut().unwrap().extend(members);
        test
    })
}

fn count_of_results(text: String) -> usize {
    let source = FlowSource::of(&None, &Some("block-list".to_owned()), &[]);
    let mut flow = FlowUnderTest::new(source, AnswerSettings::default());
    let file = TestFile { origin: "a.yaml".to_owned(), text };
    match Suite::read(&[file], &mut flow) {
        Ok(suite) => {
            run_here(&suite.tests, false, &FunctionsUnderTest::default()).unwrap().results.len()
        }
        Err(findings) => {
            assert!(!findings.is_empty());
            0
        }
    }
}

proptest! {
    #[test]
    fn any_document_is_handled(document in value()) {
        count_of_results(document.to_string());
    }

    #[test]
    fn any_test_is_handled(test in test()) {
        count_of_results(serde_json::json!({ "tests": [test] }).to_string());
    }

    #[test]
    fn any_text_is_handled(text in "(tests:|  - |name: |[{}\\[\\],:&*! \n'\"]|\\PC){0,60}") {
        count_of_results(text);
    }
}

#[test]
fn many_of_these_tests_run() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let tests = (0..200).filter(|_| {
        let test = test().new_tree(&mut runner).unwrap().current();
        count_of_results(serde_json::json!({ "tests": [test] }).to_string()) == 1
    });
    let count = tests.count();
    assert!((20..180).contains(&count), "{count}");
}
