//! Every default that a `--help` states is what the command does without the option.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use clap::{Arg, Command};

use crate::session::{ConsoleSession, Printed};
use crate::unwritable;

/// How a stated default is audited.
enum Audit {
    /// The command prints the same with these words as without them.
    Same(String),
    /// Two values cannot be compared here. The test that holds the default, by module and name.
    In(&'static str),
}

/// Says how the default of an option is audited. A default that is not listed is a failure.
fn audit(command: &str, option: &str, default: &str) -> Audit {
    let given = |value: &str| Audit::Same(format!("--{option} {value}"));
    match (option, default) {
        ("what", "stack") => Audit::Same("stack".to_owned()),
        (
            "color" | "progress" | "output" | "stack-name" | "memory" | "log-retention"
            | "log-level",
            _,
        )
        | ("metrics" | "role-path" | "on-stack-failure" | "direction" | "subject", _)
        | ("mail-from" | "recipient", _)
        | ("summary-version" | "retries" | "show" | "from" | "for" | "rule-timeout", _) => {
            given(default)
        }
        ("format", "text") => given("text"),
        ("alarm-age", "30") => given("30"),
        ("flow", "default, which delivers everything") => given("default"),
        ("rule", "the flow's, else synchronous") => given("synchronous"),
        ("wait-time", "the flow's, else 1") => given("1"),
        ("on-failure", "the flow's, else retry") => given("retry"),
        ("since", "1d") => given("1d"),
        ("since", "10m; with an ID or --lines, 1d") => given("10m"),
        (option, default) => Audit::In(held_elsewhere(command, option, default)),
    }
}

/// The test that holds a default which no value of the option means, by module and name.
fn held_elsewhere(command: &str, option: &str, default: &str) -> &'static str {
    match (option, default) {
        ("region", "the organization's, else that of the environment or the profile") => {
            "region::the_organization_determines_the_region_of_every_command"
        }
        ("config", "deployer.yaml, if there is one") => {
            "settings_file::the_file_is_found_in_folders_around"
        }
        ("flow", "the current folder") => {
            "functions_here::new_function_writes_nothing_over_what_is_there"
        }
        ("alarms", "no alarms") => {
            "alarms::alarms_are_added_with_the_option_and_removed_without_it"
        }
        ("tracing" | "point-in-time-recovery", "off")
        | ("reserved-concurrency", "none are reserved")
        | ("vpc-subnet" | "vpc-security-group", "no VPC") => {
            "service_settings::each_setting_is_in_the_template_and_not_lost_silently"
        }
        ("kms-key", "keys that AWS owns") => {
            "service_settings::a_key_encrypts_what_is_stored_and_is_not_lost_silently"
        }
        ("permissions-boundary", "none") => {
            "roles::the_settings_of_the_roles_are_recorded_shown_and_not_lost_silently"
        }
        ("artifact-bucket", "one that deployer creates" | "the one that the stack uses") => {
            "artifacts::from_the_own_bucket_to_a_given_one_and_back_nothing_is_lost_or_left"
        }
        ("artifact-kms-key", "S3's own key, AES256") => {
            "artifacts::an_encryption_that_policies_demand_is_named_to_iams_simulator"
        }
        ("change-set-name", "deployer-up-, the time, and random digits") => {
            "stack_options::a_change_set_can_have_a_chosen_name_that_must_be_unique"
        }
        ("role-arn", "your credentials" | "the one it was given before, or your credentials") => {
            "stack_options::cloudformation_uses_the_given_role"
        }
        ("role-arn", "the caller's own permissions") => {
            "permissions::a_deployer_without_a_cloudformation_role_needs_the_rights_of_both"
        }
        ("notification-arn", "unchanged") => "stack_options::notification_topics_are_set_and_kept",
        ("message-id" | "invocation-id", "a new one") => "event::an_event_has_new_ids",
        ("output-state", "the flow's, else the execution's output") => {
            "local::the_built_in_flow_delivers"
        }
        ("flow", "a flow without resources") => {
            "permissions::a_flow_needs_the_rights_for_its_own_resources"
        }
        ("flow", "the current folder, or a parent folder, if it has a flow.yaml") => {
            "forgotten::a_folder_inside_of_a_flow_means_that_flow"
        }
        ("bucket", "the one that `up` would create") => {
            "export::the_template_is_what_up_would_deploy_except_for_two_parameters"
        }
        ("workmail-endpoint-url", "AWS's own, or the one of AWS_ENDPOINT_URL_WORKMAIL") => {
            "environment::workmail_has_the_endpoint_of_its_variable_unless_the_option_names_one"
        }
        ("overlay", "none") => "overlay::an_overlay_that_an_earlier_up_had_is_not_lost_unseen",
        ("file", "JSON to stdout") => "pull::a_definition_is_printed_or_written_as_json_or_yaml",
        ("id", "list waiting messages") => "decide::waiting_tasks_are_listed_without_contents",
        ("until", "now") => "logs::lines_can_be_filtered",
        ("since", "to the claim if it is known, otherwise 1d") => {
            "trace::a_message_is_found_by_its_invocation_id"
        }
        ("interval", "30s") => "status_watch::without_a_terminal_each_change_is_printed",
        other => panic!("{command}: say how the default of {other:?} is audited"),
    }
}

