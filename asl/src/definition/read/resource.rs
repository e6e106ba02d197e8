//! Reads a Task state and its resource.

use serde_json::Value;

use super::super::machine::Task;
use super::{MOST_SECONDS, MachineType, Object, Place, Reader};
use crate::expression::template::QueryLanguage;
use crate::tasks::{Pattern, Resource, Service};

/// An integration that only answers.
const ANSWERS: &[Pattern] = &[Pattern::RequestResponse];
/// An integration that answers, and can wait for the job that it starts.
const JOBS: &[Pattern] = &[Pattern::RequestResponse, Pattern::Sync];
/// An integration that answers, and can wait for a task token. So can every AWS SDK integration.
const CALLBACKS: &[Pattern] = &[Pattern::RequestResponse, Pattern::Callback];
/// An integration that can wait for both.
const BOTH: &[Pattern] = &[Pattern::RequestResponse, Pattern::Sync, Pattern::Callback];
/// The one integration that can do everything.
const ALL: &[Pattern] =
    &[Pattern::RequestResponse, Pattern::Sync, Pattern::Sync2, Pattern::Callback];

/// The optimized integrations, their actions, and how each can be called. Source: developer guide, "Integrating
/// optimized services", its table and its page about each service.
const OPTIMIZED: &[(&str, &[&str], &[Pattern])] = &[
    ("apigateway", &["invoke"], CALLBACKS),
    ("athena", &["startQueryExecution"], JOBS),
    ("athena", &["stopQueryExecution", "getQueryExecution", "getQueryResults"], ANSWERS),
    ("batch", &["submitJob"], JOBS),
    ("bedrock", &["invokeModel", "createModelCustomizationJob"], BOTH),
    ("codebuild", &["startBuild", "startBuildBatch", "retryBuildBatch"], JOBS),
    (
        "codebuild",
        &[
            "stopBuild",
            "stopBuildBatch",
            "batchDeleteBuilds",
            "deleteBuildBatch",
            "batchGetReports",
        ],
        ANSWERS,
    ),
    ("databrew", &["startJobRun"], JOBS),
    ("dynamodb", &["getItem", "putItem", "deleteItem", "updateItem"], ANSWERS),
    ("ecs", &["runTask"], BOTH),
    (
        "eks",
        &[
            "call",
            "runJob",
            "createCluster",
            "deleteCluster",
            "createNodegroup",
            "deleteNodegroup",
            "createFargateProfile",
            "deleteFargateProfile",
        ],
        BOTH,
    ),
    ("elasticmapreduce", &["createCluster", "terminateCluster", "addStep"], JOBS),
    (
        "elasticmapreduce",
        &[
            "cancelStep",
            "setClusterTerminationProtection",
            "modifyInstanceFleetByName",
            "modifyInstanceGroupByName",
        ],
        ANSWERS,
    ),
    ("emr-containers", &["createVirtualCluster", "deleteVirtualCluster", "startJobRun"], JOBS),
    (
        "emr-serverless",
        &[
            "createApplication",
            "startApplication",
            "stopApplication",
            "deleteApplication",
            "startJobRun",
            "cancelJobRun",
        ],
        JOBS,
    ),
    ("events", &["putEvents"], CALLBACKS),
    ("glue", &["startJobRun"], JOBS),
    ("http", &["invoke"], ANSWERS),
    ("lambda", &["invoke"], CALLBACKS),
    ("mediaconvert", &["createJob"], JOBS),
    (
        "sagemaker",
        &[
            "createEndpoint",
            "createEndpointConfig",
            "createHyperParameterTuningJob",
            "createLabelingJob",
            "createModel",
            "createProcessingJob",
            "createTrainingJob",
            "createTransformJob",
            "updateEndpoint",
        ],
        JOBS,
    ),
    ("sns", &["publish"], CALLBACKS),
    ("sqs", &["sendMessage"], CALLBACKS),
    ("states", &["startExecution"], ALL),
];

