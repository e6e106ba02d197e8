//! The layout of help: commands in groups, options under headings, and examples.

use clap::builder::{Resettable, StyledStr};
use clap::{Arg, Command};

/// The groups of commands, in the order of the help. The first has the commands that everyone needs.
pub const GROUPS: [(&str, &[&str]); 5] = [
    ("Start here", &["init", "test", "up", "status"]),
    (
        "Deploy",
        &["plan", "down", "watch", "cancel", "recover", "drift", "pull", "render", "export"],
    ),
    ("Monitor", &["list", "outputs", "rule", "open", "logs", "trace", "decide", "stop", "redrive"]),
    ("Write and test", &["new-function", "flows", "check", "local", "event", "invoke"]),
    (
        "Settings",
        &["doctor", "config", "permissions", "completions", "man", "schema", "exit-codes"],
    ),
];

/// The end of the help of the program.
const MORE: &str = "For the options and examples of a command, add --help: `deployer up --help`.\n\
     `deployer exit-codes` explains the exit codes.";

/// The headings of options, and the options below them.
const HEADINGS: [(&str, &[&str]); 10] = [
    ("Flow", &["flow", "parameter", "state-machine"]),
    ("Answer", &["rule", "wait-time", "output-state", "on-failure"]),
    (
        "Handler",
        &[
            "memory",
            "log-retention",
            "log-level",
            "metrics",
            "tracing",
            "reserved-concurrency",
            "vpc-subnet",
            "vpc-security-group",
            "handler",
        ],
    ),
    ("Functions of the flow", &["real-functions", "function-variables", "debug-port"]),
    ("Alarms", &["alarms", "alarm-age"]),
    ("Roles", &["permissions-boundary", "role-path"]),
    ("Artifacts", &["artifact-bucket", "artifact-kms-key"]),
    (
        "Stack",
        &[
            "stack-name",
            "tag",
            "overlay",
            "point-in-time-recovery",
            "kms-key",
            "role-arn",
            "notification-arn",
            "on-stack-failure",
            "express",
            "protect",
        ],
    ),
    ("AWS", &["org-arn", "region", "profile", "endpoint-url", "workmail-endpoint-url"]),
    ("Output", &["output", "color", "progress", "quiet", "verbose"]),
];

/// Examples of each command. A test parses them.
pub const EXAMPLES: [(&str, &[&str]); 34] = [
    (
        "up",
        &[
            "up --env test",
            "up --flow quarantine --parameter junk-senders=spam.example",
            "up --yes --memory 256",
        ],
    ),
    ("plan", &["plan --env prod", "plan --out plan.json", "plan --detailed-exitcode -o json"]),
    ("down", &["down --env test", "down --stack-name old-flow --yes"]),
    ("watch", &["watch", "watch --stack-name mail-prod"]),
    ("cancel", &["cancel", "cancel --env test --yes"]),
    ("recover", &["recover", "recover --skip MfsmFunction"]),
    ("drift", &["drift", "drift --env prod -o json"]),
    ("pull", &["pull live.yaml", "pull live.yaml --settings deployer.yaml"]),
    ("render", &["render", "render --flow approval --parameter recipients=board@example.com"]),
    ("export", &["export build", "export build --env prod"]),
    ("list", &["list", "list --all-regions", "list --region eu-west-1 -o json"]),
    ("status", &["status", "status --env prod -o json"]),
    ("outputs", &["outputs", "outputs --format env"]),
    ("rule", &["rule", "rule --env prod"]),
    ("open", &["open", "open logs", "open execution 1c00447c2f8b4a21a39b6a1d0d5f7e11"]),
    ("logs", &["logs", "logs -f --level warn", "logs --since 2h"]),
    (
        "trace",
        &[
            "trace 1c00447c2f8b4a21a39b6a1d0d5f7e11",
            "trace 1c00447c2f8b4a21a39b6a1d0d5f7e11 --with-contents",
        ],
    ),
    (
        "decide",
        &[
            "decide",
            "decide 1c00447c2f8b4a21a39b6a1d0d5f7e11 approve",
            "decide 1c00447c2f8b4a21a39b6a1d0d5f7e11 --fail Refused",
        ],
    ),
    (
        "stop",
        &["stop 1c00447c2f8b4a21a39b6a1d0d5f7e11", "stop 1c00447c2f8b4a21a39b6a1d0d5f7e11 --yes"],
    ),
    (
        "redrive",
        &[
            "redrive 1c00447c2f8b4a21a39b6a1d0d5f7e11",
            "redrive 1c00447c2f8b4a21a39b6a1d0d5f7e11 --even-if-decided",
        ],
    ),
    ("init", &["init my-flow", "init my-flow --from approval"]),
    (
        "new-function",
        &[
            "new-function translate --runtime python3.13",
            "new-function decide --runtime nodejs22.x --flow my-flow",
        ],
    ),
    ("flows", &["flows", "flows -o json"]),
    ("check", &["check --flow my-flow", "check --state-machine mail.asl.yaml --online"]),
    ("test", &["test --flow my-flow", "test --flow my-flow --coverage", "test --filter spam"]),
    (
        "local",
        &[
            "local --flow my-flow --mail-from someone@example.org",
            "local --flow my-flow --show graph",
            "local --flow my-flow --watch",
        ],
    ),
    ("event", &["event", "event --eml message.eml"]),
    (
        "invoke",
        &[
            "invoke --mail-from someone@example.org",
            "invoke --event event.json --new-id --yes",
            "invoke --function translate --local --flow my-flow",
        ],
    ),
    ("doctor", &["doctor", "doctor --env prod --profile admin"]),
    ("config", &["config", "config --env prod"]),
    ("permissions", &["permissions", "permissions --for cloudformation-role"]),
    ("completions", &["completions bash", "completions zsh"]),
    ("man", &["man pages", "man ~/.local/share/man/man1"]),
    ("schema", &["schema", "schema -o json"]),
];

