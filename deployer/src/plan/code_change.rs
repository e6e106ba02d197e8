//! Which files of a function's code have changed, as the templates record them.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use crate::config::FunctionName;

/// The code of a function that changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CodeChange {
    /// The name of the function's folder.
    pub function: String,
    /// The files that were added, changed, and removed. All are empty if the templates do not show
    /// it, or if only something that was built is different.
    pub added: Vec<String>,
    pub changed: Vec<String>,
    pub removed: Vec<String>,
}

/// The changes between two templates, by the name of the function. A function that is added or
/// removed does not count: its resources show that.
pub fn code_changes(before: Option<&Value>, after: &Value) -> Vec<CodeChange> {
    let Some(before) = before else { return Vec::new() };
    let functions = records(after).filter_map(|name| {
        let record =
            |template: &Value| template["Metadata"]["MessageFlow"]["Functions"].get(&name).cloned();
        let (old, new) = (record(before)?, record(after)?);
        (old["Sha256"] != new["Sha256"]).then(|| change(name, &old, &new))
    });
    functions.collect()
}

fn records(template: &Value) -> impl Iterator<Item = String> {
    let functions = template["Metadata"]["MessageFlow"]["Functions"].as_object();
    let names = functions.into_iter().flat_map(|functions| functions.keys());
    // The template of a stack can have been edited by hand.
    names.filter(|name| FunctionName::parse(name).is_ok()).cloned()
}

fn change(function: String, old: &Value, new: &Value) -> CodeChange {
    let (Some(old), Some(new)) = (sources(old), sources(new)) else {
        return CodeChange {
            function,
            added: Vec::new(),
            changed: Vec::new(),
            removed: Vec::new(),
        };
    };
    let paths: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
    let of = |is: fn(bool, bool) -> bool| {
        let paths = paths.iter().filter(|path| {
            let differs = old.get(*path) != new.get(*path);
            differs && is(old.contains_key(*path), new.contains_key(*path))
        });
        paths.map(|path| (*path).to_owned()).collect()
    };
    CodeChange {
        function,
        added: of(|was, _| !was),
        changed: of(|was, is| was && is),
        removed: of(|_, is| !is),
    }
}

/// The marks of the files, by path; `None` if there were too many to record.
fn sources(record: &Value) -> Option<BTreeMap<&str, &Value>> {
    let sources = record["Sources"].as_object()?;
    Some(sources.iter().map(|(path, mark)| (path.as_str(), mark)).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn template(functions: &Value) -> Value {
        json!({ "Metadata": { "MessageFlow": { "Functions": functions } } })
    }

    #[test]
    fn files_that_were_added_changed_and_removed_are_named() {
        let before = template(&json!({
            "a": { "Sha256": "1", "Sources": { "app.py": "1", "gone.py": "1", "same.py": "1" } },
            "same": { "Sha256": "1", "Sources": { "app.py": "1" } },
            "gone": { "Sha256": "1" },
        }));
        let after = template(&json!({
            "a": { "Sha256": "2", "Sources": { "app.py": "2", "new.py": "1", "same.py": "1" } },
            "same": { "Sha256": "1", "Sources": { "app.py": "1" } },
            "new": { "Sha256": "1" },
        }));
        let changes = code_changes(Some(&before), &after);
        assert_eq!(changes.len(), 1);
        let CodeChange { function, added, changed, removed } = &changes[0];
        assert_eq!(function, "a");
        assert_eq!(
            (added, changed, removed),
            (&vec!["new.py".to_owned()], &vec!["app.py".to_owned()], &vec!["gone.py".to_owned()])
        );
        assert_eq!(code_changes(None, &after), []);
    }

    #[test]
    fn without_a_list_of_files_only_the_function_is_named() {
        let of = |digest: &str| template(&json!({ "a": { "Sha256": digest } }));
        let changes = code_changes(Some(&of("1")), &of("2"));
        assert_eq!(changes.len(), 1);
        assert!(changes[0].changed.is_empty());
    }
}
