//! The function's environment.

use std::collections::BTreeMap;
use std::time::Duration;

use handler::arn::{ExecutionName, StateMachineArn};
use handler::on_failure::OnFailure;
use handler::rule::Rule;
use handler::settings::{SettingFaults, Settings};
use snapbox::{assert_data_eq, str};

use crate::world::MACHINE;

/// Reads an environment with the required variables and these.
pub(crate) fn read(changes: &[(&str, &str)]) -> Result<Settings, SettingFaults> {
    let mut environment = BTreeMap::from([
        ("STATE_MACHINE_ARN", MACHINE),
        ("EXECUTION_TABLE", "Executions"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "id"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
    ]);
    environment.extend(changes.iter().copied());
    Settings::from_lookup(|name| environment.get(name).map(|value| (*value).to_owned()))
}

#[test]
fn unset_variables_have_the_documented_defaults() {
    let empty = ["MACHINE_STATE_FOR_OUTPUT", "WAIT_TIME_FOR_EXECUTION", "ON_FAILURE", "RULE"]
        .map(|name| (name, ""));
    for settings in [read(&[]).unwrap(), read(&empty).unwrap()] {
        assert_eq!(settings.machine.to_string(), MACHINE);
        assert_eq!(settings.output_state, None);
        assert_eq!(settings.wait, Duration::ZERO);
        assert_eq!(settings.on_failure, OnFailure::Retry);
        assert_eq!(settings.rule, Rule::Synchronous);
        assert_eq!(settings.aws.ledger_endpoint, None);
    }
}

#[test]
fn everything_can_be_set() {
    let settings = read(&[
        ("MACHINE_STATE_FOR_OUTPUT", "DEFAULT Action"),
        ("WAIT_TIME_FOR_EXECUTION", "0.5"),
        ("ON_FAILURE", "junk"),
        ("RULE", "asynchronous"),
        ("AWS_ENDPOINT_URL", "http://localhost:1"),
        ("AWS_ENDPOINT_URL_SFN", "http://localhost:2"),
    ])
    .unwrap();
    assert_eq!(settings.output_state.as_deref(), Some("DEFAULT Action"));
    assert_eq!(settings.wait, Duration::from_millis(500));
    assert_eq!(settings.on_failure, OnFailure::Junk);
    assert_eq!(settings.rule, Rule::Asynchronous);
    assert_eq!(settings.aws.executions_endpoint.as_deref(), Some("http://localhost:2"));
    assert_eq!(settings.aws.ledger_endpoint.as_deref(), Some("http://localhost:1"));
}

#[test]
fn either_variable_names_the_ca_bundle_and_the_one_of_aws_wins() {
    let bundle = |changes: &[(&str, &str)]| {
        let found = read(changes).unwrap().aws.ca_bundle;
        found.map(|bundle| (bundle.variable, bundle.path))
    };
    let found = |variable, path: &str| Some((variable, path.to_owned()));
    assert_eq!(bundle(&[]), None);
    assert_eq!(bundle(&[("AWS_CA_BUNDLE", ""), ("SSL_CERT_FILE", " ")]), None);
    let other = ("SSL_CERT_FILE", "/other.pem");
    assert_eq!(bundle(&[other]), found("SSL_CERT_FILE", "/other.pem"));
    assert_eq!(bundle(&[other, ("AWS_CA_BUNDLE", "/aws.pem")]), found("AWS_CA_BUNDLE", "/aws.pem"));
}

#[test]
fn every_fault_is_reported_at_once_and_by_name() {
    let faults = read(&[
        ("STATE_MACHINE_ARN", "arn:aws:states:us-east-1:123456789012:express:Flow:x:y"),
        ("EXECUTION_TABLE", " "),
        ("WAIT_TIME_FOR_EXECUTION", "13.1"),
        ("ON_FAILURE", "Bounce"),
        ("RULE", "async"),
        ("AWS_REGION", ""),
    ])
    .unwrap_err();
    assert_data_eq!(
        faults.to_string().replace("; ", "\n"),
        str![[r#"
STATE_MACHINE_ARN: `arn:aws:states:us-east-1:123456789012:express:Flow:x:y` is not an ARN of the form arn:PARTITION:states:REGION:ACCOUNT:stateMachine:NAME
EXECUTION_TABLE: is not set
WAIT_TIME_FOR_EXECUTION: `13.1` is not a number of seconds between 0 and 13
ON_FAILURE: `Bounce` is not one of retry, default, bounce, drop, junk
RULE: `async` is not one of synchronous, asynchronous
AWS_REGION: is not set
"#]]
    );
}

#[test]
fn invalid_wait_times_are_rejected() {
    for wait in ["-1", "14", "13.001", "NaN", "inf", "1s", "1e400"] {
        assert!(read(&[("WAIT_TIME_FOR_EXECUTION", wait)]).is_err(), "{wait}");
    }
    for wait in ["0", "13", "0.25", " 2 "] {
        assert!(read(&[("WAIT_TIME_FOR_EXECUTION", wait)]).is_ok(), "{wait}");
    }
}

#[test]
fn only_arns_of_state_machines_are_accepted() {
    for arn in [
        "",
        "Flow",
        "arn:aws:states:us-east-1:123456789012:stateMachine:",
        "arn:aws:states:us-east-1:123456789012:stateMachine:Flow:1:2",
        "arn:aws:states:us-east-1:123456789012:stateMachine:Flow/Label",
        "arn:aws:states:us-east-1:123456789012:execution:Flow:name",
        "arn:aws:states:us-east-1:123456789012:activity:Flow",
        "arn:aws:lambda:us-east-1:123456789012:stateMachine:Flow",
    ] {
        assert!(arn.parse::<StateMachineArn>().is_err(), "{arn}");
    }
    for arn in [MACHINE.to_owned(), format!("{MACHINE}:7"), format!("{MACHINE}:live")] {
        let machine: StateMachineArn = arn.parse().unwrap();
        assert_eq!(machine.to_string(), arn);
        assert_eq!(
            machine.execution(&ExecutionName::from_key("name")).to_string(),
            "arn:aws:states:us-east-1:123456789012:execution:Flow:name"
        );
    }
}

#[test]
fn a_key_that_is_a_valid_name_is_used_as_it_is() {
    for key in ["0", "a-b_C9", &"x".repeat(80)] {
        assert_eq!(ExecutionName::from_key(key).to_string(), key);
    }
    for key in ["", "a b", "a.b", "ä", &"x".repeat(81)] {
        let name = ExecutionName::from_key(key).to_string();
        assert_eq!(name.len(), 64);
        assert_eq!(ExecutionName::from_key(&name).to_string(), name);
    }
}

#[test]
fn secrets_are_not_shown() {
    assert!(!format!("{:?}", read(&[]).unwrap()).contains("secret"));
}
