//! Tasks that call the real services.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use handler::error::chain;
use serde_json::{Value, json};
use tokio::runtime::Handle;
use tokio::time::Instant;

use asl::{Answer, Call, Pattern, Resource, Service, TaskResult, Tasks};
use cloud::services::{REQUESTS, Request};
use cloud::{CloudError, Functions, Services};

/// The error of a task whose service was not called.
const NOT_ASKED: &str = "Task.NotAsked";
/// The error of a function that failed and gave it no name. Source: Step Functions developer guide, "Handling
/// errors in Step Functions workflows".
const UNKNOWN: &str = "Lambda.Unknown";

/// DynamoDB's own errors; Step Functions has one name for all others. Source: DynamoDB API reference, the
/// errors of each operation.
const DYNAMODB_ERRORS: [&str; 8] = [
    "ConditionalCheckFailedException",
    "InternalServerErrorException",
    "ItemCollectionSizeLimitExceededException",
    "ProvisionedThroughputExceededException",
    "ReplicatedWriteConflictException",
    "RequestLimitExceededException",
    "ResourceNotFoundException",
    "TransactionConflictException",
];

/// Lambda and the other services, with the caller's credentials.
#[derive(Clone)]
pub struct RealTasks {
    functions: Arc<dyn Functions>,
    services: Arc<dyn Services>,
    /// The runtime on which time is real.
    outside: Handle,
}

/// What a task calls.
enum ServiceCall {
    /// A function. The output is its answer (`whole`), or contains it.
    /// Another service.
    Function {
        name: String,
        payload: String,
        whole: bool,
    },
    Service(&'static Request),
}

impl RealTasks {
    /// Calls these services on the current runtime.
    pub fn new(functions: Arc<dyn Functions>, services: Arc<dyn Services>) -> Self {
        Self { functions, services, outside: Handle::current() }
    }

    /// Whether the service of a resource, as a definition names it, can be called.
    pub fn can_ask(resource: &str) -> bool {
        let Some(call) = resource.strip_prefix("arn:aws:states:::") else {
            return resource.starts_with("arn:aws:lambda:");
        };
        let call = call.strip_prefix("aws-sdk:").unwrap_or(call);
        let known = |request: &Request| call == format!("{}:{}", request.service, request.action);
        resource == "arn:aws:states:::lambda:invoke" || REQUESTS.iter().any(known)
    }

    async fn ask(&self, call: &Call) -> TaskResult {
        match asked(call) {
            Ok(ServiceCall::Function { name, payload, whole }) => {
                self.function(&name, &payload, whole).await
            }
            Ok(ServiceCall::Service(request)) => {
                match self.services.send(request, &call.parameters).await {
                    Ok(answer) => TaskResult::Succeeded(answer),
                    Err(error) => refused(request.service, &call.resource, &error),
                }
            }
            Err(sentence) => failed(NOT_ASKED, sentence),
        }
    }

    async fn function(&self, name: &str, payload: &str, whole: bool) -> TaskResult {
        let reply = match self.functions.invoke(name, payload).await {
            Ok(reply) => reply,
            Err(error) => return refused("lambda", &Resource::Lambda(name.to_owned()), &error),
        };
        let answer = serde_json::from_str(&reply.payload).unwrap_or(Value::Null);
        if reply.failed {
            let error = answer.get("errorType").and_then(Value::as_str).unwrap_or(UNKNOWN);
            return failed(error, reply.payload);
        }
        TaskResult::Succeeded(match whole {
            true => answer,
            false => json!({ "Payload": answer, "StatusCode": 200 }),
        })
    }
}

#[async_trait]
impl Tasks for RealTasks {
    /// Takes as long on the simulation's clock as it takes in real time.
    async fn answer(&self, call: Call) -> Answer {
        let (this, outside) = (self.clone(), self.outside.clone());
        // On a blocking thread, because Tokio's paused clock does not jump while one is busy.
        let asked = tokio::task::spawn_blocking(move || {
            outside.block_on(async {
                let began = Instant::now();
                (this.ask(&call).await, began.elapsed())
            })
        });
        let (result, took) = asked
            .await
            .unwrap_or_else(|error| (failed(NOT_ASKED, error.to_string()), Duration::ZERO));
        Answer { took, ..Answer::at_once(result) }
    }

