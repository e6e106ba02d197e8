//! Reads a flow's folder, replaces placeholders, and checks it file by file.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::definition::Definition;
use super::files::{ANSWERS, DEFINITIONS, Files, MANIFEST, OVERLAY, POLICY, RESOURCES};
use super::functions::{self, FlowFunction, FunctionFolder};
use super::manifest::Manifest;
use super::placeholder::{self, Data};
use super::{FlowError, FlowStack, parameter, policy, resource_types, resources};
use crate::config::AnswerSettings;
use crate::document::Document;
use crate::finding::Finding;

/// What a flow adds to its stack, apart from the state machine.
#[derive(Debug, Clone, Default)]
pub struct Belongings {
    /// Policy statements of the state machine's role.
    pub statements: Vec<Value>,
    /// The Lambda functions that it brings, sorted by name.
    pub functions: Vec<FlowFunction>,
    /// CloudFormation resources, by logical id.
    pub resources: Map<String, Value>,
    /// Outputs of the stack, by logical id.
    pub outputs: Map<String, Value>,
    /// The settings that the flow suggests.
    pub defaults: AnswerSettings,
    /// The values of its parameters, by name.
    pub parameters: BTreeMap<String, Value>,
    /// The parameters that have their sample as value.
    pub sampled: Vec<(String, Value)>,
    /// The answers of tasks in a simulation, if none are given: the file and its text.
    pub answers: Option<(String, String)>,
    /// Its patch of the template: the file and its text.
    pub overlay: Option<(String, String)>,
}

/// The result of reading a folder.
pub(super) struct Folder {
    pub(super) manifest: Manifest,
    pub(super) definition: Definition,
    pub(super) belongings: Belongings,
    /// Findings about the values of the parameters.
    pub(super) warnings: Vec<Finding>,
}

/// The fields of a state whose content is data: payloads, and the scalars that are compared or
/// counted. Names of states, types, resources, paths and languages are not data. Source: Amazon
/// States Language specification, "State Types".
pub(super) const DATA: Data = Data {
    begins: |around, field| {
        if around == "States" {
            return false;
        }
        let compares = ["String", "Numeric", "Boolean", "Timestamp"];
        let payload = ["Parameters", "Arguments", "Assign", "Output", "Result"];
        let selects = ["ResultSelector", "ItemSelector", "Items", "Cause"];
        let counts = ["Seconds", "TimeoutSeconds", "HeartbeatSeconds", "MaxConcurrency"];
        let retries = ["IntervalSeconds", "MaxAttempts", "BackoffRate", "MaxDelaySeconds"];
        [&payload[..], &selects, &counts, &retries].concat().contains(&field)
            || compares.iter().any(|kind| {
                // `StringEquals`, but neither `StringEqualsPath` nor a payload called `String`.
                field.strip_prefix(kind).is_some_and(|rest| !rest.is_empty())
                    && !field.ends_with("Path")
            })
    },
    // A path or an intrinsic function in JSONPath, the older language.
    ends: |field| field.ends_with(".$"),
};

/// Reads a folder and inserts the values of its parameters.
pub(super) fn read(
    files: &Files,
    stack: FlowStack<'_>,
    given: &[String],
) -> Result<Folder, FlowError> {
    let faulty =
        |findings: Vec<Finding>| FlowError::Faulty { name: files.origin.clone(), findings };
    let missing = |what: &str| {
        let sentence = format!("the flow's folder has no {what}");
        let finding = Finding::error("missing-file", files.origin.as_str(), sentence);
        faulty(vec![finding.fix("name the folder of a flow, or create one with `init`")])
    };
    let (text, origin) = files.get(MANIFEST).ok_or_else(|| missing(MANIFEST))?;
    let manifest = Manifest::read(text, origin).map_err(faulty)?;
    let values = values(&manifest, &files.functions, stack, given).map_err(faulty)?;
    let definitions: Vec<_> = DEFINITIONS.into_iter().filter_map(|name| files.get(name)).collect();
    let [(text, origin)] = &definitions[..] else {
        return Err(match definitions.is_empty() {
            true => missing("definition.asl.yaml or definition.asl.json"),
            false => {
                let sentence = "the flow's folder has more than one definition";
                let finding = Finding::error("two-definitions", files.origin.as_str(), sentence);
                faulty(vec![finding.fix("keep one of them")])
            }
        });
    };
    let definition = match origin.ends_with(".json") {
        true => Definition::from_json(text, origin)?,
        false => Definition::from_yaml(text, origin)?,
    };
    let definition = definition.filled(&values, DATA).map_err(faulty)?;
    let mut belongings = belongings(files, stack, &values).map_err(faulty)?;
    belongings.defaults = manifest.defaults.clone();
    if stack.with_samples {
        belongings.sampled = parameter::sampled(&manifest.parameters, given);
    }
    let named = |name| files.get(name).map(|(text, origin)| (origin, text.to_owned()));
    (belongings.answers, belongings.overlay) = (named(ANSWERS), named(OVERLAY));
    let mut warnings = parameter::odd_entries(&manifest.parameters, &values);
    warnings.extend(parameter::swallowed(&manifest.parameters, given));
    let resources = files.get(RESOURCES).map(|(text, origin)| Document::read(text, origin));
    if let Some(Ok(document)) = resources {
        warnings.extend(document.locate(resource_types::unknown(&document.members)));
    }
    let own = values.into_iter().filter(|(name, _)| parameter::is_name(name));
    belongings.parameters = own.collect();
    Ok(Folder { manifest, definition, belongings, warnings })
}

