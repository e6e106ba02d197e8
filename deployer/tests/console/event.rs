//! `deployer event`: the event that WorkMail would send, on one line.

use handler::actions::Direction;
use handler::workmail::Message;
use snapbox::{assert_data_eq, str};

use crate::session::ConsoleSession;

const LETTER: &str = "From: Ann <ann@example.com>\nTo: bob@example.org, eve@example.org\n\
                      Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\nMessage-ID: <1@example.com>\n\nHello.\n";

#[tokio::test(start_paused = true)]
async fn an_event_has_new_ids() {
    let session = ConsoleSession::new("event");
    let event = session.run("event").await;
    assert_data_eq!(
        event.all(),
        str![[r#"
--- stdout
{"summaryVersion":"2018-10-10","envelope":{"mailFrom":{"address":"from@example.com"},"recipients":[{"address":"recipient@example.com"}]},"subject":"Hello","messageId":"00000000-0000-0000-0000-000000000001","invocationId":"00000000000000000000000000000002","flowDirection":"INBOUND","truncated":false}
--- exit 0

"#]]
    );
    Message::parse(&event.out).unwrap();
    assert_ne!(session.run("event").await.out, event.out, "each event is about another message");
    assert!(session.cloud.calls().is_empty());
}

#[tokio::test(start_paused = true)]
async fn every_field_can_be_set() {
    let session = ConsoleSession::new("event-fields");
    let line = "event --direction outbound --mail-from boss@example.com --sender office@example.com \
                --recipient a@example.org --recipient b@example.org --subject Invoice --truncated \
                --message-id m-1 --invocation-id i-1 --summary-version 2019-07-28 \
                --set note={\"a\":1} --without messageId";
    let event = session.run(line).await;
    assert_data_eq!(
        event.all(),
        str![[r#"
--- stdout
{"summaryVersion":"2019-07-28","envelope":{"mailFrom":{"address":"boss@example.com"},"recipients":[{"address":"a@example.org"},{"address":"b@example.org"}]},"sender":{"address":"office@example.com"},"subject":"Invoice","invocationId":"i-1","flowDirection":"OUTBOUND","truncated":true,"note":{"a":1}}
--- exit 0

"#]]
    );
    let message = Message::parse(&event.out).unwrap();
    assert_eq!((message.invocation_id(), message.message_id()), ("i-1", None));
    assert_eq!((message.direction(), message.truncated()), (Some(Direction::Outbound), true));
    assert_eq!(message.recipients(), ["a@example.org", "b@example.org"]);
}

#[tokio::test(start_paused = true)]
async fn headers_come_from_a_message_file_and_options_override_them() {
    let session = ConsoleSession::new("event-eml");
    session.file("letter.eml", LETTER);
    let event = session.run("event --eml $DIR/letter.eml").await;
    assert_data_eq!(
        event.all(),
        str![[r#"
--- stdout
{"summaryVersion":"2018-10-10","envelope":{"mailFrom":{"address":"ann@example.com"},"recipients":[{"address":"bob@example.org"},{"address":"eve@example.org"}]},"subject":"Grüße","messageId":"00000000-0000-0000-0000-000000000001","invocationId":"00000000000000000000000000000002","flowDirection":"INBOUND","truncated":false}
--- exit 0

"#]]
    );
    let other =
        session.run("event --eml $DIR/letter.eml --recipient b@example.net --subject X").await;
    assert_eq!(Message::parse(&other.out).unwrap().recipients(), ["b@example.net"]);
    assert!(other.out.contains(r#""subject":"X""#) && other.out.contains("ann@example.com"));
}

#[tokio::test(start_paused = true)]
async fn a_retry_series_repeats_one_event() {
    let session = ConsoleSession::new("event-retries");
    let series = session.run("event --retries 2").await;
    let lines: Vec<&str> = series.out.lines().collect();
    assert_eq!((series.code, lines.len()), (0, 3));
    assert!(lines.iter().all(|line| *line == lines[0]));
}

#[tokio::test(start_paused = true)]
async fn the_parser_refuses_every_kind_of_invalid_event() {
    let session = ConsoleSession::new("event-invalid");
    let kinds = [
        "not-json",
        "not-an-object",
        "no-invocation-id",
        "null-invocation-id",
        "empty-invocation-id",
        "long-invocation-id",
        "repeated-field",
        "too-large",
    ];
    for kind in kinds {
        let event = session.run(&format!("event --invalid {kind}")).await;
        assert_eq!((event.code, event.out.lines().count()), (0, 1), "{kind}");
        assert!(Message::parse(&event.out).is_err(), "{kind}");
    }
    let unknown = session.run("event --invalid odd").await;
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains(&format!("[possible values: {}]", kinds.join(", "))));
}

#[tokio::test(start_paused = true)]
async fn event_prints_json() {
    let session = ConsoleSession::new("event-json");
    let printed = session.run("event --invocation-id i --retries 1 --output json").await;
    for (attempt, line) in printed.out.lines().enumerate() {
        let object: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!((&object["type"], &object["attempt"]), (&"event".into(), &attempt.into()));
        let message = Message::parse(object["text"].as_str().unwrap()).unwrap();
        assert_eq!(message.invocation_id(), "i");
    }
    assert_eq!(printed.out.lines().count(), 2);
}

#[tokio::test(start_paused = true)]
async fn invalid_event_options_are_refused() {
    let session = ConsoleSession::new("event-refused");
    session.file("notes.txt", "no headers here\n");
    session.file("nobody.eml", "From: a@example.com\nSubject: x\n\n");
    session.file("anonymous.eml", "To: a@example.com\n\n");
    let missing = session.run("event --eml $DIR/missing.eml").await;
    assert_eq!((missing.code, missing.out.as_str()), (2, ""));
    assert!(missing.err.starts_with("error: cannot read the message $DIR/missing.eml\n"));
    let mut printed = String::new();
    for options in [
        "--eml $DIR/notes.txt",
        "--eml $DIR/nobody.eml",
        "--eml $DIR/anonymous.eml",
        "--set subject --set subject=text",
    ] {
        printed.push_str(&session.run(&format!("event {options}")).await.all());
    }
    assert_data_eq!(
        printed,
        str![[r#"
error: $DIR/notes.txt is not an e-mail message: it has none of the headers From, To, Cc, Bcc and Subject
--- exit 2
error: the message does not name a recipient

hint: --recipient ADDRESS names one
--- exit 2
error: the message does not name an author

hint: --mail-from ADDRESS names one
--- exit 2
error: 2 settings cannot be used
  error[set] --set: there is no `=`; FIELD=JSON is expected, such as subject=null or note='{"a": 1}'
  error[set] --set: the value of `subject` is not JSON (expected ident at line 1 column 2); FIELD=JSON is expected, such as subject=null or note='{"a": 1}'
--- exit 2

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn addresses_that_are_none_are_refused() {
    let session = ConsoleSession::new("event-addresses");
    for (option, value) in [
        ("--mail-from", "not an address"),
        ("--mail-from", "a@"),
        ("--recipient", ""),
        ("--recipient", "nobody"),
        ("--sender", "a@b@c"),
    ] {
        for command in ["event", "local"] {
            let words = [command, option, value].map(str::to_owned).to_vec();
            let refused = session.run_words(words, None).await;
            assert_eq!((refused.code, refused.out.as_str()), (2, ""), "{command} {option} {value}");
            let expected = format!("`{value}` is not an address");
            assert!(refused.err.contains(&expected), "{option}: {}", refused.err);
            assert!(refused.err.contains(option) && refused.err.contains("name an address"));
        }
    }
    assert_eq!(session.run("event --mail-from <>").await.code, 0);
    assert_eq!(session.run("event --mail-from=").await.code, 0);
}
