//! `function.yaml`: how Lambda runs a function.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::Runtime;
use crate::document::{Members, item};
use crate::finding::Finding;
use crate::flow::placeholder::Data;
use crate::flow::resources::references;

/// The variables and the description are data; everything else decides what is run.
pub const DATA: Data = Data {
    begins: |around, key| around == "environment" || key == "description",
    ends: |key| key == "Ref" || key.starts_with("Fn::"),
};

/// How Lambda runs a function.
#[derive(Debug, Clone, PartialEq)]
pub struct FunctionSettings {
    /// What runs the code.
    pub runtime: Runtime,
    /// What Lambda calls: `app.lambda_handler`.
    pub handler: String,
    /// One sentence, which Lambda shows; may be empty.
    pub description: String,
    /// Megabytes.
    pub memory: u32,
    /// Seconds.
    pub timeout: u32,
    /// `arm64` or `x86_64`.
    pub architecture: &'static str,
    /// Texts, or references to resources of the flow.
    pub environment: BTreeMap<String, Value>,
    /// ARNs of versions.
    pub layers: Vec<String>,
    /// Its network, if it needs access to one.
    pub vpc: Option<Vpc>,
    /// How its code is built.
    pub build: Build,
}

/// The network of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vpc {
    /// IDs of subnets.
    pub subnets: Vec<String>,
    /// IDs of security groups.
    pub security_groups: Vec<String>,
}

/// How the code of a function is built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Build {
    /// By the tool of its language, if its folder has a list of dependencies; otherwise, its files are the code.
    ByLanguage,
    /// By a line for the system's shell.
    Command(String),
    /// It is already built: a folder or a zip archive in the function's folder.
    Prebuilt(String),
}

/// The members of a `function.yaml`.
const MEMBERS: [&str; 11] = [
    "runtime",
    "handler",
    "description",
    "memory",
    "timeout",
    "architecture",
    "environment",
    "layers",
    "vpc",
    "build",
    "code",
];

/// Megabytes, if none are given: an interpreter starts noticeably sooner than with Lambda's own 128.
const MEMORY: u32 = 256;
/// Seconds, if none are given. Lambda's own 3 are too few for a function that calls a service.
const TIMEOUT: u32 = 30;
/// Source: Lambda quotas, "Function memory allocation" and "Function timeout".
const MEMORY_RANGE: (u32, u32) = (128, 10_240);
const TIMEOUT_RANGE: (u32, u32) = (1, 900);
/// Bytes of all variables, names and values. Source: Lambda quotas, "Function environment variables".
const ENVIRONMENT: usize = 4096;
/// Source: Lambda quotas, "Function layers".
const LAYERS: usize = 5;
/// Source: Lambda API reference, `CreateFunction`.
const DESCRIPTION: usize = 256;
const HANDLER: usize = 128;
const SUBNETS: usize = 16;
const SECURITY_GROUPS: usize = 5;

/// Variables that Lambda sets itself, or that cannot be set. Source: Lambda developer guide, "Working with Lambda
/// environment variables".
const RESERVED: [&str; 20] = [
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_DEFAULT_REGION",
    "AWS_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "LAMBDA_TASK_ROOT",
    "LAMBDA_RUNTIME_DIR",
];

/// Reads the members of a `function.yaml`, whose placeholders are replaced. `known` are the resources that variables may
/// refer to. `None` only if there are findings.
pub fn read(
    document: &Map<String, Value>,
    known: &BTreeSet<&str>,
    findings: &mut Vec<Finding>,
) -> Option<FunctionSettings> {
    let members = Members::of(document, "$");
    members.only(&MEMBERS, findings);
    let runtime = members.text("runtime", findings).and_then(|name| runtime(name, findings));
    let build = build(&members, findings);
    let description = members.word("description", findings).unwrap_or_default();
    limit(&members, "description", description.len(), DESCRIPTION, findings);
    let memory = number(&members, "memory", MEMORY, MEMORY_RANGE, "megabytes", findings);
    let timeout = number(&members, "timeout", TIMEOUT, TIMEOUT_RANGE, "seconds", findings);
    let architecture = architecture(&members, findings);
    let environment = environment(&members, known, findings);
    let layers =
        texts(&members, "layers", LAYERS, is_layer, "the ARN of a layer's version", findings);
    let vpc = vpc(&members, findings);
    let runtime = runtime?;
    let handler = handler(&members, &runtime, findings)?;
    Some(FunctionSettings {
        runtime,
        handler,
        description,
        memory,
        timeout,
        architecture,
        environment,
        layers,
        vpc,
        build,
    })
}

