//! Any command line: no panic, a documented exit code, and nothing written if it is refused.

use proptest::prelude::*;

use crate::session::{ConsoleSession, ORGANIZATION};
use deployer::exit::Exit;

/// All commands except those that write files.
const COMMANDS: [&str; 13] = [
    "up",
    "plan",
    "render",
    "check",
    "status",
    "watch",
    "cancel",
    "recover",
    "down",
    "config",
    "event",
    "completions",
    "exit-codes",
];

/// Options whose values are near a limit, beyond it, or hostile.
const OPTIONS: [&str; 31] = [
    "--org-arn",
    "--stack-name",
    "--flow",
    "--parameter",
    "--state-machine",
    "--wait-time",
    "--output-state",
    "--on-failure",
    "--memory",
    "--log-retention",
    "--tag",
    "--handler",
    "--region",
    "--output",
    "--color",
    "--yes",
    "--wait-busy",
    "--skip",
    "--role-arn",
    "--notification-arn",
    "--on-stack-failure",
    "--express",
    "--protect",
    "--no-execute",
    "--retain",
    "--force",
    "--unprotect",
    "--eml",
    "--set",
    "--invalid",
    "--subject",
];

const VALUES: [&str; 20] = [
    ORGANIZATION,
    "arn:aws:workmail:us-east-1:123456789012:organization/*",
    "$DIR/bootstrap",
    "$DIR/machine.yaml",
    "$DIR",
    "/dev/null",
    "Deliver",
    "Deliver\": {}",
    "retry",
    "128",
    "1",
    "30",
    "-1",
    "1e400",
    "99999999999999999999",
    "team=mail",
    "{{x}}=!Ref y",
    "us-east-1",
    "json",
    "",
];

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => prop::sample::select(OPTIONS.to_vec()).prop_map(str::to_owned),
        3 => prop::sample::select(VALUES.to_vec()).prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

fn line() -> impl Strategy<Value = Vec<String>> {
    let option = (prop::sample::select(OPTIONS.to_vec()), word())
        .prop_map(|(option, value)| vec![option.to_owned(), value]);
    let loose = word().prop_map(|word| vec![word]);
    let rest = prop::collection::vec(prop_oneof![4 => option, 1 => loose], 0..5);
    let sound = any::<bool>();
    (prop::sample::select(COMMANDS.to_vec()), sound, rest).prop_map(|(command, sound, rest)| {
        let mut words = vec![command.to_owned()];
        if sound && matches!(command, "up" | "plan" | "render" | "check") {
            let flow = ["--org-arn", ORGANIZATION, "--handler", "$DIR/bootstrap"];
            words.extend(flow.map(str::to_owned));
        }
        words.extend(rest.into_iter().flatten());
        words
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn no_input_causes_a_panic_or_an_undocumented_exit_code(words in line()) {
        let session = ConsoleSession::new("any-input");
        session.file("machine.yaml", "StartAt: Deliver\nStates: {Deliver: {Type: Succeed}}\n");
        let mut builder = tokio::runtime::Builder::new_current_thread();
        let runtime = builder.enable_all().start_paused(true).build().unwrap();
        let printed = runtime.block_on(session.run_words(words, None));
        prop_assert!(Exit::ALL.iter().any(|exit| exit.code() == printed.code));
        prop_assert_ne!(printed.code, Exit::Bug.code(), "{}", printed.all());
        if printed.code == Exit::Usage.code() || printed.code == Exit::NeedsConfirmation.code() {
            prop_assert_eq!(session.cloud.writes(), [""; 0]);
        }
    }
}
