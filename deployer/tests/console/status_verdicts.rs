//! `deployer status`: verdicts without types, and times in the zone of the person.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use snapbox::{assert_data_eq, str};

use crate::session::ConsoleSession;
use crate::status::{FUNCTION, busy};

/// A handler of an earlier version, which counts verdicts without their types.
#[tokio::test(start_paused = true)]
async fn verdicts_without_types_are_explained() {
    let session = ConsoleSession::new("status-untyped");
    assert_eq!(session.flow("up", "--yes").await.code, 0);
    let at: Timestamp = "2026-11-21T11:41:00Z".parse().unwrap();
    session.cloud.add_data_point("Answered", FUNCTION, at, 9.0);
    let printed = session.run("status").await.out;
    let lines = printed.lines().skip_while(|line| !line.starts_with("verdicts"));
    let lines: Vec<&str> = lines.take_while(|line| !line.is_empty()).collect();
    assert_data_eq!(
        lines.join("\n"),
        str![[r#"
verdicts                                9          9
  DEFAULT (delivered)                   -          -
  BYPASS_SPAM_CHECK (inbox)             -          -
  MOVE_TO_JUNK (junk folder)            -          -
  BOUNCE                                -          -
  DROP                                  -          -
  by --on-failure                       -          -
not decided yet                         -          -
the execution had failed                -          -
its output was not a verdict            -          -
throttled behind the function           -          -
other errors                            -          -
oldest message                          -          -
executions that failed                  -          -
executions that timed out               -          -
the last verdict was given in the five minutes from 2026-11-21 11:40:00 UTC on
the handler does not count verdicts by type yet: it does once `deployer up` has installed the current one
"#]]
    );
    let json = session.run("status --output json").await.json();
    let measures = json["health"]["traffic"]["measures"].as_array().unwrap();
    let bounce = measures.iter().find(|one| one["name"] == "answered_bounce").unwrap();
    assert_eq!(bounce["last_hour"], serde_json::Value::Null);
}

#[tokio::test(start_paused = true)]
async fn times_have_a_date_and_the_zone_of_the_person() {
    let mut session = busy("status-zone").await;
    session.zone = || TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
    let printed = session.run("status").await.out;
    let of = |sign: &str| printed.lines().rfind(|line| line.contains(sign)).unwrap();
    assert_data_eq!(
        format!("{}\n{}", of("the last verdict"), of("AWS::CloudFormation::Stack")),
        str![[r#"
the last verdict was given in the five minutes from 2026-11-21 12:40:00 CET on
2026-11-21 13:00:35 CET CREATE_COMPLETE      workmail-message-flow AWS::CloudFormation::Stack (36 events in 35 s)
"#]]
    );
    let json = session.run("status --output json").await.json();
    assert_eq!(json["health"]["traffic"]["last_verdict"], "2026-11-21T11:40:00Z");
}
