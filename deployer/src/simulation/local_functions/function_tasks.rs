//! Tasks that call the functions of the flow on this machine.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use handler::error::chain;
use serde_json::{Value, json};

use super::functions::{LocalFunctions, Waiting};
use super::variables::VERSION;
use super::worker::Invoked;
use asl::{Answer, Call, Pattern, Resource, TaskResult, Tasks};

/// The error of a task whose function did not run.
const NOT_RUN: &str = "Task.NotRun";
/// The error of a function that gave its error no name. Source: Step Functions developer guide, "Handling errors in Step
/// Functions workflows". It also says that a time-out is `Sandbox.Timedout`, as Lambda names it.
const UNKNOWN: &str = "Lambda.Unknown";
/// The error of a task whose function answered with something that is not JSON.
const NOT_JSON: &str = "Task.OutputNotJson";

/// Functions on this machine, and for all other tasks what `others` answers.
pub struct FunctionTasks {
    /// The functions of the flow.
    pub functions: Arc<LocalFunctions>,
    /// The states whose answers are mocked: `others` answers them, even if they call a function.
    pub mocked: BTreeSet<String>,
    /// What answers everything else.
    pub others: Arc<dyn Tasks>,
}

/// A call of a function of the flow.
struct FunctionCall {
    name: String,
    payload: String,
    /// Whether the output is the answer itself.
    whole: bool,
}

impl FunctionTasks {
    /// Whether a call is for a function on this machine.
    pub fn answers(&self, call: &Call) -> bool {
        !self.mocked.contains(&*call.state)
            && function_call(call).is_some_and(|asked| self.functions.has(&asked.name))
    }
}

#[async_trait]
impl Tasks for FunctionTasks {
    /// Takes as long on the simulation's clock as it takes in real time.
    async fn answer(&self, call: Call) -> Answer {
        let asked = function_call(&call).filter(|_| !self.mocked.contains(&*call.state));
        let sent = asked.and_then(|asked| {
            let waiting = self.functions.send(&asked.name, asked.payload)?;
            Some((waiting, asked.whole))
        });
        match sent {
            Some((waiting, whole)) => wait(waiting, whole).await,
            None => self.others.answer(call).await,
        }
    }

    async fn object(&self, bucket: &str, key: &str) -> Option<String> {
        self.others.object(bucket, key).await
    }

    async fn listing(&self, bucket: &str, prefix: &str) -> Option<Vec<Value>> {
        self.others.listing(bucket, prefix).await
    }
}

/// On a blocking thread, because Tokio's paused clock does not jump while one is busy.
async fn wait(waiting: Waiting, whole: bool) -> Answer {
    let invoked = tokio::task::spawn_blocking(move || waiting.blocking_recv()).await;
    match invoked {
        Ok(Ok(Ok(Invoked { reply, took }))) => {
            Answer { took, ..Answer::at_once(result(reply, whole)) }
        }
        Ok(Ok(Err(error))) => Answer::at_once(failed(NOT_RUN, chain(&error))),
        Ok(Err(_)) | Err(_) => {
            Answer::at_once(failed(NOT_RUN, "the function was stopped".to_owned()))
        }
    }
}

/// The function that a task calls and waits for; `None` if it calls something else, or in a way in which this
/// program cannot.
fn function_call(call: &Call) -> Option<FunctionCall> {
    match &call.resource {
        Resource::Lambda(arn) => {
            let payload = call.parameters.to_string();
            Some(FunctionCall { name: arn.clone(), payload, whole: true })
        }
        Resource::Service(service)
            if service.pattern == Pattern::RequestResponse
                && (&*service.service, &*service.action) == ("lambda", "invoke") =>
        {
            invocation(&call.parameters)
        }
        Resource::Service(_) | Resource::Activity(_) => None,
    }
}

fn invocation(parameters: &Value) -> Option<FunctionCall> {
    let text = |name: &str| parameters.get(name).and_then(Value::as_str);
    let kind = text("InvocationType").unwrap_or("RequestResponse");
    let name = text("FunctionName").filter(|_| kind == "RequestResponse")?;
    let name = text("Qualifier").map_or_else(|| name.to_owned(), |it| format!("{name}:{it}"));
    let payload = parameters.get("Payload").map_or_else(|| "{}".to_owned(), Value::to_string);
    Some(FunctionCall { name, payload, whole: false })
}

fn result(reply: cloud::Reply, whole: bool) -> TaskResult {
    let answer: Result<Value, _> = serde_json::from_str(&reply.payload);
    if reply.failed {
        let read = answer.ok();
        let error = read.as_ref().and_then(|it| it.get("errorType")?.as_str());
        return failed(error.unwrap_or(UNKNOWN), reply.payload);
    }
    match answer {
        Ok(answer) if whole => TaskResult::Succeeded(answer),
        Ok(answer) => TaskResult::Succeeded(
            json!({ "ExecutedVersion": VERSION, "Payload": answer, "StatusCode": 200 }),
        ),
        Err(error) => failed(NOT_JSON, format!("the function's answer is not JSON: {error}")),
    }
}

fn failed(error: &str, cause: String) -> TaskResult {
    TaskResult::Failed { error: Some(error.to_owned()), cause: Some(cause) }
}
