//! Which mail system an event comes from, and which may invoke the function.

use handler::flow::{Flow, Invocation};
use handler::gate::Gate;
use handler::incoming::{Admitted, Incoming};
use handler::memory::{MemoryBounces, MemoryExecutions, MemoryLedger};
use handler::on_failure::OnFailure;
use handler::origin::Origin;
use handler::rule::Rule;
use handler::service::Service;
use handler::ses::policy::{InputPolicy, Mode};
use handler::trace::Trace;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use tokio::time::{Duration, Instant};

use crate::ses_world::{event, policy};
use crate::world::{BOUNCE, DELIVER, DROP, EVENT, MACHINE, START_TIME, machine, succeeding};

/// The name of the mail system, or the type of the error.
fn read(event: &str, workmail: bool, ses: bool) -> &'static str {
    let policy = InputPolicy::default();
    let admitted = Admitted { workmail, ses: ses.then_some(&policy) };
    match Incoming::read(RawValue::from_string(event.to_owned()).unwrap(), admitted) {
        Ok(Incoming::WorkMail(_)) => "WorkMail",
        Ok(Incoming::Ses(_)) => "SES",
        Err(error) => error.type_name(),
    }
}

fn bare() -> Value {
    event()["Records"][0]["ses"].clone()
}

#[test]
fn an_event_is_read_only_if_its_mail_system_may_invoke() {
    let (records, bare) = (event().to_string(), bare().to_string());
    for (admitted, of_workmail, of_ses) in [
        ((true, true), "WorkMail", "SES"),
        ((true, false), "WorkMail", "SourceNotEnabled"),
        ((false, true), "SourceNotEnabled", "SES"),
    ] {
        let read = |event: &str| read(event, admitted.0, admitted.1);
        assert_eq!(read(EVENT), of_workmail, "{admitted:?}");
        assert_eq!(read(&records), of_ses, "{admitted:?}");
        assert_eq!(read(&bare), of_ses, "{admitted:?}");
    }
}

/// Objects that have the members of two events, and objects of other services.
fn neither() -> Vec<Value> {
    let workmail: Value = serde_json::from_str(EVENT).unwrap();
    let merged = |parts: &[&Value]| -> Value {
        let members = parts.iter().flat_map(|part| part.as_object().unwrap().clone());
        Value::Object(members.collect())
    };
    vec![
        merged(&[&workmail, &event()]),
        merged(&[&workmail, &bare()]),
        merged(&[&event(), &bare()]),
        merged(&[&workmail, &event(), &bare()]),
        json!({ "Records": [{ "eventSource": "aws:s3" }] }),
        json!({ "Records": [] }),
        json!({ "mail": bare()["mail"] }),
        json!({ "receipt": bare()["receipt"] }),
        json!({ "source": "aws.states", "detail": { "executionArn": MACHINE } }),
        json!({}),
    ]
}

#[test]
fn an_event_of_two_mail_systems_or_of_none_is_an_error() {
    for event in neither() {
        for (workmail, ses) in [(true, true), (true, false), (false, true)] {
            let read = read(&event.to_string(), workmail, ses);
            assert!(["InvalidMessage", "SourceNotEnabled"].contains(&read), "{read}: {event}");
        }
    }
    for text in ["7", "[]", "null", "\"x\""] {
        assert_eq!(read(text, true, true), "InvalidMessage");
    }
}

#[tokio::test(start_paused = true)]
async fn each_mail_system_gets_its_own_kind_of_answer() {
    let ses_answers = [
        r#"{"disposition":"CONTINUE"}"#,
        r#"{"disposition":"STOP_RULE"}"#,
        r#"{"disposition":"STOP_RULE_SET"}"#,
    ];
    for output in [DELIVER, DROP, BOUNCE] {
        let flow = Flow {
            ledger: MemoryLedger::default(),
            executions: MemoryExecutions::with_machine(&machine(MACHINE), succeeding(10, output)),
            machine: machine(MACHINE),
            origin: Origin::Execution,
            wait: Duration::from_secs(1),
            on_failure: OnFailure::Retry,
            rule: Rule::Synchronous,
        };
        let gate = Gate {
            flow: flow.clone(),
            input: InputPolicy::default(),
            mode: Mode::Decide(policy()),
            bounces: MemoryBounces::default(),
        };
        let service = Service { workmail: Some(flow), ses: Some(gate) };
        for (event, is_ses) in [(EVENT.to_owned(), false), (event().to_string(), true)] {
            let message = service.read(RawValue::from_string(event).unwrap()).unwrap();
            let deadline = Instant::now() + Duration::from_secs(14);
            let invocation = Invocation { epoch_seconds: START_TIME, deadline };
            let answer = service.answer(&message, invocation, &mut Trace::default()).await.unwrap();
            let text = serde_json::to_string(&answer).unwrap();
            assert_eq!(ses_answers.contains(&text.as_str()), is_ses, "{text}");
            assert_eq!(text == output, !is_ses, "{text}");
        }
    }
}
