//! State machines that call functions on this machine.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Value, json};

use super::{Stage, TempDir, python};
use crate::simulation::local_functions::FunctionTasks;
use asl::{Answer, Call, Pattern, Resource, Service, TaskResult, Tasks};

const ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:flow-it";
const CODE: &str = "class Odd(Exception):
    pass
def handler(event, context):
    if event == 'odd':
        raise Odd('as asked for')
    if event == 'end':
        import os
        os._exit(2)
    return {'got': event}\n";

struct Others;

#[async_trait]
impl Tasks for Others {
    async fn answer(&self, call: Call) -> Answer {
        Answer::at_once(TaskResult::Succeeded(json!({ "others": *call.state })))
    }

    async fn object(&self, _: &str, key: &str) -> Option<String> {
        Some(key.to_owned())
    }

    async fn listing(&self, _: &str, _: &str) -> Option<Vec<Value>> {
        None
    }
}

fn call(resource: Resource, parameters: Value) -> Call {
    Call {
        state: "Ask".into(),
        resource,
        parameters: Arc::new(parameters),
        retries: 0,
        iterations: Vec::new(),
        token: None,
        role_arn: None,
    }
}

fn invoke(parameters: Value) -> Call {
    let (partition, service) = ("aws".to_owned(), "lambda".to_owned());
    let (action, pattern) = ("invoke".to_owned(), Pattern::RequestResponse);
    call(Resource::Service(Service { partition, service, action, pattern }), parameters)
}

/// The tasks, and the folder of the function.
fn tasks(mocked: &[&str]) -> (FunctionTasks, TempDir) {
    let Stage { functions, folder, .. } = Stage::new(python("it"), &[("app.py", CODE)]);
    let functions = Arc::new(functions);
    let mocked = mocked.iter().map(|&state| state.to_owned()).collect();
    (FunctionTasks { functions, mocked, others: Arc::new(Others) }, folder)
}

async fn output(tasks: &FunctionTasks, call: Call) -> Value {
    match tasks.answer(call).await.result {
        TaskResult::Succeeded(output) => output,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_task_calls_a_function_by_its_arn_or_by_lambda_invoke() {
    let (tasks, _folder) = tasks(&[]);
    for arn in [ARN.to_owned(), format!("{ARN}:$LATEST")] {
        let found = output(&tasks, call(Resource::Lambda(arn), json!(1))).await;
        assert_eq!(found, json!({ "got": 1 }));
    }
    for (parameters, got) in [
        (json!({ "FunctionName": ARN, "Payload": { "a": 2 } }), json!({ "a": 2 })),
        (json!({ "FunctionName": "flow-it", "Qualifier": "$LATEST" }), json!({})),
    ] {
        let expected =
            json!({ "ExecutedVersion": "$LATEST", "Payload": { "got": got }, "StatusCode": 200 });
        assert_eq!(output(&tasks, invoke(parameters)).await, expected);
    }
}

#[tokio::test]
async fn an_error_of_a_function_is_the_error_of_the_task() {
    let (tasks, _folder) = tasks(&[]);
    for (event, name) in [("odd", "Odd"), ("end", "Runtime.ExitError")] {
        let failed = tasks.answer(call(Resource::Lambda(ARN.to_owned()), json!(event))).await;
        let TaskResult::Failed { error, cause } = failed.result else { panic!("it fails") };
        assert_eq!(error.unwrap(), name);
        let cause: Value = serde_json::from_str(&cause.unwrap()).unwrap();
        assert_eq!(cause["errorType"], name);
    }
}

#[tokio::test]
async fn all_other_tasks_and_mocked_states_are_answered_elsewhere() {
    let others = json!({ "others": "Ask" });
    let other = |name: &str| Resource::Lambda(ARN.replace("flow-it", name));
    let (tasks, _folder) = tasks(&["Mocked"]);
    assert_eq!(output(&tasks, call(other("another"), json!(1))).await, others);
    for parameters in [
        json!({ "FunctionName": ARN, "InvocationType": "Event" }),
        json!({ "FunctionName": ARN, "Qualifier": "7" }),
        json!({}),
    ] {
        assert_eq!(output(&tasks, invoke(parameters)).await, others);
    }
    let mocked = Call { state: "Mocked".into(), ..call(other("flow-it"), json!(1)) };
    assert!(!tasks.answers(&mocked) && tasks.answers(&call(other("flow-it"), json!(1))));
    assert_eq!(output(&tasks, mocked).await, json!({ "others": "Mocked" }));
    assert_eq!(tasks.object("bucket", "key").await.unwrap(), "key");
}

/// A simulation has its own runtime, whose time jumps when nothing is left to do but wait.
#[tokio::test]
async fn time_does_not_jump_while_a_function_works() {
    let (tasks, _folder) = tasks(&[]);
    let simulated = tokio::task::spawn_blocking(move || {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let began = tokio::time::Instant::now();
            let aside = tokio::spawn(tokio::time::sleep(std::time::Duration::from_secs(3600)));
            let answer = tasks.answer(call(Resource::Lambda(ARN.to_owned()), json!(1))).await;
            aside.abort();
            (began.elapsed(), answer)
        })
    });
    let (elapsed, answer) = simulated.await.unwrap();
    assert_eq!(elapsed, std::time::Duration::ZERO);
    assert_eq!(answer.result, TaskResult::Succeeded(json!({ "got": 1 })));
    assert!(answer.took > std::time::Duration::ZERO);
}
