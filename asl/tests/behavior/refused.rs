//! What Step Functions refuses is refused, at the field that causes it; what it accepts is accepted.

use serde_json::{Value, json};

use crate::single_state;
use asl::{Diagnostic, Machine, MachineType};

fn diagnostics(definition: &Value) -> Vec<Diagnostic> {
    match Machine::read(definition, MachineType::Standard) {
        Ok(_) => Vec::new(),
        Err(invalid) => invalid.diagnostics,
    }
}

/// The pointers of all diagnostics of a machine with this state.
fn pointers(state: Value) -> Vec<String> {
    let mut definition = single_state(state);
    // Where a Choice goes.
    if definition["States"]["S"]["Type"] == "Choice" {
        definition["States"]["E"] = json!({ "Type": "Succeed" });
    }
    let found = diagnostics(&definition).into_iter();
    found.map(|diagnostic| diagnostic.pointer.replace("/States/S", "")).collect()
}

fn lambda(fields: Value) -> Value {
    let mut task = json!({
        "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": { "FunctionName": "f" },
    });
    for (name, value) in fields.as_object().unwrap() {
        task[name] = value.clone();
    }
    task
}

#[test]
fn fields_of_the_wrong_name_type_or_range_are_refused_where_they_are() {
    let rule = |fields: Value| {
        let mut rule = json!({ "Next": "E" });
        fields.as_object().unwrap().iter().for_each(|(name, value)| rule[name] = value.clone());
        json!({ "Type": "Choice", "Choices": [rule], "Default": "E" })
    };
    let test = json!({ "Variable": "$.a", "IsNull": true });
    for (state, expected) in [
        (json!({ "Type": "Pass", "Rezult": 1 }), "/Rezult"),
        (json!({ "Type": "Pass", "Comment": 1 }), "/Comment"),
        (json!({ "Type": "Wait", "Seconds": 100_000_000 }), "/Seconds"),
        (lambda(json!({ "TimeoutSeconds": 100_000_000 })), "/TimeoutSeconds"),
        (lambda(json!({ "TimeoutSeconds": 10, "HeartbeatSeconds": 20 })), "/HeartbeatSeconds"),
        (lambda(json!({ "Retry": [{ "ErrorEquals": ["A"], "Comment": 1 }] })), "/Retry/0/Comment"),
        (lambda(json!({ "Retry": [{ "ErrorEquals": ["A"], "Rate": 1 }] })), "/Retry/0/Rate"),
        (lambda(json!({ "Parameters": {} })), "/Parameters"),
        (json!({ "Type": "Pass", "Parameters": { "a": { "b.$": "c" } } }), "/Parameters/a/b.$"),
        (rule(json!({ "Variable": "$.a", "StringMatch": "b" })), "/Choices/0/StringMatch"),
        (rule(json!({ "And": [test], "Or": [test] })), "/Choices/0/Or"),
        (rule(json!({ "And": [test], "Variable": "$.a" })), "/Choices/0/Variable"),
        (rule(json!({ "And": [test], "IsNull": true })), "/Choices/0/IsNull"),
        (
            rule(json!({ "Not": { "Variable": "$.a", "IsNull": true, "Next": "E" } })),
            "/Choices/0/Not/Next",
        ),
        (
            json!({ "Type": "Choice", "Choices": [{ "Variable": "$.a", "IsNull": true, "Next": "E" }], "Default": 1 }),
            "/Default",
        ),
    ] {
        assert_eq!(pointers(state.clone()), [expected], "{state}");
    }
    let unreal = json!({ "Type": "Pass", "End": "yes" });
    let definition = json!({ "StartAt": "S", "States": { "S": unreal } });
    assert_eq!(diagnostics(&definition)[0].pointer, "/States/S/End");
}

#[test]
fn fields_that_exclude_each_other_are_refused() {
    let inner = single_state(json!({ "Type": "Succeed" }));
    let map = |fields: Value| {
        let mut map = json!({ "Type": "Map", "ItemProcessor": inner });
        fields.as_object().unwrap().iter().for_each(|(name, value)| map[name] = value.clone());
        map
    };
    assert_eq!(pointers(map(json!({ "Iterator": inner }))), ["/Iterator"]);
    assert_eq!(pointers(map(json!({ "ItemSelector": {}, "Parameters": {} }))), ["/Parameters"]);
    assert_eq!(
        pointers(json!({ "Type": "Fail", "Error": "a", "ErrorPath": "$.a" })),
        ["/ErrorPath"]
    );
    for field in ["ErrorPath", "CausePath"] {
        let path = |function: &str| pointers(json!({ "Type": "Fail", field: function }));
        assert_eq!(path("States.MathAdd(1, 2)"), [format!("/{field}")]);
        assert_eq!(path("States.Format('{}', $.a)"), [""; 0]);
    }
}

