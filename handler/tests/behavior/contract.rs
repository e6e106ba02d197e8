//! The contract with WorkMail: AWS's documented answers, the outputs of AWS's samples, and all
//! rules.

use handler::actions::interpret::interpret;
use handler::source::Source;
use handler::workmail::Message;
use serde_json::{Value, json};
use snapbox::{assert_data_eq, str};

use crate::world::{DELIVER, EVENT};

fn inbound() -> Message {
    Message::parse(EVENT).unwrap()
}

fn outbound() -> Message {
    Message::parse(&EVENT.replace("INBOUND", "OUTBOUND")).unwrap()
}

/// The result of reading an output: the verdict, if it is one, and the findings, one per line.
fn read_for(message: &Message, output: &str) -> String {
    let (verdict, findings) = match interpret(output, message.audience()) {
        Ok(checked) => (checked.verdict.as_str().to_owned(), checked.findings),
        Err(rejected) => {
            assert!(rejected.findings.iter().any(handler::finding::Finding::is_error));
            ("rejected".to_owned(), rejected.findings)
        }
    };
    let lines = findings.iter().map(|found| format!("\n{:?} {found}", found.severity));
    verdict + &lines.collect::<String>()
}

fn read(output: &Value) -> String {
    read_for(&inbound(), &output.to_string())
}

#[test]
fn the_documented_bounce_is_answered_as_it_is() {
    let bounce = r#"{"actions":[{"action":{"type":"BOUNCE","parameters":{"bounceMessage":"Email in breach of company policy."}},"allRecipients":true}]}"#;
    assert_eq!(read_for(&inbound(), bounce), bounce);
}

#[test]
fn the_documented_mixed_answer_is_answered_as_it_is() {
    let mixed = r#"{"actions":[{"action":{"type":"DEFAULT"},"allRecipients":true},{"action":{"type":"DROP"},"recipients":["drop-recipient@example.com"]}]}"#;
    assert_eq!(read_for(&inbound(), mixed), mixed);
}

#[test]
fn the_documented_added_recipient_is_answered_as_it_is() {
    let added = r#"{"actions":[{"action":{"type":"DEFAULT"},"recipients":["new-recipient@example.com"]},{"action":{"type":"DEFAULT"},"allRecipients":true}]}"#;
    assert_eq!(read_for(&inbound(), added), added);
}

#[test]
fn every_documented_type_is_accepted_for_inbound_mail() {
    for kind in ["BOUNCE", "DROP", "DEFAULT", "BYPASS_SPAM_CHECK", "MOVE_TO_JUNK"] {
        let output = json!({"actions": [{"action": {"type": kind}, "allRecipients": true}]});
        assert_eq!(read(&output), output.to_string());
    }
}

