//! Variables mean what the options mean, character by character; what is empty is unset; what contradicts is refused.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::session::{ConsoleSession, ORGANIZATION};

/// The values of a setting and the place of it, as `config` finds them.
async fn setting(session: &ConsoleSession, key: &str, options: &str) -> (Value, String) {
    let config = session.run(&format!("config -o json {options}")).await;
    assert_eq!(config.code, 0, "{}", config.all());
    let object = config.json();
    let settings = object["settings"].as_array().unwrap();
    let found = settings.iter().find(|setting| setting["key"] == key).unwrap();
    (found["values"].clone(), found["place"].as_str().unwrap_or_default().to_owned())
}

async fn values(session: &ConsoleSession, key: &str) -> Value {
    setting(session, key, "").await.0
}

fn set(session: &mut ConsoleSession, name: &str, value: &str) {
    session.variables.insert(name.to_owned(), value.to_owned());
}

#[tokio::test(start_paused = true)]
async fn a_parameter_in_a_variable_is_what_the_option_takes() {
    let mut session = ConsoleSession::new("variables-parameter");
    session.file("deployer.yaml", "flow: quarantine");
    for text in [
        "Sorry, no mail",
        " Sorry,  no mail ",
        "Sorry, a=b",
        "Sorry\\, no",
        "a,b:=[1]",
        "k=v,junk=w",
        "{x}",
        "[x]",
        ",",
        "two\nlines, too",
    ] {
        set(&mut session, "DEPLOYER_PARAMETER", &format!("bounce-message={text}"));
        assert_eq!(values(&session, "parameter").await, json!([format!("bounce-message={text}")]));
        let words = ["local", "--parameter", "bounce-senders=a@b.example", "--mail-from"];
        let words = words.iter().copied().chain(["a@b.example"]).map(str::to_owned).collect();
        let local = session.run_words(words, None).await;
        let bounced = text.lines().next().unwrap().trim_end();
        assert!(local.all().contains(bounced), "{text:?}: {}", local.all());
    }
    set(&mut session, "DEPLOYER_PARAMETER", "junk-subjects:=[\"a, b\", \"c=d\"]");
    assert_eq!(values(&session, "parameter").await, json!(["junk-subjects:=[\"a, b\", \"c=d\"]"]));
}

#[tokio::test(start_paused = true)]
async fn several_values_in_a_variable_are_an_object_or_a_list() {
    let mut session = ConsoleSession::new("variables-several");
    session.file("deployer.yaml", "flow: quarantine");
    set(
        &mut session,
        "DEPLOYER_PARAMETER",
        "{bounce-message: \"a, b=c\", junk-subjects: [\"x, y\"]}",
    );
    let expected = json!(["bounce-message=a, b=c", "junk-subjects:=[\"x, y\"]"]);
    assert_eq!(values(&session, "parameter").await, expected);
    set(&mut session, "DEPLOYER_PARAMETER", "[\"bounce-message=a, b=c\", \"junk-subjects=x,y\"]");
    let expected = json!(["bounce-message=a, b=c", "junk-subjects=x,y"]);
    assert_eq!(values(&session, "parameter").await, expected);
    set(&mut session, "DEPLOYER_PARAMETER", "");
    set(&mut session, "DEPLOYER_TAG", "team=mail, a b=c\\=d,");
    assert_eq!(values(&session, "tag").await, json!(["team=mail", "a b=c\\=d"]));
    set(&mut session, "DEPLOYER_TAG", "note= with spaces ");
    assert_eq!(values(&session, "tag").await, json!(["note= with spaces "]));
    set(&mut session, "DEPLOYER_TAG", "[\"a=1\", \"b=2\"]");
    assert_eq!(values(&session, "tag").await, json!(["a=1", "b=2"]));
    set(&mut session, "DEPLOYER_ORG_ARN", &format!("[\"{ORGANIZATION}\"]"));
    assert_eq!(values(&session, "org-arn").await, json!([ORGANIZATION]));
    for (name, value) in [("DEPLOYER_TAG", "[a=1"), ("DEPLOYER_PARAMETER", "[{a: b}]")] {
        let mut session = ConsoleSession::new("variables-wrong");
        set(&mut session, name, value);
        let config = session.run("config").await;
        assert!(
            config.code == 2 && config.err.contains("is not a list of strings"),
            "{}",
            config.err
        );
        assert!(config.err.contains(name), "{}", config.err);
    }
}

