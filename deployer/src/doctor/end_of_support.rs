//! The end of support for Amazon WorkMail, and the days until then.

use super::Check;
use handler::workmail::limits::END_OF_SUPPORT;
use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// Days until WorkMail's last day; negative after it.
pub fn days_left(now: Timestamp) -> i32 {
    let today = now.to_zoned(TimeZone::UTC).date();
    let end: Date = END_OF_SUPPORT.parse().expect("the constant is a date");
    // Two dates of the same calendar are never too far apart.
    today.until(end).map_or(i32::MIN, |span| span.get_days())
}

/// The end of support in a sentence.
pub fn sentence(now: Timestamp) -> String {
    match days_left(now) {
        days @ 0.. => format!("Amazon WorkMail ends on {END_OF_SUPPORT}, in {days} days."),
        _ => format!("Amazon WorkMail ended on {END_OF_SUPPORT}."),
    }
}

pub(super) fn check(now: Timestamp) -> Check {
    const NAME: &str = "end-of-support";
    match days_left(now) {
        0.. => Check::warning(NAME, sentence(now)),
        _ => Check::error(NAME, sentence(now)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_remaining_days_are_counted() {
        let on = |day: &str| sentence(format!("{day}T12:00:00Z").parse().unwrap());
        assert_eq!(on("2026-11-21"), "Amazon WorkMail ends on 2027-03-31, in 130 days.");
        assert_eq!(on("2027-03-31"), "Amazon WorkMail ends on 2027-03-31, in 0 days.");
        assert_eq!(on("2027-04-01"), "Amazon WorkMail ended on 2027-03-31.");
    }
}
