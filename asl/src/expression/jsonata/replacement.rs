//! What `$replace` puts in the place of a match.

use crate::expression::pattern::Match;

/// Appends the replacement of a match: `$0` is the match, `$1` its first group, `$$` a dollar sign.
pub(super) fn substitute(built: &mut Vec<u16>, replacement: &[u16], units: &[u16], found: &Match) {
    const DOLLAR: u16 = 0x24;
    let count = found.groups.len();
    let digit = |at: usize| {
        let unit = replacement.get(at).copied().unwrap_or_default();
        (0x30..=0x39).contains(&unit).then(|| usize::from(unit - 0x30))
    };
    let read = |at: usize, digits: usize| {
        let read: Vec<usize> = (at..at + digits).map_while(digit).collect();
        let number = read.iter().fold(0_usize, |number, digit| number.saturating_mul(10) + digit);
        (!read.is_empty()).then_some(number)
    };
    let mut at = 0;
    while let Some(&unit) = replacement.get(at) {
        at += 1;
        if unit != DOLLAR {
            built.push(unit);
            continue;
        }
        if replacement.get(at) == Some(&DOLLAR) {
            built.push(DOLLAR);
            at += 1;
        } else if digit(at) == Some(0) {
            built.extend(units.get(found.start..found.end).unwrap_or_default());
            at += 1;
        } else {
            let most = count.to_string().len();
            let number = read(at, most).and_then(|number| {
                if number > count { read(at, most.max(2) - 1) } else { Some(number) }
            });
            let Some(number) = number else {
                built.push(DOLLAR);
                continue;
            };
            let place = found.groups.get(number.wrapping_sub(1)).copied().flatten();
            built.extend(place.and_then(|(start, end)| units.get(start..end)).unwrap_or_default());
            at += number.to_string().len();
        }
    }
}
