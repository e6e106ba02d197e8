//! ARNs of resources that are none, and parameters of integrations.

use serde_json::{Value, json};

use super::super::places::Place;
use super::super::{Definition, Kind, Mistake};
use super::{object, of_type, set};

const NO_ARN: &str = "it is no ARN of a resource";
const NOT_INTEGRATED: &str = "the developer guide lists all integrations";

pub(super) const KINDS: &[Kind] = &[
    Kind {
        name: "resource that is no ARN",
        why: NO_ARN,
        make: |it| resources(it, |_| Some("lambda:invoke".to_owned())),
    },
    Kind {
        name: "ARN without its first word",
        why: NO_ARN,
        make: |it| resources(it, |arn| Some(arn.replacen("arn:", "", 1))),
    },
    Kind {
        name: "ARN of another service",
        why: NO_ARN,
        make: |it| resources(it, |_| Some("arn:aws:s3:::bucket".to_owned())),
    },
    Kind {
        name: "ARN with a colon too few",
        why: NO_ARN,
        make: |it| resources(it, |arn| arn.contains(":::").then(|| arn.replacen(":::", "::", 1))),
    },
    Kind {
        name: "ARN of a function without its name",
        why: NO_ARN,
        make: |it| resources(it, nameless),
    },
    Kind { name: "misspelled service", why: NOT_INTEGRATED, make: |it| resources(it, service) },
    Kind { name: "misspelled action", why: NOT_INTEGRATED, make: |it| resources(it, action) },
    Kind {
        name: "misspelled pattern",
        why: NOT_INTEGRATED,
        make: |it| resources(it, |arn| optimized(arn).then(|| format!("{}.synch", base(arn)))),
    },
    Kind {
        name: "pattern that the integration does not have",
        why: NOT_INTEGRATED,
        make: |it| resources(it, pattern),
    },
    Kind {
        name: "job of an SDK integration",
        why: "developer guide: SDK integrations have no .sync",
        make: |it| {
            resources(it, |arn| arn.contains(":aws-sdk:").then(|| format!("{}.sync", base(arn))))
        },
    },
    Kind {
        name: "missing parameter of an integration",
        why: "the service's API requires it",
        make: missing,
    },
    Kind {
        name: "misspelled parameter of an integration",
        why: "the service's API requires it",
        make: misspelled,
    },
];

/// Changes the resource of each task.
fn resources(definition: &Definition, change: impl Fn(&str) -> Option<String>) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for place in of_type(definition, "Task") {
        let arn = place.value(&definition.document)["Resource"].as_str().unwrap();
        // What a placeholder stands for is not known here.
        if let Some(changed) = change(arn).filter(|changed| changed != arn && !arn.contains("${")) {
            mistakes.push(set(definition, place, "Resource", json!(changed)));
        }
    }
    mistakes
}

fn optimized(arn: &str) -> bool {
    arn.contains(":states:::") && !arn.contains(":aws-sdk:")
}

/// The ARN without its pattern.
fn base(arn: &str) -> &str {
    arn.split_once('.').map_or(arn, |(base, _)| base)
}

fn nameless(arn: &str) -> Option<String> {
    let (function, _) = arn.split_once(":function:")?;
    arn.starts_with("arn:aws:lambda:").then(|| format!("{function}:function:"))
}

/// With a letter that no service of the list has there.
fn service(arn: &str) -> Option<String> {
    optimized(arn).then(|| arn.replacen(":::", ":::x", 1))
}

fn action(arn: &str) -> Option<String> {
    let (before, action) = base(arn).rsplit_once(':')?;
    optimized(arn).then(|| format!("{before}:{}{action}", &action[..1]))
}

/// Source: developer guide, "Integrating services with Step Functions", "Optimized integrations".
fn pattern(arn: &str) -> Option<String> {
    let service = arn.strip_prefix("arn:aws:states:::")?.split(':').next()?;
    let suffix = match service {
        "lambda" | "sns" | "sqs" | "events" | "apigateway" | "dynamodb" | "http" => ".sync",
        "athena" | "batch" | "codebuild" | "glue" => ".waitForTaskToken",
        _ => return None,
    };
    Some(format!("{}{suffix}", base(arn)))
}

/// The parameters that each integration requires. Source: the API reference of each service.
const REQUIRED: &[(&str, &[&str])] = &[
    ("lambda:invoke", &["FunctionName"]),
    ("dynamodb:getItem", &["TableName", "Key"]),
    ("dynamodb:putItem", &["TableName", "Item"]),
    ("dynamodb:deleteItem", &["TableName", "Key"]),
    ("dynamodb:updateItem", &["TableName", "Key"]),
    ("sqs:sendMessage", &["QueueUrl", "MessageBody"]),
    ("sns:publish", &["Message"]),
    ("batch:submitJob", &["JobName", "JobQueue", "JobDefinition"]),
    ("ecs:runTask", &["TaskDefinition"]),
    ("events:putEvents", &["Entries"]),
    ("glue:startJobRun", &["JobName"]),
    ("states:startExecution", &["StateMachineArn"]),
    ("http:invoke", &["ApiEndpoint", "Method"]),
];

/// The required parameters of each task that are given: the pointer of all parameters, and the name as it is written.
fn required(definition: &Definition) -> Vec<(&Place, String, String)> {
    let mut found = Vec::new();
    for place in of_type(definition, "Task") {
        let state = place.value(&definition.document);
        let arn = base(state["Resource"].as_str().unwrap());
        let needed =
            REQUIRED.iter().find(|(name, _)| arn.strip_prefix("arn:aws:states:::") == Some(name));
        let field = if place.is_jsonata { "Arguments" } else { "Parameters" };
        for name in needed.into_iter().flat_map(|(_, names)| *names) {
            let written = [(*name).to_owned(), format!("{name}.$")];
            let written = written.into_iter().find(|name| state[field].get(name).is_some());
            found.extend(written.map(|name| (place, place.member(field), name)));
        }
    }
    found
}

fn missing(definition: &Definition) -> Vec<Mistake> {
    let found = required(definition).into_iter();
    let make = |(_, at, name): (&Place, String, String)| {
        let change = |document: &mut Value| drop(object(document, &at).shift_remove(&name));
        definition.changed(change, std::slice::from_ref(&at))
    };
    found.map(make).collect()
}

fn misspelled(definition: &Definition) -> Vec<Mistake> {
    let found = required(definition).into_iter();
    let make = |(_, at, name): (&Place, String, String)| {
        let typo = format!("X{name}");
        let change = |document: &mut Value| {
            let members = object(document, &at);
            let renamed = std::mem::take(members).into_iter();
            let rename = |it: String| if it == name { typo.clone() } else { it };
            members.extend(renamed.map(|(it, value)| (rename(it), value)));
        };
        definition.changed(change, &[at.clone(), format!("{at}/{typo}")])
    };
    found.map(make).collect()
}
