//! The next command: every command line of this program that is printed for a person to run.
//!
//! Options hold for one command only. So a printed command repeats the settings that were typed, if
//! it accepts them, and quotes them for a shell. Variables and `deployer.yaml` hold for every
//! command.

use std::collections::BTreeSet;

use clap::Command;

use crate::host::harmless::is_unseen;

/// A setting on the command line, with each of its values as it was typed; none if it is a flag.
#[derive(Debug, Clone)]
pub struct TypedSetting {
    /// The option's name without its hyphens.
    pub name: String,
    pub values: Vec<String>,
}

/// Makes the command lines that are printed.
#[derive(Debug, Clone)]
pub struct NextCommand {
    program: fn() -> Command,
    /// The words of the command line after the program's name.
    words: Vec<String>,
    /// The command that is running.
    running: String,
    typed: Vec<TypedSetting>,
}

impl NextCommand {
    /// Makes command lines after `words` were typed, of which `typed` are settings.
    pub fn new(
        program: fn() -> Command,
        words: Vec<String>,
        running: &str,
        typed: Vec<TypedSetting>,
    ) -> Self {
        Self { program, words, running: running.to_owned(), typed }
    }

    /// The same, with settings that were read from a file that the next command does not read.
    #[must_use]
    pub fn with(mut self, name: &str, values: &[String]) -> Self {
        let is_typed = self.typed.iter().any(|setting| setting.name == name);
        if !is_typed && !values.is_empty() {
            self.typed.push(TypedSetting { name: name.to_owned(), values: values.to_vec() });
        }
        self
    }

    /// A command in backquotes, for a sentence: its name, then its own arguments.
    pub fn code(&self, words: &[&str]) -> String {
        format!("`{}`", self.line(words))
    }

    /// A command: its name, then its own arguments, then what was typed.
    pub fn line(&self, words: &[&str]) -> String {
        let mut line = vec!["deployer".to_owned()];
        let (own, last) = self.own(words);
        let all = own.into_iter().chain(self.repeated(words)).chain(last);
        line.extend(all.map(|word| quoted(&word, cfg!(windows))));
        line.join(" ")
    }

    /// A command's own arguments: those that come first, and those after `--`, so that no value is
    /// parsed as an option.
    fn own(&self, words: &[&str]) -> (Vec<String>, Vec<String>) {
        let mut program = (self.program)();
        program.build();
        let command = words.first().and_then(|name| program.find_subcommand(name));
        let option = |word: &str| {
            let name = word.strip_prefix("--").and_then(|word| word.split('=').next())?;
            let options = command.iter().flat_map(|command| command.get_arguments());
            options.into_iter().find(|option| option.get_long() == Some(name)).cloned()
        };
        let (mut own, mut last): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        let mut value_follows = false;
        for word in words {
            let named = option(word).filter(|_| !value_follows);
            match (value_follows, word.starts_with('-'), &named) {
                (true, true, _) => {
                    let option = own.pop().unwrap_or_default();
                    own.push(format!("{option}={word}"));
                }
                (false, true, None) => last.push((*word).to_owned()),
                _ => own.push((*word).to_owned()),
            }
            let takes_value = named.is_some_and(|option| option.get_action().takes_values());
            value_follows = takes_value && !word.contains('=');
        }
        if !last.is_empty() {
            last.insert(0, "--".to_owned());
        }
        (own, last)
    }

    /// The command that is running, exactly as it was typed, if it is this one; else as [`code`](Self::code).
    pub fn again(&self, command: &str) -> String {
        if self.running == command { self.as_typed() } else { self.code(&[command]) }
    }

    /// The command that is running, exactly as it was typed.
    pub fn as_typed(&self) -> String {
        let words = self.words.iter().map(|word| quoted(word, cfg!(windows)));
        let words: Vec<String> = std::iter::once("deployer".to_owned()).chain(words).collect();
        format!("`{}`", words.join(" "))
    }

    /// The typed settings that this command accepts in addition to its own arguments.
    fn repeated(&self, words: &[&str]) -> impl Iterator<Item = String> {
        let mut program = (self.program)();
        program.build();
        let command = words.first().and_then(|name| program.find_subcommand(name));
        let has = |name: &str| {
            words.iter().any(|word| {
                let option = word.strip_prefix("--").unwrap_or_default();
                option.split('=').next() == Some(name) && !name.is_empty()
            })
        };
        let mut refused = BTreeSet::new();
        let mut accepted = BTreeSet::new();
        for argument in command.iter().flat_map(|command| command.get_arguments()) {
            let Some(name) = argument.get_long() else { continue };
            accepted.insert(name);
            if has(name) {
                refused.insert(name);
                let others = command.iter().flat_map(|one| one.get_arg_conflicts_with(argument));
                refused.extend(others.filter_map(clap::Arg::get_long));
            }
        }
        // An environment belongs to its file.
        if has("config") {
            refused.insert("env");
        }
        let repeats = |setting: &&TypedSetting| {
            let name = setting.name.as_str();
            accepted.contains(name) && !refused.contains(name)
        };
        self.typed.iter().filter(repeats).flat_map(words_of).collect::<Vec<_>>().into_iter()
    }
}

