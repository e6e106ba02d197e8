//! Console tests: the real program over a cloud in memory, with everything that it prints.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]
#![expect(clippy::too_many_lines, reason = "a session is as long as what it prints")]

mod adopt;
mod adopt_abandoned;
mod adopt_paths;
mod alarms;
mod any_environment;
mod any_input;
mod artifacts;
mod asynchronous;
mod campaign;
mod cancel;
mod check;
mod check_online;
mod completions;
mod connecting;
mod converged;
mod decide;
mod decide_ids;
mod defaults;
mod doctor;
mod documents;
mod down;
mod down_stuck;
mod drift;
mod drift_detection;
mod event;
mod exit_codes;
mod export;
mod failed_calls;
mod failing;
mod first_steps;
mod flow_file_names;
mod flow_test_files;
mod flow_tests;
mod flow_tests_named;
mod flows;
mod forgotten;
mod functions;
mod functions_here;
mod functions_large;
mod habits;
mod hostile_text;
mod installed;
mod invoke;
mod killed;
mod list;
mod live;
mod local;
mod local_graph;
mod local_live;
mod local_real;
mod local_tasks;
mod logged;
mod logs;
mod logs_messages;
mod man;
mod merging;
mod misspelled;
mod mistakes;
mod open;
mod outputs;
mod overlay;
mod pages;
mod permissions;
#[path = "../picture/mod.rs"]
mod picture;
mod pictures;
mod plan;
mod plan_file;
mod printed_commands;
mod protect;
mod pull;
mod races;
mod recorded;
mod recover;
mod reference;
mod reference_examples;
mod refusals;
mod region;
mod render;
mod roles;
mod rule;
mod schema;
#[path = "../screen/mod.rs"]
mod screen;
mod service_settings;
mod services;
mod session;
mod settings;
mod settings_file;
mod stack_options;
mod standard_input;
mod status;
mod status_events;
mod status_verdicts;
mod status_watch;
mod stop;
mod test_online;
mod test_watch;
mod too_large;
mod topics;
mod trace;
mod trace_ends;
mod trace_functions;
mod unwritable;
mod up;
mod variables;
mod verbose;
mod watch;
mod windows_files;

#[test]
fn no_test_file_is_forgotten() {
    let here = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/console");
    let listed = include_str!("main.rs");
    for entry in std::fs::read_dir(here).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if let Some(module) = name.strip_suffix(".rs") {
            assert!(module == "main" || listed.contains(&format!("mod {module};")), "{name}");
        }
    }
}