#[test]
fn the_sample_applications_default_machine_returns_a_string_for_a_boolean() {
    let output = json!({"actions": [{"allRecipients": "True", "action": {"type": "DEFAULT"}}]});
    assert_data_eq!(
        read(&output),
        str![[r#"
{"actions":[{"action":{"type":"DEFAULT"},"allRecipients":true}]}
Warning $.actions[0].allRecipients: a string, returned as the boolean true (string-boolean)
"#]]
    );
}

#[test]
fn update_email_returns_a_lower_case_string_for_a_boolean() {
    let output = json!({"actions": [{"allRecipients": "true", "action": {"type": "DEFAULT"}}]});
    assert!(read(&output).starts_with(DELIVER));
}

#[test]
fn hello_world_returns_a_boolean() {
    let output = json!({"actions": [{"allRecipients": true, "action": {"type": "DEFAULT"}}]});
    assert_eq!(read(&output), DELIVER);
}

#[test]
fn stop_mail_storm_returns_an_action_without_recipients() {
    let output = json!({"actions": [
        {"action": {"type": "BOUNCE"}, "recipients": []},
        {"action": {"type": "DEFAULT"}, "allRecipients": true},
    ]});
    assert_eq!(read(&output), DELIVER);
}

#[test]
fn a_single_action_without_recipients_is_passed_on() {
    let output = json!({"actions": [{"action": {"type": "BOUNCE"}, "recipients": []}]});
    assert_data_eq!(
        read(&output),
        str![[r#"
{"actions":[{"action":{"type":"BOUNCE"},"recipients":[]}]}
Warning $.actions: recipients covered by no action: 2; the rule's fallback action applies to them (uncovered-recipients)
"#]]
    );
}

#[test]
fn restricted_mailboxes_returns_both_fields() {
    let output = json!({"actions": [
        {"allRecipients": true, "action": {"type": "DEFAULT"}, "recipients": []},
    ]});
    assert_eq!(read(&output), DELIVER);
}

#[test]
fn asynchronous_samples_return_null() {
    assert_data_eq!(
        read(&json!(null)),
        str![[r#"
rejected
Error $: the output is null: the Lambda function of the state returned nothing, or is meant only for asynchronous rules (null)
"#]]
    );
}

#[test]
fn a_machine_that_ends_in_lambda_invoke_returns_the_wrapper() {
    let output = json!({
        "ExecutedVersion": "$LATEST",
        "Payload": {"actions": [{"action": {"type": "DROP"}, "allRecipients": true}]},
        "SdkHttpMetadata": {"HttpStatusCode": 200},
        "StatusCode": 200,
    });
    assert_data_eq!(
        read(&output),
        str![[r#"
rejected
Error $.Payload: this is the whole result of the `lambda:invoke` integration; the verdict is in `Payload`: return only that from the state (with `OutputPath` or `ResultSelector`, or with `Output` in JSONata) (lambda-invoke-wrapper)
"#]]
    );
}

#[test]
fn outputs_that_are_not_objects_are_reported() {
    for (output, code) in [
        (json!("DEFAULT"), "(string)"),
        (json!(DELIVER), "(json-in-string)"),
        (json!([]), "(list)"),
        (json!(true), "(boolean)"),
        (json!(1), "(number)"),
        (json!({}), "(no-actions)"),
        (json!({"Payload": {}}), "(no-actions)"),
        (json!({"actions": {}}), "(actions-not-a-list)"),
        (json!({"actions": []}), "(no-action)"),
    ] {
        let read = read(&output);
        assert!(read.starts_with("rejected\n") && read.ends_with(code), "{output}: {read}");
    }
    assert!(read_for(&inbound(), "{").ends_with("(not-json)"));
}

#[test]
fn all_findings_are_reported_at_once() {
    let output = json!({"actions": [
        7,
        {"action": "DROP", "recipients": [{"address": "someone@example.com"}]},
        {"action": {"type": "drop", "parameters": "x"}, "allRecipients": "yes"},
        {"action": {"type": "DROP"}},
        {"action": {"type": "DROP"}, "recipients": "someone@example.com", "allRecipients": false},
        {"action": {"type": "BOUNCE", "parameters": {"bounceMessage": 1}}, "allRecipients": true},
        {"action": {"parameters": null}, "recipients": null, "allRecipients": null},
    ]});
    assert_data_eq!(
        read(&output),
        str![[r#"
rejected
Error $.actions[0]: a number, not an object (action-not-an-object)
Error $.actions[1].action: a string, not an object (no-action-object)
Error $.actions[1].recipients[0]: not a plain string with an address, unlike the objects of the event (invalid entries: 1) (recipient-not-a-string)
Error $.actions[2].action.type: `drop` is not one of BOUNCE, DROP, DEFAULT, BYPASS_SPAM_CHECK, MOVE_TO_JUNK (unknown-type)
Error $.actions[2].action.parameters: a string, not an object (parameters-not-an-object)
Error $.actions[2].allRecipients: a string, not a boolean (all-recipients-not-boolean)
Error $.actions[3]: the action has neither `recipients` nor `allRecipients` (no-recipients)
Error $.actions[4].recipients: a string, not a list of strings (recipients-not-a-list)
Error $.actions[5].action.parameters.bounceMessage: a number, not a string (bounce-message-not-a-string)
Error $.actions[6].action.type: missing, not a string (no-type)
"#]]
    );
}

#[test]
fn outbound_mail_has_no_junk_folder() {
    let output = json!({"actions": [
        {"action": {"type": "MOVE_TO_JUNK"}, "recipients": ["a@example.com"]},
        {"action": {"type": "BYPASS_SPAM_CHECK"}, "allRecipients": true},
    ]});
    assert_data_eq!(
        read_for(&outbound(), &output.to_string()),
        str![[r#"
rejected
Error $.actions[0].action.type: MOVE_TO_JUNK exists only for inbound mail, and this message is outbound (inbound-only)
Error $.actions[1].action.type: BYPASS_SPAM_CHECK exists only for inbound mail, and this message is outbound (inbound-only)
"#]]
    );
    let undirected = EVENT.replace("INBOUND", "SIDEWAYS");
    let undirected = Message::parse(&undirected).unwrap();
    assert_eq!(read_for(&undirected, &output.to_string()), output.to_string());
}

#[test]
fn more_than_ten_different_actions_are_too_many() {
    let bounce = |number: usize| {
        let parameters = json!({"bounceMessage": format!("number {number}")});
        let recipients = [format!("recipient{number}@example.com")];
        json!({"action": {"type": "BOUNCE", "parameters": parameters}, "recipients": recipients})
    };
    let output = |numbers: &[usize]| json!({"actions": numbers.iter().map(|number| bounce(*number)).collect::<Vec<_>>()});
    let eleven: Vec<usize> = (0..11).collect();
    assert!(
        read(&output(&eleven)).contains("11 different actions; the maximum for WorkMail is 10")
    );
    assert!(!read(&output(&eleven[..10])).starts_with("rejected"));
    assert!(!read(&output(&[1; 11])).starts_with("rejected"));
}

#[test]
fn actions_with_reordered_parameters_are_equal() {
    let one = r#"{"action":{"type":"BOUNCE","parameters":{"a":1,"b":2}},"recipients":["a"]}"#;
    let other = one.replace(r#""a":1,"b":2"#, r#""b":2,"a":1"#);
    let nine: String = (0..9).map(|n| one.replace(":1", &format!(":{}", n + 9)) + ",").collect();
    let output = format!(r#"{{"actions":[{nine}{one},{other}]}}"#);
    assert!(!read_for(&inbound(), &output).starts_with("rejected"));
}

#[test]
fn numbers_in_parameters_are_answered_as_they_are() {
    for number in ["8.25521319903e37", "0.30000000000000004", "1.7976931348623157e308", "5e-324"] {
        let output = format!(
            r#"{{"actions":[{{"action":{{"type":"DROP","parameters":{{"n":{number}}}}},"allRecipients":true}}]}}"#
        );
        assert_eq!(
            read_for(&inbound(), &output),
            output.replace("e37", "e+37").replace("e308", "e+308")
        );
    }
}

#[test]
fn more_than_five_hundred_recipients_are_too_many_for_outbound_mail() {
    let named = |count: usize| {
        let recipients: Vec<String> = (0..count).map(|n| format!("r{n}@example.com")).collect();
        json!({"actions": [
            {"action": {"type": "DROP"}, "recipients": recipients},
            {"action": {"type": "DEFAULT"}, "allRecipients": true},
        ]})
        .to_string()
    };
    assert!(read_for(&outbound(), &named(501)).ends_with("(too-many-recipients)"));
    assert_eq!(read_for(&outbound(), &named(500)), named(500));
    assert_eq!(read_for(&inbound(), &named(501)), named(501));
}

#[test]
fn an_answer_of_more_than_256_kilobytes_is_too_large() {
    let parameters = json!({"bounceMessage": "x".repeat(256 * 1024)});
    let action = json!({"type": "BOUNCE", "parameters": parameters});
    let output = json!({"actions": [{"action": action, "allRecipients": true}]});
    assert!(read(&output).ends_with("(too-large)"));
}

#[test]
fn rarely_intended_verdicts_are_answered_with_a_warning() {
    let output = json!({"actions": [
        {"action": {"type": "DROP", "parameters": {"bounceMessage": "no"}},
         "recipients": ["Recipient1@example.com"]},
        {"action": {"type": "DEFAULT"}, "recipients": ["recipient1@example.com"]},
        {"action": {"type": "DEFAULT"}, "recipients": ["new@example.com"], "allRecipients": "False"},
    ]});
    assert_data_eq!(
        read(&output),
        str![[r#"
{"actions":[{"action":{"type":"DROP","parameters":{"bounceMessage":"no"}},"recipients":["Recipient1@example.com"]},{"action":{"type":"DEFAULT"},"recipients":["recipient1@example.com"]},{"action":{"type":"DEFAULT"},"recipients":["new@example.com"]}]}
Warning $.actions[0].action.parameters.bounceMessage: only BOUNCE has a bounce message (bounce-message-unused)
Warning $.actions[2].allRecipients: a string, returned as the boolean false (string-boolean)
Warning $.actions: recipients named by more than one action: 1 (recipient-named-twice)
Warning $.actions: recipients covered by no action: 1; the rule's fallback action applies to them (uncovered-recipients)
"#]]
    );
    let both = json!({"actions": [
        {"action": {"type": "DEFAULT"}, "recipients": ["new@example.com"], "allRecipients": true},
    ]});
    assert!(read(&both).starts_with(DELIVER) && read(&both).ends_with("(recipients-ignored)"));
    let twice = json!({"actions": [
        {"action": {"type": "DEFAULT"}, "allRecipients": true},
        {"action": {"type": "DROP"}, "allRecipients": true},
    ]});
    assert!(read(&twice).ends_with("(all-recipients-twice)"));
}

#[test]
fn a_truncated_list_of_recipients_needs_an_action_for_all() {
    let event = EVENT.replace(r#""truncated": false"#, r#""truncated": true"#);
    let output = r#"{"actions":[{"action":{"type":"DROP"},"recipients":["recipient1@example.com","recipient2@example.com"]}]}"#;
    let read = read_for(&Message::parse(&event).unwrap(), output);
    assert!(read.ends_with("(uncovered-recipients)"), "{read}");
    assert_eq!(read_for(&inbound(), output), output);
}

#[test]
fn the_number_of_reported_errors_is_limited() {
    let output = json!({"actions": vec![0; 100_000]});
    assert_eq!(inbound().interpret(&output.to_string()).unwrap_err().findings.len(), 50);
    let recipients = json!({"actions": [
        {"action": {"type": "DROP"}, "recipients": vec![0; 100_000]},
    ]});
    assert!(read(&recipients).contains("(invalid entries: 100000)"));
}

#[test]
fn a_type_is_named_only_if_it_can_be_one() {
    let rejected = |kind: &str| {
        let action = json!({ "action": { "type": kind }, "allRecipients": true });
        read(&json!({ "actions": [action] }))
    };
    assert!(rejected("JUNK").contains("`JUNK` is not one of"), "{}", rejected("JUNK"));
    for content in ["alice@example.com", "Dear Bob", "line\nline", "", &"X".repeat(33), "\u{e4}"] {
        let found = rejected(content);
        assert!(found.contains("unknown-type") && !found.contains('`'), "{found}");
        assert!(content.is_empty() || !found.contains(content), "{found}");
    }
}