/// The default that the help of an option states.
fn stated(option: &Arg) -> Option<String> {
    if option.is_hide_set() {
        return None;
    }
    let values = option.get_default_values();
    if option.get_action().takes_values() && !values.is_empty() {
        return Some(values[0].to_string_lossy().into_owned());
    }
    let help = option.get_long_help().or(option.get_help())?.to_string();
    let (_, default) = help.split_once("[default: ")?;
    let default = default.split_once(']')?.0;
    Some(default.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// What a command prints about an account with a stack of `flow.json`, or without a stack if `--flow` is given: a
/// stack with another flow needs the option.
async fn printed(line: &str, is_flow: bool) -> String {
    let session = match is_flow {
        true => ConsoleSession::new("defaults-flow"),
        false => ConsoleSession::deployed("defaults").await,
    };
    for folder in ["exported", "man", "flow", "policies"] {
        session.without(folder);
    }
    let printed: Printed = session.run(line).await;
    format!("{}{}", printed.all(), printed.code)
}

/// Leaves out `words`, because printed commands repeat what was typed, and where a setting comes from; masks ids
/// and times.
fn masked(text: &str, words: &str, option: &str) -> String {
    let text = text.replace(&format!(" {words}"), "").replace(", which delivers everything", "");
    let text = text.replace(&format!("(--{option})"), "(default)");
    let text = text.replace("(not set)", "(default)");
    text.replace(|char: char| char.is_ascii_hexdigit(), "#")
}

/// The options without which an option has no effect, or cannot be given.
fn base(line: &str, option: &str) -> String {
    match option {
        "alarm-age" => format!("{line} --alarms arn:aws:sns:us-east-1:123456789012:operators"),
        "flow" => line.replace("--state-machine $DIR/flow.json", ""),
        "since" if line.starts_with("open") => format!("{line} execution 0123"),
        _ => line.to_owned(),
    }
}

fn first_difference(with: &str, without: &str) -> String {
    let pairs = with.lines().zip(without.lines());
    let (with, without) =
        pairs.into_iter().find(|(one, other)| one != other).unwrap_or((with, without));
    format!("  with:    {with}\n  without: {without}")
}

fn line(command: &str) -> Option<String> {
    let options = match command {
        "recover" | "cancel" => "--yes",
        "trace" => "0123",
        "stop" | "redrive" => "0123 --yes",
        "logs" => "",
        other => unwritable::options(other)?,
    };
    Some(unwritable::line(command, options))
}

#[tokio::test(start_paused = true)]
async fn every_stated_default_is_what_happens_without_the_option() {
    let mut program: Command = deployer::command_line::command();
    program.build();
    let (mut compared, mut elsewhere, mut different) = (0, BTreeSet::new(), Vec::new());
    for command in program.get_subcommands().filter(|command| !command.is_hide_set()) {
        let name = command.get_name();
        if name == "help" {
            continue;
        }
        let mut once = HashMap::new();
        let line = line(name).unwrap_or_else(|| panic!("say how `{name}` is run"));
        for option in command.get_arguments() {
            let Some(default) = stated(option) else { continue };
            let id = option.get_long().unwrap_or(option.get_id().as_str());
            // Every command takes them, and none reads them.
            if ["color", "progress", "output"].contains(&id) && !["up", "status"].contains(&name) {
                continue;
            }
            match audit(name, id, &default) {
                Audit::Same(words) => {
                    let line = base(&line, id);
                    if !once.contains_key(&line) {
                        once.insert(line.clone(), printed(&line, id == "flow").await);
                    }
                    let with = printed(&format!("{line} {words}"), id == "flow").await;
                    let (with, without) =
                        (masked(&with, &words, id), masked(&once[&line], &words, id));
                    if with != without {
                        different
                            .push(format!("{line} {words}\n{}", first_difference(&with, &without)));
                    }
                    compared += 1;
                }
                Audit::In(test) => {
                    elsewhere.insert(test);
                }
            }
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
    assert!(compared > 100, "{compared}");
    let deployer = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["tests/console", "../cloud/tests/adapters"].map(|folder| deployer.join(folder));
    for test in elsewhere {
        let (module, name) = test.split_once("::").unwrap();
        let files = folders.iter().map(|folder| folder.join(module).with_extension("rs"));
        let mut texts = files.filter_map(|file| std::fs::read_to_string(file).ok());
        let is_there = texts.any(|text| text.contains(&format!("fn {name}(")));
        assert!(is_there, "there is no test {test}");
    }
}
