//! `config`: every setting and where it comes from.

use serde::Serialize;

use crate::report::{Answer, Reader};

#[derive(Serialize)]
pub struct Settings {
    pub settings: Vec<Setting>,
}

#[derive(Serialize)]
pub struct Setting {
    /// Its name in `deployer.yaml`.
    pub key: &'static str,
    /// Its values, before they are checked.
    pub values: Vec<String>,
    /// The layer that they come from.
    pub layer: &'static str,
    /// Where in that layer.
    pub place: String,
}

impl Answer for Settings {
    const KIND: &'static str = "config";

    /// One line for each value; nothing is cut or wrapped.
    fn text(&self, _: &Reader<'_>) -> Option<String> {
        let width = self.settings.iter().map(|setting| setting.key.len()).max().unwrap_or_default();
        let mut lines = Vec::new();
        for Setting { key, values, place, .. } in &self.settings {
            if values.is_empty() {
                lines.push(format!("{key:width$}  -"));
            }
            lines.extend(values.iter().map(|value| format!("{key:width$}  {value}  ({place})")));
        }
        Some(lines.join("\n"))
    }
}
