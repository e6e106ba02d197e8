//! The list of permissions is true: it has every call that the adapters make, and every type of resource
//! that the template can have.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use deployer::flow::{BUILT_IN, OwnResources};
use deployer::rights::{calls, flow_resources, resources};

use crate::sources;

#[test]
fn every_call_to_aws_is_in_the_list_of_permissions() {
    let mut missing = BTreeSet::new();
    let mut seen = 0;
    for (path, text) in sources() {
        if !path.starts_with("cloud/src/aws/") {
            continue;
        }
        let code: String =
            text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let operations = operations(&code);
        seen += operations.len();
        for operation in operations {
            let service = service(&path, &text);
            let listed = calls::CALLS
                .iter()
                .any(|call| call.service == service && call.operation == operation);
            if !listed {
                missing.insert(format!("{service} {operation} ({path})"));
            }
        }
    }
    assert!(seen > 30, "this test does not see the calls any more: {seen}");
    assert!(
        missing.is_empty(),
        "add to deployer/src/rights/calls.rs, with IAM's name of the action: {missing:#?}"
    );
}

/// What is called without a client of the SDK, about topics.
#[test]
fn every_call_about_topics_is_in_the_list_of_permissions() {
    let (_, text) =
        sources().into_iter().find(|(path, _)| path == "cloud/src/aws/topics.rs").unwrap();
    let operations: Vec<&str> = text
        .split("OPERATION: &str = \"")
        .skip(1)
        .filter_map(|part| part.split('"').next())
        .collect();
    let listed = calls::OF_TOPICS.iter().map(|(action, _)| action.trim_start_matches("sns:"));
    assert_eq!(listed.collect::<Vec<_>>(), operations);
}

#[test]
fn every_call_about_keys_is_in_the_list_of_permissions() {
    let (_, text) =
        sources().into_iter().find(|(path, _)| path == "cloud/src/aws/keys.rs").unwrap();
    let operations = text.split("OPERATION: &str = \"").skip(1);
    let operations: Vec<&str> = operations.filter_map(|part| part.split('"').next()).collect();
    let listed = calls::OF_KEYS.iter().map(|(action, _)| action.trim_start_matches("kms:"));
    assert_eq!(listed.collect::<Vec<_>>(), operations);
}

#[test]
fn every_type_of_resource_is_in_the_list_of_permissions() {
    let templates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../templates");
    let mut missing = BTreeSet::new();
    let paths = fs::read_dir(templates).unwrap().map(|entry| entry.unwrap().path());
    for path in paths.filter(|path| path.is_file()) {
        let text = fs::read_to_string(path).unwrap();
        let types = text.lines().filter_map(|line| line.trim().strip_prefix("Type: AWS::"));
        let names = types.map(|name| format!("AWS::{name}"));
        missing.extend(names.filter(|name| resources::TYPES.iter().all(|kind| kind.name != name)));
    }
    assert!(missing.is_empty(), "add to deployer/src/rights/resources.rs: {missing:#?}");
}

#[test]
fn every_type_that_a_built_in_flow_brings_along_is_known() {
    let mut seen = 0;
    for flow in BUILT_IN {
        let brought = OwnResources::of(flow.name).unwrap();
        let types = brought.types();
        seen += types.len();
        let unknown = brought.findings(flow_resources::unknown);
        assert!(unknown.is_empty(), "add to deployer/src/rights/flow_resources.rs: {unknown:#?}");
    }
    assert!(seen > 5, "this test does not see the resources any more: {seen}");
}

/// The operations that a source calls, as AWS names them: `client.head_bucket()`, and what is handed to a
/// macro in place of the method's name, with the operation's name before it.
fn operations(code: &str) -> Vec<String> {
    let dense: String = code.chars().filter(|char| !char.is_whitespace()).collect();
    let mut found = Vec::new();
    for part in dense.split("client.").skip(1) {
        let method: String = part
            .chars()
            .take_while(|char| char.is_ascii_lowercase() || "_0123456789".contains(*char))
            .collect();
        if !method.is_empty() && part[method.len()..].starts_with("()") {
            found.push(camel(&method));
        }
    }
    for part in dense.split("put!(\"").skip(1) {
        found.extend(part.split('"').next().map(str::to_owned));
    }
    found
}

/// `list_objects_v2` as `ListObjectsV2`.
fn camel(method: &str) -> String {
    let words = method.split('_').map(|word| {
        let (first, rest) = word.split_at(1);
        format!("{}{rest}", first.to_uppercase())
    });
    words.collect()
}

/// The one service whose crate a source of an adapter names.
fn service(path: &str, text: &str) -> String {
    let crates: BTreeSet<String> = text
        .split("aws_sdk_")
        .skip(1)
        .map(|part| part.chars().take_while(char::is_ascii_alphanumeric).collect())
        .collect();
    let [service] = &crates.iter().collect::<Vec<_>>()[..] else {
        panic!("{path} makes calls and names not one service's crate but {crates:?}");
    };
    (*service).clone()
}
