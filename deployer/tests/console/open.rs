//! `deployer open`: links into the AWS console.

use snapbox::{assert_data_eq, str};

use crate::logged::{EXECUTION, FUNCTION_LOGS, INVOCATION, MESSAGE, TABLE, answered, at, entry};
use crate::session::{ConsoleSession, ORGANIZATION, opened_links};
use crate::trace::waited;

#[tokio::test(start_paused = true)]
async fn each_part_has_its_link() {
    let session = waited("open").await;
    let mut printed = String::new();
    for what in ["", "stack", "machine", "logs", "rule"] {
        printed.push_str(&session.run(&format!("open {what}")).await.all());
    }
    for id in [INVOCATION, MESSAGE, EXECUTION] {
        printed.push_str(&session.run(&format!("open execution {id}")).await.all());
    }
    printed.push_str(&session.run(&format!("open rule --org-arn {ORGANIZATION}")).await.all());
    printed.push_str(&session.run("open --output json").await.all());
    assert_data_eq!(
        printed,
        str![[r#"
--- stdout
https://us-east-1.console.aws.amazon.com/cloudformation/home?region=us-east-1#/stacks/stackinfo?stackId=arn%3Aaws%3Acloudformation%3Aus-east-1%3A123456789012%3Astack%2Fworkmail-message-flow%2F53626faf-7f5f-4494-8258-a44e1f258946
--- exit 0
--- stdout
https://us-east-1.console.aws.amazon.com/cloudformation/home?region=us-east-1#/stacks/stackinfo?stackId=arn%3Aaws%3Acloudformation%3Aus-east-1%3A123456789012%3Astack%2Fworkmail-message-flow%2F53626faf-7f5f-4494-8258-a44e1f258946
--- exit 0
--- stdout
https://us-east-1.console.aws.amazon.com/states/home?region=us-east-1#/statemachines/view/arn%3Aaws%3Astates%3Aus-east-1%3A123456789012%3AstateMachine%3AMfsmStateMachine-FBC55DF924EC
--- exit 0
--- stdout
https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#logsV2:log-groups/log-group/$252Faws$252Flambda$252Fworkmail-message-flow-MfsmFunction
--- exit 0
in the console, choose Organizations, the organization, Organization settings, and then Inbound rules or Outbound rules
--- stdout
https://us-east-1.console.aws.amazon.com/workmail/v2/home?region=us-east-1#/
--- exit 0
--- stdout
https://us-east-1.console.aws.amazon.com/states/home?region=us-east-1#/v2/executions/details/arn%3Aaws%3Astates%3Aus-east-1%3A123456789012%3Aexecution%3AMfsmStateMachine-FBC55DF924EC%3A0000000000000000000000000000000a
--- exit 0
--- stdout
https://us-east-1.console.aws.amazon.com/states/home?region=us-east-1#/v2/executions/details/arn%3Aaws%3Astates%3Aus-east-1%3A123456789012%3Aexecution%3AMfsmStateMachine-FBC55DF924EC%3A0000000000000000000000000000000a
--- exit 0
--- stdout
https://us-east-1.console.aws.amazon.com/states/home?region=us-east-1#/v2/executions/details/arn%3Aaws%3Astates%3Aus-east-1%3A123456789012%3Aexecution%3AMfsmStateMachine-FBC55DF924EC%3A0000000000000000000000000000000a
--- exit 0
in the console, choose Organizations, m-0123456789abcdef0123456789abcdef, Organization settings, and then Inbound rules or Outbound rules
--- stdout
https://us-east-1.console.aws.amazon.com/workmail/v2/home?region=us-east-1#/
--- exit 0
--- stdout
{"type":"link","what":"stack","url":"https://us-east-1.console.aws.amazon.com/cloudformation/home?region=us-east-1#/stacks/stackinfo?stackId=arn%3Aaws%3Acloudformation%3Aus-east-1%3A123456789012%3Astack%2Fworkmail-message-flow%2F53626faf-7f5f-4494-8258-a44e1f258946","schema":1,"timestamp":"2026-11-21T12:00:13Z"}
--- exit 0

"#]]
    );
    assert!(opened_links().is_empty(), "no browser opens without a terminal");
}

#[tokio::test(start_paused = true)]
async fn an_id_that_leads_nowhere_is_an_error() {
    let session = waited("open-none").await;
    let mut printed = String::new();
    for line in [
        "execution 1c00447c2f8b4a21a39b6a1d0d5f7e11",
        "execution",
        "machine 1c00447c2f8b4a21a39b6a1d0d5f7e11",
        "stack --since 2h",
        "--stack-name other",
    ] {
        printed.push_str(&session.run(&format!("open {line}")).await.all());
    }
    let hostile = ["open", "execution", "a b\";$(x)"].map(str::to_owned);
    printed.push_str(&session.run_words(hostile.to_vec(), None).await.all());
    assert_data_eq!(
        printed,
        str![[r#"
error: nothing is known of 1c00447c2f8b4a21a39b6a1d0d5f7e11 yet: as an invocation ID, it has no entry in the deduplication table and no execution; as either ID, no log line since 2026-11-20 12:00:03 UTC

hint: log lines arrive up to some minutes late; --since 30d, for example, searches the log further back, as far as logs are kept
hint: `deployer logs` lists the messages of the last minutes with their IDs
--- exit 3
error: the following required arguments were not provided:
  <ID>

Usage: deployer open <WHAT> <ID>

For more information, try '--help'.
--- exit 2
error: only an execution has an ID
--- exit 2
error: the following required arguments were not provided:
  <ID>

Usage: deployer open --since <TIME> <WHAT> <ID>

For more information, try '--help'.
--- exit 2
error: there is no stack other in account 123456789012, region us-east-1
--- exit 3
error: ID cannot be used
  error[id] ID: an ID has no spaces, quotes, backslashes, or asterisks
--- exit 2

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn a_message_with_several_executions_needs_a_choice() {
    let session = waited("open-several").await;
    let other = "0000000000000000000000000000000b";
    let arn = EXECUTION.replace(INVOCATION, other);
    let line = serde_json::json!({ "invocationId": other, "executionArn": arn });
    session.cloud.log(FUNCTION_LOGS, at("11:52:00"), &answered(line));
    session.cloud.add_entry(
        TABLE,
        other,
        cloud::LedgerEntry { execution_arn: Some(arn.clone()), ..entry() },
    );
    session.cloud.add_execution(&arn, crate::logged::History::begun("11:52:00").so_far());
    assert_data_eq!(
        session.run(&format!("open execution {MESSAGE}")).await.all(),
        str![[r#"
error: 00000000-0000-4000-8000-00000000000a has 2 executions, and none is chosen

hint: `deployer open execution 0000000000000000000000000000000a` chooses one of them
hint: `deployer open execution 0000000000000000000000000000000b` chooses one of them
--- exit 2

"#]]
    );
    assert_eq!(session.run(&format!("open execution {other}")).await.code, 0);
}

#[tokio::test(start_paused = true)]
async fn a_browser_opens_only_for_a_person_on_a_desktop() {
    let mut session = waited("open-browser").await;
    session.desktop = true;
    let opened = async |session: &ConsoleSession, line: &str| {
        assert_eq!(session.run_at_terminal(line, "").await.code, 0);
        opened_links().len()
    };
    let link = session.run("open").await.out;
    assert_eq!(opened_links().len(), 0, "no terminal");
    assert_eq!(session.run_at_terminal("open", "").await.out, link);
    assert_eq!(opened_links(), [link.trim_end()]);
    assert_eq!(opened(&session, "open --no-browser").await, 0);
    assert_eq!(opened(&session, "open --output json").await, 0);
    // What cannot be opened is a note.
    assert_data_eq!(
        session.run_at_terminal("open machine", "").await.all(),
        str![[r#"
note: no browser opened (xdg-open: No such file); open the link yourself
--- stdout
https://us-east-1.console.aws.amazon.com/states/home?region=us-east-1#/statemachines/view/arn%3Aaws%3Astates%3Aus-east-1%3A123456789012%3AstateMachine%3AMfsmStateMachine-FBC55DF924EC
--- exit 0

"#]]
    );
    opened_links();
    session.plain = true;
    assert_eq!(opened(&session, "open").await, 0, "in CI");
    (session.plain, session.desktop) = (false, false);
    assert_eq!(opened(&session, "open").await, 0, "without a display");
}