/// The values of the parameters, AWS's names for the stack's location, and the ARNs of the flow's functions.
fn values(
    manifest: &Manifest,
    functions: &[FunctionFolder],
    stack: FlowStack<'_>,
    given: &[String],
) -> Result<BTreeMap<String, Value>, Vec<Finding>> {
    let mut values = parameter::values(&manifest.parameters, given, stack.with_samples)?;
    let place = [
        ("AWS::StackName", stack.name),
        ("AWS::Region", stack.home.region),
        ("AWS::AccountId", stack.home.account),
    ];
    values.extend(place.map(|(name, value)| (name.to_owned(), Value::from(value))));
    values.extend(functions.iter().map(|function| {
        let name = format!("{}{}", placeholder::FUNCTIONS, function.name);
        (name, Value::from(function.arn(stack)))
    }));
    Ok(values)
}

/// Reads the optional files and the functions, and reports all of their faults together.
fn belongings(
    files: &Files,
    stack: FlowStack<'_>,
    values: &BTreeMap<String, Value>,
) -> Result<Belongings, Vec<Finding>> {
    let mut faults = Vec::new();
    let mut keep = |read: Result<(Map<String, Value>, ()), Vec<Finding>>| {
        read.map_err(|found| faults.extend(found)).ok().map(|(members, ())| members)
    };
    let ids: Vec<String> = files.functions.iter().map(|one| one.name.function_id()).collect();
    let resources = files.get(RESOURCES).and_then(|(text, origin)| {
        keep(filled(text, origin, values, resources::DATA, |members, findings| {
            resources::check(members, &ids, findings);
        }))
    });
    let mut known = resources.as_ref().map(resources::ids).unwrap_or_default();
    known.extend(ids.iter().map(String::as_str));
    let policy = files
        .get(POLICY)
        .and_then(|(text, origin)| keep(filled_policy(text, origin, values, &known)));
    let mut functions = Vec::new();
    for folder in &files.functions {
        match function(folder, stack, values, &known) {
            Ok(function) => functions.push(function),
            Err(found) => faults.extend(found),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let section = |name: &str| {
        let members = resources.as_ref().and_then(|members| members.get(name)?.as_object());
        members.cloned().unwrap_or_default()
    };
    Ok(Belongings {
        statements: policy.map(statements_of).unwrap_or_default(),
        functions,
        resources: section("Resources"),
        outputs: section("Outputs"),
        ..Belongings::default()
    })
}

/// Reads one function, and reports all faults of its files together.
fn function(
    folder: &FunctionFolder,
    stack: FlowStack<'_>,
    values: &BTreeMap<String, Value>,
    known: &BTreeSet<&str>,
) -> Result<FlowFunction, Vec<Finding>> {
    let (origin, text) = folder.settings.clone();
    let settings = filled(&text, origin, values, functions::DATA, |members, findings| {
        functions::read(members, known, findings)
    });
    let policy = folder.policy.clone();
    let policy = policy.map(|(origin, text)| filled_policy(&text, origin, values, known));
    let (settings, policy) = match (settings, policy.transpose()) {
        (Ok((_, Some(settings))), Ok(policy)) => (settings, policy),
        (settings, policy) => {
            let found = [settings.err(), policy.err()].into_iter().flatten().flatten();
            return Err(found.collect());
        }
    };
    Ok(FlowFunction {
        name: folder.name.clone(),
        arn: folder.arn(stack),
        settings,
        statements: policy.map(|(policy, ())| statements_of(policy)).unwrap_or_default(),
        code: folder.code.clone(),
    })
}

/// A `policy.yaml` with values inserted, checked.
fn filled_policy(
    text: &str,
    origin: String,
    values: &BTreeMap<String, Value>,
    known: &BTreeSet<&str>,
) -> Result<(Map<String, Value>, ()), Vec<Finding>> {
    filled(text, origin, values, policy::DATA, |members, findings| {
        let statements = Value::from(policy::statements(members, findings));
        resources::references(&statements, known, "$.Statement", findings);
    })
}

/// The statements of a policy that was checked.
fn statements_of(mut policy: Map<String, Value>) -> Vec<Value> {
    match policy.remove("Statement") {
        Some(Value::Array(statements)) => statements,
        _ => Vec::new(),
    }
}

/// One file with values inserted, checked.
fn filled<T>(
    text: &str,
    origin: String,
    values: &BTreeMap<String, Value>,
    data: Data,
    check: impl Fn(&Map<String, Value>, &mut Vec<Finding>) -> T,
) -> Result<(Map<String, Value>, T), Vec<Finding>> {
    let document = Document::read(text, origin).map_err(|finding| vec![finding])?;
    let mut findings = Vec::new();
    match placeholder::fill(&document.members, values, data) {
        Ok(members) => {
            let checked = check(&members, &mut findings);
            if findings.is_empty() {
                return Ok((members, checked));
            }
        }
        Err((found, _)) => findings = found,
    }
    Err(document.locate(findings))
}
