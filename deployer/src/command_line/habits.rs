//! Commands and options of other tools that people type by habit, and their equivalents here.

use std::ffi::OsString;

use clap::Command;
use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::other_tools::{COMMANDS, OPTIONS};

/// Replaces the suggestions of a usage error, which are words that look alike, hidden ones included.
pub fn suggest(error: &mut clap::Error, words: &[String], program: &Command) {
    let tip = match error.kind() {
        ErrorKind::InvalidSubcommand => {
            command_tip(&context(error, ContextKind::InvalidSubcommand), program)
        }
        ErrorKind::UnknownArgument => {
            let invalid = context(error, ContextKind::InvalidArg);
            option_tip(&invalid, words, program)
        }
        _ => return,
    };
    let kinds =
        [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::Suggested];
    for kind in kinds {
        error.remove(kind);
    }
    if let Some(tip) = tip {
        let tips = ContextValue::StyledStrs(vec![StyledStr::from(tip)]);
        error.insert(ContextKind::Suggested, tips);
    }
}

fn context(error: &clap::Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        _ => String::new(),
    }
}

fn known(table: &[(&str, &str)], word: &str) -> Option<String> {
    table.iter().find(|(habit, _)| *habit == word).map(|(_, tip)| (*tip).to_owned())
}

fn command_tip(word: &str, program: &Command) -> Option<String> {
    let visible = program.get_subcommands().filter(|command| !command.is_hide_set());
    let names: Vec<String> = visible.map(|command| command.get_name().to_owned()).collect();
    known(&COMMANDS, word).or_else(|| {
        let near = nearest(word, names.iter().cloned()).or_else(|| begun(word, &names));
        near.map(|name| format!("the command `{name}` has a similar name"))
    })
}

fn option_tip(invalid: &str, words: &[String], program: &Command) -> Option<String> {
    let option = invalid.split(['=', ' ']).next().unwrap_or_default();
    if option == "help" {
        return Some("--help prints help".to_owned());
    }
    let mut program = program.clone();
    program.build();
    let command = words.iter().find_map(|word| program.find_subcommand(word));
    let name = command.map(Command::get_name).unwrap_or_default();
    let options = command.iter().flat_map(|command| command.get_arguments());
    let options: Vec<String> = options
        .filter(|option| !option.is_hide_set())
        .filter_map(|option| Some(format!("--{}", option.get_long()?)))
        .collect();
    // What another tool calls an option can be a part of a name here.
    let habits = OPTIONS.iter().filter(|habit| habit.option == option && habit.is_of(name));
    let mut habits = habits.map(|habit| habit.tip).filter(|tip| {
        let named = tip.split_whitespace().next().filter(|word| word.starts_with("--"));
        named.is_none_or(|named| options.iter().any(|option| option == named))
    });
    habits.next().map(str::to_owned).or_else(|| {
        let near = nearest(option, options.iter().cloned()).or_else(|| begun(option, &options));
        near.map(|name| format!("{name} has a similar name"))
    })
}

/// The only name that begins with a word of three letters or more.
fn begun(word: &str, names: &[String]) -> Option<String> {
    let is_long = word.trim_start_matches('-').chars().count() >= 3;
    let mut begun = names.iter().filter(|name| is_long && name.starts_with(word));
    begun.next().filter(|_| begun.next().is_none()).cloned()
}

/// The name that a word was probably meant to be: at most one letter in four differs.
fn nearest(word: &str, names: impl Iterator<Item = String>) -> Option<String> {
    let most = (word.trim_start_matches('-').chars().count() / 4).clamp(1, 3);
    let distances = names.map(|name| (distance(word, &name), name));
    distances.filter(|(distance, _)| *distance <= most).min().map(|(_, name)| name)
}

