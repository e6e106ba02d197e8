//! What a misspelled word probably means.

use crate::finding::Finding;

/// How similar two words must be to be taken for one another. clap uses the same measure and a similar
/// bound for its own suggestions; this one is somewhat stricter, because the words here are longer.
const SIMILAR: f64 = 0.75;

/// The known word that is most similar to what was typed, if one is similar enough. Case, and whether
/// words are joined by a hyphen, an underscore, a dot or a space, do not count.
pub fn closest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed = plain(typed);
    let scored = known.into_iter().map(|word| (score(&typed, &plain(word)), word));
    let best = scored.filter(|(score, _)| *score >= SIMILAR).reduce(|best, next| {
        // The first of equals.
        if next.0 > best.0 { next } else { best }
    });
    best.map(|(_, word)| word)
}

/// The same among words that are chosen from: also the only one that begins with what was typed.
pub fn meant<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let known: Vec<&str> = known.into_iter().collect();
    let begins = |word: &&&str| plain(word).starts_with(&plain(typed)) && typed.trim().len() >= 3;
    closest(typed, known.iter().copied()).or_else(|| {
        let mut beginning = known.iter().filter(begins);
        beginning.next().filter(|_| beginning.next().is_none()).copied()
    })
}

/// A finding about a text that is none of the known words, with the one that is probably meant.
pub fn or_meant<'a>(
    finding: Finding,
    typed: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Finding {
    match meant(typed, known) {
        Some(word) => finding.fix(format!("did you mean `{}`?", word.escape_debug())),
        None => finding,
    }
}

/// Whether one word can only be the other one, mistyped: except for case they are the same, or one edit apart, or two in
/// a longer word. Words that differ in their digits only are two words: `getFindings`, `getFindingsV2`.
pub fn is_slip(typed: &str, known: &str) -> bool {
    let plain = |word: &str| word.chars().take(LONGEST).collect::<String>().to_lowercase();
    // Most pairs differ by more letters than that.
    if typed.chars().count().abs_diff(known.chars().count()) > 2 {
        return false;
    }
    let (typed, known) = (plain(typed), plain(known));
    let letters = |word: &str| -> String {
        word.trim_end_matches(|char: char| char.is_ascii_digit())
            .trim_end_matches('v')
            .chars()
            .filter(|char| !char.is_ascii_digit())
            .collect()
    };
    let (edits, length) = (strsim::damerau_levenshtein(&typed, &known), typed.chars().count());
    match (edits, length) {
        (0, _) => true,
        (1, 4..) | (2, 8..) => letters(&typed) != letters(&known),
        _ => false,
    }
}

/// How to continue after an unknown word: with the one that is probably meant, or otherwise with
/// `otherwise` and all of them, such as "use one of a, b".
pub fn instead<'a>(
    typed: &str,
    known: impl IntoIterator<Item = &'a str, IntoIter: Clone>,
    otherwise: &str,
) -> String {
    let known = known.into_iter();
    match closest(typed, known.clone()) {
        Some(meant) => format!("did you mean `{}`?", meant.escape_debug()),
        None => format!("{otherwise}{}", known.collect::<Vec<_>>().join(", ")),
    }
}

/// From 0 to 1. One edit counts as similar also in a short word.
fn score(typed: &str, word: &str) -> f64 {
    if typed.is_empty() || word.is_empty() || is_far(typed, word) {
        return 0.0;
    }
    let edits = strsim::damerau_levenshtein(typed, word);
    let length = typed.chars().count().max(word.chars().count());
    let by_edits = match (edits, length) {
        (0, _) => 1.0,
        (1, 3..) | (2, 6..) => 0.9 - 0.01 * f64::from(u32::try_from(edits).unwrap_or(u32::MAX)),
        _ => 0.0,
    };
    by_edits.max(strsim::jaro_winkler(typed, word).min(if edits * 2 >= length { 0.0 } else { 1.0 }))
}

/// Whether two words are certainly not similar. A file can have thousands of misspelled words, and
/// counting edits takes the most time.
fn is_far(typed: &str, word: &str) -> bool {
    /// One edit changes the number of at most two letters.
    const LETTERS_OF_TWO_EDITS: usize = 4;
    let mut counts = [0_isize; 128];
    let slot = |letter: char| usize::try_from(u32::from(letter) % 128).unwrap_or(0);
    typed.chars().for_each(|letter| counts[slot(letter)] += 1);
    word.chars().for_each(|letter| counts[slot(letter)] -= 1);
    let differing: usize = counts.iter().map(|count| count.unsigned_abs()).sum();
    differing > LETTERS_OF_TWO_EDITS && strsim::jaro_winkler(typed, word) < SIMILAR
}

