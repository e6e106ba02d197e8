//! The one step that AWS has no API for: creating the WorkMail rule in the console.

use handler::workmail::limits::MAX_RULE_TIMEOUT;
use jiff::Timestamp;

use super::style::{BOLD, WARNING, styled};
use crate::config::Organizations;
use crate::doctor::end_of_support;

/// The steps in the console of the organizations.
pub fn console_steps(function_arn: &str, organizations: &Organizations, now: Timestamp) -> String {
    let region = organizations.region();
    let names = organizations.arns().iter().map(|arn| format!("m-{}", arn.hex()));
    let minutes = MAX_RULE_TIMEOUT.as_secs() / 60;
    let title = "One step is left, for which AWS has no API: the rule in the WorkMail console.";
    format!(
        "{}\n  \
         1. Open https://console.aws.amazon.com/workmail/ and choose the region {region}.\n  \
         2. Organizations, then {}.\n  \
         3. Organization settings, tab Inbound rules (or Outbound rules), Create.\n  \
         4. Rule name: any that is not taken. Action: Run Lambda.\n  \
         5. Function ARN: {function_arn}\n     \
            Tick Run synchronously.\n  \
         6. Rule timeout: {minutes} minutes, or at least as long as your longest execution.\n     \
            Fallback action: what happens to a message that got no verdict in that time.\n  \
         7. Sender domains or addresses: whose mail, such as *. Destination domains or addresses: *\n  \
         8. Create. The rule works at once.\n{}",
        styled(BOLD, title),
        names.collect::<Vec<_>>().join(" or "),
        styled(WARNING, &end_of_support::sentence(now)),
    )
}
