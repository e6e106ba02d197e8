//! Changes the arguments of `$toMillis` with a picture, so that the crate reads them as JSONata 2.0.6
//! does: what the picture leaves out on the left is that of the execution's clock, and a fraction of
//! a second is a number of milliseconds.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use jsonata_core::evaluator::Evaluator;
use jsonata_core::value::JValue;

use crate::expression::pattern::{Budget, Pattern};

/// How long it may take to find the fraction. Pictures are short.
const MAX_SEARCH: Duration = Duration::from_millis(100);

/// A part of a picture.
enum Part<'a> {
    Literal(&'a str),
    /// What is in brackets, without blanks.
    Marker(String),
}

/// The names of the functions.
pub(super) const NAMES: [&str; 3] = [MOMENT, PICTURE, FRACTION];

const MOMENT: &str = " moment";
const PICTURE: &str = " picture of moment";
const FRACTION: &str = " fraction";

/// Registers the functions, which take a time and its picture.
pub(super) fn register(evaluator: &mut Evaluator, now: Timestamp) {
    let texts = |arguments: &[JValue]| {
        let text = |at: usize| arguments.get(at).and_then(JValue::as_str).map(str::to_owned);
        text(0).zip(text(1))
    };
    // The registry rejects only the names of built-in functions.
    let _ = evaluator.register_fn(MOMENT, move |arguments: &[JValue]| {
        let changed =
            texts(arguments).map(|(time, picture)| JValue::string(moment(&time, &picture, now)));
        Ok(changed.unwrap_or_else(|| arguments.first().cloned().unwrap_or(JValue::Undefined)))
    });
    let _ = evaluator.register_fn(PICTURE, move |arguments: &[JValue]| {
        let changed = texts(arguments)
            .map(|(time, picture)| JValue::string(picture_of_moment(&time, &picture)));
        Ok(changed.unwrap_or_else(|| arguments.get(1).cloned().unwrap_or(JValue::Undefined)))
    });
    let _ = evaluator.register_fn(FRACTION, move |arguments: &[JValue]| {
        let digits = texts(arguments).and_then(|(time, picture)| {
            let (start, end) = fraction(&time, &picture)?;
            time.get(start..end)?.parse::<f64>().ok()
        });
        Ok(JValue::Number(digits.unwrap_or_default()))
    });
}

fn parts(picture: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = picture;
    while let Some(at) = rest.find('[') {
        let (literal, after) = rest.split_at(at);
        if after.starts_with("[[") {
            parts.extend([Part::Literal(literal), Part::Literal("[")]);
            rest = after.get(2..).unwrap_or_default();
            continue;
        }
        parts.push(Part::Literal(literal));
        let (marker, after) = after.split_once(']').unwrap_or((after, ""));
        parts.push(Part::Marker(
            marker.chars().skip(1).filter(|char| !char.is_whitespace()).collect(),
        ));
        rest = after;
    }
    parts.push(Part::Literal(rest));
    parts.retain(|part| !matches!(part, Part::Literal("")));
    parts
}

/// The components that the parts of a picture name: the first letter of each marker.
fn components(picture: &str) -> String {
    let component = |part: Part<'_>| match part {
        Part::Marker(marker) => marker.chars().next(),
        Part::Literal(_) => None,
    };
    parts(picture).into_iter().filter_map(component).collect()
}

/// The pictures of the components that a picture leaves out on the left, and that are therefore
/// those of now. Source: JSONata, `parseDateTime`.
fn left_out(picture: &str) -> Vec<&'static str> {
    let given = components(picture);
    let has = |component: char| given.contains(component);
    if given.is_empty() || ['X', 'x', 'W', 'w'].into_iter().any(has) {
        return Vec::new();
    }
    let date: &[_] = if has('d') {
        &[('Y', "[Y0001]"), ('d', "")]
    } else {
        &[('Y', "[Y0001]"), ('M', "[M01]"), ('D', "[D01]")]
    };
    let time: &[_] = if has('P') || has('h') {
        &[('P', "[P]"), ('h', ""), ('m', ""), ('s', ""), ('f', "")]
    } else {
        &[('H', "[H01]"), ('m', "[m01]"), ('s', "[s01]"), ('f', "[f001]")]
    };
    let all = date.iter().chain(time);
    all.take_while(|(component, _)| !has(*component)).map(|(_, picture)| *picture).collect()
}

