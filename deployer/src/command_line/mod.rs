//! The command line. Doc comments here are the help that users read.

mod habits;
mod help;
mod other_tools;

pub use help::GROUPS;

use crate::commands::Command;
use crate::session::GlobalArgs;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser};

use crate::config::{KEYS, Kind};
use crate::exit::Exit;
use crate::next_command::{NextCommand, TypedSetting};

/// Install and run e-mail message flows on AWS from a single binary.
///
/// A message flow is a state machine that decides what happens to every e-mail that passes through
/// an Amazon WorkMail organization. `deployer up` installs it as one CloudFormation stack;
/// `deployer down` removes it.
#[derive(Debug, Parser)]
#[command(
    name = "deployer",
    disable_version_flag = true,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// How to reach AWS, and the output.
    #[command(flatten)]
    pub global: GlobalArgs,
}

/// A command line that does not run a command.
pub enum NoCommand {
    /// Help or version, for stdout.
    Answer(String),
    /// A usage error.
    Fault {
        /// For a person, on stderr.
        text: String,
        /// The error, in one sentence.
        message: String,
        /// What was probably meant, in one sentence each.
        tips: Vec<String>,
        /// Whether a program reads the output.
        json: bool,
    },
}

/// A command line that runs a command.
pub struct Parsed {
    /// The command and its options.
    pub args: Args,
    /// Which of the options were typed.
    pub given: GivenOptions,
    /// Makes the commands that are printed.
    pub(crate) next: NextCommand,
}

/// Which options a command accepts, and which of them are on the command line, by name.
#[derive(Debug, Clone, Default)]
pub struct GivenOptions {
    /// The options on the command line, and their values.
    pub given: BTreeMap<String, Vec<String>>,
    /// The options that the command accepts, without those that conflict with given ones.
    pub accepted: BTreeSet<String>,
}

impl GivenOptions {
    fn of(matches: &ArgMatches) -> Self {
        let mut all = command();
        all.build();
        let Some((name, matches)) = matches.subcommand() else { return Self::default() };
        let Some(command) = all.find_subcommand(name) else { return Self::default() };
        let (mut given, mut accepted) = (BTreeMap::new(), BTreeSet::new());
        let mut excluded = BTreeSet::new();
        for option in command.get_arguments() {
            let Some(name) = option.get_long() else { continue };
            accepted.insert(name.to_owned());
            if matches.value_source(option.get_id().as_str()) == Some(ValueSource::CommandLine) {
                let values = matches.get_raw(option.get_id().as_str()).into_iter().flatten();
                let values = values.map(|value| value.to_string_lossy().into_owned());
                given.insert(name.to_owned(), values.collect());
                let conflicts = command.get_arg_conflicts_with(option).into_iter();
                excluded.extend(conflicts.filter_map(|other| other.get_long().map(str::to_owned)));
            }
        }
        // An option that conflicts with a given one must not be filled in from a lower layer.
        let accepted = &accepted - &excluded;
        Self { given, accepted }
    }
}

/// Reads the command line.
///
/// # Errors
/// When it asks for help or the version, or is invalid.
pub fn parse(argv: impl IntoIterator<Item = OsString>, color: bool) -> Result<Parsed, NoCommand> {
    let argv = habits::reordered(argv.into_iter().collect());
    let words: Vec<String> =
        argv.iter().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let typed = words.clone();
    let parsed = |matches: ArgMatches| {
        let (args, given) = (Args::from_arg_matches(&matches)?, GivenOptions::of(&matches));
        let next = next_command(&matches, &given.given, words);
        Ok(Parsed { args, given, next })
    };
    let matches = grouped().try_get_matches_from(argv);
    matches.and_then(parsed).map_err(|error| no_command(error, &typed, color))
}

/// Repeats the settings that were typed in the commands that are printed.
fn next_command(
    matches: &ArgMatches,
    given: &BTreeMap<String, Vec<String>>,
    words: Vec<String>,
) -> NextCommand {
    let running = matches.subcommand_name().unwrap_or_default();
    let settings = KEYS.iter().map(|key| (key.name, key.kind == Kind::Flag));
    let settings = [("config", false), ("env", false)].into_iter().chain(settings);
    let typed = settings.filter_map(|(name, is_flag)| {
        let values = if is_flag { Vec::new() } else { given.get(name)?.clone() };
        given.contains_key(name).then(|| TypedSetting { name: name.to_owned(), values })
    });
    NextCommand::new(command, words, running, typed.collect())
}

fn no_command(mut error: clap::Error, words: &[String], color: bool) -> NoCommand {
    let is_version = words.first().is_some_and(|word| word == "version");
    if error.kind() == ErrorKind::DisplayVersion || is_version {
        return NoCommand::Answer(version());
    }
    habits::suggest(&mut error, words, &command());
    let rendered = error.render();
    let text = if color { rendered.ansi().to_string() } else { rendered.to_string() };
    let text = text.trim_end().to_owned();
    if !error.use_stderr() {
        return NoCommand::Answer(text);
    }
    let plain = rendered.to_string();
    let (message, tips) = habits::sentences(&plain);
    NoCommand::Fault { text, message, tips, json: habits::wants_json(words) }
}

/// The definition of the whole command line.
#[must_use]
pub fn command() -> clap::Command {
    let program = Args::command().version(env!("CARGO_PKG_VERSION")).after_help(Exit::table());
    help::laid_out(program)
}

/// The same, with the commands in groups: what `--help` prints.
#[must_use]
pub fn grouped() -> clap::Command {
    help::with_groups(command())
}

/// The output of `--version`, computed only on demand because inspecting the embedded handler takes
/// time.
fn version() -> String {
    let carried = crate::artifact::embedded::description();
    format!("deployer {}\n{carried}", env!("CARGO_PKG_VERSION"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_consistent() {
        super::command().debug_assert();
    }
}
