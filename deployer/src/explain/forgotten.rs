//! Settings that an earlier `up` gave the stack, and that this one does not.

use serde_json::Value;

use crate::error::{CommandError, Sentence};
use crate::exit::Exit;
use crate::finding::Finding;
use crate::plan::Forgotten;

/// One finding for each setting that would be lost, as a warning.
pub fn warnings(forgotten: &[Forgotten]) -> Vec<Finding> {
    let warning = |forgotten: &Forgotten| {
        let Forgotten { setting, parameter, deployed, default } = forgotten;
        let option = format!("--{setting}");
        let place = parameter.as_ref().map_or(option, |name| format!("--{setting} {name}"));
        let sentence = match default {
            _ if setting == "alarms" => {
                format!("alarms and dashboard will be removed; they notify {}", text(deployed))
            }
            _ if setting == "permissions-boundary" => {
                format!("{} will no longer limit what the roles may do", text(deployed))
            }
            _ if setting == "role-path" => {
                format!(
                    "{} will change to its default, /, which replaces the roles",
                    text(deployed)
                )
            }
            _ if setting == "artifact-bucket" => format!(
                "the artifacts will move from {} to the bucket that deployer creates",
                text(deployed)
            ),
            _ if setting == "kms-key" => format!(
                "keys that AWS owns will encrypt the table, new log lines, and environment variables, and \
                 no longer {}",
                text(deployed)
            ),
            _ if setting == "artifact-kms-key" => {
                format!("S3's own key will encrypt the artifacts, and no longer {}", text(deployed))
            }
            _ if setting == "overlay" => {
                "the changes that the overlay made to the template will be removed".to_owned()
            }
            Value::Null => format!("{} will be removed", text(deployed)),
            default => {
                format!("{} will change to its default, {}", text(deployed), text(default))
            }
        };
        Finding::warning("forgotten-setting", place, sentence)
    };
    forgotten.iter().map(warning).collect()
}

/// The refusal to lose settings unseen.
pub fn refusal(forgotten: &[Forgotten]) -> CommandError {
    let sentence =
        "an earlier `up` had settings that this one does not have; nothing was written".to_owned();
    let findings = warnings(forgotten);
    CommandError::new(Exit::NeedsConfirmation, Sentence(sentence))
        .findings(findings)
        .hint("set them again, best in deployer.yaml, to keep them")
        .hint("--reset-settings resets them to their defaults")
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.escape_debug().to_string(),
        other => other.to_string(),
    }
}