fn runtime(name: &str, findings: &mut Vec<Finding>) -> Option<Runtime> {
    let runtime = Runtime::parse(name);
    if runtime.is_none() {
        let sentence = format!("`{}` is not a Lambda runtime", name.escape_debug());
        let fix = "use one such as python3.13, nodejs22.x, or provided.al2023";
        findings.push(Finding::error("function-runtime", "$.runtime", sentence).fix(fix));
    }
    runtime
}

fn handler(
    members: &Members<'_>,
    runtime: &Runtime,
    findings: &mut Vec<Finding>,
) -> Option<String> {
    let Some(default) = runtime.default_handler().filter(|_| !members.of.contains_key("handler"))
    else {
        let handler = members.text("handler", findings)?;
        limit(members, "handler", handler.len(), HANDLER, findings);
        let is_legal = !handler.contains(char::is_whitespace) && !handler.contains("..");
        if !is_legal {
            let sentence = "a handler cannot contain spaces or `..`";
            findings.push(Finding::error("function-handler", members.at("handler"), sentence));
        }
        return is_legal.then(|| handler.to_owned());
    };
    Some(default.to_owned())
}

fn build(members: &Members<'_>, findings: &mut Vec<Finding>) -> Build {
    let given = |key: &str| members.of.contains_key(key);
    if given("build") && given("code") {
        let sentence = "`build` builds the code, but `code` names code that is already built";
        let finding = Finding::error("function-build", members.at("build"), sentence);
        findings.push(finding.fix("remove one of them"));
    }
    let mut text = |key: &str| members.text(key, findings).map(str::to_owned);
    if given("build") {
        return text("build").map_or(Build::ByLanguage, Build::Command);
    }
    if !given("code") {
        return Build::ByLanguage;
    }
    let Some(path) = text("code") else { return Build::ByLanguage };
    let is_inside = !path.starts_with(['/', '\\'])
        && !path.contains(':')
        && path.split(['/', '\\']).all(|part| part != "..");
    if !is_inside {
        let sentence = "the path of a folder or a zip archive in the function's folder is expected";
        findings.push(Finding::error("function-build", members.at("code"), sentence));
    }
    Build::Prebuilt(path)
}

