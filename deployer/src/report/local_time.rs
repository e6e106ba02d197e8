//! Times as a person reads them: in the user's time zone, which is named with every date.
//!
//! Programs get RFC 3339 in UTC.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A time with its date and the abbreviation of its zone, such as `2026-11-21 13:00:00 CET`.
pub fn moment(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S %Z").to_string()
}

/// The time of day, for lines that are printed while something happens.
pub fn time_of_day(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_shown_in_its_zone_with_the_zones_name() {
        let at: Timestamp = "2026-07-21T23:30:00.123456789Z".parse().unwrap();
        let winter: Timestamp = "2026-01-01T23:30:00Z".parse().unwrap();
        let berlin = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
        assert_eq!(moment(at, &TimeZone::UTC), "2026-07-21 23:30:00 UTC");
        assert_eq!(moment(at, &berlin), "2026-07-22 01:30:00 CEST");
        assert_eq!(moment(winter, &berlin), "2026-01-02 00:30:00 CET");
        assert_eq!(time_of_day(at, &berlin), "01:30:00");
        let without_name = TimeZone::posix("<-03>3").unwrap();
        assert_eq!(moment(at, &without_name), "2026-07-21 20:30:00 -03");
    }
}
