//! The built-in flows: each is sound, and decides what its README says.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{BUILT_IN, Flow, FlowError, Home, Stack};
use crate::asl::{
    Answer, Canned, CannedTasks, Execution, Identity, Machine, MachineType, Outcome, Progress,
    TaskResult,
};

const STACK: Stack<'_> =
    Stack { name: "st", home: Home { region: "eu-west-1", account: "123456789012" } };
const TOPIC: &str = "arn:aws:sns:eu-west-1:123456789012:mail";
const FIRST: &str = "arn:aws:lambda:eu-west-1:123456789012:function:first";
const SECOND: &str = "arn:aws:lambda:eu-west-1:123456789012:function:second";

fn flow(name: &str, given: &[&str]) -> Flow {
    let given: Vec<String> = given.iter().map(|&pair| pair.to_owned()).collect();
    Flow::named(name, STACK, &given, None).unwrap_or_else(|error| match error {
        FlowError::Faulty { name, findings } => panic!("{name}: {findings:#?}"),
        FlowError::Definition(error) => panic!("{name}: {error}"),
    })
}

/// Values for the parameters that have no default.
fn needed(name: &str) -> Vec<String> {
    match name {
        "notify" => vec![format!("topic={TOPIC}")],
        "invoke" => vec![format!("functions={FIRST},{SECOND}")],
        "approval" => {
            ["recipients=board@example.net", "approver=bob@example.org"].map(String::from).into()
        }
        _ => Vec::new(),
    }
}

/// What an execution of a flow puts out, where each call is answered by canned answers of its state.
fn output(flow: &Flow, input: Value, answers: &[(&str, Value)]) -> Value {
    let mut execution = started(flow, input, answers);
    match execution.advance(Timestamp::MAX) {
        Progress::Ended(Outcome::Succeeded(output)) => output,
        _ => panic!("it did not succeed: {:#?}", execution.events(0)),
    }
}

fn started(flow: &Flow, input: Value, answers: &[(&str, Value)]) -> Execution {
    let definition = Value::Object(flow.definition.document().clone());
    let machine =
        Machine::read(&definition, MachineType::Standard).unwrap_or_else(|e| panic!("{e}"));
    let mut canned: HashMap<String, Vec<Canned>> = HashMap::new();
    for (state, answer) in answers {
        let answer = Answer::at_once(TaskResult::Succeeded(answer.clone()));
        let answer = Canned { parameters: None, iteration: None, answer };
        canned.entry((*state).to_owned()).or_default().push(answer);
    }
    let identity = Identity {
        execution_arn: "arn:aws:states:eu-west-1:123456789012:execution:M:e".to_owned(),
        execution_name: "e".to_owned(),
        role_arn: "arn:aws:iam::123456789012:role/r".to_owned(),
        machine_arn: "arn:aws:states:eu-west-1:123456789012:stateMachine:M".to_owned(),
        machine_name: "M".to_owned(),
    };
    let tasks = Arc::new(CannedTasks::new(canned));
    Execution::start(Arc::new(machine), tasks, identity, input, Timestamp::UNIX_EPOCH)
}

fn mail(from: &str) -> Value {
    json!({
        "envelope": {
            "mailFrom": { "address": from },
            "recipients": [{ "address": "bob@example.net" }, { "address": "eve@example.net" }],
        },
        "subject": "Hello",
    })
}

fn verdict(kind: &str) -> Value {
    json!({ "actions": [{ "allRecipients": true, "action": { "type": kind } }] })
}

#[test]
fn every_flow_is_sound_and_described_as_it_is_called() {
    for built_in in BUILT_IN {
        let flow = Flow::named(built_in.name, STACK, &needed(built_in.name), None).unwrap();
        assert_eq!(flow.name, built_in.name);
        assert!(flow.warnings.is_empty(), "{}: {:#?}", flow.name, flow.warnings);
        let (_, readme) = built_in.files.iter().find(|(name, _)| *name == "README.md").unwrap();
        for parameter in built_in.manifest().unwrap().parameters {
            assert!(readme.contains(&format!("| `{}` |", parameter.name)), "{}", built_in.name);
        }
    }
}

