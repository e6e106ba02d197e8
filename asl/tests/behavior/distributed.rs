//! Tests of distributed Map states.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{Ended, run, single_state, start_over};
use asl::{ExecutionResult, MockedTasks, Progress};

fn distributed(fields: Value, states: Value) -> Value {
    let mut state = json!({
        "Type": "Map",
        "ItemProcessor": {
            "ProcessorConfig": { "Mode": "DISTRIBUTED", "ExecutionType": "STANDARD" },
            "StartAt": "P",
            "States": states,
        },
    });
    for (name, value) in fields.as_object().unwrap() {
        state[name] = value.clone();
    }
    single_state(state)
}

fn pass() -> Value {
    json!({ "P": { "Type": "Pass", "End": true } })
}

fn odd_fails() -> Value {
    json!({
        "P": {
            "Type": "Choice",
            "Choices": [{ "Variable": "$", "NumericEquals": 1, "Next": "F" }],
            "Default": "Q",
        },
        "F": { "Type": "Fail", "Error": "One" },
        "Q": { "Type": "Pass", "End": true },
    })
}

#[test]
fn the_history_has_the_map_run_but_not_its_children() {
    let ended = run(&distributed(json!({}), pass()), json!([1, 2]));
    assert_eq!(*ended.output(), json!([1, 2]));
    let events = [
        "MapStateEntered S",
        "MapStateStarted",
        "MapRunStarted",
        "MapRunSucceeded",
        "MapStateSucceeded",
        "MapStateExited S",
    ];
    assert_eq!(ended.event_names()[1..7], events);
}

#[test]
fn failures_are_tolerated_up_to_a_threshold() {
    let run = |fields: Value| run(&distributed(fields, odd_fails()), json!([0, 1, 0, 1]));
    let exceeded = run(json!({}));
    assert_eq!(exceeded.error().0, "States.ExceedToleratedFailureThreshold");
    assert_eq!(exceeded.count("MapRunFailed"), 1);
    assert_eq!(run(json!({ "ToleratedFailureCount": 1 })).error().0, exceeded.error().0);
    assert_eq!(run(json!({ "ToleratedFailureCount": 2 })).output()[0], 0);
    assert_eq!(run(json!({ "ToleratedFailurePercentage": 50 })).output()[1]["Error"], "One");
}

#[test]
fn items_are_grouped_into_batches() {
    let batcher =
        json!({ "ItemBatcher": { "MaxItemsPerBatch": 2, "BatchInput": { "b.$": "$[0]" } } });
    let ended = run(&distributed(batcher, pass()), json!([1, 2, 3]));
    let first = json!({ "Items": [1, 2], "BatchInput": { "b": 1 } });
    assert_eq!(*ended.output(), json!([first, { "Items": [3], "BatchInput": { "b": 1 } }]));
}

fn run_over(objects: &[(&str, &str)], reader: Value) -> Ended {
    let definition = distributed(json!({ "ItemReader": reader }), pass());
    let texts = objects.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned()));
    let buckets = BTreeMap::from([("b".to_owned(), texts.collect::<BTreeMap<_, _>>())]);
    let tasks = MockedTasks::new(HashMap::new()).with_objects(buckets);
    let mut execution = start_over(&definition, json!({ "most": 1 }), Arc::new(tasks));
    let Progress::Ended(result) = execution.advance(Timestamp::MAX) else { panic!("no end") };
    let events = execution.events(0);
    Ended { result, events, took: std::time::Duration::ZERO }
}

#[test]
fn items_are_read_from_objects() {
    let reader = |config: Value| {
        json!({
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": config,
            "Parameters": { "Bucket": "b", "Key": "k" },
        })
    };
    let csv =
        json!({ "InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW", "MaxItemsPath": "$.most" });
    let ended = run_over(&[("k", "a,b\n1,2\n3,4\n")], reader(csv));
    assert_eq!(*ended.output(), json!([{ "a": "1", "b": "2" }]));
    let json_list = json!({ "InputType": "JSON" });
    assert_eq!(*run_over(&[("k", "[1]")], reader(json_list.clone())).output(), json!([1]));
    let lost = run_over(&[], reader(json_list));
    assert_eq!(lost.error().0, "States.ItemReaderFailed");
    assert!(matches!(lost.result, ExecutionResult::Failed { .. }));
    assert_eq!(lost.count("MapRunFailed") + lost.count("MapStateFailed"), 2);
}