    async fn object(&self, _: &str, _: &str) -> Option<String> {
        None
    }

    async fn listing(&self, _: &str, _: &str) -> Option<Vec<Value>> {
        None
    }
}

/// What a task calls, or why that cannot be called.
fn asked(call: &Call) -> Result<ServiceCall, String> {
    match &call.resource {
        Resource::Lambda(arn) => {
            let payload = call.parameters.to_string();
            Ok(ServiceCall::Function { name: arn.clone(), payload, whole: true })
        }
        Resource::Service(service) if service.pattern == Pattern::RequestResponse => {
            match (service.service.as_str(), service.action.as_str()) {
                ("lambda", "invoke") => invocation(&call.parameters),
                (_, action) => {
                    let name = service_name(service);
                    let request =
                        REQUESTS.iter().find(|it| it.service == name && it.action == action);
                    request
                        .map(ServiceCall::Service)
                        .ok_or_else(|| format!("--real cannot call {name}:{action}"))
                }
            }
        }
        Resource::Service(_) | Resource::Activity(_) => {
            Err("a task token cannot be returned to a simulation".to_owned())
        }
    }
}

fn invocation(parameters: &Value) -> Result<ServiceCall, String> {
    let known = ["FunctionName", "Payload", "Qualifier"];
    let members = parameters.as_object().into_iter().flatten();
    if let Some((other, _)) = members.into_iter().find(|(name, _)| !known.contains(&name.as_str()))
    {
        return Err(format!("--real does not support the parameter {other} of lambda:invoke"));
    }
    let text = |name: &str| parameters.get(name).and_then(Value::as_str);
    let name = text("FunctionName").ok_or("FunctionName is not a string")?;
    let name = text("Qualifier").map_or_else(|| name.to_owned(), |it| format!("{name}:{it}"));
    let payload = parameters.get("Payload").map_or_else(|| "{}".to_owned(), Value::to_string);
    Ok(ServiceCall::Function { name, payload, whole: false })
}

fn service_name(service: &Service) -> &str {
    service.service.strip_prefix("aws-sdk:").unwrap_or(&service.service)
}

/// The failure of a task, with the error's name as Step Functions spells it. Source: the names that were recorded
/// from AWS (docs/reference/state-language.md).
fn refused(service: &str, resource: &Resource, error: &CloudError) -> TaskResult {
    let Some(code) = &error.code else { return failed(NOT_ASKED, chain(error)) };
    let optimized = match resource {
        Resource::Service(asked) => !asked.service.starts_with("aws-sdk:"),
        Resource::Lambda(_) | Resource::Activity(_) => true,
    };
    let name = match code.ends_with("Exception") {
        true => code.clone(),
        false => format!("{code}Exception"),
    };
    let name = match (service, optimized) {
        ("dynamodb", true) if !DYNAMODB_ERRORS.contains(&&*name) => {
            "DynamoDB.AmazonDynamoDBException".to_owned()
        }
        ("dynamodb", false) if !DYNAMODB_ERRORS.contains(&&*name) => {
            "DynamoDb.DynamoDbException".to_owned()
        }
        ("dynamodb", true) => format!("DynamoDB.{name}"),
        ("dynamodb", false) => format!("DynamoDb.{name}"),
        ("sns", true) => format!("SNS.{name}"),
        ("sns", false) => format!("Sns.{name}"),
        _ => format!("Lambda.{name}"),
    };
    failed(&name, error.message.clone())
}

fn failed(error: &str, cause: String) -> TaskResult {
    TaskResult::Failed { error: Some(error.to_owned()), cause: Some(cause) }
}
