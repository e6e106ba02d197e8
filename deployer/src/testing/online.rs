//! Compares tests with Step Functions: `TestState` runs every state that the interpreter entered, with the interpreter's
//! input and variables, and with the answers of its task as mocks.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::Value;

use super::difference::{Aspect, Difference};
use super::result::{Played, TestResult};
use super::runner::TestRun;
use super::state_requests::{Expected, Requests};
use super::visits::{End, visits};
use cloud::{CloudError, ErrorKind, Machines, StateTest, TestedState, TestedStatus};

/// The most calls for one test. More are usually a loop, whose states have been compared by then.
const MOST_CALLS: usize = 100;

/// What Step Functions returns for the states that tests entered.
#[derive(Debug, Default, Serialize)]
pub struct OnlineComparison {
    /// How often a state was compared.
    pub compared: usize,
    /// How often something differed.
    pub differences: usize,
    /// What was not compared.
    pub left: Vec<NotCompared>,
}

/// A state that was not compared.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct NotCompared {
    /// The test as it is listed.
    pub test: String,
    pub state: String,
    pub reason: String,
}

/// Compares all simulated executions; adds the differences to the tests.
/// Fails when Step Functions cannot be called.
pub async fn compare_online(
    run: &mut TestRun,
    machines: &dyn Machines,
) -> Result<OnlineComparison, CloudError> {
    let mut comparison = OnlineComparison::default();
    // Tests share states, and the number of calls is limited.
    let mut known = HashMap::new();
    for result in &mut run.results {
        let Some(played) = result.played.take() else { continue };
        let differences = of_test(result, &played, machines, &mut known, &mut comparison).await?;
        comparison.differences += differences.len();
        if result.passed && !differences.is_empty() {
            result.passed = false;
            result.timeline = played.moments;
        }
        result.differences.extend(differences);
    }
    Ok(comparison)
}

/// What Step Functions answered, or why it refuses to.
type Answered = Result<TestedState, String>;

async fn of_test(
    result: &TestResult,
    played: &Played,
    machines: &dyn Machines,
    known: &mut HashMap<StateTest, Answered>,
    comparison: &mut OnlineComparison,
) -> Result<Vec<Difference>, CloudError> {
    let mut differences = Vec::new();
    let mut left = |state: &str, reason: String| {
        let test = format!("{}: {}", result.file, result.name);
        let left = NotCompared { test, state: state.to_owned(), reason };
        if !comparison.left.contains(&left) {
            comparison.left.push(left);
        }
    };
    let requests = Requests::new(played);
    let mut calls = 0;
    for visit in visits(&played.events) {
        let asked = match requests.of(&visit) {
            Ok(asked) => asked,
            Err(reason) => {
                left(&visit.state, reason);
                continue;
            }
        };
        for (request, expected) in asked {
            if calls == MOST_CALLS {
                left(&visit.state, format!("the test had entered {MOST_CALLS} states before"));
                break;
            }
            calls += 1;
            let answered = match known.get(&request) {
                Some(answered) => answered.clone(),
                None => ask(machines, &request).await?,
            };
            comparison.compared += 1;
            match &answered {
                Ok(tested) => compare(&visit.state, &expected, tested, &mut differences),
                Err(refusal) => differences.push(differing(
                    &visit.state,
                    "the call",
                    "succeeds".into(),
                    refusal.as_str().into(),
                )),
            }
            known.insert(request, answered);
        }
    }
    Ok(differences)
}

/// Tests one state. An error in the state or the mock is an answer, too.
async fn ask(machines: &dyn Machines, request: &StateTest) -> Result<Answered, CloudError> {
    match machines.test_state(request).await {
        Ok(tested) => Ok(Ok(tested)),
        Err(refused) if refused.kind == ErrorKind::Invalid => Ok(Err(refused.message)),
        Err(error) => Err(error),
    }
}

fn differing(state: &str, what: &str, here: Value, there: Value) -> Difference {
    Difference::new(Aspect::StepFunctions, here, there).of(format!("{what} of {state}"))
}

/// Compares how it ended, what follows, what came out, and the variables.
fn compare(
    state: &str,
    expected: &Expected<'_>,
    tested: &TestedState,
    found: &mut Vec<Difference>,
) {
    let mut check = |what: &str, here: Value, there: Value| {
        if !same(&here, &there) {
            found.push(differing(state, what, here, there));
        }
    };
    let text = |text: &Option<String>| text.clone().map_or(Value::Null, Value::from);
    let ended = match &tested.status {
        TestedStatus::Succeeded | TestedStatus::CaughtError => "continues",
        TestedStatus::Failed => "fails",
        TestedStatus::Retriable => "is retried",
        TestedStatus::Other(other) => other,
    };
    let here = match expected {
        Expected::Retried => "is retried",
        Expected::End(End::Failed { .. } | End::Neither) => "fails",
        Expected::End(End::Left { .. }) => "continues",
    };
    if here != ended {
        let there = match &tested.error {
            Some(error) => format!("{ended} ({error})"),
            None => ended.to_owned(),
        };
        return check("the end", here.into(), there.into());
    }
    match expected {
        Expected::Retried | Expected::End(End::Neither) => {}
        Expected::End(End::Failed { error }) => {
            check("the error", text(error), text(&tested.error));
        }
        Expected::End(End::Left { output, assigned, next }) => {
            check("the next state", text(next), text(&tested.next));
            check("the output", (**output).clone(), json(tested.output.as_deref()));
            // Variables are returned only at one level of inspection; without them, there is nothing to compare.
            let Value::Object(variables) = json(tested.variables.as_deref()) else { return };
            for (name, value) in assigned {
                let there = variables.get(name).cloned().unwrap_or_default();
                check(&format!("the variable {name}"), value.clone(), there);
            }
        }
    }
}

fn json(text: Option<&str>) -> Value {
    let read = |text| serde_json::from_str(text).unwrap_or_else(|_| Value::from(text));
    text.map(read).unwrap_or_default()
}

/// Whether two values are the same except for the notation of numbers.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one == other || one.as_f64() == other.as_f64()
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let both = |(name, value)| other.get(name).is_some_and(|other| same(value, other));
            one.len() == other.len() && one.iter().all(both)
        }
        (one, other) => one == other,
    }
}
