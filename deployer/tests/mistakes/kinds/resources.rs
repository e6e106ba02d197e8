//! ARNs of resources that are none, and parameters of integrations.

use serde_json::{Value, json};

use super::super::definition::pointer;
use super::super::places::{Place, Role};
use super::super::{Definition, Kind, Mistake};
use super::{object, of_roles, of_type, set};

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
    Kind {
        name: "parameter inside of a parameter that begins with a small letter",
        why: "developer guide: parameters are in PascalCase",
        make: uncapitalized,
    },
    Kind {
        name: "misspelled parameter of a reader or writer",
        why: "the action of S3 has no such parameter",
        make: of_readers_and_writers,
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

/// Names inside of parameters. `*` is any item of a list, or any name of a map. Source: the API reference of each service.
const INSIDE: &[(&str, &[&str])] = &[
    ("dynamodb:getItem", &["Key/*/S", "Key/*/N"]),
    ("dynamodb:putItem", &["Item/*/S", "Item/*/N"]),
    ("dynamodb:deleteItem", &["Key/*/S", "Key/*/N"]),
    (
        "dynamodb:updateItem",
        &["Key/*/S", "ExpressionAttributeValues/*/S", "ExpressionAttributeValues/*/N"],
    ),
    (
        "aws-sdk:dynamodb:batchWriteItem",
        &["RequestItems/*/*/PutRequest", "RequestItems/*/*/PutRequest/Item"],
    ),
    ("events:putEvents", &["Entries/*/Source", "Entries/*/DetailType", "Entries/*/Detail"]),
    (
        "aws-sdk:sesv2:sendEmail",
        &[
            "Content/Simple",
            "Content/Simple/Subject",
            "Content/Simple/Subject/Data",
            "Content/Simple/Body",
            "Content/Simple/Body/Text",
            "Content/Simple/Body/Text/Data",
            "Destination/ToAddresses",
        ],
    ),
    ("sqs:sendMessage", &["MessageAttributes/*/DataType", "MessageAttributes/*/StringValue"]),
];

fn uncapitalized(definition: &Definition) -> Vec<Mistake> {
    let mut found = Vec::new();
    for place in of_type(definition, "Task") {
        let state = place.value(&definition.document);
        let arn = base(state["Resource"].as_str().unwrap());
        let called =
            |(name, _): &&(&str, &[&str])| arn.strip_prefix("arn:aws:states:::") == Some(name);
        let field = if place.is_jsonata { "Arguments" } else { "Parameters" };
        for path in INSIDE.iter().find(called).into_iter().flat_map(|(_, paths)| *paths) {
            let names: Vec<&str> = path.split('/').collect();
            walk(&state[field], &place.member(field), &names, &mut found);
        }
    }
    let lower = |name: &str| name[..1].to_lowercase() + &name[1..];
    found.iter().map(|(at, name)| misspelled_at(definition, at, name, &lower(name))).collect()
}

/// Finds the members with a path: the pointers of the objects that they are in, and their names.
fn walk(value: &Value, at: &str, names: &[&str], found: &mut Vec<(String, String)>) {
    let [name, rest @ ..] = names else { return };
    match value {
        Value::Object(members) => {
            for (member, value) in members.iter().filter(|(it, _)| *name == "*" || it == name) {
                match rest {
                    [] => found.push((at.to_owned(), member.clone())),
                    rest => walk(value, &pointer(at, member), rest, found),
                }
            }
        }
        Value::Array(items) if *name == "*" => {
            let items = items.iter().enumerate();
            items.for_each(|(index, item)| walk(item, &format!("{at}/{index}"), rest, found));
        }
        _ => {}
    }
}

fn of_readers_and_writers(definition: &Definition) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for place in of_roles(definition, &[Role::ItemReader, Role::ResultWriter]) {
        for field in ["Parameters", "Arguments"] {
            let given = place.value(&definition.document)[field].as_object();
            for name in given.into_iter().flat_map(|given| given.keys()) {
                let typo = format!("{}x{}", &name[..1], &name[1..]);
                mistakes.push(misspelled_at(definition, &place.member(field), name, &typo));
            }
        }
    }
    mistakes
}

/// Gives a member of an object another name. It may be reported there, or at the object that lacks it.
fn misspelled_at(definition: &Definition, at: &str, name: &str, typo: &str) -> Mistake {
    let change = |document: &mut Value| {
        let members = object(document, at);
        let renamed = std::mem::take(members).into_iter();
        let rename = |it: String| if it == name { typo.to_owned() } else { it };
        members.extend(renamed.map(|(it, value)| (rename(it), value)));
    };
    definition.changed(change, &[at.to_owned(), pointer(at, typo)])
}

fn misspelled(definition: &Definition) -> Vec<Mistake> {
    let found = required(definition).into_iter();
    found.map(|(_, at, name)| misspelled_at(definition, &at, &name, &format!("X{name}"))).collect()
}