/// How many letters have to be inserted, removed, replaced, or swapped with the next one.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut rows = vec![(0..=other.len()).collect::<Vec<usize>>()];
    for (i, letter) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, aligned) in other.iter().enumerate() {
            let replaced = rows[i][j] + usize::from(letter != aligned);
            let mut least = replaced.min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && one[i - 1] == *aligned && *letter == other[j - 1] {
                least = least.min(rows[i - 1][j - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[one.len()][other.len()]
}

/// The sentences of a rendered usage error: the message, and the tips.
pub fn sentences(rendered: &str) -> (String, Vec<String>) {
    let mut paragraphs = rendered.split("\n\n");
    let message = paragraphs.next().unwrap_or_default();
    let message = message.strip_prefix("error: ").unwrap_or(message);
    let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
    let lines = rendered.lines().filter_map(|line| line.trim_start().strip_prefix("tip: "));
    (message, lines.map(str::to_owned).collect())
}

/// Whether a command line that cannot be parsed asks for JSON.
pub fn wants_json(words: &[String]) -> bool {
    let words = words.iter().take_while(|word| *word != "--");
    let mut asked = false;
    let mut value_follows = false;
    for word in words {
        let value = ["--output=", "-o=", "-o"].iter().find_map(|option| word.strip_prefix(option));
        match value {
            _ if value_follows => (asked, value_follows) = (word == "json", false),
            _ if word == "--output" || word == "-o" => value_follows = true,
            Some(value) => asked = value == "json",
            None => {}
        }
    }
    asked
}

/// Puts words in the order that the command line has: `help exit-codes` is a command, and the decision comes after
/// the message.
pub fn reordered(mut argv: Vec<OsString>) -> Vec<OsString> {
    let is = |word: Option<&OsString>, text: &str| word.is_some_and(|word| word == text);
    if is(argv.get(1), "help") && is(argv.get(2), "exit-codes") {
        argv.remove(1);
    }
    let is_decision = |word: &OsString| word == "approve" || word == "reject";
    let Some(decide) = argv.iter().position(|word| word == "decide") else { return argv };
    let first = argv.iter().enumerate().skip(decide + 1).find(|(_, word)| is_decision(word));
    let Some(at) = first.map(|(at, _)| at) else { return argv };
    let before_is_option = argv[at - 1].to_string_lossy().starts_with("--");
    let follows = argv
        .get(at + 1)
        .is_some_and(|word| !word.to_string_lossy().starts_with('-') && !is_decision(word));
    if follows && !before_is_option {
        argv.swap(at, at + 1);
    }
    argv
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn a_name_with_one_wrong_letter_in_four_is_near() {
        let names = || ["status", "test", "event", "up"].map(str::to_owned).into_iter();
        assert_eq!(nearest("statsu", names()).as_deref(), Some("status"));
        assert_eq!(nearest("tset", names()).as_deref(), Some("test"));
        assert_eq!(nearest("destroy", names()), None);
        assert_eq!(nearest("fly", names()), None);
    }

    #[test]
    fn the_only_name_with_this_beginning_is_found() {
        let names = ["--parameter", "--wait-time", "--wait-busy", "--env"].map(str::to_owned);
        assert_eq!(begun("--param", &names).as_deref(), Some("--parameter"));
        assert_eq!(begun("--en", &names), None);
        assert_eq!(begun("--wait", &names), None);
    }

    #[test]
    fn json_is_asked_for_in_every_form_and_place() {
        for line in ["--output json up -x", "up -x -o json", "up -ojson", "up --output=json -x"] {
            assert!(wants_json(&words(line)), "{line}");
        }
        for line in ["up", "up --output text", "up -- --output json", "up -o json -o text"] {
            assert!(!wants_json(&words(line)), "{line}");
        }
    }

    #[test]
    fn a_decision_may_come_first() {
        let reorder = |line: &str| {
            let argv = line.split_whitespace().map(OsString::from).collect();
            let argv = reordered(argv).into_iter().map(|word| word.into_string().unwrap());
            argv.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(reorder("d decide approve 1 --env x"), "d decide 1 approve --env x");
        assert_eq!(reorder("d decide 1 approve"), "d decide 1 approve");
        assert_eq!(
            reorder("d decide 1 --state approve reject"),
            "d decide 1 --state approve reject"
        );
        assert_eq!(reorder("d help exit-codes -o json"), "d exit-codes -o json");
    }
}
