//! Breaks sentences between words, so that a terminal does not break them within one.

use anstream::adapter::strip_str;

/// Breaks the lines of a text that are wider than the terminal, in columns, between words. A part in backquotes
/// stays together, because people copy it; so do tables, lines that are one command, and words that are too
/// long for a line, such as ARNs: the terminal breaks these itself, and still copies them as one.
pub(super) fn wrapped(text: &str, width: usize) -> String {
    let lines = text.split('\n').map(|line| match columns(line) > width && !is_indivisible(line) {
        true => wrapped_line(line, width),
        false => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn columns(text: &str) -> usize {
    strip_str(text).to_string().chars().count()
}

/// Whether a line is a command, JSON, or a row of a table with more than a heading and a sentence.
fn is_indivisible(line: &str) -> bool {
    let plain = strip_str(line).to_string();
    let text = plain.trim_start();
    let is_command = ["deployer ", "aws ", "$ ", "--"].iter().any(|begin| text.starts_with(begin));
    is_command
        || text.ends_with('\\')
        || text.starts_with(['{', '[', '"', '|'])
        || gaps(text).count() > 1
}

/// Where the runs of several spaces end, in columns from the beginning of the text.
fn gaps(text: &str) -> impl Iterator<Item = usize> {
    let chars: Vec<char> = text.trim_end().chars().collect();
    (2..chars.len())
        .filter(move |&at| chars[at] != ' ' && chars[at - 1] == ' ' && chars[at - 2] == ' ')
}

/// How far the following lines are indented: below the sentence of a row, the text of an item, or the line.
fn indentation(line: &str) -> usize {
    let plain = strip_str(line).to_string();
    let text = plain.trim_start();
    let before = plain.chars().count() - text.chars().count();
    let marker = text.split_once(' ').map_or(0, |(first, _)| {
        let is_number = first.strip_suffix('.').is_some_and(|digits| digits.parse::<u8>().is_ok());
        if is_number || ["-", "+", "~"].contains(&first) { first.len() + 1 } else { 0 }
    });
    before + gaps(text).next().unwrap_or(marker)
}

fn wrapped_line(line: &str, width: usize) -> String {
    // A narrow terminal has no room for it.
    let indentation = Some(indentation(line)).filter(|&columns| columns * 2 <= width).unwrap_or(0);
    let mut text = String::with_capacity(line.len() + 16);
    let mut at = 0;
    for word in words(line) {
        let blank = word.len() - word.trim_start_matches(' ').len();
        let (space, word) = word.split_at(blank);
        let long = columns(word);
        // A word that fits on no line stays where it is.
        let fits = indentation + long <= width;
        if fits && at > indentation && at + space.len() + long > width {
            text.push('\n');
            text.push_str(&" ".repeat(indentation));
            at = indentation;
        } else {
            text.push_str(space);
            at += space.len();
        }
        text.push_str(word);
        at += long;
        if at > width {
            // The terminal has broken the word.
            at %= width.max(1);
        }
    }
    text
}

/// The words of a line, each with the spaces before it. What is in backquotes is one word.
fn words(line: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let (mut begin, mut quoted, mut in_word) = (0, false, false);
    for (at, char) in line.char_indices() {
        match char {
            // A single backquote, such as one in a file's name, quotes nothing.
            '`' => quoted = !quoted && line[at + 1..].contains('`'),
            ' ' if !quoted && in_word => {
                words.push(&line[begin..at]);
                (begin, in_word) = (at, false);
            }
            _ => {}
        }
        in_word |= char != ' ';
    }
    words.push(&line[begin..]);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_below_the_text() {
        assert_eq!(wrapped("one two three", 9), "one two\nthree");
        assert_eq!(wrapped("one two", 7), "one two");
        assert_eq!(wrapped("  fix: one two three", 12), "  fix: one\n  two three");
        assert_eq!(wrapped("  1. one two three", 12), "  1. one two\n     three");
        assert_eq!(wrapped("ok    one two three", 15), "ok    one two\n      three");
        assert_eq!(wrapped("one two\nthree four five", 10), "one two\nthree four\nfive");
    }

    #[test]
    fn what_people_copy_stays_on_one_line() {
        let long = "arn:aws:workmail:us-east-1:123456789012:organization/m-0";
        assert_eq!(wrapped(&format!("of {long} it is"), 20), format!("of {long}\nit is"));
        assert_eq!(wrapped("now `deployer down --yes` ends", 16), "now `deployer down --yes` ends");
        assert_eq!(
            wrapped("  deployer down --yes --env prod", 16),
            "  deployer down --yes --env prod"
        );
        assert_eq!(wrapped("a` lone one two", 8), "a` lone\none two");
        let row = "DELIVER     1      24";
        assert_eq!(wrapped(row, 10), row);
        let json = "{\"a\": 1, \"b\": 2}";
        assert_eq!(wrapped(json, 5), json);
    }

    #[test]
    fn styles_have_no_width() {
        let styled = "\u{1b}[1mone two\u{1b}[0m three";
        assert_eq!(wrapped(styled, 13), styled);
        assert_eq!(wrapped(styled, 12), "\u{1b}[1mone two\u{1b}[0m\nthree");
    }

    #[test]
    fn nothing_is_lost_at_any_width() {
        let text = "  error[x] a.yaml:1:2 $.States: `one two` is  no state,  and é`";
        for width in 0..80 {
            let folded: Vec<_> =
                wrapped(text, width).split_whitespace().map(str::to_owned).collect();
            assert_eq!(folded, text.split_whitespace().collect::<Vec<_>>(), "{width}");
        }
    }
}
