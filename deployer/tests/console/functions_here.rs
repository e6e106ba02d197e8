//! Functions of a flow on this machine: alone with `invoke`, in `local`, and in `test`.

use serde_json::Value;

use crate::session::ConsoleSession;

/// A flow with a function in Python and one in Node.js, added with `new-function`.
async fn session(name: &str) -> ConsoleSession {
    let session = ConsoleSession::new(name);
    let _ = std::fs::remove_dir_all(session.path("mine"));
    assert_eq!(session.run("init $DIR/mine --from default").await.code, 0);
    for (function, runtime) in [("first", "python3.13"), ("second", "nodejs22.x")] {
        let line = format!("new-function {function} --runtime {runtime} --flow $DIR/mine");
        let added = session.run(&line).await;
        assert_eq!(added.code, 0, "{}", added.all());
    }
    write(
        &session,
        "definition.asl.yaml",
        "\
QueryLanguage: JSONata
StartAt: First
States:
  First:
    Type: Task
    Resource: '${functions.first}'
    Output: '{% $states.input %}'
    Next: Second
  Second:
    Type: Task
    Resource: arn:aws:states:::lambda:invoke
    Arguments: {FunctionName: '${functions.second}', Payload: '{% $states.input %}'}
    Output: '{% $states.result.Payload %}'
    Catch: [{ErrorEquals: [Sorry], Next: Drop}]
    End: true
  Drop:
    Type: Pass
    Output: {actions: [{allRecipients: true, action: {type: DROP}}]}
    End: true
",
    );
    session
}

fn write(session: &ConsoleSession, path: &str, text: &str) {
    std::fs::write(session.path("mine").join(path), text).unwrap();
}

#[tokio::test(start_paused = true)]
async fn new_functions_are_called_by_a_message_and_log_to_stderr() {
    let session = session("functions-here-local").await;
    let local = session.run("local --flow $DIR/mine --subject Hello").await;
    assert_eq!(local.code, 0, "{}", local.all());
    assert!(local.out.contains("DEFAULT"), "{}", local.out);
    for function in ["first", "second"] {
        let line = format!("{function} | subject: 5 characters");
        assert!(local.err.contains(&line), "{}", local.err);
        assert!(!local.out.contains(&line), "{}", local.out);
    }
    assert!(session.cloud.calls().is_empty(), "nothing is asked of AWS");
}

#[tokio::test(start_paused = true)]
async fn answers_go_before_functions_and_their_errors_have_their_names() {
    let session = session("functions-here-answers").await;
    let code = "export const handler = async () => { const e = new Error('no'); e.name = 'Sorry'; throw e; };\n";
    write(&session, "functions/second/index.mjs", code);
    let local = session.run("local --flow $DIR/mine").await;
    assert!(local.out.contains("DROP"), "{}", local.all());
    session.file(
        "answers.yaml",
        "Second: {output: {Payload: {actions: [{allRecipients: true, action: {type: BOUNCE}}]}}}\n",
    );
    let answered = session.run("local --flow $DIR/mine --answers $DIR/answers.yaml").await;
    assert!(answered.out.contains("BOUNCE"), "{}", answered.all());
    assert!(!answered.err.contains("second |"), "{}", answered.err);
}

#[tokio::test(start_paused = true)]
async fn tests_run_functions_where_they_mock_nothing() {
    let session = session("functions-here-test").await;
    let tests = "\
tests:
  - {name: run, event: {subject: Hi}, expect: {verdict: DEFAULT}}
  - name: mocked
    answers:
      First: {output: {}}
      Second: {output: {Payload: {actions: [{allRecipients: true, action: {type: DROP}}]}}}
    expect: {verdict: DROP}
";
    for old in ["hostile.yaml", "verdict.yaml"] {
        std::fs::remove_file(session.path("mine/tests").join(old)).unwrap();
    }
    write(&session, "tests/both.yaml", tests);
    let printed = session.run("test --flow $DIR/mine").await;
    assert_eq!(printed.code, 0, "{}", printed.all());
    assert!(printed.out.contains("2 tests"), "{}", printed.out);
}

