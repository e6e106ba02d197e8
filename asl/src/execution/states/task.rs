//! A Task state: one attempt.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::super::history::{Details, EventKind};
use super::super::visit::{Visit, invalid_path};
use crate::definition::machine::{Setting, SettingValue, Task};
use crate::expression::digest;
use crate::expression::scope::Scope;
use crate::fault::{Failure, FailureKind, Fault, FaultKind};
use crate::limits;
use crate::tasks::{Answer, Call, Pattern, Resource, TaskResult};

/// The fields of the state, evaluated for one attempt.
struct Request {
    parameters: Arc<Value>,
    timeout: Option<u64>,
    heartbeat: Option<u64>,
    role_arn: Option<String>,
}

/// Makes one attempt and returns the task's result.
pub(super) async fn perform(visit: &mut Visit<'_>, task: &Task) -> Result<Value, Failure> {
    let has_token =
        matches!(&task.resource, Resource::Service(s) if s.pattern != Pattern::RequestResponse);
    visit.context.token = has_token.then(|| token(visit));
    let request = request(visit, task).map_err(|fault| visit.fail(fault))?;
    let events = Events::of(&task.resource);
    let chain = &visit.branch.chain;
    let run = visit.run;
    chain.record(run, events.scheduled, events.scheduled_details(&request));
    chain.record(run, events.started, events.details());
    if visit.branch.nested {
        run.clock.yield_now().await;
    }
    let call = Call {
        state: Arc::clone(&visit.state.name),
        resource: task.resource.clone(),
        parameters: Arc::clone(&request.parameters),
        retries: visit.context.retries.unwrap_or(0),
        iterations: visit.context.iterations.clone(),
        token: visit.context.token.clone(),
        role_arn: request.role_arn.clone(),
    };
    let answer = run.clock.outside(run.tasks.answer(call)).await;
    if let Some(submitted) = &answer.submitted {
        let output = Some(Arc::new(submitted.clone()));
        let details = Details { output, ..events.details() };
        chain.record(run, EventKind::TaskSubmitted, details);
    }
    let timeout_error = wait(visit, &answer, &request).await;
    if visit.branch.nested {
        run.clock.yield_now().await;
    }
    end(visit, &events, timeout_error, answer.result)
}

