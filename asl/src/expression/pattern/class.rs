//! Sets of UTF-16 code units, and JavaScript's comparison without case.

use std::collections::HashMap;
use std::sync::OnceLock;

/// The first and the last units of ranges.
pub(super) type Ranges = Vec<(u16, u16)>;

/// A set of code units, as sorted ranges.
#[derive(Debug, Clone)]
pub(super) struct Set {
    ranges: Ranges,
    negated: bool,
    fold: bool,
    /// The answer for each ASCII unit.
    ascii: u128,
}

const DIGITS: &[(u16, u16)] = &[(0x30, 0x39)];
const WORD: &[(u16, u16)] = &[(0x30, 0x39), (0x41, 0x5a), (0x5f, 0x5f), (0x61, 0x7a)];
pub(super) const LINE_ENDS: &[(u16, u16)] = &[(0x0a, 0x0a), (0x0d, 0x0d), (0x2028, 0x2029)];

/// What `\s` matches: `WhiteSpace` and `LineTerminator` of ECMAScript.
const SPACES: &[(u16, u16)] = &[
    (0x09, 0x0d),
    (0x20, 0x20),
    (0xa0, 0xa0),
    (0x1680, 0x1680),
    (0x2000, 0x200a),
    (0x2028, 0x2029),
    (0x202f, 0x202f),
    (0x205f, 0x205f),
    (0x3000, 0x3000),
    (0xfeff, 0xfeff),
];

impl Set {
    pub(super) fn new(mut ranges: Ranges, negated: bool, fold: bool) -> Self {
        ranges.sort_unstable();
        let mut merged: Ranges = Vec::new();
        for (first, last) in ranges {
            match merged.last_mut() {
                Some((_, end)) if first <= end.saturating_add(1) => *end = last.max(*end),
                _ => merged.push((first, last)),
            }
        }
        let mut set = Self { ranges: merged, negated, fold, ascii: 0 };
        set.ascii = (0..128).filter(|&unit| set.look_up(unit)).map(|unit| 1 << unit).sum();
        set
    }

    pub(super) fn contains(&self, unit: u16) -> bool {
        if unit < 128 { self.ascii >> unit & 1 == 1 } else { self.look_up(unit) }
    }

    fn look_up(&self, unit: u16) -> bool {
        let found = self.lists(unit)
            || self.fold && equal_without_case(unit).iter().any(|&equal| self.lists(equal));
        found != self.negated
    }

    fn lists(&self, unit: u16) -> bool {
        let at = self.ranges.partition_point(|&(_, last)| last < unit);
        self.ranges.get(at).is_some_and(|&(first, _)| first <= unit)
    }
}

/// What `\d`, `\W` and so on match, by the letter.
pub(super) fn shorthand(letter: u16) -> Option<Ranges> {
    Some(match u8::try_from(letter).ok()? {
        b'd' => DIGITS.to_vec(),
        b'D' => complement(DIGITS),
        b's' => SPACES.to_vec(),
        b'S' => complement(SPACES),
        b'w' => WORD.to_vec(),
        b'W' => complement(WORD),
        _ => return None,
    })
}

/// All units that are in none of the sorted ranges.
fn complement(ranges: &[(u16, u16)]) -> Ranges {
    let mut rest = Vec::new();
    let mut next = Some(0);
    for &(first, last) in ranges {
        if let Some(start) = next
            && start < first
        {
            rest.push((start, first - 1));
        }
        next = last.checked_add(1);
    }
    rest.extend(next.map(|start| (start, u16::MAX)));
    rest
}

pub(super) fn is_word(unit: u16) -> bool {
    unit < 128 && WORD.iter().any(|&(first, last)| (first..=last).contains(&unit))
}

pub(super) fn is_line_end(unit: u16) -> bool {
    LINE_ENDS.iter().any(|&(first, last)| (first..=last).contains(&unit))
}

/// The unit that stands for all that are equal to it without case. Source: ECMAScript,
/// `Canonicalize`, without the flag `u`.
pub(super) fn canonical(unit: u16) -> u16 {
    if unit < 128 {
        return if (0x61..=0x7a).contains(&unit) { unit - 0x20 } else { unit };
    }
    let Some(char) = char::from_u32(u32::from(unit)) else { return unit };
    let mut upper = char.to_uppercase();
    match (upper.next().map(u32::from).map(u16::try_from), upper.next()) {
        (Some(Ok(upper @ 128..)), None) => upper,
        _ => unit,
    }
}

/// The other units that are equal to this one without case.
fn equal_without_case(unit: u16) -> &'static [u16] {
    static GROUPS: OnceLock<HashMap<u16, Vec<u16>>> = OnceLock::new();
    let groups = GROUPS.get_or_init(|| {
        let mut groups: HashMap<u16, Vec<u16>> = HashMap::new();
        for unit in 0..=u16::MAX {
            let canonical = canonical(unit);
            if canonical != unit {
                groups.entry(canonical).or_insert_with(|| vec![canonical]).push(unit);
            }
        }
        groups
    });
    groups.get(&canonical(unit)).map(Vec::as_slice).unwrap_or_default()
}