/// The parameters that optimized integrations require. Source: the API reference of each service.
const REQUIRED: &[(&str, &str, &[&str])] = &[
    ("batch", "submitJob", &["JobName", "JobQueue", "JobDefinition"]),
    ("dynamodb", "getItem", &["TableName", "Key"]),
    ("dynamodb", "putItem", &["TableName", "Item"]),
    ("dynamodb", "deleteItem", &["TableName", "Key"]),
    ("dynamodb", "updateItem", &["TableName", "Key"]),
    ("ecs", "runTask", &["TaskDefinition"]),
    ("events", "putEvents", &["Entries"]),
    ("glue", "startJobRun", &["JobName"]),
    ("http", "invoke", &["ApiEndpoint", "Method"]),
    ("lambda", "invoke", &["FunctionName"]),
    ("sns", "publish", &["Message"]),
    ("sqs", "sendMessage", &["QueueUrl", "MessageBody"]),
    ("states", "startExecution", &["StateMachineArn"]),
];

impl Reader {
    pub(super) fn task(
        &mut self,
        state: &Object,
        at: &Place,
        language: QueryLanguage,
    ) -> Option<Task> {
        let Some(text) = state.get("Resource").and_then(Value::as_str) else {
            self.schema(at, "These fields are required: [Resource]");
            return None;
        };
        let resource = self.resource(text, &at.member("Resource"));
        let arguments_field = match language {
            QueryLanguage::JsonPath => "Parameters",
            QueryLanguage::Jsonata => "Arguments",
        };
        let seconds = |value: &Value| {
            value.as_u64().is_some_and(|seconds| (1..=MOST_SECONDS).contains(&seconds))
        };
        let timeout = self.setting(state, "TimeoutSeconds", at, language, seconds);
        let heartbeat = self.setting(state, "HeartbeatSeconds", at, language, seconds);
        let whole = |field: &str| state.get(field).and_then(Value::as_u64);
        if let (Some(heartbeat), Some(timeout)) =
            (whole("HeartbeatSeconds"), whole("TimeoutSeconds"))
            && heartbeat >= timeout
        {
            let message = "HeartbeatSeconds must be smaller than TimeoutSeconds";
            self.schema(&at.member("HeartbeatSeconds"), message);
        }
        let arguments = self.template(state, arguments_field, at, language);
        if let Some(Resource::Service(service)) = &resource {
            self.required(service, state.get(arguments_field), &at.member(arguments_field), at);
        }
        if let Some(credentials) = state.get("Credentials") {
            let named = ["RoleArn", "RoleArn.$"].iter().any(|role| credentials.get(role).is_some());
            if !named {
                let at = at.member("Credentials");
                self.schema(&at, "The field 'RoleArn' is required but was missing");
            }
        }
        let credentials = self.template(state, "Credentials", at, language);
        // The other fields are read also if the resource is not known.
        Some(Task { resource: resource?, arguments, timeout, heartbeat, credentials })
    }

    fn resource(&mut self, text: &str, at: &Place) -> Option<Resource> {
        let resource = resource(text);
        match &resource {
            Some(resource) => self.check_type(resource, at),
            None => {
                let message = format!(
                    "The resource provided {text} is not recognized. The value is not a valid resource ARN, \
                     or the resource is not available in this region."
                );
                self.schema(at, message);
                self.choose_from(similar_integrations(text));
            }
        }
        resource
    }

    /// Reports the parameters that an optimized integration requires and that are not given.
    fn required(&mut self, service: &Service, given: Option<&Value>, at: &Place, state: &Place) {
        let needed = REQUIRED
            .iter()
            .find(|(name, action, _)| *name == service.service && *action == service.action);
        let Some((_, _, needed)) = needed else { return };
        let nothing = Object::new();
        let (given, at) = match given {
            None => (&nothing, state),
            Some(Value::Object(given)) => (given, at),
            // An expression gives all of them.
            Some(_) => return,
        };
        for name in needed.iter() {
            if !given.contains_key(*name) && !given.contains_key(&format!("{name}.$")) {
                self.schema(at, format!("The field '{name}' is required but was missing"));
            }
        }
    }

    fn check_type(&mut self, resource: &Resource, at: &Place) {
        if self.machine_type == MachineType::Standard {
            return;
        }
        match resource {
            Resource::Activity(_) => {
                self.schema(at, "Express state machine does not support Activity ARN");
            }
            Resource::Service(service) if service.pattern != Pattern::RequestResponse => {
                let suffix = service.pattern.suffix();
                let message = format!(
                    "Express state machine does not support '{suffix}' service integration "
                );
                self.schema(at, message);
            }
            _ => {}
        }
    }
}

