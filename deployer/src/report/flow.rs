//! Which flow a command is about, as text.

use serde_json::Value;

use crate::config::FlowSource;
use crate::plan::DeployedFlow;

/// The flow, the place that sets it, and the parameters that are set. Names come from files and from people, and may
/// contain anything.
pub fn flow(flow: &FlowSource, origin: &str) -> String {
    if !flow.is_named() {
        return "flow: default, which delivers everything (not set)".to_owned();
    }
    let mut line = format!("flow: {} ({})", plain(&flow.to_string()), plain(origin));
    if !flow.parameters.is_empty() {
        line.push_str(&format!(", with {}", plain(&flow.parameters.join(", "))));
    }
    line
}

/// A setting that holds for each test that does not set it itself.
pub fn setting_of_tests(key: &str, value: &str, origin: &str) -> String {
    format!("{key}: {} ({}), in tests that do not set it", plain(value), plain(origin))
}

/// What a stack was deployed with: the flow, its parameters, the settings, the handler. The stack's own name and
/// tags, and the region, are shown elsewhere.
pub fn deployed_flow(deployed: &DeployedFlow) -> String {
    let DeployedFlow { flow, parameters, settings, handler_sha256 } = deployed;
    let value = |value: &Value| match value {
        Value::String(text) => plain(text),
        other => plain(&other.to_string()),
    };
    let mut lines = vec![format!("flow      {}", plain(flow))];
    lines.extend(parameters.iter().map(|(name, set)| format!("            {name}={}", value(set))));
    let shown = settings.iter().filter(|(key, _)| !ELSEWHERE.contains(&key.as_str()));
    let settings: Vec<_> = shown.map(|(key, set)| format!("{key}={}", value(set))).collect();
    lines.push(format!("settings  {}", settings.join(", ")));
    lines.push(format!("handler   sha256 {}", plain(handler_sha256)));
    lines.join("\n")
}

/// The settings that `status` shows in other places.
const ELSEWHERE: [&str; 4] = ["org-arn", "stack-name", "region", "notification-arn"];

fn plain(text: &str) -> String {
    text.chars().map(|char| if char.is_control() { '\u{fffd}' } else { char }).collect()
}
