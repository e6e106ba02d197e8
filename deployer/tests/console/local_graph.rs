//! `deployer local --show graph` and `--svg`: the state machine with the path taken.

use snapbox::{assert_data_eq, str};

use crate::session::ConsoleSession;

/// Calls a task with a retrier and a catcher, branches, and runs a Map and a Parallel.
const WHOLE: &str = r#"
StartAt: Look
States:
  Look:
    Type: Task
    Resource: arn:aws:states:::lambda:invoke
    Parameters: {FunctionName: f}
    Retry: [{ErrorEquals: [Busy], IntervalSeconds: 2}]
    Catch: [{ErrorEquals: [States.ALL], ResultPath: null, Next: Deliver}]
    Next: Decide
  Decide:
    Type: Choice
    Choices:
      - {Variable: $.spam, BooleanEquals: true, Next: Both}
      - {Variable: $.late, IsPresent: true, Next: Pause}
    Default: Deliver
  Pause: {Type: Wait, Seconds: 5, Next: Look}
  Both:
    Type: Parallel
    ResultPath: null
    Next: Each
    Branches:
      - {StartAt: Slow, States: {Slow: {Type: Wait, Seconds: 3, End: true}}}
      - StartAt: Quick
        States:
          Quick: {Type: Choice, Choices: [{Variable: $.spam, BooleanEquals: true, Next: Good}], Default: Bad}
          Good: {Type: Succeed}
          Bad: {Type: Fail}
  Each:
    Type: Map
    ItemsPath: $.items
    ResultPath: null
    ItemProcessor: {StartAt: Note, States: {Note: {Type: Pass, End: true}}}
    Next: Deliver
  Deliver:
    Type: Pass
    Result: {actions: [{action: {type: DEFAULT}, allRecipients: true}]}
    End: true
"#;

/// A second attempt, a second round, three items.
const LATE_SPAM: &str = "Look: [{error: Busy}, {output: {spam: false, late: 1}}, \
                         {output: {spam: true, items: [1, 2, 3]}}]";

fn session(name: &str, answers: &str) -> ConsoleSession {
    let session = ConsoleSession::new(name);
    session.file("whole.asl.yaml", WHOLE);
    session.file("answers.yaml", answers);
    session
}

const LINE: &str = "local --state-machine $DIR/whole.asl.yaml --answers $DIR/answers.yaml";