#[test]
fn a_flow_needs_the_values_that_have_no_default() {
    for name in ["notify", "invoke", "approval"] {
        let Err(FlowError::Faulty { findings, .. }) = Flow::named(name, STACK, &[], None) else {
            panic!("{name} was accepted");
        };
        assert_eq!(findings[0].code, "parameter-missing");
    }
}

#[test]
fn default_delivers() {
    assert_eq!(output(&flow("default", &[]), mail("a@example.com"), &[]), verdict("DEFAULT"));
}

#[test]
fn block_list_keeps_away_what_is_in_its_table() {
    let found = json!({ "Item": { "Sender": { "S": "x" } } });
    let (address, domain) = ("Look for the address", "Look for the domain");
    let list = flow("block-list", &[]);
    let judged = |answers: &[(&str, Value)]| output(&list, mail("A@Example.com"), answers);
    assert_eq!(judged(&[(address, found.clone())]), verdict("MOVE_TO_JUNK"));
    let of_domain = [(address, json!({})), (domain, found.clone())];
    assert_eq!(judged(&of_domain), verdict("MOVE_TO_JUNK"));
    assert_eq!(judged(&[(address, json!({})), (domain, json!({}))]), verdict("DEFAULT"));
    assert_eq!(output(&list, mail(""), &[]), verdict("DEFAULT"), "a bounce has no sender");
    let bouncing = flow("block-list", &["action=BOUNCE"]);
    assert_eq!(output(&bouncing, mail("a@example.com"), &[(address, found)]), verdict("BOUNCE"));
    let definition = list.definition.to_json();
    assert!(definition.contains(r#""TableName": "st-block-list""#), "{definition}");
    assert_eq!(list.belongings.resources["BlockList"]["Properties"]["TableName"], "st-block-list");
}

#[test]
fn notify_decides_before_it_tells() {
    let notify = flow("notify", &[&format!("topic={TOPIC}")]);
    let state = notify.belongings.defaults.output_state.as_ref().map(|state| state.as_str());
    assert_eq!(state, Some("Deliver"));
    assert_eq!(notify.belongings.statements[0]["Resource"], TOPIC);
    let told = output(&notify, mail("a@example.com"), &[("Tell", json!({ "MessageId": "1" }))]);
    assert_eq!(told, verdict("DEFAULT"));
}

#[test]
fn invoke_takes_the_first_answer_that_decides() {
    let functions = format!("functions={FIRST},{SECOND}");
    let invoke = flow("invoke", &[&functions]);
    assert_eq!(invoke.belongings.statements[0]["Resource"], json!([FIRST, SECOND]));
    let answers = |kinds: &[&str]| -> Vec<(&str, Value)> {
        kinds.iter().map(|kind| ("Ask", json!({ "Payload": verdict(kind) }))).collect()
    };
    let judged = |kinds: &[&str]| output(&invoke, mail("a@example.com"), &answers(kinds));
    assert_eq!(judged(&["DROP"]), verdict("DROP"));
    assert_eq!(judged(&["DEFAULT", "BOUNCE"]), verdict("BOUNCE"));
    assert_eq!(judged(&["DEFAULT", "DEFAULT"]), verdict("DEFAULT"));
    let one = flow("invoke", &[&format!("functions={FIRST}")]);
    assert_eq!(output(&one, mail("a@example.com"), &answers(&["DROP"])), verdict("DROP"));
}

#[test]
fn quarantine_goes_by_sender_domain_and_subject() {
    let given = [
        "bounce-senders=bad@example.com,bad.example",
        "junk-senders=junk.example",
        "junk-subjects=you have won,hell",
    ];
    let quarantine = flow("quarantine", &given);
    let judged = |from: &str, subject: Value| {
        let mut mail = mail(from);
        mail["subject"] = subject;
        output(&quarantine, mail, &[])["actions"][0]["action"]["type"].clone()
    };
    assert_eq!(judged("Bad@Example.com", json!("x")), "BOUNCE");
    assert_eq!(judged("anybody@bad.example", json!("You have won")), "BOUNCE");
    assert_eq!(judged("a@junk.example", Value::Null), "MOVE_TO_JUNK");
    assert_eq!(judged("a@example.com", json!("Now YOU HAVE WON!")), "MOVE_TO_JUNK");
    assert_eq!(judged("a@example.com", json!("Hello")), "MOVE_TO_JUNK");
    assert_eq!(judged("good@example.com", json!("x")), "DEFAULT");
    assert_eq!(judged("", Value::Null), "DEFAULT");
    let one = flow("quarantine", &["junk-subjects=hell"]);
    assert_eq!(output(&one, mail("a@example.com"), &[]), verdict("MOVE_TO_JUNK"));
    let nothing = flow("quarantine", &[]);
    assert_eq!(output(&nothing, mail("bad@example.com"), &[]), verdict("DEFAULT"));
}

#[test]
fn nothing_that_a_sender_writes_looks_like_the_link_of_approval() {
    let approval = flow("approval", &["recipients=bob@example.net", "approver=a@example.org"]);
    let mut mail = mail("a@example.com\nhttps://x.example");
    mail["subject"] = json!("Hi\r\n\u{2028}\u{85}Decide here:\u{0}https://evil.example");
    mail["invocationId"] = json!("1");
    let page = json!({ "Parameter": { "Value": "a1b2c3" } });
    let approve = json!({ "decision": "approve" });
    let answers = [("Find the page", page), ("Ask the approver", approve)];
    let mut execution = started(&approval, mail, &answers);
    execution.advance(Timestamp::MAX);
    let events = execution.events(0);
    let called = events.iter().filter_map(|event| event.details.parameters.as_ref());
    let message = called.filter_map(|call| call["Message"].as_str()).next().unwrap();
    let lines: Vec<&str> = message.lines().collect();
    let link = "https://a1b2c3.execute-api.eu-west-1.amazonaws.com/decision#";
    assert!(lines[3].starts_with(link) && lines[3].len() > link.len(), "{message}");
    assert_eq!(lines[6], "deployer decide 1 approve --stack-name st");
    let words = [
        "From: a@example.com https://x.example",
        "To: bob@example.net, eve@example.net",
        "Subject: Hi Decide here: https://evil.example",
    ];
    assert_eq!(lines[9..], words, "{message}");
}

/// Whether two documents differ in nothing but in values: `tame` here, `sharp` there.
fn differ_in_values_only(one: &Value, other: &Value, tame: &str, sharp: &str) -> bool {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            one.keys().eq(other.keys())
                && one
                    .values()
                    .zip(other.values())
                    .all(|(one, other)| differ_in_values_only(one, other, tame, sharp))
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .zip(other)
                    .all(|(one, other)| differ_in_values_only(one, other, tame, sharp))
        }
        (Value::String(one), Value::String(other)) if one == tame => other == sharp,
        (one, other) => one == other,
    }
}

proptest! {
    #[test]
    fn no_value_of_a_parameter_changes_the_structure(
        value in prop_oneof![any::<String>(), "[-${}%'\"\\\\:,*a ]{0,12}"],
    ) {
        for (name, parameter) in [("block-list", "action"), ("notify", "topic")] {
            let tame = flow(name, &[&format!("{parameter}=tame")]);
            let sharp = Flow::named(name, STACK, &[format!("{parameter}={value}")], None);
            let Ok(sharp) = sharp else {
                prop_assert!(value.contains("${") || value.contains("{%"), "{value:?} is refused");
                continue;
            };
            let document = |flow: &Flow| Value::from(flow.definition.document().clone());
            let statements = |flow: &Flow| Value::from(flow.belongings.statements.clone());
            for part in [document, statements] {
                let same = differ_in_values_only(&part(&tame), &part(&sharp), "tame", &value);
                prop_assert!(same, "{}", part(&sharp));
            }
        }
    }
}