fn architecture(members: &Members<'_>, findings: &mut Vec<Finding>) -> &'static str {
    match members.of.get("architecture") {
        None => "arm64",
        Some(Value::String(text)) if text == "arm64" => "arm64",
        Some(Value::String(text)) if text == "x86_64" => "x86_64",
        Some(_) => {
            let at = members.at("architecture");
            findings.push(Finding::error("wrong-kind", at, "arm64 or x86_64 is expected"));
            "arm64"
        }
    }
}

/// A whole number within limits, or the default.
fn number(
    members: &Members<'_>,
    key: &str,
    default: u32,
    (least, most): (u32, u32),
    unit: &str,
    findings: &mut Vec<Finding>,
) -> u32 {
    let Some(value) = members.of.get(key) else { return default };
    let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
    match number.filter(|number| (least..=most).contains(number)) {
        Some(number) => number,
        None => {
            let sentence = format!("a whole number of {unit} from {least} to {most} is expected");
            findings.push(Finding::error("wrong-kind", members.at(key), sentence));
            default
        }
    }
}

fn limit(
    members: &Members<'_>,
    key: &str,
    length: usize,
    most: usize,
    findings: &mut Vec<Finding>,
) {
    if length > most {
        let sentence = format!("{length} bytes; the maximum for Lambda is {most}");
        findings.push(Finding::error("function-limit", members.at(key), sentence));
    }
}

fn environment(
    members: &Members<'_>,
    known: &BTreeSet<&str>,
    findings: &mut Vec<Finding>,
) -> BTreeMap<String, Value> {
    let Some(given) = members.object("environment", findings) else { return BTreeMap::new() };
    let mut environment = BTreeMap::new();
    let mut bytes = 0;
    for (name, value) in given.of {
        let at = given.at(name);
        check_variable(name, &at, findings);
        let value = match value {
            Value::String(_) => value.clone(),
            Value::Number(_) | Value::Bool(_) => Value::from(value.to_string()),
            Value::Object(_) => {
                references(value, known, &at, findings);
                let is_reference = value.get("Ref").is_some() || value.get("Fn::GetAtt").is_some();
                if !is_reference {
                    let sentence = "a string, Ref, or Fn::GetAtt is expected";
                    findings.push(Finding::error("wrong-kind", at, sentence));
                }
                value.clone()
            }
            _ => {
                let sentence = "a string, Ref, or Fn::GetAtt is expected";
                findings.push(Finding::error("wrong-kind", at, sentence));
                continue;
            }
        };
        bytes += name.len() + value.as_str().map_or(0, str::len);
        environment.insert(name.clone(), value);
    }
    limit(members, "environment", bytes, ENVIRONMENT, findings);
    environment
}

/// Source: Lambda API reference, `Environment`: the pattern of a variable's name.
fn check_variable(name: &str, at: &str, findings: &mut Vec<Finding>) {
    let is_legal = name.len() >= 2
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if RESERVED.contains(&name) {
        let sentence = format!("Lambda sets `{name}` itself");
        findings.push(Finding::error("function-variable", at, sentence).fix("use another name"));
    } else if !is_legal {
        let sentence = "the name of a variable consists of letters, digits, and `_`, begins with a letter, and has \
                        at least two characters";
        findings.push(Finding::error("function-variable", at, sentence));
    }
}

/// A list of texts.
fn texts(
    members: &Members<'_>,
    key: &str,
    most: usize,
    is_legal: fn(&str) -> bool,
    expected: &str,
    findings: &mut Vec<Finding>,
) -> Vec<String> {
    let at = members.at(key);
    let Some(value) = members.of.get(key) else { return Vec::new() };
    let Value::Array(items) = value else {
        findings.push(Finding::error("wrong-kind", at, "a list is expected"));
        return Vec::new();
    };
    if items.len() > most {
        let sentence = format!("{} entries; the maximum for Lambda is {most}", items.len());
        findings.push(Finding::error("function-limit", at.as_str(), sentence));
    }
    let mut texts = Vec::new();
    for (index, value) in items.iter().enumerate() {
        match value.as_str().filter(|text| is_legal(text)) {
            Some(text) => texts.push(text.to_owned()),
            None => {
                let sentence = format!("{expected} is expected");
                findings.push(Finding::error("wrong-kind", item(&at, index), sentence));
            }
        }
    }
    texts
}

/// Source: Lambda API reference, `CreateFunction`, `Layers`.
fn is_layer(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    matches!(parts[..], ["arn", _, "lambda", region, account, "layer", name, version]
        if !region.is_empty() && !account.is_empty() && !name.is_empty()
            && !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit()))
}

fn vpc(members: &Members<'_>, findings: &mut Vec<Finding>) -> Option<Vpc> {
    let given = members.object("vpc", findings)?;
    given.only(&["subnets", "security-groups"], findings);
    let is_subnet = |text: &str| has_id(text, "subnet-");
    let is_group = |text: &str| has_id(text, "sg-");
    let subnets = texts(&given, "subnets", SUBNETS, is_subnet, "the ID of a subnet", findings);
    let security_groups = texts(
        &given,
        "security-groups",
        SECURITY_GROUPS,
        is_group,
        "the ID of a security group",
        findings,
    );
    for (key, list) in [("subnets", &subnets), ("security-groups", &security_groups)] {
        if list.is_empty()
            && given.of.get(key).is_none_or(|value| value.as_array().is_some_and(Vec::is_empty))
        {
            let sentence = format!("`{key}` is missing");
            findings.push(Finding::error("missing-key", given.path.as_str(), sentence));
        }
    }
    Some(Vpc { subnets, security_groups })
}

/// Whether a text is an ID of EC2: a prefix and hexadecimal digits.
fn has_id(text: &str, prefix: &str) -> bool {
    let digits = text.strip_prefix(prefix).unwrap_or_default();
    matches!(digits.len(), 8..=17) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}
