//! The tests of the built-in flows, read from their files.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Map, Value};

use crate::emulator::Trouble;

const FLOWS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../state-machines");

/// One test, with the members that its file sets for all.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub(super) flow: String,
    pub(super) name: String,
    members: Map<String, Value>,
}

impl Case {
    /// The value of a key, if any.
    pub(super) fn value(&self, key: &str) -> Option<&Value> {
        self.members.get(key)
    }

    /// The members of the object under a key.
    pub(super) fn entries(&self, key: &str) -> impl Iterator<Item = (&String, &Value)> {
        self.members.get(key).and_then(Value::as_object).into_iter().flatten()
    }

    /// The answers of a task: one for all attempts, or one for each.
    pub(super) fn answers(&self, state: &str) -> Option<&Value> {
        self.members.get("answers")?.get(state)
    }

    /// The recipients of its event, in lower case; an empty text stands for those that WorkMail cut from it.
    pub(super) fn recipients(&self) -> Vec<String> {
        let event = &self.members["event"];
        let named = event["recipients"].as_array().cloned();
        let inside = event["json"]["envelope"]["recipients"].as_array().cloned();
        let address = |one: &Value| one.as_str().or(one["address"].as_str()).map(str::to_lowercase);
        let mut addresses: Vec<String> = match named.or(inside) {
            Some(recipients) => recipients.iter().filter_map(address).collect(),
            // The default of `deployer event`.
            None => vec!["recipient@example.com".to_owned()],
        };
        if event["truncated"] == true {
            addresses.push(String::new());
        }
        addresses
    }

    /// The expected action for each recipient; `none` if there must be no verdict.
    pub(super) fn expected(&self) -> BTreeMap<String, String> {
        let verdict = &self.members["expect"]["verdict"];
        let of = |recipient: &String| {
            let own = verdict.as_object().and_then(|each| {
                each.iter().find(|(address, _)| address.to_lowercase() == *recipient)
            });
            let action = own.map_or(verdict, |(_, action)| action);
            action.as_str().unwrap_or_default().to_owned()
        };
        self.recipients().into_iter().map(|recipient| (recipient.clone(), of(&recipient))).collect()
    }
}

/// All tests of all flows, ordered by flow and file name.
pub(super) fn all() -> Result<Vec<Case>, Trouble> {
    let mut cases = Vec::new();
    for flow in names(Path::new(FLOWS))? {
        let folder = Path::new(FLOWS).join(&flow).join("tests");
        for file in names(&folder)? {
            let path = folder.join(&file);
            let text = fs::read_to_string(&path).map_err(|cause| Trouble::of(&file, cause))?;
            let read = serde_yaml::from_str(&text).map_err(|cause| Trouble::of(&file, cause))?;
            cases.extend(of_file(&flow, read));
        }
    }
    Ok(cases)
}

fn names(folder: &Path) -> Result<Vec<String>, Trouble> {
    let shown = folder.display().to_string();
    let entries = fs::read_dir(folder).map_err(|cause| Trouble::of(&shown, cause))?;
    let mut names: Vec<String> =
        entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.sort();
    Ok(names)
}

fn of_file(flow: &str, mut file: Map<String, Value>) -> Vec<Case> {
    let tests = file.remove("tests").unwrap_or_default();
    let tests = tests.as_array().cloned().unwrap_or_default();
    let case = |test: Value| {
        let mut members = file.clone();
        for (key, value) in test.as_object().cloned().unwrap_or_default() {
            match (members.get_mut(&key), key.as_str(), value) {
                (
                    Some(Value::Object(all)),
                    "parameters" | "answers" | "fail" | "slow",
                    Value::Object(own),
                ) => {
                    all.extend(own);
                }
                (_, _, value) => {
                    members.insert(key, value);
                }
            }
        }
        let name = members["name"].as_str().unwrap_or_default().to_owned();
        Case { flow: flow.to_owned(), name, members }
    };
    tests.into_iter().map(case).collect()
}