/// Lays out the help of the whole command line.
pub fn laid_out(program: Command) -> Command {
    let program = program.mut_args(under_heading);
    program.mut_subcommands(|command| {
        let examples = EXAMPLES.iter().find(|(name, _)| *name == command.get_name());
        let command = command.mut_args(under_heading);
        match examples {
            Some((_, lines)) => command.after_help(examples_text(lines)),
            None => command,
        }
    })
}

fn under_heading(option: Arg) -> Arg {
    let name = option.get_long().unwrap_or_default();
    match HEADINGS.iter().find(|(_, names)| names.contains(&name)) {
        Some((heading, _)) => option.help_heading(*heading),
        None => option,
    }
}

fn examples_text(lines: &[&str]) -> String {
    let lines = lines.iter().map(|line| format!("\n  deployer {line}"));
    format!("Examples:{}", lines.collect::<String>())
}

/// The commands under the titles of their groups, instead of one long list.
pub fn with_groups(program: Command) -> Command {
    let style = *program.get_styles().get_header();
    let mut text = String::new();
    for (title, names) in GROUPS {
        text.push_str(&format!("\n\n{style}{title}:{style:#}"));
        for name in names {
            let command = program.get_subcommands().find(|command| command.get_name() == *name);
            let about = command.and_then(Command::get_about).map(StyledStr::to_string);
            let about = about.unwrap_or_default();
            text.push_str(&format!("\n  {name:<12}  {about}"));
        }
    }
    let program = program.mut_subcommands(|command| command.hide(true));
    // Short help, also for `--help`: one line for each option, whose values are in the help of the commands.
    let program = program.long_about(Resettable::Reset).mut_args(|option| {
        let takes_values = option.get_action().takes_values();
        let option = option.long_help(Resettable::Reset).help_heading(Resettable::Reset);
        if takes_values { option.hide_possible_values(true) } else { option }
    });
    let program = program.after_help(MORE);
    program.override_usage("deployer [OPTIONS] <COMMAND>").help_template(format!(
        "{{before-help}}{{about-with-newline}}\n{{usage-heading}} {{usage}}{text}\n\n{{all-args}}{{after-help}}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command_line::command;

    #[test]
    fn every_command_is_in_one_group_and_has_examples() {
        for command in command().get_subcommands().filter(|command| !command.is_hide_set()) {
            let name = command.get_name();
            let groups = GROUPS.iter().filter(|(_, names)| names.contains(&name));
            assert_eq!(groups.count(), 1, "{name}");
            let examples = EXAMPLES.iter().filter(|(of, _)| *of == name);
            assert_eq!(examples.count(), usize::from(name != "exit-codes"), "{name}");
        }
    }

    #[test]
    fn the_heading_of_a_group_of_options_ends_with_the_group() {
        for (name, option) in [("local", "crash-after"), ("test", "filter")] {
            let all = laid_out(command());
            let command = all.get_subcommands().find(|command| command.get_name() == name).unwrap();
            let mut options = command.get_arguments();
            let option = options.find(|found| found.get_long() == Some(option)).unwrap();
            assert_eq!(option.get_help_heading(), None, "{name}");
        }
    }

    #[test]
    fn every_example_is_a_command_line() {
        for line in EXAMPLES.iter().flat_map(|(_, lines)| *lines) {
            let words = std::iter::once("deployer").chain(line.split(' '));
            let parsed = command().try_get_matches_from(words);
            assert!(parsed.is_ok(), "{line}: {}", parsed.unwrap_err());
        }
    }
}
