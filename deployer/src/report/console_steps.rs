//! The one step that AWS has no API for: the WorkMail rule, made by hand in the console.

use handler::workmail::limits::{END_OF_SUPPORT, MAX_RULE_TIMEOUT};
use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::lines::{CAREFUL, STRONG, styled};

/// What to do in the console. `region` is the organization's.
#[must_use]
pub fn console_steps(
    function_arn: &str,
    region: &str,
    organizations: &[String],
    now: Timestamp,
) -> String {
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
        styled(STRONG, title),
        organizations.join(" or "),
        styled(CAREFUL, &end_of_support(now)),
    )
}

/// How long WorkMail still exists.
pub(super) fn end_of_support(now: Timestamp) -> String {
    let today = now.to_zoned(TimeZone::UTC).date();
    let end: Date = END_OF_SUPPORT.parse().expect("the constant is a date");
    match today.until(end).map(|span| span.get_days()) {
        Ok(days) if days >= 0 => {
            format!("Amazon WorkMail ends on {END_OF_SUPPORT}, in {days} days.")
        }
        _ => format!("Amazon WorkMail ended on {END_OF_SUPPORT}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_days_left_are_counted() {
        let on = |day: &str| end_of_support(format!("{day}T12:00:00Z").parse().unwrap());
        assert_eq!(on("2026-11-21"), "Amazon WorkMail ends on 2027-03-31, in 130 days.");
        assert_eq!(on("2027-03-31"), "Amazon WorkMail ends on 2027-03-31, in 0 days.");
        assert_eq!(on("2027-04-01"), "Amazon WorkMail ended on 2027-03-31.");
    }
}
