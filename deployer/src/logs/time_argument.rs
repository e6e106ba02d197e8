//! A time as the user enters it: a duration before now, or a timestamp.

use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::finding::Finding;

/// Parses `90s`, `10m`, `2h`, `3d`, `1w` (ago), or a time in RFC 3339. A time without a zone, or a
/// date alone, is in the user's zone, in which times are printed, too.
/// Error: a finding about `option`.
pub fn parse_time(
    text: &str,
    now: Timestamp,
    zone: &TimeZone,
    option: &str,
) -> Result<Timestamp, Finding> {
    let ago = span(text).and_then(|ago| now.checked_sub(ago).ok());
    ago.or_else(|| text.parse().ok()).or_else(|| in_zone(text, zone)).ok_or_else(|| {
        Finding::error(
            "time",
            option,
            format!(
                "`{text}` is not a time: give how long ago (90s, 10m, 2h, 3d, 1w) or when \
                 (2026-11-21T12:00:00Z; without a zone, local time)"
            ),
        )
    })
}

/// Parses a duration: `90s`, `10m`, `2h`, `3d`, `1w`.
pub fn span(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86400,
        "w" => 7 * 86400,
        _ => return None,
    };
    let number: u32 = number.parse().ok()?;
    Some(Duration::from_secs(u64::from(number) * seconds))
}

fn in_zone(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let time: DateTime = text.parse().ok()?;
    Some(time.to_zoned(zone.clone()).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_relative_or_absolute() {
        let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        let table = [
            ("90s", "2026-11-21T11:58:30Z"),
            ("10m", "2026-11-21T11:50:00Z"),
            ("2h", "2026-11-21T10:00:00Z"),
            ("3d", "2026-11-18T12:00:00Z"),
            ("1w", "2026-11-14T12:00:00Z"),
            ("2026-11-20", "2026-11-20T00:00:00Z"),
            ("2026-11-20T10:30", "2026-11-20T10:30:00Z"),
            ("2026-11-20 10:30:15", "2026-11-20T10:30:15Z"),
            ("2026-11-20T10:30:00Z", "2026-11-20T10:30:00Z"),
            ("2026-11-20T10:30:00+02:00", "2026-11-20T08:30:00Z"),
        ];
        for (text, time) in table {
            assert_eq!(
                parse_time(text, now, &TimeZone::UTC, "--since").unwrap().to_string(),
                time,
                "{text}"
            );
        }
        let berlin = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
        let local = parse_time("2026-11-20 10:30:15", now, &berlin, "--since").unwrap();
        assert_eq!(local.to_string(), "2026-11-20T09:30:15Z");
        for text in ["", "m", "10", "-5m", "10 m", "1y", "now", "ä", "99999999999d", "9999999w"] {
            assert!(parse_time(text, now, &TimeZone::UTC, "--since").is_err(), "{text:?}");
        }
    }
}
