//! What Amazon SES is answered for each verdict.

use handler::memory::Script;
use handler::ses::Disposition::{self, Continue, StopRule, StopRuleSet};
use handler::ses::policy::{AnswerPolicy, Mode, Passing};
use handler::ses::respond::respond;
use handler::source::Source;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::near_verdict::any_output;
use crate::ses_world::{SesWorld, event, message, policy};
use crate::world::{DELIVER, DROP, succeeding};

/// The disposition, and the codes of the findings about it.
fn answered(actions: Value, policy: &AnswerPolicy) -> (Disposition, Vec<&'static str>) {
    let message = message(&event());
    let checked = message.interpret(&json!({ "actions": actions }).to_string()).unwrap();
    let verdict = serde_json::from_str(checked.verdict.as_str()).unwrap();
    let response = respond(&message, &verdict, policy);
    (response.disposition, response.findings.iter().map(|finding| finding.code).collect())
}

fn for_all(kind: &str) -> Value {
    json!([{ "action": { "type": kind }, "allRecipients": true }])
}

fn for_a(kind: &str, others: &str) -> Value {
    json!([
        { "action": { "type": kind }, "recipients": ["A@example.com"] },
        { "action": { "type": others }, "allRecipients": true },
    ])
}

#[test]
fn one_verdict_for_all_is_one_disposition() {
    assert_eq!(answered(for_all("DEFAULT"), &policy()), (Continue, vec![]));
    assert_eq!(answered(for_all("DROP"), &policy()), (StopRuleSet, vec![]));
    assert_eq!(answered(for_all("BOUNCE"), &policy()), (StopRuleSet, vec![]));
    assert_eq!(answered(for_a("BOUNCE", "DROP"), &policy()), (StopRuleSet, vec![]));
    let bypass = answered(for_all("BYPASS_SPAM_CHECK"), &policy());
    assert_eq!(bypass, (Continue, vec!["spam-check-not-bypassed"]));
    let rule = AnswerPolicy { stop: StopRule, ..policy() };
    assert_eq!(answered(for_all("DROP"), &rule), (StopRule, vec![]));
}

#[test]
fn junk_is_what_the_setting_says_and_never_silently_a_delivery() {
    for (junk_as, expected) in [(Passing::Stop, StopRuleSet), (Passing::Deliver, Continue)] {
        let policy = AnswerPolicy { junk_as, ..policy() };
        let answered = answered(for_all("MOVE_TO_JUNK"), &policy);
        assert_eq!(answered, (expected, vec!["no-junk-folder"]));
    }
}

#[test]
fn a_mixed_verdict_is_what_the_setting_says_and_never_an_error() {
    for kind in ["DROP", "BOUNCE"] {
        for (mixed, expected) in [(Passing::Stop, StopRuleSet), (Passing::Deliver, Continue)] {
            let policy = AnswerPolicy { mixed, ..policy() };
            let answered = answered(for_a(kind, "DEFAULT"), &policy);
            assert_eq!(answered, (expected, vec!["mixed-verdict"]));
        }
    }
}

#[test]
fn a_recipient_without_an_action_gets_the_fallback() {
    let only_a =
        |kind: &str| json!([{ "action": { "type": kind }, "recipients": ["a@example.com"] }]);
    assert_eq!(answered(only_a("DEFAULT"), &policy()), (Continue, vec![]));
    let drop = AnswerPolicy { fallback: Passing::Stop, ..policy() };
    assert_eq!(answered(only_a("DROP"), &drop), (StopRuleSet, vec![]));
    assert_eq!(answered(only_a("DROP"), &policy()), (Continue, vec!["mixed-verdict"]));
}

#[test]
fn a_recipient_that_the_verdict_adds_is_reported_and_decides_nothing() {
    let added = json!([
        { "action": { "type": "DEFAULT" }, "recipients": ["new@example.com"] },
        { "action": { "type": "DROP" }, "allRecipients": true },
    ]);
    assert_eq!(answered(added, &policy()), (StopRuleSet, vec!["recipient-not-added"]));
}

#[test]
fn of_contradicting_actions_the_first_one_counts() {
    let twice = |first: &str, second: &str| {
        json!([
            { "action": { "type": first }, "recipients": ["a@example.com", "b@example.com"] },
            { "action": { "type": second }, "recipients": ["a@example.com", "b@example.com"] },
        ])
    };
    assert_eq!(answered(twice("DROP", "DEFAULT"), &policy()).0, StopRuleSet);
    assert_eq!(answered(twice("DEFAULT", "DROP"), &policy()).0, Continue);
}

#[test]
fn the_limits_of_work_mail_do_not_apply() {
    let many: Vec<Value> = (0..30)
        .map(|n| {
            let parameters = json!({ "bounceMessage": n.to_string() });
            json!({ "action": { "type": "BOUNCE", "parameters": parameters }, "allRecipients": true })
        })
        .collect();
    assert_eq!(answered(json!(many), &policy()).0, StopRuleSet);
}

#[tokio::test(start_paused = true)]
async fn the_gate_answers_what_the_state_machine_decides() {
    for (output, expected) in [(DELIVER, Continue), (DROP, StopRuleSet)] {
        let world = SesWorld::new(succeeding(10, output));
        let gated = world.invoke().await;
        assert_eq!(gated.answer, Ok(expected));
        assert_eq!(gated.trace.disposition, Some(expected));
        let input = world.executions.started().into_values().next().unwrap();
        assert_eq!(input, world.message.input());
        // 37 hours.
        let item = world.ledger.item(world.message.key()).unwrap();
        assert_eq!(item.expires_at - crate::world::START_TIME, 133_200);
    }
}

#[tokio::test(start_paused = true)]
async fn observing_starts_and_stores_nothing() {
    let world = SesWorld::new(Script::new()).mode(Mode::Observe);
    let gated = world.invoke().await;
    assert_eq!((gated.answer, gated.trace.observed), (Ok(Continue), true));
    assert_eq!((gated.trace.calls, gated.trace.actions.len()), (0, 0));
    assert!(world.ledger.is_empty() && world.executions.started().is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Whatever the state machine returns, an answer delivers the message only if the verdict does,
    /// or if a setting does.
    #[test]
    fn no_output_delivers_what_it_does_not_deliver(output in any_output(), settings in 0_u8..8) {
        let passing = |bit: u8| if settings & bit == 0 { Passing::Stop } else { Passing::Deliver };
        let policy = AnswerPolicy {
            mixed: passing(1),
            fallback: passing(2),
            junk_as: passing(4),
            ..policy()
        };
        let message = message(&event());
        if let Ok(checked) = message.interpret(&output) {
            let verdict = serde_json::from_str(checked.verdict.as_str()).unwrap();
            let response = respond(&message, &verdict, &policy);
            let delivers = ["DEFAULT", "BYPASS_SPAM_CHECK"]
                .iter()
                .any(|kind| checked.verdict.actions().contains(kind));
            let by_setting = settings != 0;
            if response.disposition == Continue {
                prop_assert!(delivers || by_setting, "{output}");
                prop_assert!(response.bounce.is_none());
            }
            let only_delivers = verdict_kinds(&checked).iter().all(|kind| *kind == "DEFAULT");
            if only_delivers && policy.fallback == Passing::Deliver {
                prop_assert_eq!(response.disposition, Continue);
            }
        }
    }
}

fn verdict_kinds(checked: &handler::source::Checked) -> Vec<&'static str> {
    checked.verdict.actions().to_vec()
}
