//! Tests of coverage: which parts of a definition an execution used.

use serde_json::json;

use super::*;

fn covered_parts(
    definition: &Value,
    input: Value,
    answers: Vec<(&str, Vec<Answer>)>,
) -> Vec<String> {
    let mut execution = start(definition, input, answers);
    execution.advance(Timestamp::MAX);
    let covered = execution.covered().into_iter();
    covered.map(|covered| format!("{} {}", covered.state, covered.part)).collect()
}

#[test]
fn transitions_to_the_same_state_are_distinguished() {
    let definition = json!({
        "StartAt": "C",
        "States": {
            "C": {
                "Type": "Choice",
                "Choices": [
                    { "Variable": "$.x", "NumericEquals": 1, "Next": "S" },
                    { "Variable": "$.x", "NumericEquals": 2, "Next": "S" },
                ],
                "Default": "S",
            },
            "S": { "Type": "Pass", "Next": "E" },
            "E": { "Type": "Succeed" },
        },
    });
    for (x, way) in [(1, "C Choices[0]"), (2, "C Choices[1]"), (3, "C Default")] {
        let parts = covered_parts(&definition, json!({ "x": x }), Vec::new());
        assert_eq!(parts, ["C State", way, "E State", "E End", "S State", "S Next"]);
    }
}

#[test]
fn the_retrier_and_the_catcher_of_an_error_are_covered() {
    let mut definition = single_state(json!({
        "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": { "FunctionName": "f" },
        "Retry": [
            { "ErrorEquals": ["A"], "MaxAttempts": 1 },
            { "ErrorEquals": ["B"], "MaxAttempts": 1 },
            { "ErrorEquals": ["C"], "MaxAttempts": 0 },
        ],
        "Catch": [{ "ErrorEquals": ["A"], "Next": "T" }, { "ErrorEquals": ["States.ALL"], "Next": "T" }],
    }));
    definition["States"]["T"] = json!({ "Type": "Pass", "End": true });
    let after = |errors: &[&str]| {
        let mut answers: Vec<Answer> = errors.iter().map(|error| fails(error)).collect();
        answers.push(succeeds(json!({})));
        covered_parts(&definition, json!({}), vec![("S", answers)])
    };
    assert_eq!(after(&[]), ["S State", "S End"]);
    assert_eq!(after(&["B"]), ["S State", "S End", "S Retry[1]"]);
    assert_eq!(after(&["A", "A"]), ["S State", "S Retry[0]", "S Catch[0]", "T State", "T End"]);
    assert_eq!(after(&["C"]), ["S State", "S Catch[1]", "T State", "T End"]);
    let states = definition["States"].as_object_mut().unwrap();
    states.remove("T");
    states["S"]["Catch"] = json!([]);
    let uncaught = covered_parts(&definition, json!({}), vec![("S", vec![fails("C")])]);
    assert_eq!(uncaught, ["S State"], "an execution that failed in a state left it by no way");
}

#[test]
fn children_of_a_distributed_map_are_covered() {
    for mode in ["INLINE", "DISTRIBUTED"] {
        let mut config = json!({ "Mode": mode });
        if mode == "DISTRIBUTED" {
            config["ExecutionType"] = json!("STANDARD");
        }
        let inner = json!({ "B": { "Type": "Pass", "End": true } });
        let definition = single_state(json!({
            "Type": "Map",
            "ItemProcessor": { "ProcessorConfig": config, "StartAt": "B", "States": inner },
        }));
        assert_eq!(
            covered_parts(&definition, json!([1, 2]), Vec::new()),
            ["B State", "B End", "S State", "S End"]
        );
    }
}
