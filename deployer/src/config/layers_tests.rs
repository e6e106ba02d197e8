//! Property tests of the layers, against a plain model of the precedence rules.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::{Value, json};

use super::pair;
use super::{CommandLine, KEYS, Kind, complete};
use crate::host::ProcessEnvironment;

/// The settings that do not exclude each other.
const TEXTS: [&str; 5] = ["memory", "log-retention", "stack-name", "wait-time", "region"];
const LISTS: [&str; 4] = ["org-arn", "notification-arn", "vpc-subnet", "vpc-security-group"];
const MAPS: [&str; 2] = ["tag", "parameter"];

/// What one layer sets.
#[derive(Debug, Clone, Default)]
struct Layer {
    texts: BTreeMap<&'static str, String>,
    lists: BTreeMap<&'static str, Vec<String>>,
    maps: BTreeMap<&'static str, BTreeMap<String, String>>,
    protect: Option<bool>,
}

fn layer() -> impl Strategy<Value = Layer> {
    let some = |keys: &'static [&'static str]| prop::sample::subsequence(keys, 0..=keys.len());
    let pick = (some(&TEXTS), some(&LISTS), some(&MAPS), any::<Option<bool>>());
    let text = "[a-z0-9-]{1,4}";
    let entries = prop::collection::btree_map("[a-c]", "[a-z =.\\\\,]{0,3}[a-z]", 1..4);
    let lists = prop::collection::vec(prop::collection::vec(text, 1..3), LISTS.len());
    let maps = prop::collection::vec(entries, MAPS.len());
    (pick, prop::collection::vec(text, TEXTS.len()), lists, maps).prop_map(
        |((texts, lists, maps, protect), of_texts, of_lists, of_maps)| Layer {
            texts: texts.into_iter().zip(of_texts).collect(),
            lists: lists.into_iter().zip(of_lists).collect(),
            maps: maps.into_iter().zip(of_maps).collect(),
            protect,
        },
    )
}

impl Layer {
    fn in_a_file(&self) -> Value {
        let mut members = json!({});
        self.texts.iter().for_each(|(key, text)| members[key] = json!(text));
        self.lists.iter().for_each(|(key, list)| members[key] = json!(list));
        self.maps.iter().for_each(|(key, map)| members[key] = json!(map));
        self.protect.iter().for_each(|protect| members["protect"] = json!(protect));
        members
    }

    fn in_variables(&self) -> BTreeMap<String, String> {
        let name = |key: &str| format!("DEPLOYER_{}", key.to_uppercase().replace('-', "_"));
        let texts = self.texts.iter().map(|(key, text)| (name(key), text.clone()));
        let lists = self.lists.iter().map(|(key, list)| (name(key), list.join(",")));
        let maps = self.maps.iter().map(|(key, map)| (name(key), json!(map).to_string()));
        let flag = self.protect.iter().map(|protect| (name("protect"), protect.to_string()));
        texts.chain(lists).chain(maps).chain(flag).collect()
    }

    fn as_options(&self) -> BTreeMap<String, Vec<String>> {
        let own = |key: &&'static str| (*key).to_owned();
        let texts = self.texts.iter().map(|(key, text)| (own(key), vec![text.clone()]));
        let lists = self.lists.iter().map(|(key, list)| (own(key), list.clone()));
        let pairs = |map: &BTreeMap<String, String>| {
            map.iter().map(|(name, value)| pair::joined(name, value)).collect::<Vec<_>>()
        };
        let maps = self.maps.iter().map(|(key, map)| (own(key), pairs(map)));
        texts.chain(lists).chain(maps).collect()
    }
}

/// The values of a setting that the layers below the command line add to it.
fn added(options: &[std::ffi::OsString], key: &str) -> Vec<String> {
    let prefix = format!("--{key}=");
    let texts = options.iter().map(|option| option.to_str().expect("it was a text"));
    texts.filter_map(|option| option.strip_prefix(&prefix)).map(str::to_owned).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_setting_has_the_value_of_its_highest_layer(
        file in layer(), environment in layer(), variables in layer(), typed in layer(),
    ) {
        let mut document = file.in_a_file();
        document["environments"] = json!({ "e": environment.in_a_file() });
        let path = std::env::temp_dir().join(format!("deployer-layers-{}.yaml", std::process::id()));
        std::fs::write(&path, document.to_string()).expect("the folder for temporary files is writable");
        let command_line = CommandLine {
            given: typed.as_options(),
            accepted: KEYS.iter().map(|key| key.name.to_owned()).collect::<BTreeSet<_>>(),
            file: Some(&path),
            environment: Some("e"),
            is_built_in: |_| false,
        };
        let process =
            ProcessEnvironment { variables: variables.in_variables(), ..Default::default() };
        let layers = complete(&command_line, &process).expect("every value is valid");
        std::fs::remove_file(&path).expect("it was written above");

        let below = [&variables, &environment, &file];
        for key in TEXTS {
            let expected = below.iter().find_map(|layer| layer.texts.get(key)).cloned();
            let expected = expected.filter(|_| !typed.texts.contains_key(key));
            prop_assert_eq!(added(&layers.options, key), Vec::from_iter(expected));
        }
        for key in LISTS {
            let expected = below.iter().find_map(|layer| layer.lists.get(key)).cloned();
            let expected = expected.filter(|_| !typed.lists.contains_key(key));
            prop_assert_eq!(added(&layers.options, key), expected.unwrap_or_default());
        }
        for key in MAPS {
            let mut expected = BTreeMap::new();
            for layer in below.iter().rev() {
                expected.extend(layer.maps.get(key).cloned().unwrap_or_default());
            }
            let over = typed.maps.get(key).cloned().unwrap_or_default();
            expected.retain(|name, _| !over.contains_key(name));
            let pairs = added(&layers.options, key);
            let read = pairs.iter().map(|text| pair::split(text).expect("it is a pair"));
            let read: BTreeMap<_, _> =
                read.map(|(name, value)| (name.into_owned(), value.to_owned())).collect();
            prop_assert_eq!(read, expected);
        }
        let protect = below.iter().find_map(|layer| layer.protect).unwrap_or(false);
        prop_assert_eq!(layers.options.iter().any(|option| option == "--protect"), protect);
    }
}

#[test]
fn the_model_knows_every_kind_of_setting() {
    let known = |kind: Kind| KEYS.iter().filter(|key| key.kind == kind).count();
    assert_eq!((known(Kind::Map), known(Kind::List)), (MAPS.len(), LISTS.len()));
}