#[tokio::test(start_paused = true)]
async fn a_comma_before_another_parameter_is_pointed_out() {
    let mut session = ConsoleSession::new("variables-comma");
    session.file("deployer.yaml", "flow: quarantine");
    set(&mut session, "DEPLOYER_PARAMETER", "bounce-message=No, junk-senders=a.example");
    let local = session.run("local").await;
    let expected = "`junk-senders=` is part of the value of `bounce-message`";
    assert!(local.all().contains(expected), "{}", local.all());
    assert!(local.all().contains("DEPLOYER_PARAMETER"), "{}", local.all());
    set(&mut session, "DEPLOYER_PARAMETER", "bounce-message=No, other=a.example");
    assert!(!session.run("local").await.all().contains("is part of"));
}

#[tokio::test(start_paused = true)]
async fn large_integers_keep_their_text() {
    let session = ConsoleSession::new("variables-integers");
    let numbers = [
        "18446744073709551615",
        "18446744073709551616",
        "123456789012345678901234567890",
        "-9223372036854775809",
        "340282366920938463463374607431768211456",
    ];
    for number in numbers {
        session.file("deployer.yaml", format!("tag: {{c: {number}}}"));
        assert_eq!(values(&session, "tag").await, json!([format!("c={number}")]));
    }
    session.file("deployer.yaml", "memory: 99999999999999999999");
    let plan = session.flow("plan", "").await;
    let expected = "`99999999999999999999`: megabytes from 128 to 10240, a whole number";
    assert!(plan.code == 2 && plan.err.contains(expected), "{}", plan.all());
    assert!(plan.err.contains("deployer.yaml:1: memory"), "{}", plan.all());
}

#[tokio::test(start_paused = true)]
async fn settings_that_exclude_each_other_are_refused_in_every_layer() {
    let mut session = ConsoleSession::new("variables-contradict");
    set(&mut session, "DEPLOYER_STATE_MACHINE", "x.json");
    set(&mut session, "DEPLOYER_FLOW", "default");
    for line in ["config", "plan", "status", "local"] {
        let refused = session.run(line).await;
        assert_eq!(refused.code, 2, "{line}: {}", refused.all());
        let expected = "DEPLOYER_FLOW and DEPLOYER_STATE_MACHINE exclude each other";
        assert!(refused.err.contains(expected), "{line}: {}", refused.err);
    }
    // An option is above both.
    assert_eq!(session.run("check --flow default").await.code, 2);
    session.variables.clear();
    set(&mut session, "DEPLOYER_STATE_MACHINE", "x.json");
    set(&mut session, "DEPLOYER_PARAMETER", "a=b");
    let refused = session.run("check").await;
    assert!(refused.code == 2 && refused.err.contains("a state machine has no parameters"));
    assert!(refused.err.contains("DEPLOYER_PARAMETER"), "{}", refused.err);
    session.variables.clear();
    session.file("deployer.yaml", "state-machine: x.json\nparameter: {a: b}\n");
    let refused = session.run("check").await;
    let expected = "$DIR/deployer.yaml:2: parameter.a";
    assert!(refused.code == 2 && refused.err.contains(expected), "{}", refused.err);
    session.file("deployer.yaml", "state-machine: x.json\n");
    let refused = session.run("check --parameter a=b").await;
    let expected = "$DIR/deployer.yaml:1: state-machine sets one";
    assert!(refused.code == 2 && refused.err.contains(expected), "{}", refused.err);
    // A flow in a higher layer replaces the state machine, and the other way round.
    assert_eq!(setting(&session, "flow", "--flow quarantine").await.0, json!(["quarantine"]));
    set(&mut session, "DEPLOYER_FLOW", "approval");
    assert_eq!(values(&session, "flow").await, json!(["approval"]));
    assert_eq!(values(&session, "state-machine").await, json!([]));
}

