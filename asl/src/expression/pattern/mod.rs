//! Regular expressions of JSONata: those of JavaScript, without its flags `u` and `v`. They look at
//! UTF-16 code units, as JavaScript does, and support look-around and back references. So matching
//! has to backtrack, and a budget ends what takes too long.

mod class;
mod compile;
mod doubt;
mod java;
mod parse;
mod run;
mod slow;
mod syntax;

use std::cell::Cell;
use std::time::Instant;

use compile::Program;
pub use doubt::Doubt;
pub(crate) use slow::STEPS as STEPS_OF_SLOW;

/// A compiled regular expression.
#[derive(Debug)]
pub(crate) struct Pattern {
    program: Program,
    /// Its characters, if it can match the empty text.
    literals: Option<String>,
    /// The texts that could keep it busy.
    attacks: Vec<Vec<u16>>,
    difference: Option<java::Difference>,
}

/// Why a regular expression cannot be compiled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PatternError {
    /// JavaScript rejects it.
    #[error("{0}")]
    Invalid(&'static str),
    /// It is beyond a limit of this program.
    #[error("{0}")]
    TooLarge(String),
}

/// Where a pattern matches, and where its groups do, in UTF-16 code units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Match {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// A group that took no part in the match is `None`.
    pub(crate) groups: Vec<Option<(usize, usize)>>,
}

/// Matching took too long, or too much memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Exhausted;

/// How much matching may take.
#[derive(Debug)]
pub(crate) struct Budget {
    end: End,
    steps: Cell<u32>,
}

#[derive(Debug)]
enum End {
    At(Instant),
    /// After this many steps more.
    After(Cell<u32>),
}

/// How many steps pass between two looks at the clock.
const STEPS: u32 = 4096;

impl Budget {
    pub(crate) fn until(deadline: Instant) -> Self {
        Self { end: End::At(deadline), steps: Cell::new(0) }
    }

    /// The same each time, whatever else the computer does.
    fn of_steps(steps: u32) -> Self {
        Self { end: End::After(Cell::new(steps)), steps: Cell::new(0) }
    }

    fn spend(&self, steps: usize) -> Result<(), Exhausted> {
        let steps = u32::try_from(steps).unwrap_or(STEPS);
        let spent = self.steps.get().saturating_add(steps);
        if spent < STEPS {
            self.steps.set(spent);
            return Ok(());
        }
        self.steps.set(0);
        let is_over = match &self.end {
            End::At(deadline) => Instant::now() > *deadline,
            End::After(left) => {
                left.set(left.get().saturating_sub(spent));
                left.get() == 0
            }
        };
        if is_over { Err(Exhausted) } else { Ok(()) }
    }
}

impl Pattern {
    /// Compiles the text between the slashes.
    ///
    /// # Errors
    /// If JavaScript would reject it, or it is too large for this program. Contains the reason.
    pub(crate) fn parse(source: &str, flags: &str) -> Result<Self, PatternError> {
        let fold = flags.contains('i');
        let parsed = parse::parse(source, fold)?;
        let literals = doubt::literals_if_nullable(&parsed.node);
        let attacks = slow::attacks(&parsed.node);
        let difference = java::difference(source, parsed.groups, &parsed.names);
        let program = compile::compile(&parsed, fold, flags.contains('m'))?;
        Ok(Self { program, literals, attacks, difference })
    }

    /// What Java reads differently in it, and what both read the same.
    pub(crate) fn difference(&self) -> Option<&(String, &'static str)> {
        self.difference.as_ref()
    }

