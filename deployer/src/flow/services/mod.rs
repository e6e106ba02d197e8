//! Checks what Task states ask of AWS services: the service, the action and its parameters, against a list that is made
//! from the API models.
//!
//! What only can be a slip is an error. What a newer version of AWS may know is a warning: services, actions and
//! parameters are added all the time. docs/asl.md says how often that is right.

mod list;
mod request;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

use super::Definition;
use crate::document::suggestion::{closest, is_slip};
use crate::document::{item, member};
use crate::finding::Finding;
use list::{Action, Service, Services, Support};
use request::Request;

/// All findings about the services that a definition calls.
pub(super) fn check(definition: &Definition) -> Vec<Finding> {
    let mut calls = Vec::new();
    requests(definition.document(), "$", &mut calls);
    // The list is unpacked only for those who need it.
    if calls.is_empty() {
        return Vec::new();
    }
    let Some(services) = list::services() else { return Vec::new() };
    let mut check = Check { services, findings: Vec::new() };
    calls.iter().for_each(|request| check.request(request));
    check.findings
}

/// The AWS SDK integration for an action that has no integration of its own.
pub(super) fn sdk_integration(resource: &str) -> Option<String> {
    let request = Request::parse(resource).filter(|request| !request.is_sdk)?;
    let services = list::services()?;
    let name = services.called_elsewhere(request.service).unwrap_or(request.service);
    let action = services.service(name)?.action(request.action)?;
    Some(format!("arn:{}:states:::aws-sdk:{name}:{}", request.partition, action.name))
}

/// All calls of a machine, and of the machines inside it.
fn requests<'a>(machine: &'a Map<String, Value>, path: &str, found: &mut Vec<Request<'a>>) {
    let states = machine.get("States").and_then(Value::as_object);
    for (name, state) in states.into_iter().flatten() {
        let at = member(&member(path, "States"), name);
        if state["Type"] == "Task"
            && let Some(request) = Request::of_state(state, &at)
        {
            found.push(request);
        }
        let mut inside = |machine: &'a Value, at: String| {
            if let Some(machine) = machine.as_object() {
                requests(machine, &at, found);
            }
        };
        for (index, branch) in state["Branches"].as_array().into_iter().flatten().enumerate() {
            inside(branch, item(&member(&at, "Branches"), index));
        }
        for field in ["ItemProcessor", "Iterator"] {
            inside(&state[field], member(&at, field));
        }
    }
}

/// The state of a check.
struct Check {
    services: &'static Services,
    findings: Vec<Finding>,
}

impl Check {
    fn error(&mut self, at: String, sentence: String, fix: String) {
        self.findings.push(Finding::error(UNKNOWN, at, sentence).fix(fix));
    }

    fn warning(&mut self, code: &'static str, at: String, sentence: String, fix: &str) {
        self.findings.push(Finding::warning(code, at, sentence).fix(fix));
    }

    fn request(&mut self, request: &Request<'_>) {
        let Some(service) = self.services.service(request.sdk_service()) else {
            return self.unknown_service(request);
        };
        if service.has_ended {
            return;
        }
        let Some(action) = service.action(request.action) else {
            return self.unknown_action(request, &service);
        };
        self.support(request, &service, action.support);
        self.parameters(request, &action);
    }

    /// Says what the developer guide says of a call.
    fn support(&mut self, request: &Request<'_>, service: &Service<'_>, support: Support) {
        let Request { service: name, action, .. } = request;
        let at = request.resource_at();
        match support {
            Support::Unsupported => {
                let sentence = format!(
                    "Step Functions does not support `{name}:{action}`: the developer guide lists it as unsupported"
                );
                let fix = "let a Lambda function call it";
                self.findings.push(Finding::error(UNSUPPORTED, at, sentence).fix(fix));
            }
            Support::Streams => {
                let sentence = format!(
                    "`{name}:{action}` streams events; the developer guide says of many such actions that Step \
                     Functions does not support them"
                );
                self.warning(UNSUPPORTED, at, sentence, ASK);
            }
            Support::Supported if !service.is_documented => {
                let sentence = format!(
                    "the developer guide's table of the services that Step Functions calls has no `{name}`"
                );
                self.warning(UNSUPPORTED, at, sentence, ASK);
            }
            Support::Supported => {}
        }
    }

