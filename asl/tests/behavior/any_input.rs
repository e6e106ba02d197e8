//! Property tests: any input gets an answer, without a panic or an endless loop.

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{single_state, start};
use asl::{Execution, Machine, MachineType, Progress};

/// Any JSON. Many of its names and strings have a meaning in the language.
fn any_json() -> impl Strategy<Value = Value> {
    let words = prop::sample::select(vec![
        "Type",
        "Pass",
        "Map",
        "Task",
        "Choice",
        "Wait",
        "Parallel",
        "StartAt",
        "States",
        "Next",
        "End",
        "S",
        "$",
        "$.a",
        "$$.Map",
        "$v[0]",
        "a.$",
        "Parameters",
        "ResultPath",
        "Items",
        "ItemProcessor",
        "Branches",
        "Choices",
        "Condition",
        "JSONata",
        "QueryLanguage",
        "Assign",
        "Output",
        "Retry",
        "ErrorEquals",
        "States.ALL",
        "States.Format('{}', $.a)",
        "{% $states.input.a %}",
        "Seconds",
    ]);
    let text = prop_oneof![3 => words.prop_map(str::to_owned), 1 => ".{0,12}"];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((text.clone(), inner), 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn end(mut execution: Execution) -> Progress {
    execution.advance(Timestamp::MAX)
}

proptest! {
    #[test]
    fn any_definition_is_read_or_rejected(definition in any_json(), text in ".{0,40}") {
        let _ = Machine::read(&definition, MachineType::Standard);
        let _ = Machine::parse(&text, MachineType::Express);
    }

    #[test]
    fn any_field_of_a_state_is_run_or_rejected(
        kind in prop::sample::select(vec!["Pass", "Wait", "Task", "Map", "Fail", "Choice", "Succeed"]),
        fields in prop::collection::vec((prop::sample::select(vec![
            "InputPath", "OutputPath", "ResultPath", "Parameters", "ResultSelector", "Assign", "Seconds",
            "SecondsPath", "Timestamp", "Items", "ItemsPath", "ItemSelector", "MaxConcurrency", "Result",
            "TimeoutSeconds", "HeartbeatSecondsPath", "Retry", "Error", "CausePath", "Choices", "Output",
        ]), any_json()), 0..4),
        jsonata in any::<bool>(),
        input in any_json(),
    ) {
        let mut state = json!({
            "Type": kind,
            "Resource": "arn:aws:states:::aws-sdk:lambda:invoke",
            "ItemProcessor": single_state(json!({ "Type": "Pass" })),
        });
        for (name, value) in fields {
            state[name] = value;
        }
        if kind != "Task" {
            state.as_object_mut().unwrap().remove("Resource");
        }
        if kind != "Map" {
            state.as_object_mut().unwrap().remove("ItemProcessor");
        }
        let mut definition = single_state(state);
        if jsonata {
            definition["QueryLanguage"] = json!("JSONata");
        }
        if Machine::read(&definition, MachineType::Standard).is_ok() {
            let ended = end(start(&definition, input, Vec::new()));
            prop_assert!(matches!(ended, Progress::Ended(_)), "{definition}");
        }
    }

    #[test]
    fn any_path_finds_or_misses(path in "\\$[.\\[\\]'a0-9*:?@()&|=<>, -]{0,20}", input in any_json()) {
        let definition = single_state(json!({ "Type": "Pass", "InputPath": path }));
        if Machine::read(&definition, MachineType::Standard).is_ok() {
            let ended = end(start(&definition, input, Vec::new()));
            prop_assert!(matches!(ended, Progress::Ended(_)));
        }
    }

    #[test]
    fn any_intrinsic_call_succeeds_or_fails(
        call in "States\\.(Format|Array|MathAdd|StringSplit|ArrayRange|JsonMerge|Hash)\\([ ,'\\\\{}$.a0-9-]{0,16}\\)",
        input in any_json(),
    ) {
        let definition = single_state(json!({ "Type": "Pass", "Parameters": { "x.$": call } }));
        if Machine::read(&definition, MachineType::Standard).is_ok() {
            let ended = end(start(&definition, input, Vec::new()));
            prop_assert!(matches!(ended, Progress::Ended(_)));
        }
    }

    #[test]
    fn any_expression_succeeds_or_fails(
        expression in "[$a-z0-9 .+*/&=<>?:()\\[\\]{}'\"|~^%@#-]{0,24}",
        input in any_json(),
    ) {
        let text = format!("{{% {expression} %}}");
        let state = json!({ "Type": "Pass", "QueryLanguage": "JSONata", "Output": text });
        let definition = single_state(state);
        if Machine::read(&definition, MachineType::Standard).is_ok() {
            let ended = end(start(&definition, input, Vec::new()));
            prop_assert!(matches!(ended, Progress::Ended(_)));
        }
    }
}