    /// The first match at a position or after it.
    pub(crate) fn find(
        &self,
        text: &[u16],
        from: usize,
        budget: &Budget,
    ) -> Result<Option<Match>, Exhausted> {
        run::find(&self.program, text, from, budget)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn units(text: &str) -> Vec<u16> {
        text.encode_utf16().collect()
    }

    /// The texts of the first match and its groups, separated by `|`. A group that took no part is
    /// `-`.
    fn first(pattern: &str, flags: &str, text: &str) -> Option<String> {
        let text = units(text);
        let budget = Budget::until(Instant::now() + Duration::from_secs(5));
        let found = Pattern::parse(pattern, flags).unwrap().find(&text, 0, &budget).unwrap()?;
        let whole = Some((found.start, found.end));
        let parts = std::iter::once(whole).chain(found.groups).map(|place| match place {
            Some((start, end)) => String::from_utf16_lossy(&text[start..end]),
            None => "-".to_owned(),
        });
        Some(parts.collect::<Vec<_>>().join("|"))
    }

    /// Checks rows of pattern, flags, text and result. The results are those of Node.js 20.
    fn check(rows: &[(&str, &str, &str, Option<&str>)]) {
        for (pattern, flags, text, expected) in rows {
            let found = first(pattern, flags, text);
            assert_eq!(found.as_deref(), *expected, "/{pattern}/{flags} on {text:?}");
        }
    }

    #[test]
    fn look_around_and_back_references_match() {
        check(&[
            ("^(?!re:)", "i", "Re: x", None),
            ("^(?!re:)", "i", "x", Some("")),
            ("a(?=b)", "", "acab", Some("a")),
            ("(?<!a)b", "", "abb", Some("b")),
            ("(?<=\\$)\\d+", "", "$42", Some("42")),
            ("(?<=(\\d+)(\\d+))$", "", "1053", Some("|1|053")),
            ("(?<=\\1(a))b", "", "aab", Some("b|a")),
            ("(.)\\1", "", "abb", Some("bb|b")),
            ("(?<q>['\"]).*?\\k<q>", "", "a 'b\" c' d", Some("'b\" c'|'")),
            ("\\1(a)", "", "aa", Some("a|a")),
            ("(?=(a+))a*b\\1", "", "baaabac", Some("aba|a")),
            ("(?!(a))b\\1", "", "b", Some("b|-")),
        ]);
    }

    #[test]
    fn loops_reset_their_groups_and_end() {
        check(&[
            ("(z)((a+)?(b+)?(c))*", "", "zaacbbbcac", Some("zaacbbbcac|z|ac|a|-|c")),
            ("(a*)*", "", "b", Some("|-")),
            ("(?:a*?)*b", "", "aab", Some("aab")),
            ("(a|ab)(c|bcd)(d*)", "", "abcd", Some("abcd|a|bcd|")),
            ("a{2,3}", "", "aaaa", Some("aaa")),
            ("a{2,3}?", "", "aaaa", Some("aa")),
            ("(?:ab){2}", "", "abab", Some("abab")),
            ("(a{0,2}){2,}b", "", "aaaaab", Some("aaaaab|a")),
            ("(?:(a)|b)*", "", "ab", Some("ab|-")),
            ("x*", "", "aaa", Some("")),
            ("(?:|a)+$", "", "aa", Some("aa")),
            ("(\\2a)(\\1)*", "", "aa", Some("aa|a|a")),
        ]);
    }

    #[test]
    fn classes_are_ascii_and_case_folds_as_in_javascript() {
        check(&[
            ("^\\w+$", "", "Müller", None),
            ("\\d", "", "٣", None),
            ("\\bm", "", "üm", Some("m")),
            ("\\W", "", "Grüße", Some("ü")),
            ("\\s", "", "a\u{feff}", Some("\u{feff}")),
            ("s", "i", "ſ", None),
            ("k", "i", "\u{212a}", None),
            ("ü", "i", "Ü", Some("Ü")),
            ("[à-ý]+", "i", "ÀÝ", Some("ÀÝ")),
            ("ß", "i", "ẞ", None),
            ("[^x]", "i", "X", None),
            ("σ", "i", "ς", Some("ς")),
            ("[a&&b]+", "", "a&b", Some("a&b")),
            ("[^]", "", "\n", Some("\n")),
            ("[]", "", "a", None),
            (".", "", "\u{2028}x", Some("x")),
            ("^.$", "", "😀", None),
            ("^..$", "", "😀", Some("😀")),
            ("^b", "m", "a\nb", Some("b")),
            ("a$", "m", "a\nb", Some("a")),
            ("a$", "", "a\nb", None),
        ]);
    }

    #[test]
    fn escapes_and_braces_are_as_lenient_as_in_browsers() {
        check(&[
            ("{x}", "", "{x}", Some("{x}")),
            ("a{,5}", "", "a{,5}", Some("a{,5}")),
            ("x{", "", "x{", Some("x{")),
            ("]", "", "]", Some("]")),
            ("\\<", "", "a<", Some("<")),
            ("\\x41\\u0042\\103", "", "ABC", Some("ABC")),
            ("\\u{2}", "", "uu", Some("uu")),
            ("\\xZ\\k<a>", "", "xZk<a>", Some("xZk<a>")),
            ("\\8\\cA\\c1", "", "8\u{1}\\c1", Some("8\u{1}\\c1")),
            ("[\\b\\w-z\\c_]+", "", "-\u{8}\u{1f}", Some("-\u{8}\u{1f}")),
            ("\\0", "", "\0", Some("\0")),
            ("(?=a)*b", "", "b", Some("b")),
            ("\\u{3", "", "u{3", Some("u{3")),
        ]);
    }

    #[test]
    fn invalid_patterns_are_rejected() {
        for pattern in [
            "(",
            ")",
            "[",
            "*",
            "+a",
            "a**",
            "a{2,1}",
            "(?<a>x)(?<a>y)",
            "(?<a>x)\\k<b>",
            "\\",
            "[b-a]",
            "(?i:a)",
            "(?",
            "(?<1>a)",
            "(?<=a)*",
            "^*",
            "\\b+",
            "{1}",
            "a{1}{2}",
            "(?<a>)\\k",
        ] {
            assert!(Pattern::parse(pattern, "").is_err(), "{pattern}");
        }
        for deep in ["(", "(?=", "(?:a|"] {
            let nested = deep.repeat(50_000) + &")".repeat(50_000);
            assert!(Pattern::parse(&nested, "").is_err(), "{deep}");
        }
    }

    #[test]
    fn backtracking_without_end_is_stopped() {
        let budget = Budget::until(Instant::now() + Duration::from_millis(200));
        let began = Instant::now();
        for (pattern, text) in [
            ("^(a+)+$", "a".repeat(50) + "b"),
            ("(?:a|a)*b", "a".repeat(200)),
            ("(x+x+)+y", "x".repeat(100)),
            ("^(?=(?:a|aa)+$)b", "a".repeat(90) + "c"),
            ("(?:(?:){100000}){100000}", String::new()),
            ("(.*)\\1x", "ab".repeat(50_000)),
        ] {
            let found = Pattern::parse(pattern, "").unwrap().find(&units(&text), 0, &budget);
            assert_eq!(found, Err(Exhausted), "{pattern}");
        }
        assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    }
}
