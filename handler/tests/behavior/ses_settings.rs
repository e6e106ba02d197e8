//! The function's environment for messages from Amazon SES.

use std::time::Duration;

use handler::ses::Disposition;
use handler::ses::policy::{AnswerPolicy, BounceWhen, InputPolicy, MailFrom, Mode, Passing};

use handler::settings::Sources;
use snapbox::{assert_data_eq, str};

use crate::settings::read;

fn sources(changes: &[(&str, &str)]) -> Sources {
    read(changes).unwrap().sources
}

#[test]
fn without_sources_only_workmail_may_invoke() {
    for changes in [&[][..], &[("SOURCES", "")], &[("SOURCES", "workmail")]] {
        assert_eq!(sources(changes), Sources { workmail: true, ses: None });
    }
}

#[test]
fn observing_needs_no_policy() {
    let found = sources(&[("SOURCES", "workmail, ses"), ("SES", "observe")]);
    let ses = found.ses.unwrap();
    assert!(found.workmail);
    assert_eq!(ses.mode, Mode::Observe);
    assert_eq!(ses.input, InputPolicy::default());
}

#[test]
fn deciding_has_defaults_that_deliver_and_no_default_for_the_junk_folder() {
    let least = [("SOURCES", "ses"), ("SES", "decide"), ("SES_STOP", "rule"), ("JUNK_AS", "drop")];
    let found = sources(&least);
    assert!(!found.workmail);
    let expected = AnswerPolicy {
        stop: Disposition::StopRule,
        mixed: Passing::Deliver,
        fallback: Passing::Deliver,
        junk_as: Passing::Stop,
        late: None,
        bounce: BounceWhen::Authenticated,
        bounce_sender: None,
    };
    assert_eq!(found.ses.unwrap().mode, Mode::Decide(expected));
    assert_data_eq!(
        read(&least[..2]).unwrap_err().to_string(),
        str!["SES_STOP: is not set; JUNK_AS: is not set"]
    );
}

#[test]
fn everything_can_be_set() {
    let found = sources(&[
        ("SOURCES", "ses"),
        ("SES", "decide"),
        ("SES_STOP", "rule-set"),
        ("JUNK_AS", "deliver"),
        ("MIXED", "stop"),
        ("FALLBACK", "drop"),
        ("LATE", "stop"),
        ("BOUNCE", "always"),
        ("BOUNCE_SENDER", "mailer-daemon@example.com"),
        ("MAIL_FROM", "header"),
        ("MAIL_CONTENT", "s3://mail/raw/"),
    ]);
    let ses = found.ses.unwrap();
    let expected = AnswerPolicy {
        stop: Disposition::StopRuleSet,
        mixed: Passing::Stop,
        fallback: Passing::Stop,
        junk_as: Passing::Deliver,
        late: Some(Passing::Stop),
        bounce: BounceWhen::Always,
        bounce_sender: Some("mailer-daemon@example.com".to_owned()),
    };
    assert_eq!(ses.mode, Mode::Decide(expected));
    assert_eq!(ses.input.mail_from, MailFrom::Header);
    assert_eq!(ses.input.content.unwrap().to_string(), "s3://mail/raw/");
}

#[test]
fn every_fault_is_reported_at_once_and_by_name() {
    let faults = read(&[
        ("SOURCES", "ses"),
        ("SES", "decide"),
        ("SES_STOP", "set"),
        ("JUNK_AS", "junk"),
        ("MIXED", "Deliver"),
        ("FALLBACK", "stop"),
        ("LATE", "never"),
        ("BOUNCE", "yes"),
        ("MAIL_FROM", "sender"),
        ("MAIL_CONTENT", "mail/raw"),
        ("WAIT_TIME_FOR_EXECUTION", "25.1"),
    ]);
    assert_data_eq!(
        faults.unwrap_err().to_string().replace("; ", "\n"),
        str![[r#"
MAIL_FROM: `sender` is not one of envelope, header
MAIL_CONTENT: `mail/raw` is not of the form s3://BUCKET/PREFIX
SES_STOP: `set` is not one of rule, rule-set
JUNK_AS: `junk` is not one of deliver, drop
MIXED: `Deliver` is not one of deliver, stop
FALLBACK: `stop` is not one of deliver, drop
LATE: `never` is not one of deliver, stop
BOUNCE: `yes` is not one of authenticated, always, never
WAIT_TIME_FOR_EXECUTION: `25.1` is not a number of seconds between 0 and 25
"#]]
    );
    let unknown = read(&[("SOURCES", "workmail,smtp")]).unwrap_err();
    assert_data_eq!(unknown.to_string(), str!["SOURCES: `smtp` is not one of workmail, ses"]);
}

#[test]
fn only_a_function_that_workmail_never_invokes_may_wait_longer() {
    let wait = ("WAIT_TIME_FOR_EXECUTION", "25");
    let observes = ("SES", "observe");
    assert_eq!(read(&[("SOURCES", "ses"), observes, wait]).unwrap().wait, Duration::from_secs(25));
    assert!(read(&[("SOURCES", "workmail,ses"), observes, wait]).is_err());
}