#[tokio::test(start_paused = true)]
async fn a_setting_that_an_option_excludes_is_not_dropped_silently() {
    let mut session = ConsoleSession::new("variables-excluded");
    set(&mut session, "DEPLOYER_PROTECT", "true");
    let up = session.flow("up", "--yes --no-execute").await;
    assert_eq!(up.code, 0, "{}", up.all());
    let expected = "warning[no-effect] DEPLOYER_PROTECT: --no-execute changes no stack";
    assert!(up.err.contains(expected), "{}", up.err);
    session.variables.clear();
    session.file("deployer.yaml", "flow: quarantine\nparameter: {junk-senders: a.example}\n");
    session.file("m.json", "{\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Succeed\"}}}");
    let check = session.run("check --state-machine $DIR/m.json --handler $DIR/bootstrap").await;
    let expected = "warning[unused-parameter] $DIR/deployer.yaml:2: parameter.junk-senders";
    assert!(check.err.contains(expected), "{}", check.all());
}

/// The settings of a text, by the name of their option.
const TEXTS: [&str; 30] = [
    "stack-name",
    "flow",
    "state-machine",
    "rule",
    "wait-time",
    "output-state",
    "on-failure",
    "memory",
    "log-retention",
    "log-level",
    "metrics",
    "tracing",
    "reserved-concurrency",
    "point-in-time-recovery",
    "kms-key",
    "alarms",
    "alarm-age",
    "overlay",
    "handler",
    "permissions-boundary",
    "role-path",
    "artifact-bucket",
    "artifact-kms-key",
    "role-arn",
    "on-stack-failure",
    "express",
    "protect",
    "region",
    "profile",
    "endpoint-url",
];

#[tokio::test(start_paused = true)]
async fn an_empty_value_is_unset_or_refused_by_its_own_name() {
    let mut session = ConsoleSession::new("variables-empty");
    let usual = session.flow("plan", "").await;
    let text = |name: &str| format!("{name}: \"\"\n");
    session.file(
        "deployer.yaml",
        TEXTS.map(text).concat() + "tag: \"\"\nparameter: \"\"\norg-arn: \"\"",
    );
    for name in TEXTS {
        set(&mut session, &format!("DEPLOYER_{}", name.to_uppercase().replace('-', "_")), "");
    }
    let session = ConsoleSession::again(&session);
    let plan = session.flow("plan", "").await;
    assert_eq!((plan.code, plan.out), (usual.code, usual.out), "{}", plan.err);
    let session = ConsoleSession::new("variables-empty-options");
    for name in TEXTS.into_iter().filter(|name| !["express", "protect"].contains(name)) {
        let words = ["up", "--yes", &format!("--{name}="), "--org-arn", ORGANIZATION, "--handler"];
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let words = match name {
            "handler" => words[..5].to_vec(),
            _ => [words, vec!["$DIR/bootstrap".to_owned()]].concat(),
        };
        let up = session.run_words(words, None).await;
        assert!(up.code == 2 && up.err.contains(&format!("--{name}")), "{name}: {}", up.all());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_text_of_a_parameter_survives_in_a_variable(text in "[ -~äß\\\\,=:{}\\[\\]]{0,12}x") {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut session = ConsoleSession::new("variables-any");
            session.quick = true;
            set(&mut session, "DEPLOYER_FLOW", "quarantine");
            set(&mut session, "DEPLOYER_PARAMETER", &format!("bounce-message={text}"));
            let found = values(&session, "parameter").await;
            assert_eq!(found, json!([format!("bounce-message={text}")]));
        });
    }
}
