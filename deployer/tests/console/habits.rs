//! Commands and options of other tools: hidden aliases, and suggestions that help.

use crate::session::ConsoleSession;

#[tokio::test(start_paused = true)]
async fn commands_of_other_tools_work() {
    let session = ConsoleSession::new("habits");
    for (alias, options, code) in
        [("diff", "", 0), ("validate", "", 0), ("deploy", "--yes", 0), ("apply", "--yes", 0)]
    {
        let printed = session.flow(alias, options).await;
        assert_eq!(printed.code, code, "{alias}: {}", printed.all());
    }
    for alias in ["destroy", "delete", "remove", "rm"] {
        let printed = session.run(&format!("{alias} --yes")).await;
        assert_eq!(printed.code, 0, "{alias}: {}", printed.all());
    }
    assert_eq!(session.run("version").await.out, session.run("--version").await.out);
    let help = session.run("--help").await.out;
    assert!(!help.contains("destroy") && !help.contains("validate"), "{help}");
}

#[tokio::test(start_paused = true)]
async fn suggestions_name_what_is_meant_and_nothing_else() {
    let session = ConsoleSession::new("habits-tips");
    for (line, tip) in [
        ("login", "aws sso login"),
        ("tail", "`logs -f`"),
        ("console", "`open`"),
        ("abort", "`stop`"),
        ("retry", "`redrive`"),
        ("build", "`check`"),
        ("sync", "`up`"),
        ("statsu", "`status`"),
        ("up --dry-run", "`plan`"),
        ("up --auto-approve", "--yes"),
        ("up --no-confirm-changeset", "--yes"),
        ("up --json", "--output json"),
        ("up --memry 1", "--memory"),
        ("up help", "--help"),
        ("lint", "`check`"),
        ("verify", "`check`"),
        ("preview", "`plan`"),
        ("dry-run", "`plan`"),
        ("upgrade", "`up`"),
        ("uninstall", "`down`"),
        ("ps", "`list`"),
        ("history", "`trace ID`"),
        ("events", "`watch`"),
        ("perm", "`permissions`"),
        ("up --param a=b", "--parameter"),
        ("up --mem 1", "--memory"),
        ("deploy --parameter-overrides a=b", "--parameter KEY=VALUE"),
        ("up --force", "--yes"),
        ("up --organization x", "--org-arn"),
        ("up --org x", "--org-arn"),
        ("up --non-interactive", "--yes"),
        ("up --no-input", "--yes"),
        ("up --no-rollback", "--on-stack-failure do-nothing"),
        ("up --guided", "`init DIR`"),
        ("up --timeout 5", "Ctrl-C"),
        ("local --timeout 5", "--rule-timeout"),
    ] {
        let printed = session.run(line).await;
        assert_eq!((printed.code, printed.out.as_str()), (2, ""), "{line}");
        let tips: Vec<_> = printed.err.lines().filter(|line| line.contains("tip: ")).collect();
        assert!(tips.len() == 1 && tips[0].contains(tip), "{line}: {}", printed.err);
    }
    // What does not correspond gets no tip, nor does what could be several things.
    for line in
        ["fly", "asdf", "up --zzz", "permits", "status --force", "up --wait", "status --timeout 5"]
    {
        let printed = session.run(line).await;
        assert!(printed.code == 2 && !printed.err.contains("tip: "), "{line}: {}", printed.err);
    }
}

#[tokio::test(start_paused = true)]
async fn usage_errors_are_objects_for_a_program() {
    let session = ConsoleSession::new("habits-json");
    for line in [
        "up --memry 1 -o json",
        "--output json fly",
        "up --output=json --org-arn",
        "-ojson",
        "status --env -o json",
    ] {
        let printed = session.run(line).await;
        assert_eq!((printed.code, printed.err.as_str()), (2, ""), "{line}: {}", printed.all());
        let error = printed.json();
        assert_eq!((&error["type"], &error["exit_code"]), (&"error".into(), &2.into()), "{line}");
        assert!(error["message"].as_str().is_some_and(|text| text.len() > 10), "{line}: {error}");
    }
    let error = session.run("up --memry 1 -o json").await.json();
    assert_eq!(error["message"], "unexpected argument '--memry' found");
    assert_eq!(error["hints"][0], "--memory has a similar name");
    let codes = session.run("help exit-codes --output json").await.json();
    assert_eq!(codes["type"], "exit_codes");
}

#[tokio::test(start_paused = true)]
async fn quiet_prints_answers_and_errors_only() {
    let session = ConsoleSession::new("habits-quiet");
    let up = session.flow("up", "--yes -q").await;
    assert_eq!((up.code, up.err.as_str()), (0, ""));
    assert!(up.out.contains("MfsmFunctionArn"), "{}", up.out);
    let down = session.run("down --yes --quiet").await;
    assert_eq!((down.code, down.out.as_str(), down.err.as_str()), (0, "", ""));
    let failed = session.run("outputs -q").await;
    assert!(failed.code == 3 && failed.err.contains("there is no stack"), "{}", failed.all());
}

#[tokio::test(start_paused = true)]
async fn a_quiet_question_shows_what_it_is_about() {
    let session = ConsoleSession::new("habits-quiet-question");
    let up = session.flow_at_terminal("up", "--quiet", "n\n").await;
    assert_eq!(up.code, 6, "{}", up.all());
    assert!(up.err.contains("+ add MfsmFunction"), "{}", up.err);
}
