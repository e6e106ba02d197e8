//! Checks what Task states ask of AWS services: the service, the action and its parameters, against a list that is made
//! from the API models.
//!
//! What only can be a slip is an error. What a newer version of AWS may know is a warning: services, actions and
//! parameters are added all the time. docs/reference/state-language.md says how often that is right.

mod list;
mod members;
mod nested;
mod request;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::Definition;
use crate::document::suggestion::{closest, is_slip};
use crate::document::{item, member};
use crate::finding::Finding;
use list::{Action, Service, Services, Support};
use members::Members;
use nested::Structures;
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
    let (findings, structures) = (Vec::new(), Structures::default());
    let mut check = Check { services, findings, structures };
    // Many states of a machine call the same.
    let mut looked_up = HashMap::new();
    for request in &calls {
        let key = (request.service, request.action, request.is_sdk);
        let found = looked_up.entry(key).or_insert_with(|| check.look_up(request));
        let finding = found.finding.clone();
        let placed = finding.map(|finding| Finding { location: request.resource_at(), ..finding });
        check.findings.extend(placed);
        if let Some(action) = &found.action {
            check.parameters(request, action);
        }
    }
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
    /// The structures that were looked up.
    structures: Structures,
}

/// What is known of a call, whichever state makes it.
struct LookedUp {
    /// What there is to say of it. Its place is not that of a state.
    finding: Option<Finding>,
    action: Option<Action>,
}

impl Check {
    fn look_up(&self, request: &Request<'_>) -> LookedUp {
        let unknown = |finding| LookedUp { finding, action: None };
        let Some(service) = self.services.service(request.sdk_service()) else {
            return unknown(Some(self.unknown_service(request.service)));
        };
        if service.has_ended {
            return unknown(None);
        }
        match service.action(request.action) {
            Some(action) => LookedUp {
                finding: support(request, service, action.support),
                action: Some(action),
            },
            // What has an integration of its own may have other actions.
            None if !request.is_sdk => unknown(None),
            None => unknown(Some(self.unknown_action(request, service))),
        }
    }

    fn unknown_service(&self, name: &str) -> Finding {
        let meant = self.services.called_elsewhere(name).or_else(|| {
            let slips = self.services.names().filter(|known| is_slip(name, known));
            closest(name, slips)
        });
        if let Some(meant) = meant {
            let sentence = format!("AWS has no service `{name}`");
            return error(UNKNOWN, sentence, format!("did you mean `{meant}`?"));
        }
        let similar = similar(closest(name, self.services.names()));
        let sentence = format!(
            "the list of AWS services has no `{name}`{similar}; it is made from {}, and AWS may have added it since",
            self.services.source
        );
        warning(NEWER, sentence)
    }

