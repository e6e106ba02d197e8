//! Tests of an execution's clock.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{run, single_state, start};
use asl::Progress;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap()
}

#[test]
fn waiting_takes_no_real_time() {
    let year = 364 * 24 * 3600;
    let ended = run(&single_state(json!({ "Type": "Wait", "Seconds": year })), json!({}));
    assert_eq!(ended.took, Duration::from_secs(year));
    let until = single_state(json!({ "Type": "Wait", "TimestampPath": "$.t" }));
    let ended = run(&until, json!({ "t": "1970-01-01T01:00:00+00:00" }));
    assert_eq!(ended.took, Duration::from_secs(3600));
    let past = run(&until, json!({ "t": "1969-01-01T00:00:00Z" }));
    assert_eq!(past.took, Duration::ZERO);
}

#[test]
fn an_execution_advances_up_to_a_given_time() {
    let definition = json!({
        "StartAt": "A",
        "States": {
            "A": { "Type": "Wait", "Seconds": 10, "Next": "B" },
            "B": { "Type": "Wait", "Seconds": 20, "End": true },
        },
    });
    let mut execution = start(&definition, json!({}), Vec::new());
    assert_eq!(execution.advance(at(5)), Progress::Waiting(at(10)));
    assert_eq!((execution.now(), execution.events(0).len()), (at(5), 2));
    assert_eq!(execution.advance(at(10)), Progress::Waiting(at(30)));
    assert_eq!(execution.events(2).len(), 2);
    assert!(matches!(execution.advance(at(99)), Progress::Ended(_)));
    assert_eq!(execution.events(0).last().unwrap().at, at(30));
}

#[test]
fn an_execution_times_out() {
    let mut definition = single_state(json!({ "Type": "Wait", "Seconds": 100 }));
    definition["TimeoutSeconds"] = json!(60);
    let ended = run(&definition, json!({}));
    assert_eq!(ended.event_names()[2..], ["ExecutionTimedOut"]);
    definition["TimeoutSeconds"] = json!(100);
    assert_eq!(*run(&definition, json!({})).output(), json!({}));
}

#[test]
fn wait_settings_are_validated() {
    let seconds = |value: Value| {
        let wait = single_state(json!({ "Type": "Wait", "SecondsPath": "$.s" }));
        run(&wait, json!({ "s": value })).error().1.rsplit_once(". ").unwrap().1.to_owned()
    };
    let parsed = "The SecondsPath parameter cannot be parsed as a long value: $.s == ";
    assert_eq!(seconds(json!("5")), format!("{parsed}5"));
    assert_eq!(seconds(json!(true)), format!("{parsed}true"));
    let negative = "The SecondsPath parameter references a negative value: $.s == -1";
    assert_eq!(seconds(json!(-1)), negative);
    let jsonata = json!({ "Type": "Wait", "QueryLanguage": "JSONata", "Seconds": "{% 1.9 %}" });
    assert_eq!(run(&single_state(jsonata), json!({})).took, Duration::from_secs(1));
}

#[test]
fn an_execution_can_move_to_another_thread() {
    let mut execution = start(&single_state(json!({ "Type": "Succeed" })), json!({}), Vec::new());
    let there = std::thread::spawn(move || execution.advance(at(0)));
    assert!(matches!(there.join().unwrap(), Progress::Ended(_)));
}

#[test]
fn an_execution_is_repeatable() {
    let definition = single_state(json!({
        "Type": "Pass",
        "Parameters": { "id.$": "States.UUID()", "n.$": "States.MathRandom(0, 1000000)" },
    }));
    let (first, second) = (run(&definition, json!({})), run(&definition, json!({})));
    assert_eq!(first.events, second.events);
    assert_ne!(first.output()["id"], json!(null));
}
