//! Tests of the built-in flows: each is valid, and its role has the permissions that it needs. What
//! a flow decides is covered by its own tests, which a console session runs.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{BUILT_IN, Flow, FlowError, FlowStack, Home};
use asl::{
    Answer, Execution, Identity, Machine, MachineType, MockedAnswer, MockedTasks, TaskResult,
};

const STACK: FlowStack<'_> = FlowStack {
    name: "st",
    home: Home { region: "eu-west-1", account: "123456789012" },
    with_samples: false,
};
const TOPIC: &str = "arn:aws:sns:eu-west-1:123456789012:mail";
const FIRST: &str = "arn:aws:lambda:eu-west-1:123456789012:function:first";
const ORGANIZATION: &str = "m-0123456789abcdef0123456789abcdef";
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
        "lookalike" | "outbound-limit" => vec!["domains=example.com".to_owned()],
        "attachments" => vec![format!("organization={ORGANIZATION}")],
        "disclaimer" => vec![format!("organization={ORGANIZATION}"), "text=Secret.".to_owned()],
        "invoke" => vec![format!("functions={FIRST},{SECOND}")],
        "approval" => {
            ["recipients=board@example.net", "approver=bob@example.org"].map(String::from).into()
        }
        _ => Vec::new(),
    }
}

/// Starts an execution of a flow whose tasks return mocked answers by state.
fn started(flow: &Flow, input: Value, answers: &[(&str, Value)]) -> Execution {
    let definition = Value::Object(flow.definition.document().clone());
    let machine =
        Machine::read(&definition, MachineType::Standard).unwrap_or_else(|e| panic!("{e}"));
    let mut canned: HashMap<String, Vec<MockedAnswer>> = HashMap::new();
    for (state, answer) in answers {
        let answer = Answer::at_once(TaskResult::Succeeded(answer.clone()));
        let answer = MockedAnswer { parameters: None, iteration: None, answer };
        canned.entry((*state).to_owned()).or_default().push(answer);
    }
    let identity = Identity {
        execution_arn: "arn:aws:states:eu-west-1:123456789012:execution:M:e".to_owned(),
        execution_name: "e".to_owned(),
        role_arn: "arn:aws:iam::123456789012:role/r".to_owned(),
        machine_arn: "arn:aws:states:eu-west-1:123456789012:stateMachine:M".to_owned(),
        machine_name: "M".to_owned(),
    };
    let tasks = Arc::new(MockedTasks::new(canned));
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

#[test]
fn every_flow_is_valid_and_documents_its_parameters() {
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
    for name in ["notify", "invoke", "approval", "attachments", "disclaimer"] {
        let Err(FlowError::Faulty { findings, .. }) = Flow::named(name, STACK, &[], None) else {
            panic!("{name} was accepted");
        };
        assert_eq!(findings[0].code, "parameter-missing");
    }
}

#[test]
fn a_role_has_access_only_to_what_the_flow_names() {
    let resource = |name: &str, given: &[&str], nth: usize| {
        flow(name, given).belongings.statements[nth]["Resource"].clone()
    };
    let functions = format!("functions={FIRST},{SECOND}");
    assert_eq!(resource("invoke", &[&functions], 0), json!([FIRST, SECOND]));
    assert_eq!(resource("notify", &[&format!("topic={TOPIC}")], 0), TOPIC);
    let table = json!({ "Fn::GetAtt": ["BlockList", "Arn"] });
    assert_eq!(resource("block-list", &[], 0), table);
    assert_eq!(resource("mail-storm", &[], 0), json!({ "Fn::GetAtt": ["MailStorm", "Arn"] }));
    let approval = ["recipients=bob@example.net", "approver=a@example.org"];
    assert_eq!(resource("approval", &approval, 0), json!({ "Ref": "ApprovalTopic" }));
    let parameter = "arn:aws:ssm:eu-west-1:123456789012:parameter/message-flow/st/approval-api";
    assert_eq!(resource("approval", &approval, 1), parameter);
    for (name, id, property) in
        [("block-list", "BlockList", "TableName"), ("mail-storm", "MailStorm", "TableName")]
    {
        let flow = flow(name, &[]);
        assert_eq!(flow.belongings.resources[id]["Properties"][property], format!("st-{name}"));
    }
}

#[test]
fn a_function_that_reads_messages_has_access_only_to_those_of_one_organization_and_direction() {
    let messages = |direction: &str| {
        format!(
            "arn:aws:workmailmessageflow:eu-west-1:123456789012:message/{ORGANIZATION}/{direction}/*"
        )
    };
    let statements = |name: &str| {
        let given = needed(name);
        let given: Vec<&str> = given.iter().map(String::as_str).collect();
        flow(name, &given).belongings.functions.remove(0).statements
    };
    let read = "workmailmessageflow:GetRawMessageContent";
    let inspect = statements("attachments");
    assert_eq!((&inspect[0]["Action"], inspect.len()), (&json!(read), 1));
    assert_eq!(inspect[0]["Resource"], messages("incoming"));
    let append = statements("disclaimer");
    assert_eq!(append[0]["Action"], json!([read, "workmailmessageflow:PutRawMessageContent"]));
    assert_eq!(append[0]["Resource"], messages("outgoing"));
    let objects = json!({ "Fn::Join": ["", [{ "Fn::GetAtt": ["ChangedMessages", "Arn"] }, "/*"]] });
    assert_eq!((&append[1]["Action"], &append[1]["Resource"]), (&json!("s3:PutObject"), &objects));
    assert_eq!(append.len(), 2);
}

#[test]
fn sender_input_cannot_imitate_the_approval_link() {
    let mut mail = mail("a@example.com\nhttps://x.example");
    mail["subject"] = json!("Hi\r\n\u{2028}\u{85}Decide here:\u{0}https://evil.example");
    mail["invocationId"] = json!("1");
    let message = asked(mail);
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

/// The mail that an approver gets about a message.
fn asked(mail: Value) -> String {
    let approval = flow("approval", &["recipients=example.net", "approver=a@example.org"]);
    let page = json!({ "Parameter": { "Value": "a1b2c3" } });
    let answers = [("Find the page", page), ("Ask the approver", json!({ "decision": "reject" }))];
    let mut execution = started(&approval, mail, &answers);
    execution.advance(Timestamp::MAX);
    let events = execution.events(0);
    let called = events.iter().filter_map(|event| event.details.parameters.as_ref());
    called.filter_map(|call| call["Message"].as_str()).next().unwrap().to_owned()
}

#[test]
fn the_approval_mail_offers_a_command_only_for_an_ordinary_id() {
    let with_id = |id: &str| {
        let mut mail = mail("a@example.com");
        mail["invocationId"] = json!(id);
        asked(mail).contains("deployer decide")
    };
    assert!(with_id("f0e18b3739f44776aa8cc07544e3b2c7") && with_id("a_B-1"));
    for id in ["inv'$(touch x)", "a b", "a;b", "a\nb", "--help", "-y", "", "\u{e9}", "\u{202e}a"] {
        assert!(!with_id(id), "{id:?}");
    }
    assert!(!asked(mail("a@example.com")).contains("deployer decide"), "without an id");
}

#[test]
fn the_approval_mail_has_no_character_that_a_reader_would_not_see() {
    let hidden = "\u{0}\u{1b}\u{7f}\u{80}\u{85}\u{9b}\u{9f}\u{ad}\u{61c}\u{180e}\u{200b}\u{200e}\u{200f}\u{2028}\u{2029}\
                  \u{202a}\u{202e}\u{2060}\u{2066}\u{2069}\u{feff}\u{fff9}\u{fffb}";
    let mut mail = mail(&format!("a{hidden}@example.com"));
    mail["sender"] = json!({ "address": format!("b{hidden}@example.com") });
    mail["subject"] = json!(format!("one{hidden}two"));
    let message = asked(mail);
    assert!(!message.chars().any(|one| hidden.contains(one)), "{message:?}");
    assert!(message.contains("From: a @example.com\nSent by: b @example.com\nTo: "), "{message}");
    assert!(message.ends_with("Subject: one two\n"), "{message}");
}

#[test]
fn the_approval_mail_says_that_the_list_of_recipients_is_cut() {
    let mut mail = mail("a@example.com");
    let sentence = "It has more recipients than are named here, and waits for all of them.";
    assert!(!asked(mail.clone()).contains(sentence));
    mail["truncated"] = json!(true);
    assert!(asked(mail).contains(sentence));
}

/// The most recipients that WorkMail takes, with addresses as long as an event can have.
fn crowd() -> Vec<String> {
    let long = |nth| format!("{}{nth:03}@example.net", "x".repeat(227));
    (0..500).map(long).collect()
}

#[test]
fn a_verdict_for_five_hundred_recipients_names_each_within_the_limits() {
    let crowd = crowd();
    let recipients: Vec<Value> = crowd.iter().map(|one| json!({ "address": one })).collect();
    let mut mail = mail("a@example.com");
    mail["envelope"]["recipients"] = recipients.into();
    let page = json!({ "Parameter": { "Value": "a1b2c3" } });
    let given = ["recipients=example.net", "approver=a@example.org"];
    let reject = [("Find the page", page), ("Ask the approver", json!({ "decision": "reject" }))];
    let count = [("Count", json!({ "Attributes": { "MessageCount": { "N": "101" } } }))];
    let counts: Vec<(&str, Value)> = count.into_iter().cycle().take(500).collect();
    for (name, given, answers) in
        [("approval", &given[..], &reject[..]), ("mail-storm", &[], &counts)]
    {
        let mut execution = started(&flow(name, given), mail.clone(), answers);
        let asl::Progress::Ended(result) = execution.advance(Timestamp::MAX) else {
            panic!("{name} waits")
        };
        let asl::ExecutionResult::Succeeded(output) = result else { panic!("{name}: {result:?}") };
        assert!(output["actions"][0]["recipients"] == json!(crowd), "{name}");
        assert_eq!(output["actions"][1]["allRecipients"], true, "{name}");
        // Source: Step Functions quotas, "Maximum input or output size" and "Maximum execution history size".
        assert!(output.to_string().len() < 262_144, "{name}");
        assert!(execution.events(0).len() < 25_000, "{name}");
        let sizes = execution
            .events(0)
            .iter()
            .map(|e| e.details.parameters.as_ref().map_or(0, |p| p.to_string().len()))
            .max();
        assert!(sizes.unwrap() < 262_144, "{name}");
    }
}

/// Whether two documents differ only in values: `tame` in one, `sharp` in the other.
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
    fn a_parameter_value_never_changes_the_structure(
        value in prop_oneof![any::<String>(), "[-${}%'\"\\\\:,*a ]{0,12}"],
    ) {
        for (name, parameter) in [("block-list", "action"), ("notify", "topic")] {
            let tame = flow(name, &[&format!("{parameter}=tame")]);
            let sharp = Flow::named(name, STACK, &[format!("{parameter}:={}", Value::from(value.as_str()))], None);
            let Ok(sharp) = sharp else {
                let refusable = ["${", "{%", "%}"].iter().any(|mark| value.contains(mark));
                prop_assert!(refusable, "{value:?} is refused");
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