    fn unknown_action(&self, request: &Request<'_>, service: Service) -> Finding {
        let Request { service: name, action, .. } = request;
        let known = service.actions();
        let names = || known.iter().map(String::as_str);
        let slip = closest(action, names().filter(|known| is_slip(action, known)));
        let verb: String = action.chars().take_while(|char| !char.is_ascii_uppercase()).collect();
        if slip.is_some() || !self.services.is_verb(&verb) {
            let fix = match slip.or_else(|| closest(action, names())) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("use an action of `{name}`, such as {}", first(names())),
            };
            return error(UNKNOWN, format!("the service `{name}` has no action `{action}`"), fix);
        }
        let similar = similar(closest(action, names()));
        let sentence = format!(
            "the list of AWS services has no action `{action}` of `{name}`{similar}; it is made from {}, and AWS may \
             have added it since",
            self.services.source
        );
        warning(NEWER, sentence)
    }

    /// Checks the parameters, if they are written in the definition.
    fn parameters(&mut self, request: &Request<'_>, action: &Action) {
        let Some(given) = request.given() else { return };
        let known = &action.parameters;
        let call = format!("{}:{}", request.service, action.name);
        let mut meant = Vec::new();
        for (key, computed, value) in given {
            if let Some(name) = known.spelled(key) {
                meant.push(name);
                let inside = known.inside(name).filter(|_| !computed);
                let service = self.services.service(request.sdk_service());
                if let Some((inside, service)) = inside.zip(service) {
                    let at = request.parameter_at(key, computed);
                    self.inside(nested::Place { service, call: &call, at }, value, inside);
                }
                continue;
            }
            let slip = closest(key, known.names().filter(|known| is_slip(key, known)));
            meant.extend(slip);
            let at = request.parameter_at(key, computed);
            let unknown = Unknown { call: &call, object: None, key, computed, slip };
            self.unknown_parameter(&unknown, known, at);
        }
        // Integrations with a list of their own are checked by the interpreter.
        if !request.is_sdk {
            return;
        }
        let missing = known.required.iter();
        for name in missing.filter(|name| !request.has(name) && !meant.contains(*name)) {
            // As Step Functions says it.
            let sentence = format!(
                "The field '{name}' is required but was missing (SCHEMA_VALIDATION_FAILED)"
            );
            let at = request.parameters_at();
            self.findings.push(Finding::error(REFUSED, at, sentence).fix("add it"));
        }
    }

    fn unknown_parameter(&mut self, unknown: &Unknown<'_>, known: &Members, at: String) {
        let Unknown { call, object, key, computed, slip } = *unknown;
        let inside = object.map(|object| format!(" in `{object}`")).unwrap_or_default();
        let sentence = format!("`{call}` has no parameter `{key}`{inside}");
        let finding = match slip {
            // It is accepted, as reported by people who had it, and fails when it runs.
            Some(meant) if computed => {
                let sentence = format!("{sentence}; Step Functions refuses it when the task runs");
                Finding::warning(UNKNOWN, at, sentence).fix(format!("did you mean `{meant}.$`?"))
            }
            Some(meant) => {
                Finding::error(UNKNOWN, at, sentence).fix(format!("did you mean `{meant}`?"))
            }
            None if known.optional.is_none() => return,
            None => {
                let sentence = format!(
                    "the list of AWS services has no parameter `{key}` of `{call}`{inside}; it is made from {}, and \
                     AWS may have added it since",
                    self.services.source
                );
                Finding::warning(NEWER, at, sentence).fix(ASK)
            }
        };
        self.findings.push(finding);
    }
}

/// A parameter that the list does not have.
struct Unknown<'a> {
    call: &'a str,
    /// The parameter that it is inside of.
    object: Option<&'a str>,
    key: &'a str,
    computed: bool,
    /// The one that it is when it is misspelled.
    slip: Option<&'a str>,
}

/// What the developer guide says of a call, if it is not that it is supported.
fn support(request: &Request<'_>, service: Service, support: Support) -> Option<Finding> {
    let Request { service: name, action, .. } = request;
    match support {
        Support::Unsupported => {
            let sentence = format!(
                "Step Functions does not support `{name}:{action}`: the developer guide lists it as unsupported"
            );
            Some(error(UNSUPPORTED, sentence, "let a Lambda function call it".to_owned()))
        }
        Support::Streams => {
            let sentence = format!(
                "`{name}:{action}` streams events; the developer guide says of many such actions that Step Functions \
                 does not support them"
            );
            Some(warning(UNSUPPORTED, sentence))
        }
        Support::Supported if !service.is_documented => {
            let sentence = format!(
                "the developer guide's table of the services that Step Functions calls has no `{name}`"
            );
            Some(warning(UNSUPPORTED, sentence))
        }
        Support::Supported => None,
    }
}

fn error(code: &'static str, sentence: String, fix: String) -> Finding {
    Finding::error(code, "$", sentence).fix(fix)
}

fn warning(code: &'static str, sentence: String) -> Finding {
    Finding::warning(code, "$", sentence).fix(ASK)
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
