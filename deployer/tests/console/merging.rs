//! Layers of settings: maps merge by key, lists keep their elements, texts stay as they are written.

use crate::session::{ConsoleSession, ORGANIZATION};

const FILE: &str = "flow: quarantine
parameter: {junk-senders: [spam.example, ads.example], bounce-senders: [evil.example]}
tag: {team: mail, cost-center: \"42\", Owner: nobody}
environments:
  test: {parameter: {bounce-message: Test}, tag: {team: tests, cost-center: null}}
";

/// The lines of `config` about a setting, without its name and origin.
async fn shown(session: &ConsoleSession, key: &str, options: &str) -> Vec<String> {
    let config = session.run(&format!("config {options}")).await;
    assert_eq!(config.code, 0, "{}", config.all());
    let lines = config.out.lines().filter(|line| line.split_whitespace().next() == Some(key));
    let value = |line: &str| line[key.len()..].rsplit_once("  (").unwrap().0.trim().to_owned();
    lines.map(value).collect()
}

#[tokio::test(start_paused = true)]
async fn maps_merge_by_key() {
    let mut session = ConsoleSession::new("merge");
    session.file("deployer.yaml", FILE);
    let lists =
        ["junk-senders:=[\"spam.example\",\"ads.example\"]", "bounce-senders:=[\"evil.example\"]"];
    let parameters = shown(&session, "parameter", "--parameter bounce-message=Away").await;
    assert_eq!(parameters, ["bounce-message=Away", lists[0], lists[1]]);
    let parameters = shown(&session, "parameter", "--env test --parameter junk-senders=a").await;
    assert_eq!(parameters, ["junk-senders=a", lists[1], "bounce-message=Test"]);
    session.variables.insert("DEPLOYER_TAG".to_owned(), "owner=me,stage=live".to_owned());
    let tags = shown(&session, "tag", "--env test --tag stage=beta").await;
    assert_eq!(tags, ["stage=beta", "team=tests", "owner=me"]);
    let local = session.run("local --mail-from a@spam.example --parameter bounce-message=x").await;
    assert!(local.out.contains("MOVE_TO_JUNK"), "{}", local.all());
    let reset = session.run("local --mail-from a@spam.example --parameter junk-senders=").await;
    assert!(reset.out.contains("DEFAULT"), "{}", reset.all());
}

#[tokio::test(start_paused = true)]
async fn a_deployed_stack_keeps_the_tags_of_the_file() {
    let session = ConsoleSession::new("merge-tags");
    session.file("deployer.yaml", format!("{FILE}org-arn: {ORGANIZATION}\nhandler: bootstrap\n"));
    let line = "up --yes --env test --tag owner=me --parameter bounce-message=Away";
    assert_eq!(session.run(line).await.code, 0);
    let tags = session.cloud.stack_tags("workmail-message-flow");
    let tags: Vec<_> = tags.iter().map(|(key, value)| format!("{key}={value}")).collect();
    assert_eq!(tags, ["message-flow:managed-by=deployer", "owner=me", "team=tests"]);
}

#[tokio::test(start_paused = true)]
async fn elements_of_lists_keep_all_characters() {
    let mut session = ConsoleSession::new("merge-lists");
    session
        .file("deployer.yaml", "flow: quarantine\nparameter: {junk-subjects: [\"hello, world\"]}");
    let verdict = async |session: &ConsoleSession, subject: &str, options: &str| {
        let words = ["local", "--subject", subject].map(str::to_owned).into_iter();
        let words = words.chain(options.split(' ').filter(|w| !w.is_empty()).map(str::to_owned));
        session.run_words(words.collect(), None).await.out.contains("MOVE_TO_JUNK")
    };
    assert!(verdict(&session, "Oh hello, world", "").await);
    assert!(!verdict(&session, "Hello Bob", "").await);
    assert!(!verdict(&session, "World news", "").await);
    let typed = "--parameter junk-subjects=a\\,b,c";
    assert!(verdict(&session, "xa,bx", typed).await && verdict(&session, "c", typed).await);
    assert!(!verdict(&session, "a", typed).await);
    let json = "{\"junk-subjects\": [\"k=1,2\"]}";
    session.variables.insert("DEPLOYER_PARAMETER".to_owned(), json.to_owned());
    assert!(verdict(&session, "k=1,2", "").await);
    assert!(!verdict(&session, "hello, world", "").await);
}

#[tokio::test(start_paused = true)]
async fn texts_stay_as_they_are_written() {
    let session = ConsoleSession::new("merge-texts");
    session.file(
        "deployer.yaml",
        "tag: {release: 1.10, commit: 12345e7, phone: +49123, account: 012345678901, hipaa: No,\n  \
         \"a=b\": \"c=d\", empty: \"\"}\nparameter: {bounce-message: 1.10}\nflow: quarantine\n",
    );
    let mut tags = shown(&session, "tag", "").await;
    tags.sort();
    assert_eq!(
        tags,
        [
            "a\\=b=c=d",
            "account=012345678901",
            "commit=12345e7",
            "empty=",
            "hipaa=No",
            "phone=+49123",
            "release=1.10"
        ]
    );
    assert_eq!(shown(&session, "parameter", "").await, ["bounce-message=1.10"]);
    session.file(
        "deployer.yaml",
        format!("org-arn: {ORGANIZATION}\nhandler: bootstrap\ntag: {{\"a=b\": \"c=d\"}}"),
    );
    assert_eq!(session.run("up --yes").await.code, 0);
    assert_eq!(session.cloud.stack_tags("workmail-message-flow")["a=b"], "c=d");
    session.file("deployer.yaml", "tag:\n  first: one\n  empty:\n");
    let refused = session.run("config").await.all();
    assert!(refused.contains("$DIR/deployer.yaml:3:3 tag.empty: no value is given"), "{refused}");
}

#[tokio::test(start_paused = true)]
async fn parameters_belong_to_the_flow_of_their_layer() {
    let session = ConsoleSession::new("merge-flows");
    session.file("deployer.yaml", FILE);
    let other =
        session.run("local --flow block-list --mail-from a@b.example --answers $DIR/a.json").await;
    assert!(!other.err.contains("no parameter"), "{}", other.all());
    assert!(other.err.contains("warning[unused-parameter]"), "{}", other.err);
    let same = session.run("local --flow quarantine --mail-from a@spam.example").await;
    assert!(same.out.contains("MOVE_TO_JUNK"), "{}", same.all());
    session.file("deployer.yaml", "flow: quarantine\nstate-machine: x.json\n");
    let both = session.run("plan").await.all();
    assert!(both.contains("$DIR/deployer.yaml:2:1 state-machine:"), "{both}");
}
