//! The names of a flow's files: `.yaml` and `.yml`, and names that are almost right.

use crate::session::ConsoleSession;

const DEFINITION: &str = "StartAt: A\nStates:\n  A: {Type: Pass, Result: {actions: [{allRecipients: true, action: {type: DROP}}]}, End: true}\n";
const TEST: &str = "tests:\n- name: a\n  event: {}\n  expect: {verdict: DROP}\n";
const POLICY: &str = "Statement: [{Effect: Allow, Action: 'sns:Publish', Resource: '*'}]\n";

fn flow(session: &ConsoleSession, files: &[(&str, &str)]) {
    session.without("flow");
    std::fs::create_dir_all(session.path("flow/tests")).unwrap();
    for (name, text) in files {
        session.file(&format!("flow/{name}"), text);
    }
}

#[tokio::test(start_paused = true)]
async fn every_file_may_end_in_yml() {
    let session = ConsoleSession::new("flow-file-names");
    let resources = "Resources: {Topic: {Type: 'AWS::SNS::Topic'}}\n";
    for ending in ["yaml", "yml"] {
        let name = |stem: &str| format!("{stem}.{ending}");
        flow(
            &session,
            &[
                (&name("flow"), "name: f\ndescription: d\n"),
                (&name("definition.asl"), DEFINITION),
                (&name("policy"), POLICY),
                (&name("resources"), resources),
                (&name("tests/a"), TEST),
            ],
        );
        let rendered = session.run("render --flow $DIR/flow --handler $DIR/bootstrap").await;
        assert_eq!(rendered.code, 0, "{}", rendered.all());
        assert!(
            rendered.out.contains("sns:Publish") && rendered.out.contains("AWS::SNS::Topic"),
            "{ending}"
        );
        let tested = session.run("test --flow $DIR/flow").await;
        assert_eq!(tested.code, 0, "{}", tested.all());
    }
    let manifest = "name: f\ndescription: d\n";
    for stem in ["flow", "policy", "resources", "answers"] {
        let (yaml, yml) = (format!("{stem}.yaml"), format!("{stem}.yml"));
        flow(
            &session,
            &[
                ("flow.yaml", manifest),
                ("definition.asl.yaml", DEFINITION),
                (&yaml, manifest),
                (&yml, manifest),
            ],
        );
        let printed = session.run("local --flow $DIR/flow").await;
        assert_eq!(printed.code, 2, "{stem}: {}", printed.all());
        assert!(printed.err.contains(&format!("{yaml} and {yml} both exist")), "{}", printed.err);
    }
}

#[tokio::test(start_paused = true)]
async fn a_name_that_is_almost_right_is_a_warning() {
    let session = ConsoleSession::new("flow-file-strays");
    let sound = [("flow.yaml", "name: f\ndescription: d\n"), ("definition.asl.yaml", DEFINITION)];
    for (stray, meant) in [
        ("polcy.yaml", "policy.yaml"),
        ("policy.json", "policy.yaml"),
        ("policies.yaml", "policy.yaml"),
        ("resource.yml", "resources.yaml"),
        ("answer.yaml", "answers.yaml"),
        ("policy.yaml.txt", "policy.yaml"),
        ("Policy.TXT", "policy.yaml"),
        ("resources.yml.txt", "resources.yaml"),
    ] {
        flow(&session, &[&sound[..], &[(stray, POLICY)]].concat());
        for command in ["check --handler $DIR/bootstrap", "local"] {
            let printed = session.run(&format!("{command} --flow $DIR/flow")).await;
            assert_eq!(printed.code, 0, "{}", printed.all());
            let all = printed.all();
            assert!(
                all.contains("warning[unknown-file]")
                    && all.contains(&format!("did you mean `{meant}`?")),
                "{all}"
            );
        }
    }
    flow(&session, &[("flow.yaml", "name: f\ndescription: d\n"), ("definition.yaml", DEFINITION)]);
    let printed = session.run("local --flow $DIR/flow").await;
    assert!(printed.err.contains("did you mean `definition.asl.yaml`?"), "{}", printed.err);
    flow(
        &session,
        &[
            &sound[..],
            &[("README.md", ""), ("notes.txt", ""), ("deployer.yaml", ""), ("event.json", "{}")],
        ]
        .concat(),
    );
    let printed = session.run("local --flow $DIR/flow").await;
    assert!(!printed.err.contains("unknown-file"), "{}", printed.err);
}

#[tokio::test(start_paused = true)]
async fn entries_of_lists_match_in_any_case_and_odd_ones_are_warned_of() {
    let session = ConsoleSession::new("flow-file-entries");
    for entry in ["Spam@Example.com", "EXAMPLE.com", "@example.com", " spam@example.com "] {
        let words =
            ["local", "--flow", "quarantine", "--mail-from", "spam@example.com", "--parameter"];
        let mut words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        words.push(format!("junk-senders=other.example,{entry}"));
        let printed = session.run_words(words.clone(), None).await;
        assert!(printed.out.contains("MOVE_TO_JUNK"), "{entry}: {}", printed.all());
        words.pop();
        words.push(format!("bounce-senders={entry}"));
        let printed = session.run_words(words, None).await;
        assert!(printed.out.contains("BOUNCE"), "{entry}: {}", printed.all());
    }
    let odd = [
        "John<a@b.example>",
        "localhost",
        "a@",
        "*.example.com",
        ".example.com",
        "@.example.com",
        "example.com.",
        "a@b@example.com",
        "example..com",
    ];
    for entry in odd {
        for (flow, parameter) in [("quarantine", "junk-senders"), ("approval", "recipients")] {
            let printed = session
                .run(&format!(
                    "check --flow {flow} --handler $DIR/bootstrap --parameter {parameter}={entry}"
                ))
                .await;
            assert!(printed.out.contains("warning[parameter-entry]"), "{entry}: {}", printed.all());
            assert_eq!(printed.code, 0, "{}", printed.all());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_resource_type_that_cloudformation_does_not_have_is_a_warning() {
    let session = ConsoleSession::new("flow-file-types");
    for (kind, fix) in [
        ("AWS::SNS::Topci", "did you mean `AWS::SNS::Topic`?"),
        ("AWS::Sns::Topic", "did you mean `AWS::SNS::Topic`?"),
        ("AWS::Nope::Nope", "aws cloudformation describe-type"),
    ] {
        let resources = format!("Resources:\n  It: {{Type: '{kind}'}}\n");
        let files = [
            ("flow.yaml", "name: f\ndescription: d\n"),
            ("definition.asl.yaml", DEFINITION),
            ("resources.yaml", &resources),
        ];
        flow(&session, &files);
        let check = session.run("check --flow $DIR/flow --handler $DIR/bootstrap").await;
        assert_eq!(check.code, 0, "{}", check.all());
        assert!(
            check.out.contains("warning[resource-type] $DIR/flow/resources.yaml:2:8"),
            "{}",
            check.all()
        );
        assert!(check.out.contains(fix) && check.out.contains(kind), "{}", check.all());
    }
}
