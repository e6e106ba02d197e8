//! Names that are misspelled: the message says which one is probably meant.

use crate::session::ConsoleSession;

#[tokio::test(start_paused = true)]
async fn the_name_that_is_probably_meant_is_suggested() {
    let session = ConsoleSession::new("misspelled");
    for (words, suggestion) in [
        (&["init", "x", "--from", "aproval"][..], "did you mean `approval`?"),
        (&["local", "--flow", "blocklist"], "did you mean `block-list`?"),
        (
            &["local", "--flow", "quarantine", "--parameter", "junk-sender=a"],
            "did you mean `junk-senders`?",
        ),
        (
            &["local", "--flow", "block-list", "--fail", "Look for adress=E"],
            "did you mean `Look for the address`?",
        ),
        (
            &["local", "--flow", "block-list", "--real", "Look for the adress"],
            "did you mean `Look for the address`?",
        ),
        (
            &["local", "--flow", "block-list", "--slow", "look for the address=4s"],
            "did you mean `Look for the address`?",
        ),
        (&["local", "--output-state", "Delivr"], "did you mean `Deliver`?"),
        (&["local", "--slow", "Delivr=3s"], "did you mean `Deliver`? It is not a Task state"),
        (&["local", "--fail", "Deliver=E"], "`Deliver` is not a Task state"),
        (&["local", "--task", "Delivr=cat"], "did you mean `Deliver`? It is not a Task state"),
        (&["local", "--on-failure", "bounc"], "did you mean `bounce`?"),
        (&["local", "--rule", "async"], "did you mean `asynchronous`?"),
        (&["render", "--log-level", "debgu"], "did you mean `debug`?"),
        (&["up", "--on-stack-failure", "donothing"], "did you mean `do-nothing`?"),
        (&["local", "--fallback", "bounc"], "a similar value exists: 'bounce'"),
        // What resembles nothing gets the whole list.
        (&["init", "x", "--from", "zebra"], "the built-in flows are default, approval"),
    ] {
        let run =
            session.run_words(words.iter().map(|word| (*word).to_owned()).collect(), None).await;
        assert_eq!(run.code, 2, "{words:?}: {}", run.err);
        assert!(run.err.contains(suggestion), "{words:?}: {}", run.err);
    }
}

#[tokio::test(start_paused = true)]
async fn a_name_that_resembles_another_by_chance_is_not_suggested() {
    let session = ConsoleSession::new("misspelled-not");
    let check = session.run("check --flow nope").await;
    assert!(check.code != 0 && !check.err.contains("did you mean"), "{}", check.all());
    for (key, expected) in [
        ("env", "did you mean `environments`?"),
        ("environment", "did you mean `environments`?"),
        ("config", "`--config` is only an option"),
        ("yes", "`--yes` is only an option"),
        ("organization", "did you mean `org-arn`?"),
        ("memorySize", "did you mean `memory`?"),
        ("log", "no such setting; use one of"),
    ] {
        session.file("deployer.yaml", format!("{key}: x\n"));
        let config = session.run("config").await;
        assert!(config.code == 2 && config.err.contains(expected), "{key}: {}", config.err);
    }
}