#[tokio::test(start_paused = true)]
async fn one_function_is_invoked_alone_with_its_own_variables() {
    let session = session("functions-here-alone").await;
    let code = "import os\n\ndef lambda_handler(event, context):\n    print('\\x1b[31mred')\n    return [event['n'] + 1, os.environ['WORD'], context.function_name]\n";
    write(&session, "functions/first/app.py", code);
    session.file("event.json", "{\"n\": 1}");
    session.file(
        "variables.json",
        "{\"first\": {\"WORD\": \"yes\"}, \"Parameters\": {\"WORD\": \"no\"}}",
    );
    let line = "invoke --function first --local --flow $DIR/mine --event $DIR/event.json \
                --function-variables $DIR/variables.json";
    let printed = session.run(line).await;
    assert_eq!(printed.code, 0, "{}", printed.all());
    let answer: Value = serde_json::from_str(&printed.out).unwrap();
    assert_eq!(answer, serde_json::json!([2, "yes", "workmail-message-flow-first"]));
    assert!(!printed.err.contains('\u{1b}') && printed.err.contains("[31mred"), "{}", printed.err);

    let json = session.run(&format!("{line} --output json")).await;
    let object: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!((&object["failed"], &object["payload"][0]), (&false.into(), &2.into()));

    write(&session, "functions/first/app.py", "def lambda_handler(event, context):\n    1 / 0\n");
    let failed = session.run(line).await;
    assert_eq!(failed.code, 1, "{}", failed.all());
    assert!(failed.out.contains("ZeroDivisionError"), "{}", failed.out);
    let unknown = session.run("invoke --function frist --local --flow $DIR/mine").await;
    assert_eq!(unknown.code, 2, "{}", unknown.all());
    assert!(unknown.err.contains("did you mean `first`?"), "{}", unknown.err);
}

#[tokio::test(start_paused = true)]
async fn a_deployed_function_is_invoked_by_its_name() {
    let session = session("functions-here-deployed").await;
    let up = session.flow("up", "--yes --flow $DIR/mine").await;
    assert_eq!(up.code, 0, "{}", up.all());
    session.file("event.json", "{\"n\": 1}");
    let unknown = session.run("invoke --function third --event $DIR/event.json --yes").await;
    assert_eq!(unknown.code, 3, "{}", unknown.all());
    assert!(unknown.err.contains("it has first, second"), "{}", unknown.err);
    let logged = session.run("logs --function third").await;
    assert_eq!(logged.code, 3, "{}", logged.all());
    assert!(logged.err.contains("it has first, second"), "{}", logged.err);
    let nothing = session.run("logs --function first").await;
    assert_eq!(nothing.code, 0, "{}", nothing.all());
    let asked = session.run("invoke --function first --event $DIR/event.json").await;
    assert_eq!(asked.code, 6, "{}", asked.all());
}

#[tokio::test(start_paused = true)]
async fn new_function_writes_nothing_over_what_is_there() {
    let session = session("functions-here-new").await;
    let line = |rest: &str| format!("new-function {rest} --flow $DIR/mine");
    for (rest, reason) in [
        ("first --runtime python3.13", "already exists; nothing was written"),
        ("Third --runtime python3.13", "the name of a function consists of words"),
        ("third --runtime java21", "there is no template for the runtime `java21`"),
        ("third --runtime nonsense", "there is no template for the runtime `nonsense`"),
    ] {
        let refused = session.run(&line(rest)).await;
        assert_eq!(refused.code, 2, "{}", refused.all());
        assert!(refused.err.contains(reason), "{}", refused.err);
    }
    let nowhere = session.run("new-function third --runtime python3.13").await;
    assert_eq!(nowhere.code, 2, "{}", nowhere.all());
    assert!(nowhere.err.contains("the current folder has no flow.yaml"), "{}", nowhere.err);
    assert!(!session.path("mine/functions/third").exists());
    let rust = session.run(&line("fourth --runtime provided.al2023")).await;
    assert_eq!(rust.code, 0, "{}", rust.all());
    assert!(session.path("mine/functions/fourth/src/main.rs").is_file());
}
