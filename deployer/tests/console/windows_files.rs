//! Files as Windows writes them: a byte order mark, other line ends, other encodings.

use crate::session::{ConsoleSession, ORGANIZATION, flow_line};

const MARK: &str = "\u{feff}";

const DEFINITION: &str = "StartAt: A\nTimeoutSeconds: 600\nStates:\n  A: {Type: Task, Resource: 'arn:aws:states:::lambda:invoke', \
                          Parameters: {FunctionName: f}, ResultSelector: {'actions.$': $.Payload}, End: true}\n";
const ANSWERS: &str = "A:\n  output: {Payload: [{action: {type: DROP}, allRecipients: true}]}\n";
const TEST: &str = "tests:\n- name: a\n  event: {file: event.json}\n  answers:\n    A: {output: {Payload: [{action: {type: DROP}, allRecipients: true}]}}\n  \
                    expect:\n    verdict: DROP\n";

/// Every file that the commands below read, in one form.
async fn files(session: &ConsoleSession, form: impl Fn(&str) -> Vec<u8>) {
    session.without("flow");
    std::fs::create_dir_all(session.path("flow/tests")).unwrap();
    let event = session.run("event --recipient b@example.com").await.out;
    for (name, text) in [
        ("deployer.yaml", "memory: 512\nmetrics: 'off'\n"),
        ("flow/flow.yaml", "name: f\ndescription: One.\n"),
        ("flow/definition.asl.yaml", DEFINITION),
        (
            "flow/policy.yaml",
            "Statement:\n  - Effect: Allow\n    Action: lambda:InvokeFunction\n    Resource: '*'\n",
        ),
        (
            "flow/resources.yaml",
            "Resources:\n  T: {Type: 'AWS::SNS::Topic'}\nOutputs:\n  O: {Value: {Ref: T}}\n",
        ),
        ("flow/tests/a.yaml", TEST),
        ("flow/tests/event.json", &event),
        ("answers.yaml", ANSWERS),
        ("event.json", &event),
        ("message.eml", "Subject: Buy\nFrom: a@example.com\nTo: b@example.com\n\nhi\n"),
    ] {
        session.file(name, form(text));
    }
}

fn commands() -> Vec<String> {
    [
        "local --flow $DIR/flow --answers $DIR/answers.yaml --event $DIR/event.json".to_owned(),
        "local --state-machine $DIR/flow/definition.asl.yaml --answers $DIR/answers.yaml --eml $DIR/message.eml"
            .to_owned(),
        "test --flow $DIR/flow".to_owned(),
        "event --eml $DIR/message.eml".to_owned(),
        "config".to_owned(),
        flow_line("check", "--flow $DIR/flow"),
        format!("permissions --flow $DIR/flow --org-arn {ORGANIZATION}"),
    ]
    .to_vec()
}

#[tokio::test(start_paused = true)]
async fn marks_and_line_ends_of_windows_change_nothing() {
    let mut plain = Vec::new();
    let session = ConsoleSession::new("windows-files");
    files(&session, |text| text.as_bytes().to_vec()).await;
    for line in commands() {
        let printed = ConsoleSession::again(&session).run(&line).await;
        assert_eq!(printed.code, 0, "{line}: {}", printed.all());
        plain.push(untimed(&printed.all()));
    }
    files(&session, |text| format!("{MARK}{}", text.replace('\n', "\r\n")).into_bytes()).await;
    for (line, plain) in commands().into_iter().zip(plain) {
        let printed = ConsoleSession::again(&session).run(&line).await;
        assert_eq!(untimed(&printed.all()), plain, "{line}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_encoding_that_is_not_read_is_named() {
    let session = ConsoleSession::new("windows-encodings");
    let wide = |text: &str| -> Vec<u8> {
        format!("{MARK}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
    };
    for name in [
        "deployer.yaml",
        "flow/flow.yaml",
        "flow/definition.asl.yaml",
        "flow/policy.yaml",
        "flow/resources.yaml",
        "flow/tests/a.yaml",
        "flow/tests/event.json",
        "answers.yaml",
        "event.json",
        "message.eml",
    ] {
        files(&session, |text| text.as_bytes().to_vec()).await;
        let text = session.read(name);
        for (bytes, reason) in [
            (wide(&text), "it is UTF-16 (little endian)"),
            ([b"\n", text.as_bytes(), b"# \xe4"].concat(), "line "),
        ] {
            if name == "message.eml" && reason == "line " {
                continue;
            }
            session.file(name, bytes);
            let mut err = String::new();
            for line in commands() {
                let printed = session.run(&line).await;
                err.push_str(&printed.err);
                err.push_str(&printed.out);
            }
            assert!(err.contains(reason), "{name} {reason}: {err}");
            assert!(err.contains("save the file as UTF-8"), "{name}: {err}");
            assert!(!err.contains("that you can read"), "{name}: {err}");
        }
        session.file(name, text);
    }
}

/// Without how long a test took on this machine.
fn untimed(text: &str) -> String {
    let lines = text.lines().map(|line| line.split(", run in").next().unwrap_or(line));
    lines.collect::<Vec<_>>().join("\n")
}