/// Reads the ARN of a resource.
fn resource(text: &str) -> Option<Resource> {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", partition, service, region, account, rest] = parts[..] else {
        return None;
    };
    if !partition.starts_with("aws") {
        return None;
    }
    match (service, region, account) {
        ("lambda", _, _) => rest
            .strip_prefix("function:")
            .filter(|name| !name.is_empty())
            .map(|_| Resource::Lambda(text.to_owned())),
        ("states", _, _) if rest.starts_with("activity:") && !region.is_empty() => rest
            .strip_prefix("activity:")
            .filter(|name| !name.is_empty())
            .map(|_| Resource::Activity(text.to_owned())),
        // Deployed machines also name region and account here.
        ("states", _, _) => integration(partition, rest).map(Resource::Service),
        _ => None,
    }
}

/// The ARNs of optimized integrations, if the text looks like one of them. AWS SDK integrations wait for no job, but the
/// same action may have an integration that does.
fn similar_integrations(text: &str) -> Vec<String> {
    let own = text.replacen(":aws-sdk:", ":", 1);
    if own != text && resource(&own).is_some() {
        return vec![own];
    }
    let is_optimized = text.contains(":states:") && !text.contains("aws-sdk:");
    let services = OPTIMIZED.iter().filter(|_| is_optimized);
    let arns = services.flat_map(|(service, actions, patterns)| {
        let calls = actions.iter().flat_map(|action| patterns.iter().map(move |it| (action, it)));
        calls.map(move |(action, pattern)| {
            format!("arn:aws:states:::{service}:{action}{}", pattern.suffix())
        })
    });
    arns.collect()
}

fn integration(partition: &str, text: &str) -> Option<Service> {
    let (text, pattern) = [Pattern::Sync2, Pattern::Sync, Pattern::Callback]
        .into_iter()
        .find_map(|pattern| Some((text.strip_suffix(pattern.suffix())?, pattern)))
        .unwrap_or((text, Pattern::RequestResponse));
    let (service, action) = text.rsplit_once(':')?;
    let plain = |name: &str| {
        !name.is_empty() && name.chars().all(|char| char.is_ascii_alphanumeric() || char == '-')
    };
    let known = match service.strip_prefix("aws-sdk:") {
        Some(sdk) => plain(sdk) && CALLBACKS.contains(&pattern),
        None => OPTIMIZED.iter().any(|(name, actions, patterns)| {
            *name == service && actions.contains(&action) && patterns.contains(&pattern)
        }),
    };
    let (partition, service, action) =
        (partition.to_owned(), service.to_owned(), action.to_owned());
    (known && plain(&action)).then_some(Service { partition, service, action, pattern })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resource_arns_are_parsed() {
        let arn = |service: &str| resource(&format!("arn:aws:states:::{service}"));
        assert!(matches!(
            resource("arn:aws:lambda:us-east-1:111111111111:function:f:1"),
            Some(Resource::Lambda(_))
        ));
        assert!(matches!(
            resource("arn:aws:states:us-east-1:111111111111:activity:a"),
            Some(Resource::Activity(_))
        ));
        let Some(Resource::Service(sync)) = arn("states:startExecution.sync:2") else {
            panic!("no service");
        };
        assert_eq!((sync.action.as_str(), sync.pattern), ("startExecution", Pattern::Sync2));
        let Some(Resource::Service(sdk)) = arn("aws-sdk:dynamodb:query") else {
            panic!("no service");
        };
        assert_eq!(sdk.service, "aws-sdk:dynamodb");
        for unknown in ["dynamodb:query", "lambda", "nothing:invoke", "aws-sdk:x y:z", ""] {
            assert_eq!(arn(unknown), None, "{unknown}");
        }
        // Not every integration can wait for a job or a task token.
        for unknown in [
            "aws-sdk:dynamodb:query.sync",
            "dynamodb:getItem.waitForTaskToken",
            "sns:publish.sync",
            "glue:startJobRun.sync:2",
            "athena:stopQueryExecution.sync",
            "http:invoke.waitForTaskToken",
            "sagemaker:createTrainingJobs",
        ] {
            assert_eq!(arn(unknown), None, "{unknown}");
        }
        for known in [
            "aws-sdk:dynamodb:query.waitForTaskToken",
            "sagemaker:createTrainingJob.sync",
            "ecs:runTask.waitForTaskToken",
            "eks:call",
            "emr-serverless:startJobRun.sync",
            "elasticmapreduce:addStep.sync",
        ] {
            assert!(arn(known).is_some(), "{known}");
        }
        assert_eq!(resource("arn:aws:s3:::bucket"), None);
    }
}