#[test]
fn an_unknown_name_comes_with_those_to_choose_from() {
    let known = |state: Value| diagnostics(&single_state(state)).remove(0).known;
    assert!(known(json!({ "Type": "Pass", "Rezult": 1 })).contains(&"Result".to_owned()));
    assert!(known(json!({ "Type": "Pas" })).contains(&"Pass".to_owned()));
    let rule = json!({ "Variable": "$.a", "StringEqualPath": "$.b", "Next": "S" });
    let choice = json!({ "Type": "Choice", "Choices": [rule] });
    assert!(known(choice).contains(&"StringEqualsPath".to_owned()));
    let publsh = json!({ "Type": "Task", "Resource": "arn:aws:states:::sns:publsh" });
    assert!(known(publsh).contains(&"arn:aws:states:::sns:publish".to_owned()));
}

#[test]
fn one_finding_does_not_hide_another() {
    let state = json!({
        "Type": "Task", "Resource": "arn:aws:states:::sns:publsh", "TimeoutSeconds": "60",
        "Retry": [{ "ErrorEquals": [] }],
    });
    assert_eq!(pointers(state), ["/Resource", "/TimeoutSeconds", "/Retry/0/ErrorEquals"]);
    // A state that cannot be read is there all the same.
    let definition = json!({ "StartAt": "A", "States": {
        "A": { "Type": "Pass", "Next": "B" },
        "B": { "Type": "Task", "Resource": "arn:aws:states:::dynamodb:query", "Next": "C" },
        "C": { "Type": "Pass", "Next": "Gone" },
        "D": { "Type": "Pass", "End": true },
    } });
    let found: Vec<String> =
        diagnostics(&definition).into_iter().map(|found| found.pointer).collect();
    assert_eq!(found, ["/States/B/Resource", "/States/C/Next", "/States/D", "/States"]);
}

#[test]
fn expressions_that_are_not_closed_or_not_opened_are_refused() {
    let output = |text: &str| {
        pointers(json!({ "Type": "Pass", "QueryLanguage": "JSONata", "Output": { "a": [text] } }))
    };
    for text in ["{% $states.input.subject %", "$x %}", " {% $x %}", "{% $x %} "] {
        assert_eq!(output(text), ["/Output/a/0"], "{text}");
    }
    // Recorded: a text.
    assert_eq!(output(" {% $x %} "), [""; 0]);
    assert_eq!(output("100 %"), [""; 0]);
    let wait = |seconds: &str| {
        pointers(json!({ "Type": "Fail", "QueryLanguage": "JSONata", "Cause": seconds }))
    };
    assert_eq!(wait("{% 'a'"), ["/Cause"]);
}

#[test]
fn states_inside_a_state_have_the_language_of_the_machine() {
    let paths = single_state(json!({ "Type": "Pass", "Parameters": { "v.$": "$" } }));
    let jsonata = single_state(json!({ "Type": "Pass", "Output": "{% 1 %}" }));
    let map = |inner: &Value| json!({ "Type": "Map", "QueryLanguage": "JSONata", "Items": "{% [1] %}", "ItemProcessor": inner });
    let parallel = |inner: &Value| json!({ "Type": "Parallel", "QueryLanguage": "JSONata", "Branches": [inner] });
    for state in [map(&paths), parallel(&paths)] {
        assert_eq!(pointers(state), [""; 0]);
    }
    for state in [map(&jsonata), parallel(&jsonata)] {
        assert_eq!(pointers(state).len(), 1);
    }
}

#[test]
fn resources_with_region_and_account_are_known() {
    for resource in [
        "arn:aws:states:us-east-1:123456789012:aws-sdk:sns:publish",
        "arn:aws:states:us-east-1:123456789012:athena:startQueryExecution.sync",
        "arn:aws:states:us-east-1:123456789012:activity:a",
    ] {
        assert_eq!(
            pointers(json!({ "Type": "Task", "Resource": resource })),
            [""; 0],
            "{resource}"
        );
    }
}

/// The pointers of all diagnostics of a Map state with these fields and this configuration of its processor.
fn of_map(fields: &Value, config: Value) -> Vec<String> {
    let mut inner = single_state(json!({ "Type": "Succeed" }));
    inner["ProcessorConfig"] = config;
    let mut map = json!({ "Type": "Map", "ItemProcessor": inner });
    fields.as_object().unwrap().iter().for_each(|(name, value)| map[name] = value.clone());
    pointers(map)
}

fn of_distributed_map(fields: &Value) -> Vec<String> {
    of_map(fields, json!({ "Mode": "DISTRIBUTED", "ExecutionType": "STANDARD" }))
}

