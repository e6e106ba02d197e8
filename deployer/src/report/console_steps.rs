//! The one step that AWS has no API for: creating the WorkMail rule in the console.

use handler::rule::Rule;
use handler::workmail::limits::MAX_RULE_TIMEOUT;
use jiff::Timestamp;

use super::style::{BOLD, WARNING, styled};
use crate::doctor::end_of_support;

/// The steps to a rule of this kind in the console of the organizations of these names.
pub fn console_steps<'a>(
    function_arn: &str,
    rule: Rule,
    organizations: impl Iterator<Item = &'a str>,
    region: &str,
) -> Vec<String> {
    let organizations: Vec<&str> = organizations.collect();
    let organizations = match organizations[..] {
        [] => "your organization".to_owned(),
        _ => organizations.join(" or "),
    };
    let minutes = MAX_RULE_TIMEOUT.as_secs() / 60;
    let mut steps = vec![
        format!("Open https://console.aws.amazon.com/workmail/ and choose the region {region}."),
        format!("Organizations, then {organizations}."),
        "Organization settings, tab Inbound rules (or Outbound rules), Create.".to_owned(),
        "Rule name: any unused name. Action: Run Lambda.".to_owned(),
    ];
    let sender = "Sender domains or addresses: whose mail, such as *.";
    match rule {
        Rule::Synchronous => steps.extend([
            format!("Function ARN: {function_arn}\nTick Run synchronously."),
            format!(
                "Rule timeout: {minutes} minutes, or at least as long as your longest execution.\n\
                 Fallback action: what happens to a message that got no verdict in that time."
            ),
            format!("{sender} Destination domains or addresses: *"),
        ]),
        // Source: WorkMail administrator guide, "Configuring AWS Lambda for Amazon WorkMail".
        Rule::Asynchronous => steps.extend([
            format!("Function ARN: {function_arn}\nDo not tick Run synchronously."),
            format!("{sender} Destination domains or addresses: to whom, such as *."),
        ]),
    }
    steps.push("Create. The rule applies immediately.".to_owned());
    steps
}

/// Steps under a title, and a remark below them.
pub fn numbered(title: &str, steps: &[String], remark: &str) -> String {
    let steps = steps
        .iter()
        .zip(1..)
        .map(|(step, number)| format!("\n  {number}. {}", step.replace('\n', "\n     ")));
    format!("{}{}\n{}", styled(BOLD, title), steps.collect::<String>(), styled(WARNING, remark))
}

/// When WorkMail ends, in a sentence.
pub fn end_of_workmail(now: Timestamp) -> String {
    end_of_support::sentence(now)
}