#[tokio::test(start_paused = true)]
async fn the_graph_shows_the_path_through_all_levels() {
    let session = session("local-graph", LATE_SPAM);
    assert_data_eq!(
        session.run(&format!("{LINE} --show graph")).await.out,
        str![[r#"
✗ Look (Task): twice, 2.000 s, 3 calls, 1 failed
  ├─▶ Decide   twice
  └─▷ Deliver  on States.ALL
● Decide (Choice): twice, 0.000 s
  ├─▶ Both     rule 1  once
  ├─▶ Pause    rule 2  once
  └─▷ Deliver  otherwise
● Both (Parallel): once, 3.000 s
  │ branch 1
  │   ● Slow (Wait): once, 3.000 s
  │     └─▶ end  once
  │ branch 2
  │   ● Quick (Choice): once, 0.000 s
  │     ├─▶ Good  rule 1  once
  │     └─▷ Bad   otherwise
  │   ● Good (Succeed): once, 0.000 s
  │     └─▶ end  once
  │   ○ Bad (Fail): never
  │     └─▷ end
  └─▶ Each  once
● Each (Map): once, 0.000 s
  │ for each item
  │   ● Note (Pass): 3 times, 0.000 s
  │     └─▶ end  3 times
  └─▶ Deliver  once
● Pause (Wait): once, 5.000 s
  └─▶ Look  once
● Deliver (Pass): once, 0.000 s
  └─▶ end  once

recipient@example.com  DEFAULT: as if no rule matched
{"actions":[{"action":{"type":"DEFAULT"},"allRecipients":true}]}

"#]]
    );
    let both = session.run(&format!("{LINE} --show timeline --show graph")).await;
    assert!(
        both.out.contains("WorkMail invokes the function") && both.out.contains("● Each (Map)"),
        "{}",
        both.out
    );
}

#[tokio::test(start_paused = true)]
async fn failed_and_running_states_are_marked() {
    let session = session("local-graph-failed", "Look: {error: Broken}");
    assert_data_eq!(
        session.run(&format!("{LINE} --show graph")).await.out,
        str![[r#"
✗ Look (Task): once, 0.000 s, 1 failed
  ├─▷ Decide
  └─▶ Deliver  on States.ALL  once
○ Decide (Choice): never
  ├─▷ Both     rule 1
  ├─▷ Pause    rule 2
  └─▷ Deliver  otherwise
○ Both (Parallel): never
  │ branch 1
  │   ○ Slow (Wait): never
  │     └─▷ end
  │ branch 2
  │   ○ Quick (Choice): never
  │     ├─▷ Good  rule 1
  │     └─▷ Bad   otherwise
  │   ○ Good (Succeed): never
  │     └─▷ end
  │   ○ Bad (Fail): never
  │     └─▷ end
  └─▷ Each
○ Each (Map): never
  │ for each item
  │   ○ Note (Pass): never
  │     └─▷ end
  └─▷ Deliver
○ Pause (Wait): never
  └─▷ Look
● Deliver (Pass): once, 0.000 s
  └─▶ end  once

recipient@example.com  DEFAULT: as if no rule matched
{"actions":[{"action":{"type":"DEFAULT"},"allRecipients":true}]}

"#]]
    );
    let never =
        session.run(&format!("{LINE} --show graph --rule-timeout 0 --slow Look=300h")).await;
    assert!(never.out.contains("✗ Look (Task): once, 1 not left"), "{}", never.out);
}

#[tokio::test(start_paused = true)]
async fn the_graph_is_printed_as_json() {
    let session = session("local-graph-json", "Look: {output: {spam: false}}");
    let printed = session.run(&format!("{LINE} --show graph --output json")).await;
    let objects = printed.objects();
    assert!(objects.iter().all(|object| object["type"] != "moment"));
    let graph = objects.iter().find(|object| object["type"] == "graph").unwrap();
    let names: Vec<&str> =
        graph["states"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Look", "Decide", "Both", "Each", "Pause", "Deliver"]);
    assert_eq!(graph["states"][0]["calls"], 1);
    assert_eq!(graph["states"][1]["ways"][2]["reasons"][0], "otherwise");
    assert_eq!(graph["states"][1]["ways"][2]["taken"], 1);
    assert_eq!(graph["states"][3]["inner"][0]["start"], "Note");
}

#[tokio::test(start_paused = true)]
async fn the_picture_is_deterministic() {
    let session = session("local-svg", LATE_SPAM);
    let line = format!("{LINE} --svg $DIR/path.svg");
    assert_eq!(session.run(&line).await.code, 0);
    let first = session.read("path.svg");
    assert_eq!(session.run(&line).await.code, 0);
    assert_eq!(session.read("path.svg"), first);
    for name in ["Look", "Decide", "Both", "Slow", "Quick", "Each", "Note", "Deliver"] {
        assert!(first.contains(&format!(">{name}</text>")), "{name}");
    }
    assert!(first.contains(">Task: twice, 2.000 s, 3 calls, 1 failed</text>"), "{first}");
    let refused = session.run(&format!("{LINE} --svg $DIR/no/path.svg")).await;
    assert_eq!(refused.code, 2, "{}", refused.all());
    assert!(refused.err.contains("cannot write the picture $DIR/no/path.svg"), "{}", refused.err);
}

#[tokio::test(start_paused = true)]
async fn hostile_names_are_escaped() {
    let session = ConsoleSession::new("local-svg-hostile");
    let name = r#"</text><script>\"'&\u0000\u001b[2J"#;
    let verdict = r#"{"actions": [{"allRecipients": true, "action": {"type": "DROP"}}]}"#;
    let pass = format!(r#"{{"Type": "Pass", "Result": {verdict}, "End": true}}"#);
    let machine = format!(r#"{{"StartAt": "{name}", "States": {{"{name}": {pass}}}}}"#);
    session.file("hostile.asl.json", machine);
    let line = "local --state-machine $DIR/hostile.asl.json --show graph --svg $DIR/hostile.svg";
    let printed = session.run(line).await;
    assert!(!printed.out.contains('\u{1b}') && !printed.out.contains('\0'), "{:?}", printed.out);
    let picture = session.read("hostile.svg");
    assert!(picture.contains("&lt;/text&gt;&lt;script&gt;"), "{picture}");
    // Every `<` opens one of our own elements.
    let ours = ["svg", "title", "style", "defs", "marker", "path", "rect", "circle", "text"];
    for element in picture.split('<').skip(1) {
        let name = element.trim_start_matches('/').split([' ', '>']).next().unwrap();
        assert!(ours.contains(&name), "<{element}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_picture_has_a_limited_number_of_states() {
    let session = ConsoleSession::new("local-svg-large");
    let states: String =
        (0..501).map(|nth| format!("  S{nth}: {{Type: Pass, Next: S{}}}\n", nth + 1)).collect();
    session.file(
        "large.asl.yaml",
        format!("StartAt: S0\nStates:\n{states}  S501: {{Type: Pass, End: true}}\n"),
    );
    let line =
        "local --state-machine $DIR/large.asl.yaml --rule-timeout 0 --show graph --svg $DIR/l.svg";
    let refused = session.run(line).await;
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("502 states; a picture shows at most 500"), "{}", refused.err);
    assert!(refused.out.contains("S501 (Pass): once"));
}
