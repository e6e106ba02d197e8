//! Outputs of any shape, compared with an independent oracle: no panic, no invalid verdict
//! accepted, no valid verdict rejected, and findings with a place.

use std::collections::BTreeSet;

use handler::source::Source;
use handler::workmail::Message;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::near_verdict::any_output;
use crate::oracle;
use crate::world::EVENT;

pub(crate) fn messages() -> Vec<Message> {
    let events = [EVENT.to_owned(), EVENT.replace("INBOUND", "OUTBOUND")];
    events.iter().map(|event| Message::parse(event).unwrap()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_output_is_accepted_exactly_if_it_means_a_verdict(output in any_output()) {
        for message in messages() {
            oracle::output::holds(&message, &output);
        }
    }
}

/// Ensures that the generator of the property above reaches every case.
#[test]
fn the_outputs_reach_acceptance_and_every_finding() {
    let mut runner = TestRunner::deterministic();
    let outputs = any_output();
    let mut codes = BTreeSet::new();
    let mut accepted = 0;
    for _ in 0..4_000 {
        let output = outputs.new_tree(&mut runner).unwrap().current();
        for message in messages() {
            let findings = match message.interpret(&output) {
                Ok(checked) => {
                    accepted += 1;
                    checked.findings
                }
                Err(rejected) => rejected.findings,
            };
            codes.extend(findings.iter().map(|finding| finding.code));
        }
    }
    let named: BTreeSet<&str> = CODES.split_whitespace().collect();
    assert_eq!(codes, named);
    assert!((1_000..7_000).contains(&accepted), "{accepted} of 8000 accepted");
}

/// All codes of findings of the interpretation and the check of an output.
const CODES: &str = "
    action-not-an-object actions-not-a-list all-recipients-not-boolean all-recipients-twice boolean
    bounce-message-not-a-string bounce-message-unused inbound-only json-in-string
    lambda-invoke-wrapper list no-action no-action-object no-actions no-recipients no-type not-json
    null number parameters-not-an-object recipient-named-twice recipient-not-a-string
    recipients-ignored recipients-not-a-list string string-boolean too-large too-many-actions
    too-many-recipients uncovered-recipients unknown-type
";