fn plain(word: &str) -> String {
    let letters = word.trim().chars().take(LONGEST).flat_map(char::to_lowercase);
    letters.map(|letter| if matches!(letter, '_' | '.' | ' ') { '-' } else { letter }).collect()
}

/// Longer words are not misspelled by a few letters, and the comparison takes the square of the length.
const LONGEST: usize = 100;

#[cfg(test)]
mod tests {
    use super::{SIMILAR, closest, is_slip, meant, score};

    #[test]
    fn a_slip_is_not_another_word() {
        for (typed, known) in [
            ("publsh", "publish"),
            ("GetItem", "getItem"),
            ("getItems", "getItem"),
            ("qeury", "query"),
        ] {
            assert!(is_slip(typed, known), "{typed}");
        }
        for (typed, known) in [
            ("getFindingsV2", "getFindings"),
            ("ChecksumSHA512", "ChecksumSHA1"),
            ("odb", "oam"),
            ("signin", "signer"),
            ("fetchItem", "getItem"),
        ] {
            assert!(!is_slip(typed, known), "{typed}");
        }
    }

    #[test]
    fn a_misspelled_word_is_recognized() {
        let known =
            ["approval", "block-list", "default", "invoke", "mail-storm", "notify", "quarantine"];
        for (typed, meant) in [
            ("aproval", "approval"),
            ("Approval", "approval"),
            ("blocklist", "block-list"),
            ("block_list", "block-list"),
            ("deafult", "default"),
            ("invok", "invoke"),
            ("mailstorm", "mail-storm"),
            ("quarentine", "quarantine"),
        ] {
            assert_eq!(closest(typed, known), Some(meant), "{typed}");
        }
        assert_eq!(closest("memmory", ["memory", "metrics"]), Some("memory"));
        assert_eq!(closest("tags", ["tag", "template"]), Some("tag"));
        assert_eq!(closest("Delivr", ["Read the message", "Deliver"]), Some("Deliver"));
        assert_eq!(closest("polcy.yaml", ["policy.yaml", "flow.yaml"]), Some("policy.yaml"));
    }

    #[test]
    fn the_only_word_with_this_beginning_is_meant() {
        let known = ["synchronous", "asynchronous", "memory", "metrics", "wait-time"];
        assert_eq!(meant("async", known), Some("asynchronous"));
        assert_eq!(meant("wait_", known), Some("wait-time"));
        for typed in ["me", "m", "", "mem0ry-size-of-it"] {
            assert_eq!(meant(typed, known), None, "{typed}");
        }
    }

    /// The score without the shortcut for words that are far from each other.
    fn whole_score(typed: &str, word: &str) -> f64 {
        let edits = strsim::damerau_levenshtein(typed, word);
        let length = typed.chars().count().max(word.chars().count());
        let by_edits = match (edits, length) {
            (0, _) => 1.0,
            (1, 3..) => 0.89,
            (2, 6..) => 0.88,
            _ => 0.0,
        };
        let by_letters = strsim::jaro_winkler(typed, word);
        f64::max(by_edits, if edits * 2 >= length { 0.0 } else { by_letters })
    }

    #[test]
    fn the_shortcut_changes_no_suggestion() {
        let mut random = fastrand::Rng::with_seed(3);
        let mut similar = 0;
        for _ in 0..100_000 {
            let mut word = |long: usize| -> Vec<char> {
                (0..random.usize(1..=long)).map(|_| random.char('a'..='e')).collect()
            };
            let (typed, mut other) = (word(9), word(9));
            // Half of the pairs are a word and the same one with some edits.
            if random.bool() {
                other.clone_from(&typed);
                for _ in 0..random.usize(0..4) {
                    let at = random.usize(..other.len());
                    match random.u8(0..3) {
                        0 => other.insert(at, random.char('a'..='e')),
                        1 if other.len() > 1 => drop(other.remove(at)),
                        _ => other[at] = random.char('a'..='e'),
                    }
                }
            }
            let (typed, other): (String, String) =
                (typed.into_iter().collect(), other.into_iter().collect());
            let expected = whole_score(&typed, &other) >= SIMILAR;
            assert_eq!(score(&typed, &other) >= SIMILAR, expected, "{typed} {other}");
            similar += usize::from(expected);
        }
        assert!((10_000..90_000).contains(&similar), "{similar}");
    }

    #[test]
    fn another_word_is_not_a_misspelling() {
        for (typed, known) in [
            ("destroy", "test"),
            ("version", "permissions"),
            ("spam", "approval"),
            ("", "a"),
            ("a", ""),
            ("x", "y"),
            ("my-flow", "notify"),
            ("nope", "invoke"),
            ("README.md", "flow.yaml"),
        ] {
            assert_eq!(closest(typed, [known]), None, "{typed}");
        }
    }
}
