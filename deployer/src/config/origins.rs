//! Where each setting comes from.

use std::collections::BTreeMap;

use super::keys::{Entry, Key, Kind, Origin};
use super::pair;
use crate::finding::Finding;

/// Where each setting comes from, by its key, and each entry of a map.
#[derive(Debug, Clone, Default)]
pub struct Origins {
    settings: BTreeMap<&'static str, Origin>,
    entries: BTreeMap<(&'static str, String), Origin>,
}

impl Origins {
    /// Where a setting comes from.
    pub fn of(&self, key: &str) -> Origin {
        self.settings.get(key).cloned().unwrap_or(Origin::Default)
    }

    /// Whether a layer sets a setting.
    pub fn is_set(&self, key: &str) -> bool {
        self.settings.contains_key(key)
    }

    /// Where an entry of a map comes from, such as `team=mail` of `tag`.
    pub fn of_entry(&self, key: &'static str, entry: &str) -> Origin {
        let name = (key, pair::name(key, entry));
        self.entries.get(&name).cloned().unwrap_or_else(|| self.of(key))
    }

    pub(super) fn set(&mut self, key: &Key, entries: &[Entry]) {
        if let Some(entry) = entries.last() {
            self.settings.insert(key.name, entry.origin.clone());
        }
        if key.kind == Kind::Map {
            self.entries.extend(entries.iter().map(|entry| {
                ((key.name, pair::name(key.name, &entry.text)), entry.origin.clone())
            }));
        }
    }

    pub(super) fn set_one(&mut self, key: &'static str, origin: Origin) {
        self.settings.insert(key, origin);
    }

    /// Makes a finding about an option name the actual origin of the value. A finding about an entry
    /// of a map names it behind the option, as in `--tag team`.
    pub fn relocate(&self, findings: &mut [Finding]) {
        for finding in findings {
            let Some(option) = finding.location.strip_prefix("--") else { continue };
            let (key, entry) = option.split_once(' ').unwrap_or((option, ""));
            let Some((key, origin)) = self.settings.get_key_value(key) else { continue };
            let of_entry = self.entries.get(&(*key, pair::name(key, entry)));
            finding.location = of_entry.unwrap_or(origin).to_string();
        }
    }
}