#[test]
fn items_are_read_from_all_objects_of_a_listing_or_a_manifest() {
    let read = |objects: &[(&str, &str)], resource: &str, config: Value| {
        let parameters = match resource {
            "listObjectsV2" => json!({ "Bucket": "b", "Prefix": "in/" }),
            _ => json!({ "Bucket": "b", "Key": "manifest" }),
        };
        let reader = json!({
            "Resource": format!("arn:aws:states:::s3:{resource}"),
            "ReaderConfig": config,
            "Parameters": parameters,
        });
        run_over(objects, reader)
    };
    let flat = |config: Value| {
        let objects =
            [("in/", ""), ("in/1", r#"{"a": [1, 2]}"#), ("in/2", r#"{"a": [3]}"#), ("x", "[")];
        read(&objects, "listObjectsV2", config)
    };
    let loads =
        json!({ "Transformation": "LOAD_AND_FLATTEN", "InputType": "JSON", "ItemsPointer": "/a" });
    assert_eq!(*flat(loads).output(), json!([1, 2, 3]));
    let listed = flat(json!({ "Transformation": "NONE" }));
    assert_eq!(listed.output()[1]["Key"], "in/1");

    let lists = [
        (
            "manifest",
            r#"{"destinationBucket": "arn:aws:s3:::b", "fileFormat": "CSV", "fileSchema": "Bucket, Key", "files": [{"key": "1"}, {"key": "2"}]}"#,
        ),
        ("1", "\"m\",\"in/a\"\n"),
        ("2", "\"m\",\"in/b\"\n"),
    ];
    let rows = json!([{ "Bucket": "m", "Key": "in/a" }, { "Bucket": "m", "Key": "in/b" }]);
    for config in [json!({ "InputType": "MANIFEST" }), json!({ "ManifestType": "S3_INVENTORY" })] {
        assert_eq!(*read(&lists, "getObject", config).output(), rows);
    }

    let unloaded = [("manifest", "s3://b/1\ns3://b/2\n"), ("1", "1\n2\n"), ("2", "3\n")];
    let athena = json!({ "ManifestType": "ATHENA_DATA", "InputType": "JSONL" });
    assert_eq!(*read(&unloaded, "getObject", athena.clone()).output(), json!([1, 2, 3]));
    let lost = read(&unloaded[..2], "getObject", athena);
    assert_eq!(lost.error().0, "States.ItemReaderFailed");
}

#[test]
fn objects_are_listed() {
    let reader = json!({
        "Resource": "arn:aws:states:::s3:listObjectsV2",
        "Parameters": { "Bucket": "b", "Prefix": "x" },
    });
    let ended = run_over(&[("x1", "one"), ("y", "")], reader);
    assert_eq!(ended.output()[0]["Key"], "x1");
    assert_eq!(
        (ended.output()[0]["Size"].clone(), ended.output().as_array().unwrap().len()),
        (json!(3), 1)
    );
}

#[test]
fn the_output_says_where_results_would_be_written() {
    let run = |writer: Value| {
        run(&distributed(json!({ "ResultWriter": writer }), pass()), json!([[1, 2], 3]))
    };
    let ended = run(json!({
        "Resource": "arn:aws:states:::s3:putObject",
        "Parameters": { "Bucket": "b", "Prefix.$": "States.Format('p{}', $[1])" },
    }));
    let output = ended.output();
    let started = ended.events.iter().find_map(|event| event.details.map_run_arn.as_deref());
    assert_eq!(output["MapRunArn"].as_str(), started);
    assert_eq!(output["ResultWriterDetails"]["Bucket"], "b");
    let key = output["ResultWriterDetails"]["Key"].as_str().unwrap();
    assert!(key.starts_with("p3/") && key.ends_with("/manifest.json"), "{key}");
    let config = |transformation: &str| json!({ "WriterConfig": { "Transformation": transformation, "OutputType": "JSON" } });
    assert_eq!(*run(config("FLATTEN")).output(), json!([1, 2, 3]));
    assert_eq!(*run(config("COMPACT")).output(), json!([[1, 2], 3]));
}
