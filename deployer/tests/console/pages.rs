//! `--html FILE` of `local`, `test` and `trace`: a page for a browser, which hides what the terminal hides.

use serde_json::json;

use crate::session::ConsoleSession;
use crate::{decide, trace};

/// A state machine, and an event with texts that would be markup in a page.
const HOSTILE: &str = r#"{"StartAt": "<script>alert(1)</script>", "States": {"<script>alert(1)</script>": {
  "Type": "Pass", "Result": {"actions": [{"action": {"type": "DEFAULT"}, "allRecipients": true}]}, "End": true}}}"#;

fn assert_is_page(page: &str) {
    assert!(page.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"), "{page}");
    assert!(page.contains("default-src 'none'; style-src 'unsafe-inline'"), "{page}");
    for loaded in ["<script", "<link", "<img", "@import", "url(http", "href="] {
        assert!(!page.contains(loaded), "{loaded}: {page}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_of_a_local_run_has_verdict_picture_and_timeline() {
    let session = ConsoleSession::new("page-local");
    let line = "local --flow block-list --recipient anna@example.com --html $DIR/page.html";
    let plain = session.run("local --flow block-list --recipient anna@example.com").await;
    let printed = session.run(line).await;
    assert_eq!((printed.code, printed.err.lines().count()), (0, plain.err.lines().count()));
    let page = session.read("page.html");
    assert_is_page(&page);
    for text in
        ["<h1>One message through block-list</h1>", "DEFAULT: ", "<svg ", "Look for the domain"]
    {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert!(!page.contains("anna@example.com") && page.contains("Recipient 1"), "{page}");
    let printed = session.run(&format!("{line} --with-contents --output json")).await;
    assert_eq!(printed.code, 0, "{}", printed.err);
    assert!(session.read("page.html").contains("anna@example.com"));
}

#[tokio::test(start_paused = true)]
async fn texts_of_others_are_no_markup() {
    let session = ConsoleSession::new("page-hostile");
    session.file("hostile.json", HOSTILE);
    let line = "local --state-machine $DIR/hostile.json --recipient \"<b>x</b>\"@example.com";
    let printed = session.run(&format!("{line} --with-contents --html $DIR/page.html")).await;
    assert_eq!(printed.code, 0, "{}", printed.all());
    let page = session.read("page.html");
    assert_is_page(&page);
    assert!(page.contains("&lt;script&gt;alert(1)") && page.contains("&lt;b&gt;x&lt;/b&gt;"));
    assert!(!page.contains("<b>"), "{page}");
}

#[tokio::test(start_paused = true)]
async fn a_page_of_tests_has_results_differences_and_coverage() {
    let session = ConsoleSession::new("page-test");
    let all = session.run("test --flow block-list --html $DIR/page.html").await;
    assert_eq!(all.code, 0, "{}", all.err);
    let page = session.read("page.html");
    assert_is_page(&page);
    assert!(page.contains("<h1>Tests of block-list: all passed</h1>"), "{page}");
    assert!(page.contains("100.0 % of states and transitions") && page.contains("tests</text>"));
    // The answer on stdout is the same with and without a page.
    assert!(!all.out.contains("coverage"), "{}", all.out);

    session.file(
        "one.yaml",
        json!({"tests": [{"name": "a wish", "expect": {"verdict": "DROP"}}]}).to_string(),
    );
    let line = "test --flow block-list --tests $DIR/one.yaml --html $DIR/page.html";
    let failed = session.run(line).await;
    assert_eq!(failed.code, 1, "{}", failed.all());
    let page = session.read("page.html");
    assert_is_page(&page);
    for text in ["1 of 1 failed", "<details open>", "a wish", "- DROP", "Not covered: ", "no test"]
    {
        assert!(page.contains(text), "{text}: {page}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_of_a_message_hides_its_contents_and_every_token() {
    let session = trace::waited("page-trace").await;
    let line = "trace 0000000000000000000000000000000a --html $DIR/page.html";
    let printed = session.run(line).await;
    assert_eq!(printed.code, 0, "{}", printed.err);
    let page = session.read("page.html");
    assert_is_page(&page);
    for text in ["Message ID", "Classify", "1 recipient", "<svg ", "as it is defined now"] {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert!(!page.contains("@example.com"), "{page}");
    let printed = session.run(&format!("{line} --with-contents")).await;
    assert_eq!(printed.code, 0, "{}", printed.err);
    assert!(session.read("page.html").contains("@example.com"));

    let session = decide::waiting("page-token").await;
    let printed = session.run(&format!("{line} --with-contents")).await;
    assert_eq!(printed.code, 0, "{}", printed.err);
    let page = session.read("page.html");
    assert!(page.contains("calls sns:publish") && !page.contains(decide::SECRET), "{page}");
}

#[tokio::test(start_paused = true)]
async fn a_page_that_cannot_be_written_is_an_error() {
    let session = ConsoleSession::new("page-unwritable");
    for line in ["local --flow block-list", "test --flow block-list"] {
        let printed = session.run(&format!("{line} --html $DIR/no/page.html")).await;
        assert_eq!(printed.code, 1, "{line}: {}", printed.all());
        assert!(printed.err.contains("cannot write the page $DIR/no/page.html"), "{}", printed.err);
    }
}
