//! Outputs as assignments, for shells and for `.env` files.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::next_command::for_shell;
use cloud::Output;

/// Outputs with their variable names.
pub struct Assignments<'a>(Vec<(String, &'a str)>);

/// How to quote a value so that the reader gets it unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quoting {
    /// For a POSIX shell, exported: in single quotes, inside which only single quotes are special.
    Shell,
    /// For a `.env` file, whose readers differ. A value that all of them take literally is
    /// unquoted. Others are in single quotes, or, if they do not fit there, in double quotes with
    /// backslashes.
    Dotenv,
}

impl<'a> Assignments<'a> {
    /// Derives the variable names.
    /// Error: A name that two outputs would share.
    pub fn of(outputs: &'a [Output]) -> Result<Self, String> {
        let named: Vec<(String, &str)> =
            outputs.iter().map(|output| (variable(&output.key), output.value.as_str())).collect();
        let mut seen = BTreeSet::new();
        match named.iter().find(|(name, _)| !seen.insert(name)) {
            Some((shared, _)) => Err(shared.clone()),
            None => Ok(Self(named)),
        }
    }

    /// One assignment per line; a value with line breaks takes several lines.
    pub fn text(&self, quoting: Quoting) -> String {
        let lines = self.0.iter().map(|(name, value)| match quoting {
            Quoting::Shell => format!("export {name}={}", for_shell(value)),
            Quoting::Dotenv => format!("{name}={}", for_dotenv(value)),
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}
pub fn outputs_object(outputs: &[Output]) -> String {
    let member = |output: &Output| (output.key.clone(), Value::from(output.value.as_str()));
    format!("{:#}", Value::Object(outputs.iter().map(member).collect::<Map<_, _>>()))
}

/// The name of the variable for an output. Output names in CloudFormation are alphanumeric.
fn variable(key: &str) -> String {
    let mut name = String::new();
    let mut before = None;
    let mut letters = key.chars().peekable();
    while let Some(letter) = letters.next() {
        let begins_word = letter.is_ascii_uppercase()
            && match before {
                None => false,
                Some(before) if char::is_ascii_uppercase(&before) => {
                    letters.peek().is_some_and(char::is_ascii_lowercase)
                }
                Some(_) => true,
            };
        if begins_word || (before.is_none() && letter.is_ascii_digit()) {
            name.push('_');
        }
        name.push(if letter.is_ascii_alphanumeric() { letter.to_ascii_uppercase() } else { '_' });
        before = Some(letter);
    }
    name
}

fn for_dotenv(value: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "_./:@%+,-".contains(letter);
    if !value.is_empty() && value.chars().all(is_plain) {
        value.to_owned()
    } else if !value.contains(['\'', '\n', '\r', '\\']) {
        format!("'{value}'")
    } else {
        let mut quoted = String::from("\"");
        for letter in value.chars() {
            match letter {
                '"' | '\\' | '$' | '`' => quoted.extend(['\\', letter]),
                '\n' => quoted.push_str("\\n"),
                '\r' => quoted.push_str("\\r"),
                other => quoted.push(other),
            }
        }
        quoted.push('"');
        quoted
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    const HOSTILE: [&str; 7] =
        ["", "it's", "a b", "$(touch /x) `y` $HOME", "two\nlines", "\"q\" \\ end\\", "é*?~#!&|;<>"];

    fn outputs(values: &[&str]) -> Vec<Output> {
        let output = |(nth, value): (usize, &&str)| Output {
            key: format!("Value{nth}"),
            value: (*value).to_owned(),
            description: None,
        };
        values.iter().enumerate().map(output).collect()
    }

    #[test]
    fn names_are_in_upper_snake_case() {
        for (key, name) in [
            ("MfsmFunctionArn", "MFSM_FUNCTION_ARN"),
            ("VPCId", "VPC_ID"),
            ("UseHTTP2Url", "USE_HTTP2_URL"),
            ("plain", "PLAIN"),
            ("2nd", "_2ND"),
        ] {
            assert_eq!(variable(key), name);
        }
        let mut twice = outputs(&["a", "b"]);
        (twice[0].key, twice[1].key) = ("FooARN".to_owned(), "FooArn".to_owned());
        assert_eq!(Assignments::of(&twice).err().as_deref(), Some("FOO_ARN"));
    }

    #[cfg(unix)]
    #[test]
    fn a_shell_reads_every_value_unchanged() {
        let outputs = outputs(&HOSTILE);
        let script = Assignments::of(&outputs).unwrap().text(Quoting::Shell);
        for (output, name) in outputs.iter().zip(0..) {
            let script = format!("{script}\nprintf %s \"$VALUE{name}\"");
            let result = Command::new("sh").args(["-euc", &script]).output().unwrap();
            assert_eq!(String::from_utf8(result.stdout).unwrap(), output.value);
        }
    }

    #[test]
    fn a_dotenv_file_quotes_only_if_necessary() {
        let outputs = outputs(&HOSTILE);
        let text = Assignments::of(&outputs).unwrap().text(Quoting::Dotenv);
        let expected = [
            "VALUE0=''",
            "VALUE1=\"it's\"",
            "VALUE2='a b'",
            "VALUE3='$(touch /x) `y` $HOME'",
            "VALUE4=\"two\\nlines\"",
            "VALUE5=\"\\\"q\\\" \\\\ end\\\\\"",
            "VALUE6='é*?~#!&|;<>'",
        ];
        assert_eq!(text.lines().collect::<Vec<_>>(), expected);
        assert_eq!(for_dotenv("arn:aws:lambda:r:1:function:f"), "arn:aws:lambda:r:1:function:f");
    }
}
