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
        // What resembles nothing gets the whole list.
        (&["init", "x", "--from", "zebra"], "built in are default, approval"),
    ] {
        let run =
            session.run_words(words.iter().map(|word| (*word).to_owned()).collect(), None).await;
        assert_eq!(run.code, 2, "{words:?}: {}", run.err);
        assert!(run.err.contains(suggestion), "{words:?}: {}", run.err);
    }
}