    fn unknown_service(&mut self, request: &Request<'_>) {
        let Request { service: name, .. } = request;
        let at = request.resource_at();
        let meant = self.services.called_elsewhere(name).or_else(|| {
            let slips = self.services.names().filter(|known| is_slip(name, known));
            closest(name, slips)
        });
        match meant {
            Some(meant) => {
                let sentence = format!("AWS has no service `{name}`");
                self.error(at, sentence, format!("did you mean `{meant}`?"));
            }
            None => {
                let similar = similar(closest(name, self.services.names()));
                let sentence = format!(
                    "the list of AWS services has no `{name}`{similar}; it is made from {}, and AWS may have added it \
                     since",
                    self.services.source()
                );
                self.warning(NEWER, at, sentence, ASK);
            }
        }
    }

    fn unknown_action(&mut self, request: &Request<'_>, service: &Service<'_>) {
        // What has an integration of its own may have other actions.
        if !request.is_sdk {
            return;
        }
        let Request { service: name, action, .. } = request;
        let known = service.actions();
        let names = || known.iter().map(String::as_str);
        let slip = closest(action, names().filter(|known| is_slip(action, known)));
        let verb: String = action.chars().take_while(|char| !char.is_ascii_uppercase()).collect();
        let at = request.resource_at();
        if slip.is_some() || !self.services.is_verb(&verb) {
            let fix = match slip.or_else(|| closest(action, names())) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("use an action of `{name}`, such as {}", first(names())),
            };
            return self.error(at, format!("the service `{name}` has no action `{action}`"), fix);
        }
        let similar = similar(closest(action, names()));
        let sentence = format!(
            "the list of AWS services has no action `{action}` of `{name}`{similar}; it is made from {}, and AWS may \
             have added it since",
            self.services.source()
        );
        self.warning(NEWER, at, sentence, ASK);
    }

    /// Checks the parameters, if they are written in the definition.
    fn parameters(&mut self, request: &Request<'_>, action: &Action<'_>) {
        let Some(given) = request.given() else { return };
        let mut meant = Vec::new();
        for (key, computed) in given {
            if action.required.contains(&key) {
                continue;
            }
            let optional = action.optional.iter().flatten();
            if optional.clone().any(|known| **known == *key) {
                continue;
            }
            let known = action.required.iter().chain(optional).copied();
            let slip = closest(key, known.filter(|known| is_slip(key, known)));
            meant.extend(slip);
            self.unknown_parameter(request, action, (key, computed), slip);
        }
        // Integrations with a list of their own are checked by the interpreter.
        if !request.is_sdk {
            return;
        }
        let missing = action.required.iter();
        for name in missing.filter(|name| !request.has(name) && !meant.contains(*name)) {
            // As Step Functions says it.
            let sentence = format!(
                "The field '{name}' is required but was missing (SCHEMA_VALIDATION_FAILED)"
            );
            let at = request.parameters_at();
            self.findings.push(Finding::error(REFUSED, at, sentence).fix("add it"));
        }
    }

    fn unknown_parameter(
        &mut self,
        request: &Request<'_>,
        action: &Action<'_>,
        (key, computed): (&str, bool),
        slip: Option<&str>,
    ) {
        let call = format!("{}:{}", request.service, action.name);
        let at = request.parameter_at(key, computed);
        let sentence = format!("`{call}` has no parameter `{key}`");
        match slip {
            // It is accepted, as reported by people who had it, and fails when it runs.
            Some(meant) if computed => {
                let sentence = format!("{sentence}; Step Functions refuses it when the task runs");
                self.warning(UNKNOWN, at, sentence, &format!("did you mean `{meant}.$`?"));
            }
            Some(meant) => self.error(at, sentence, format!("did you mean `{meant}`?")),
            None if action.optional.is_none() => {}
            None => {
                let sentence = format!(
                    "the list of AWS services has no parameter `{key}` of `{call}`; it is made from {}, and AWS may \
                     have added it since",
                    self.services.source()
                );
                self.warning(NEWER, at, sentence, ASK);
            }
        }
    }
}

/// The code of a finding about what AWS does not have.
const UNKNOWN: &str = "unknown-call";
/// The code of a finding about what AWS may have by now.
const NEWER: &str = "newer-call";
/// The code of a finding about what Step Functions does not support.
const UNSUPPORTED: &str = "unsupported-call";
/// The code of a finding in the words of Step Functions.
const REFUSED: &str = "refused";
/// How to know.
const ASK: &str = "`check --online` asks Step Functions";

/// What is similar to a name, for a sentence.
fn similar(name: Option<&str>) -> String {
    name.map(|name| format!(" and has `{name}`")).unwrap_or_default()
}

/// Some names for a sentence.
fn first<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.take(3).collect::<Vec<_>>().join(", ")
}