#[test]
fn the_configuration_of_a_reader_has_known_members_and_words() {
    let of_reader = |resource: &str, config: &Value| {
        let resource = format!("arn:aws:states:::s3:{resource}");
        let parameters = "$.where";
        let mut reader = json!({ "Resource": resource, "ReaderConfig": config });
        reader["Parameters"] = json!({ "Bucket.$": parameters });
        if resource.ends_with("getObject") {
            reader["Parameters"]["Key.$"] = json!(parameters);
        }
        of_distributed_map(&json!({ "ItemReader": reader }))
    };
    let csv = |member: &str, value: Value| {
        let mut config = json!({ "InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW" });
        config[member] = value;
        config
    };
    let accepted = json!({ "InputType": "JSON", "ItemsPointer": "/a", "MaxItems": 0 });
    assert_eq!(of_reader("getObject", &accepted), [""; 0]);
    for (config, expected) in [
        (json!({ "InputType": "JSON", "Itemspointer": "/a" }), "/Itemspointer"),
        (json!({ "InputType": "JSON", "ItemsPointer": "a" }), "/ItemsPointer"),
        (json!({ "InputType": "XML" }), "/InputType"),
        (json!({ "InputType": "JSON", "MaxItems": -1 }), "/MaxItems"),
        (json!({ "InputType": "MANIFEST", "ManifestType": "ATHENA" }), "/ManifestType"),
        (json!({ "InputType": "JSON", "ManifestType": "ATHENA_DATA" }), "/InputType"),
        (json!({ "InputType": "CSV" }), ""),
        (csv("CSVDelimiter", json!(1)), "/CSVDelimiter"),
        (csv("CSVHeaderLocation", json!("GIVEN")), ""),
    ] {
        let expected = format!("/ItemReader/ReaderConfig{expected}");
        assert_eq!(of_reader("getObject", &config), [expected], "{config}");
    }
    let flat = json!({ "Transformation": "LOAD_AND_FLATTEN" });
    assert_eq!(of_reader("listObjectsV2", &flat), ["/ItemReader/ReaderConfig"]);
}

#[test]
fn the_parts_of_a_distributed_map_have_no_unknown_members() {
    let writer = json!({ "WriterConfig": { "OutputType": "CSV", "Transformation": "COMPACT" }, "Resource": "arn:aws:states:::s3:putObject" });
    for (fields, expected) in [
        (json!({ "ItemBatcher": { "MaxItems": 1 } }), "/ItemBatcher/MaxItems"),
        (json!({ "Label": "x".repeat(41) }), "/Label"),
        (json!({ "Label": "a b" }), "/Label"),
        (json!({ "Label": "a/*" }), "/Label"),
        (json!({ "ResultWriter": writer }), "/ResultWriter/WriterConfig/OutputType"),
        (json!({ "ResultWriter": { "WriterConfig": [] } }), "/ResultWriter/WriterConfig"),
    ] {
        assert_eq!(of_distributed_map(&fields), [expected], "{fields}");
    }
    let s3 = "arn:aws:states:::s3:";
    let reader = |action: &str, parameters: Value| {
        json!({ "ItemReader": {
        "Resource": format!("{s3}{action}"), "ReaderConfig": { "InputType": "JSON" }, "Parameters": parameters,
    } })
    };
    let writer = |parameters: Value| json!({ "ResultWriter": { "Resource": format!("{s3}putObject"), "Parameters": parameters } });
    for (fields, expected) in [
        (
            reader("getObject", json!({ "Bucket": "b", "Key": "k", "Prefix": "p" })),
            "/ItemReader/Parameters/Prefix",
        ),
        (
            reader("getObject", json!({ "Bucket": "b", "Key.$": "$.k", "Vrsion.$": "$.v" })),
            "/ItemReader/Parameters/Vrsion.$",
        ),
        (reader("getObject", json!({ "Bucket.$": "$.b" })), "/ItemReader/Parameters"),
        (
            reader("listObjectsV2", json!({ "Bucket": "b", "Prefx": "p" })),
            "/ItemReader/Parameters/Prefx",
        ),
        (writer(json!({ "Bucket": "b", "prefix": "p" })), "/ResultWriter/Parameters/prefix"),
        (writer(json!({ "Prefix": "p" })), "/ResultWriter/Parameters"),
    ] {
        assert_eq!(of_distributed_map(&fields), [expected], "{fields}");
    }
    for fields in [
        reader(
            "getObject",
            json!({ "Bucket": "b", "Key": "k", "VersionId": "v", "ExpectedBucketOwner": "1" }),
        ),
        reader("listObjectsV2", json!({ "Bucket.$": "$.b", "Prefix.$": "$.p", "StartAfter": "a" })),
        writer(json!({ "Bucket.$": "$.b", "Prefix": "p", "SsekmsKeyId": "k", "SseKmsKeyId": "k" })),
    ] {
        assert_eq!(of_distributed_map(&fields), [""; 0], "{fields}");
    }
    for config in [json!({ "Mode": "DISTRIBUTE" }), json!({ "Mood": "INLINE" })] {
        assert_eq!(of_map(&json!({}), config).len(), 1);
    }
    let mut express = single_state(json!({
        "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": { "QueueUrl": "q", "MessageBody.$": "$$.Task.Token" },
    }));
    express["ProcessorConfig"] = json!({ "Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS" });
    let found = pointers(json!({ "Type": "Map", "ItemProcessor": express }));
    assert_eq!(found, ["/ItemProcessor/Resource"]);
}
