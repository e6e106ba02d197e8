//! `config`: every setting and where it comes from.

use serde::Serialize;

use crate::report::{Answer, Reader};

#[derive(Serialize)]
pub struct Settings {
    /// The file that was read.
    pub file: Option<String>,
    /// The chosen environment.
    pub environment: Option<String>,
    /// The environments in the file.
    pub environments: Vec<String>,
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
    /// Where each value comes from.
    pub places: Vec<String>,
}

impl Answer for Settings {
    const KIND: &'static str = "config";

    /// One line for each value; nothing is cut or wrapped.
    fn text(&self, _: &Reader<'_>) -> Option<String> {
        let width = self.settings.iter().map(|setting| setting.key.len()).max().unwrap_or_default();
        let mut lines = Vec::new();
        if let Some(file) = &self.file {
            lines.push(format!("{:width$}  {file}", "file"));
        }
        if !self.environments.is_empty() {
            let chosen = self.environment.as_deref().unwrap_or("-");
            let all = self.environments.join(", ");
            lines.push(format!("{:width$}  {chosen}  (of {all})", "environment"));
        }
        for Setting { key, values, places, .. } in &self.settings {
            if values.is_empty() {
                lines.push(format!("{key:width$}  -"));
            }
            let pairs = values.iter().zip(places);
            lines.extend(pairs.map(|(value, place)| format!("{key:width$}  {value}  ({place})")));
        }
        Some(lines.join("\n"))
    }

    fn is_data(&self) -> bool {
        true
    }
}
