//! Converts the SDK's timestamps.

use aws_smithy_types::DateTime;
use jiff::Timestamp;

/// `None` for a time that is out of range.
pub(super) fn timestamp(instant: &DateTime) -> Option<Timestamp> {
    let nanoseconds = i32::try_from(instant.subsec_nanos()).ok()?;
    Timestamp::new(instant.secs(), nanoseconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_keeps_its_fraction() {
        let instant = DateTime::from_secs_and_nanos(1_795_262_400, 500_000_000);
        assert_eq!(timestamp(&instant).unwrap().to_string(), "2026-11-21T12:00:00.5Z");
        assert_eq!(timestamp(&DateTime::from_secs(i64::MAX)), None);
    }
}
