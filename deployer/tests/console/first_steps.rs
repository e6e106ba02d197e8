//! The first commands that anybody types: a built-in flow, a copy of it, and what `init` says comes next.

use crate::session::{ConsoleSession, Printed};

const FLOWS: [&str; 11] = [
    "default",
    "approval",
    "attachments",
    "block-list",
    "disclaimer",
    "invoke",
    "lookalike",
    "mail-storm",
    "notify",
    "outbound-limit",
    "quarantine",
];
/// Those without calls that need an answer: the functions that they bring are run.
const WITHOUT_ANSWERS: [&str; 4] = ["default", "lookalike", "outbound-limit", "quarantine"];

async fn run(session: &ConsoleSession, words: &[&str]) -> Printed {
    session.run_words(words.iter().map(|word| (*word).to_owned()).collect(), None).await
}

#[tokio::test(start_paused = true)]
async fn every_built_in_flow_comes_to_a_verdict_by_itself() {
    let session = ConsoleSession::new("first-local");
    for flow in FLOWS {
        let printed = session.run(&format!("local --flow {flow}")).await;
        assert_eq!(printed.code, 0, "{flow}: {}", printed.all());
        assert!(!printed.all().contains("had no answer"), "{flow}: {}", printed.all());
        let calls = !WITHOUT_ANSWERS.contains(&flow);
        assert_eq!(
            printed.err.contains(&format!("built-in:{flow}/answers.yaml")),
            calls,
            "{}",
            printed.err
        );
    }
    assert!(session.cloud.calls().is_empty(), "nothing is asked of AWS");
}

#[tokio::test(start_paused = true)]
async fn the_commands_that_init_prints_succeed_as_printed() {
    let session = ConsoleSession::new("first-init");
    for flow in FLOWS {
        let folder = format!("my {flow}");
        session.without(&folder);
        let init = run(&session, &["init", &format!("$DIR/{folder}"), "--from", flow]).await;
        assert_eq!(init.code, 0, "{}", init.all());
        let commands: Vec<&str> =
            init.err.lines().filter_map(|line| line.trim().strip_prefix("deployer ")).collect();
        assert_eq!(commands.len(), 3, "{}", init.err);
        for command in commands {
            let (words, path) = command.split_once(" --flow ").unwrap();
            // Quoted for a shell.
            let path = path.strip_prefix('"').and_then(|path| path.strip_suffix('"')).unwrap();
            let handler = ["--handler", "$DIR/bootstrap"];
            // The builds of tests carry no handler.
            let handler = if words == "check" { &handler[..] } else { &[] };
            let printed = run(&session, &[&[words, "--flow", path][..], handler].concat()).await;
            assert_eq!(printed.code, 0, "{command}: {}", printed.all());
        }
        // In the folder, its `deployer.yaml` names the flow.
        let settings = session.path(&folder).join("deployer.yaml").display().to_string();
        let local = run(&session, &["local", "--config", &settings]).await;
        assert_eq!(local.code, 0, "{}", local.all());
    }
}

#[tokio::test(start_paused = true)]
async fn samples_are_said_and_never_deployed() {
    let session = ConsoleSession::new("first-samples");
    for (flow, parameter) in
        [("approval", "recipients"), ("invoke", "functions"), ("notify", "topic")]
    {
        for command in ["local", "check"] {
            let printed = session.run(&format!("{command} --flow {flow}")).await;
            assert!(
                printed.err.contains(&format!("sample: {parameter} has no value")),
                "{}",
                printed.err
            );
        }
        for command in ["plan", "up --yes"] {
            let printed = session.flow(command, &format!("--flow {flow}")).await;
            assert_eq!(printed.code, 2, "{}", printed.all());
            assert!(
                printed.err.contains(&format!("`{parameter}` has no value")),
                "{}",
                printed.err
            );
        }
    }
    let own = session.file("own.yaml", "Tell: { error: Sns.Broken }\n");
    let printed = session.run(&format!("local --flow notify --answers {own}")).await;
    assert!(printed.out.contains("Sns.Broken"), "{}", printed.all());
    assert!(!printed.err.contains("answers.yaml"), "{}", printed.err);
}

#[tokio::test(start_paused = true)]
async fn what_needs_no_organization_works_without_one() {
    let session = ConsoleSession::new("first-organization");
    for line in ["check --handler $DIR/bootstrap", "render --handler $DIR/bootstrap", "permissions"]
    {
        let printed = session.run(line).await;
        assert_eq!(printed.code, 0, "{line}: {}", printed.all());
        assert!(
            printed.err.contains("no organization is given: account 123456789012"),
            "{}",
            printed.err
        );
    }
    let misspelled = session.run("check --flow aproval").await;
    assert!(misspelled.all().contains("did you mean `approval`?"), "{}", misspelled.all());
    let online = session.run("check --online --handler $DIR/bootstrap").await;
    assert_eq!(online.code, 2, "{}", online.all());
}

#[tokio::test(start_paused = true)]
async fn policies_are_one_document_or_one_file_each() {
    let session = ConsoleSession::new("first-policies");
    let printed = session.run("permissions --flow approval").await;
    let policies: serde_json::Value = serde_json::from_str(&printed.out).unwrap();
    let policies = policies.as_array().unwrap();
    assert!(policies.len() > 1 && policies.iter().all(|policy| policy["Version"] == "2012-10-17"));
    session.without("policies");
    let written = session.run("permissions --flow approval --out $DIR/policies").await;
    assert_eq!(written.code, 0, "{}", written.all());
    for (index, policy) in policies.iter().enumerate() {
        let text = session.read(&format!("policies/policy-{}.json", index + 1));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), *policy);
    }
    assert_eq!(
        session.run("permissions --out $DIR/policies").await.code,
        2,
        "the folder is not empty"
    );
}
