//! Tests that no value can change the structure of the template, whatever the user enters.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::flow_functions::FunctionValues;
use super::render::document;
use super::values::{Permission, Values};
use super::watching::{Alarm, Watching};
use crate::config::Network;

/// Characters and words with a meaning in YAML, JSON, Handlebars or CloudFormation.
const SHARP: [&str; 24] = [
    "\"",
    "'",
    "\n",
    "\r\n",
    "\t",
    "{{",
    "}}",
    "{{{json x}}}",
    ": ",
    " #",
    "- ",
    "!Ref x",
    "!Sub ${x}",
    "${AWS::AccountId}",
    "&a",
    "*a",
    "|",
    ">",
    "%",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "\0",
    "😀ä",
];

fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(SHARP.to_vec()).prop_map(str::to_owned),
        any::<String>(),
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

fn values(taken_over: bool, text: &mut dyn FnMut() -> String) -> Values {
    Values {
        taken_over,
        root_roles: Vec::new(),
        description: text(),
        flow: text(),
        parameters: BTreeMap::from([("a".to_owned(), Value::from(text()))]),
        account: text(),
        handler_sha256: text(),
        architecture: text(),
        bucket: text(),
        artifact_key: text(),
        function_name: text(),
        function_description: text(),
        function_log_group: text(),
        state_machine_log_group: text(),
        log_retention: 30,
        tracing: true,
        reserved_concurrency: Some(5),
        network: Some(Network { subnets: vec![text()], security_groups: vec![text()] }),
        function_arn: text(),
        point_in_time_recovery: true,
        memory: 128,
        timeout: 14,
        rule: text(),
        wait_time: text(),
        output_state: text(),
        on_failure: text(),
        log_level: text(),
        metrics: text(),
        watching: Some(watching(text)),
        definition: text(),
        functions: vec![text(), text()],
        flow_statements: vec![json!({ "Action": text(), "Resource": [text()] })],
        flow_functions: vec![flow_function(text)],
        function_record: Map::from_iter([("own".to_owned(), json!({ "Sha256": text() }))]),
        flow_resources: Map::from_iter([(
            "Own".to_owned(),
            json!({ "Type": text(), "Properties": { "Text": text() } }),
        )]),
        flow_outputs: Map::from_iter([("OwnOutput".to_owned(), json!({ "Value": text() }))]),
        permissions: vec![Permission {
            logical_id: "MfsmFunctionPermission0".to_owned(),
            principal: text(),
            organization: text(),
        }],
        // An empty text would leave it out.
        artifact_kms_key: None,
        kms_key: Some("arn:aws:kms".to_owned()),
        // They are not inserted as text, but added to the document.
        permissions_boundary: None,
        role_path: None,
    }
}

fn watching(text: &mut dyn FnMut() -> String) -> Watching {
    Watching {
        topic: text(),
        alarms: vec![Alarm {
            logical_id: "MfsmAlarm".to_owned(),
            name: text(),
            description: text(),
            namespace: "MessageFlow",
            metric: "Error",
            dimension: "FunctionName",
            value: json!({ "Ref": "MfsmFunction" }),
            statistic: "Sum",
            threshold: 1,
            period: 300,
            queries: None,
        }],
        dashboard_name: text(),
        dashboard: text(),
    }
}

fn flow_function(text: &mut dyn FnMut() -> String) -> FunctionValues {
    FunctionValues {
        function_id: "MfsmFlowFunctionOwn".to_owned(),
        role_id: "MfsmFlowRoleOwn".to_owned(),
        log_group_id: "MfsmFlowLogGroupOwn".to_owned(),
        function_name: text(),
        arn: text(),
        log_group: text(),
        // An empty text would leave it out.
        description: "Decides.".to_owned(),
        runtime: text(),
        handler: text(),
        architecture: text(),
        artifact_key: text(),
        memory: 256,
        timeout: 30,
        environment: BTreeMap::from([("WORD".to_owned(), Value::from(text()))]),
        layers: vec![text()],
        vpc: Some(json!({ "SubnetIds": [text()] })),
        statements: vec![json!({ "Action": text() })],
    }
}

/// Splits a document into its scalars, in order, and its structure.
fn split(value: &Value, scalars: &mut Vec<Value>) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|item| split(item, scalars)).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(key, field)| (key.clone(), split(field, scalars)))
            .collect::<Map<_, _>>()
            .into(),
        scalar => {
            scalars.push(scalar.clone());
            Value::Null
        }
    }
}

proptest! {
    // Each case parses two whole templates, which an unoptimized build does slowly.
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn values_are_inserted_unchanged_and_keep_the_structure(
        texts in prop::collection::vec(hostile(), 48),
        taken_over in any::<bool>(),
    ) {
        let mut tame = 0;
        let mut plain_texts = Vec::new();
        let plain = values(taken_over, &mut || {
            tame += 1;
            plain_texts.push(format!("tame{tame}"));
            format!("tame{tame}")
        });
        prop_assert_eq!(tame, texts.len(), "every text field gets a hostile value");
        let mut next = texts.iter().cloned();
        let sharp = values(taken_over, &mut || next.next().expect("there is one for every field"));

        let (mut tame_scalars, mut sharp_scalars) = (Vec::new(), Vec::new());
        let tame_shape = split(&document(&plain).unwrap(), &mut tame_scalars);
        let sharp_shape = split(&document(&sharp).unwrap(), &mut sharp_scalars);
        prop_assert_eq!(tame_shape, sharp_shape);
        for (tame, sharp) in tame_scalars.iter().zip(&sharp_scalars) {
            let field = plain_texts.iter().position(|text| tame == text);
            let expected = field.map_or_else(|| tame.clone(), |index| texts[index].clone().into());
            prop_assert_eq!(sharp, &expected);
        }
    }
}

#[test]
fn a_hostile_logical_id_is_rejected() {
    let mut values = values(false, &mut String::new);
    values.permissions[0].logical_id = "A\": {}, \"B".to_owned();
    assert!(super::render(&values, &[]).is_err());
}