/// Waits until the task ends or times out. Returns the name of the timeout, if it did.
async fn wait(visit: &Visit<'_>, answer: &Answer, request: &Request) -> Option<&'static str> {
    let pending = answer.result == TaskResult::Pending;
    let took = if pending { Duration::MAX } else { answer.took };
    let timeout = request.timeout.map(|seconds| (Duration::from_secs(seconds), "States.Timeout"));
    let heartbeat = request
        .heartbeat
        .map(|seconds| (Duration::from_secs(seconds), "States.HeartbeatTimeout"))
        .filter(|(most, _)| answer.heartbeat.is_none_or(|every| every > *most));
    let first = [timeout, heartbeat].into_iter().flatten().min_by_key(|(after, _)| *after);
    match first {
        Some((after, name)) if after < took => {
            visit.run.clock.sleep(after).await;
            Some(name)
        }
        _ if pending => std::future::pending().await,
        _ => {
            if !took.is_zero() {
                visit.run.clock.sleep(took).await;
            }
            None
        }
    }
}

fn end(
    visit: &Visit<'_>,
    events: &Events,
    timeout_error: Option<&'static str>,
    result: TaskResult,
) -> Result<Value, Failure> {
    let result = match timeout_error {
        Some(_) => TaskResult::Failed { error: Some("States.Timeout".to_owned()), cause: None },
        None => result,
    };
    let record = |kind, details| visit.branch.chain.record(visit.run, kind, details);
    match result {
        TaskResult::Succeeded(output) => {
            if let Err(fault) = limits::check(&output, "result", &visit.state.name) {
                return Err(visit.fail(fault));
            }
            let details = Details { output: Some(Arc::new(output.clone())), ..events.details() };
            record(events.succeeded, details);
            Ok(output)
        }
        TaskResult::Failed { error, cause } => {
            let timed_out = error.as_deref() == Some("States.Timeout");
            let kind = if timed_out { events.timed_out } else { events.failed };
            let details =
                Details { error: error.clone(), cause: cause.clone(), ..events.details() };
            record(kind, details);
            let nature = if timed_out {
                FailureKind::TimedOut(timeout_error.unwrap_or("States.Timeout"))
            } else {
                FailureKind::Task
            };
            Err(Failure::new(error, cause, nature))
        }
        TaskResult::Pending => Err(visit.fail(Fault::runtime("The task never ends."))),
    }
}

fn token(visit: &Visit<'_>) -> String {
    let mut random = visit.run.ambient.random();
    format!("{}{}", digest::uuid(&mut random), digest::uuid(&mut random)).replace('-', "")
}

fn request(visit: &Visit<'_>, task: &Task) -> Result<Request, Fault> {
    let input = visit.effective_input()?;
    let scope = visit.scope(&input);
    let parameters = match &task.arguments {
        Some(arguments) => Arc::new(arguments.evaluate(&scope)?),
        None => Arc::clone(&input),
    };
    limits::check(&parameters, "parameters", &visit.state.name)?;
    check_parameters(&task.resource, &parameters)?;
    let seconds = |setting: Option<&Setting>| -> Result<Option<u64>, Fault> {
        setting.map(|setting| seconds(visit, setting, &scope)).transpose()
    };
    let credentials = task.credentials.as_ref().map(|role| role.evaluate(&scope)).transpose()?;
    let role_arn =
        credentials.as_ref().and_then(|role| role.get("RoleArn")).and_then(Value::as_str);
    Ok(Request {
        parameters,
        timeout: seconds(task.timeout.as_ref())?,
        heartbeat: seconds(task.heartbeat.as_ref())?,
        role_arn: role_arn.map(str::to_owned),
    })
}

fn seconds(visit: &Visit<'_>, setting: &Setting, scope: &Scope<'_>) -> Result<u64, Fault> {
    let value = visit.setting(setting, scope, invalid_path)?;
    value.as_u64().filter(|&seconds| seconds > 0).ok_or_else(|| {
        let field = setting.field;
        match &setting.value {
            SettingValue::Path(selector) => Fault::runtime(format!(
                "The {field}Path field refers to value \"{value}\" which is not a valid positive integer: \
                 {}",
                selector.text
            )),
            _ => {
                let message = format!("The {field} field is not a positive integer: {value}");
                Fault::new(FaultKind::Query(field.to_owned()), message)
            }
        }
    })
}

/// Checks what AWS checks before it calls a service.
fn check_parameters(resource: &Resource, parameters: &Value) -> Result<(), Fault> {
    let Resource::Service(service) = resource else { return Ok(()) };
    let refuse = |what: &str| {
        Err(Fault::runtime(format!(
            "The Parameters '{parameters}' could not be used to start the Task: [{what}]"
        )))
    };
    if !parameters.is_object() {
        return refuse("The parameters must be an object");
    }
    if service.service == "apigateway"
        && let Some(headers) = parameters.get("Headers")
    {
        let lists =
            |headers: &serde_json::Map<String, Value>| headers.values().all(Value::is_array);
        if !headers.is_null() && !headers.as_object().is_some_and(lists) {
            return refuse("The value of the field 'Headers' has an invalid format");
        }
    }
    Ok(())
}

/// The types of the events of a task.
struct Events {
    resource: Resource,
    scheduled: EventKind,
    started: EventKind,
    succeeded: EventKind,
    failed: EventKind,
    timed_out: EventKind,
}

impl Events {
    fn of(resource: &Resource) -> Self {
        use EventKind as Kind;
        let [scheduled, started, succeeded, failed, timed_out] = match resource {
            Resource::Lambda(_) => [
                Kind::LambdaFunctionScheduled,
                Kind::LambdaFunctionStarted,
                Kind::LambdaFunctionSucceeded,
                Kind::LambdaFunctionFailed,
                Kind::LambdaFunctionTimedOut,
            ],
            Resource::Activity(_) => [
                Kind::ActivityScheduled,
                Kind::ActivityStarted,
                Kind::ActivitySucceeded,
                Kind::ActivityFailed,
                Kind::ActivityTimedOut,
            ],
            Resource::Service(_) => [
                Kind::TaskScheduled,
                Kind::TaskStarted,
                Kind::TaskSucceeded,
                Kind::TaskFailed,
                Kind::TaskTimedOut,
            ],
        };
        let resource = resource.clone();
        Self { resource, scheduled, started, succeeded, failed, timed_out }
    }

    /// The details that all events of the task have.
    fn details(&self) -> Details {
        match &self.resource {
            Resource::Service(service) => Details {
                resource: Some(format!("{}{}", service.action, service.pattern.suffix())),
                resource_type: Some(service.service.clone()),
                ..Details::default()
            },
            Resource::Lambda(_) | Resource::Activity(_) => Details::default(),
        }
    }

    fn scheduled_details(&self, request: &Request) -> Details {
        let mut details = self.details();
        let parameters = Some(Arc::clone(&request.parameters));
        match &self.resource {
            Resource::Lambda(arn) | Resource::Activity(arn) => {
                details.resource = Some(arn.clone());
                details.input = parameters;
            }
            Resource::Service(_) => details.parameters = parameters,
        }
        details.timeout_in_seconds = request.timeout;
        details.heartbeat_in_seconds = request.heartbeat;
        details.role_arn = request.role_arn.clone();
        details
    }
}