/// Where the digits of the fraction are in a time.
fn fraction(time: &str, picture: &str) -> Option<(usize, usize)> {
    let parts = parts(picture);
    let is_fraction =
        |part: &Part<'_>| matches!(part, Part::Marker(marker) if marker.starts_with('f'));
    if parts.iter().filter(|part| is_fraction(part)).count() != 1 {
        return None;
    }
    let mut source = "^".to_owned();
    for (at, part) in parts.iter().enumerate() {
        match part {
            Part::Literal(text) => source.extend(text.chars().flat_map(|char| {
                let escape = "^$\\.*+?()[]{}|".contains(char);
                escape.then_some('\\').into_iter().chain([char])
            })),
            Part::Marker(marker) => {
                let adjacent = matches!(parts.get(at + 1), Some(Part::Marker(_)));
                let digits = digits(marker, adjacent);
                source += &if marker.starts_with('f') { format!("({digits})") } else { digits };
            }
        }
    }
    let units: Vec<u16> = time.encode_utf16().collect();
    let budget = Budget::until(Instant::now() + MAX_SEARCH);
    let pattern = Pattern::parse(&(source + "$"), "i").ok()?;
    let found = pattern.find(&units, 0, &budget).ok()??;
    let (start, end) = found.groups.first().copied().flatten()?;
    // A fraction has digits only, so all before it that is not ASCII is longer in bytes.
    let bytes = |units: &[u16]| String::from_utf16_lossy(units).len();
    let start_byte = bytes(units.get(..start)?);
    Some((start_byte, start_byte + (end - start)))
}

/// A pattern for the values of a marker.
fn digits(marker: &str, adjacent: bool) -> String {
    let component = marker.chars().next().unwrap_or_default();
    let presentation: String = marker.chars().skip(1).take_while(|char| *char != ',').collect();
    let width = presentation.chars().filter(char::is_ascii_digit).count();
    match presentation.chars().next() {
        _ if "Zz".contains(component) => "(?:GMT)?[-+][0-9]+(?::[0-9]+)?".to_owned(),
        Some('N' | 'n' | 'I' | 'i' | 'A' | 'a') => "[a-z]+".to_owned(),
        None if "FP".contains(component) => "[a-z]+".to_owned(),
        Some('W' | 'w') => "[a-z, -]+".to_owned(),
        _ if adjacent && width > 1 => format!("[0-9]{{{width}}}"),
        _ => "[0-9]+(?:th|st|nd|rd)?".to_owned(),
    }
}

/// The time, with the components of now that its picture leaves out, and without its fraction.
fn moment(time: &str, picture: &str, now: Timestamp) -> String {
    let now = now.to_zoned(jiff::tz::TimeZone::UTC);
    let mut moment = String::new();
    for component in left_out(picture) {
        moment += &match component {
            "[Y0001]" => format!("{:04} ", now.year()),
            "[M01]" => format!("{:02} ", now.month()),
            "[D01]" => format!("{:02} ", now.day()),
            "[H01]" => format!("{:02} ", now.hour()),
            "[m01]" => format!("{:02} ", now.minute()),
            "[s01]" => format!("{:02} ", now.second()),
            "[f001]" => format!("{:03} ", now.millisecond()),
            // Without `[P]`, the reference implementation takes hours for those before noon.
            "[P]" => "am ".to_owned(),
            _ => String::new(),
        };
    }
    match fraction(time, picture) {
        Some((start, end)) => {
            let (before, after) = (time.get(..start), time.get(end..));
            moment + before.unwrap_or_default() + "000" + after.unwrap_or_default()
        }
        None => moment + time,
    }
}

/// The picture of [`moment`].
fn picture_of_moment(time: &str, picture: &str) -> String {
    let before = left_out(picture).into_iter().filter(|picture| !picture.is_empty());
    let mut changed: String = before.map(|picture| format!("{picture} ")).collect();
    if fraction(time, picture).is_none() {
        return changed + picture;
    }
    for part in parts(picture) {
        match part {
            Part::Literal("[") => changed.push_str("[["),
            Part::Literal(text) => changed.push_str(text),
            Part::Marker(marker) if marker.starts_with('f') => changed.push_str("[f001]"),
            Part::Marker(marker) => changed += &format!("[{marker}]"),
        }
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_of_a_picture_is_known() {
        for (picture, expected) in [
            ("[H]:[m]", "[Y0001] [M01] [D01] [H]:[m]"),
            ("[D1o] [MNn]", "[Y0001] [D1o] [MNn]"),
            ("[d]", "[Y0001] [d]"),
            ("[h] [P]", "[Y0001] [M01] [D01] [h] [P]"),
            ("[Y]", "[Y]"),
            ("[[x]]", "[[x]]"),
            ("[Z]", "[Y0001] [M01] [D01] [H01] [m01] [s01] [f001] [Z]"),
        ] {
            assert_eq!(picture_of_moment("", picture), expected);
        }
    }
}