fn words_of(setting: &TypedSetting) -> Vec<String> {
    let option = format!("--{}", setting.name);
    if setting.values.is_empty() {
        return vec![option];
    }
    let words = |value: &String| match value.starts_with('-') || value.is_empty() {
        true => vec![format!("{option}={value}")],
        false => vec![option.clone(), value.clone()],
    };
    setting.values.iter().flat_map(words).collect()
}

/// Quotes a word only if necessary, and with double quotes if possible, because the shells of Windows have no
/// others.
fn quoted(word: &str, for_windows: bool) -> String {
    // The path separator on Windows; special elsewhere.
    let is_backslash = |char: char| char == '\\';
    let plain = |char: char| {
        char.is_alphanumeric() || "-_./:=@,+".contains(char) || (for_windows && is_backslash(char))
    };
    let special = |char: char| {
        is_unseen(char) || "\"$`!%^".contains(char) || (!for_windows && is_backslash(char))
    };
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else if !word.contains(special) {
        format!("\"{word}{}\"", before_quotation_mark(word))
    } else if for_windows {
        // cmd and PowerShell both read a doubled quotation mark as one.
        format!("\"{}{}\"", word.replace('"', "\"\""), before_quotation_mark(word))
    } else {
        for_shell(word)
    }
}

/// The backslashes at the end of a word once more: before a quotation mark, Windows reads two as
/// one. On other systems, no word with a backslash is in double quotes.
fn before_quotation_mark(word: &str) -> &str {
    &word[word.trim_end_matches('\\').len()..]
}

/// Quotes a value for a POSIX shell with single quotes, inside which only single quotes are special.
pub fn for_shell(value: &str) -> String {
    format!("'{}'", value.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(settings: &[(&str, &str)]) -> NextCommand {
        let setting = |(name, value): &(&str, &str)| TypedSetting {
            name: (*name).to_owned(),
            values: vec![(*value).to_owned()],
        };
        let words = vec!["plan".to_owned(), "--env".to_owned(), "a b".to_owned()];
        let settings = settings.iter().map(setting).collect();
        NextCommand::new(crate::command_line::command, words, "plan", settings)
    }

    #[test]
    fn words_stay_separate() {
        let quoted = |word: &str| super::quoted(word, false);
        assert_eq!(quoted("--filter=a b"), "\"--filter=a b\"");
        assert_eq!(quoted("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!((quoted("").as_str(), quoted("a\\b").as_str()), ("\"\"", r"'a\b'"));
        assert_eq!(super::quoted(r#"C:\a "b""#, true), r#""C:\a ""b""""#);
    }

    #[test]
    fn a_command_repeats_what_was_typed_and_it_accepts() {
        let next = typed(&[("env", "a b"), ("stack-name", "x"), ("memory", "512")]);
        assert_eq!(next.code(&["watch"]), "`deployer watch --env \"a b\" --stack-name x`");
        assert_eq!(next.line(&["flows"]), "deployer flows --env \"a b\"");
        assert_eq!(next.again("plan"), "`deployer plan --env \"a b\"`");
        assert_eq!(next.again("up"), "`deployer up --env \"a b\" --stack-name x --memory 512`");
    }

    #[test]
    fn a_command_repeats_nothing_that_its_own_arguments_replace_or_exclude() {
        let next = typed(&[("env", "t"), ("config", "c"), ("flow", "f"), ("stack-name", "x")]);
        assert_eq!(
            next.line(&["up", "--config", "s"]),
            "deployer up --config s --flow f --stack-name x"
        );
        let machine = next.line(&["up", "--state-machine", "m"]);
        assert_eq!(machine, "deployer up --state-machine m --env t --config c --stack-name x");
        assert_eq!(next.line(&["up", "--plan", "p"]), "deployer up --plan p --env t --config c");
    }

    #[test]
    fn a_value_is_never_taken_for_an_option() {
        assert_eq!(typed(&[("env", "-x")]).line(&["up"]), "deployer up --env=-x");
        let next = typed(&[("env", "t")]);
        let machine = next.line(&["up", "--state-machine", "-x.yaml"]);
        assert_eq!(machine, "deployer up --state-machine=-x.yaml --env t");
        assert_eq!(
            next.line(&["plan", "--out=-x", "--adopt"]),
            "deployer plan --out=-x --adopt --env t"
        );
        assert_eq!(
            next.line(&["trace", "-x", "--verbose"]),
            "deployer trace --verbose --env t -- -x"
        );
    }
}
