//! Bounces for messages from Amazon SES: when they are sent, how often, and when not.

use handler::memory::{Fault, Script};
use handler::ses::Disposition::{Continue, StopRuleSet};
use handler::ses::bounce::Bounce;
use handler::ses::policy::{BounceWhen, Passing};
use serde_json::json;

use crate::ses_world::{SesWorld, changed};
use crate::world::{BOUNCE, minutes, ms, succeeding};

fn bouncing() -> Script {
    succeeding(10, BOUNCE)
}

fn codes(gated: &crate::ses_world::Gated) -> Vec<&'static str> {
    gated.trace.findings.iter().map(|finding| finding.code).collect()
}

#[tokio::test(start_paused = true)]
async fn a_bounce_is_sent_before_the_answer_with_every_text_once() {
    let output = json!({ "actions": [
        { "action": { "type": "BOUNCE", "parameters": { "bounceMessage": "No." } },
          "recipients": ["a@example.com"] },
        { "action": { "type": "BOUNCE" }, "allRecipients": true },
    ]});
    let world = SesWorld::new(succeeding(10, &output.to_string()));
    let gated = world.invoke().await;
    assert_eq!((gated.answer, gated.trace.bounced), (Ok(StopRuleSet), true));
    let expected = Bounce {
        message_id: "d6iitobk75ur44p8kdnnp7g2n800".to_owned(),
        sender: "mailer-daemon@example.com".to_owned(),
        recipients: vec!["a@example.com".to_owned(), "b@example.com".to_owned()],
        explanation: "No.\nThe recipient's message flow rejected this message.".to_owned(),
    };
    assert_eq!(world.bounces.sent(), [expected]);
}

#[tokio::test(start_paused = true)]
async fn only_the_bounced_recipients_are_named() {
    let output = json!({ "actions": [
        { "action": { "type": "DROP" }, "recipients": ["a@example.com"] },
        { "action": { "type": "BOUNCE" }, "allRecipients": true },
    ]});
    let world = SesWorld::new(succeeding(10, &output.to_string()));
    assert_eq!(world.invoke().await.answer, Ok(StopRuleSet));
    assert_eq!(world.bounces.sent()[0].recipients, ["b@example.com"]);
}

#[tokio::test(start_paused = true)]
async fn a_mixed_verdict_that_delivers_bounces_no_one() {
    let output = json!({ "actions": [
        { "action": { "type": "DEFAULT" }, "recipients": ["a@example.com"] },
        { "action": { "type": "BOUNCE" }, "allRecipients": true },
    ]});
    for (mixed, bounces) in [(Passing::Deliver, 0), (Passing::Stop, 1)] {
        let world = SesWorld::new(succeeding(10, &output.to_string()));
        let world = world.policy(|policy| policy.mixed = mixed);
        let _ = world.invoke().await.answer.unwrap();
        assert_eq!(world.bounces.sent().len(), bounces);
    }
}

#[tokio::test(start_paused = true)]
async fn the_next_invocation_does_not_bounce_again() {
    let world = SesWorld::new(bouncing());
    let _ = world.invoke().await.answer.unwrap();
    let again = world.invoke_after(minutes(5)).await;
    assert_eq!((again.answer, again.trace.bounced), (Ok(StopRuleSet), true));
    assert_eq!(world.bounces.sent().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_bounce_that_is_not_noted_is_sent_again_rather_than_left_out() {
    let world = SesWorld::new(bouncing());
    world.gate.flow.ledger.plan("note_bounce", Fault::Before);
    assert_eq!(world.invoke().await.answer, Ok(StopRuleSet));
    assert_eq!(world.invoke_after(minutes(5)).await.answer, Ok(StopRuleSet));
    assert_eq!(world.bounces.sent().len(), 2);
    assert_eq!(world.invoke_after(minutes(5)).await.answer, Ok(StopRuleSet));
    assert_eq!(world.bounces.sent().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_null_or_forged_sender_gets_no_bounce_and_the_message_stops() {
    let null = changed(|mail, _| mail["source"] = json!("<>"));
    let forged = changed(|_, receipt| {
        receipt["spfVerdict"]["status"] = json!("FAIL");
        receipt["dmarcVerdict"]["status"] = json!("GRAY");
    });
    for event in [&null, &forged] {
        let world = SesWorld::new(bouncing()).event(event);
        let gated = world.invoke().await;
        assert_eq!(gated.answer, Ok(StopRuleSet));
        assert_eq!(codes(&gated), ["bounce-not-sent"]);
        assert!(world.bounces.sent().is_empty() && !gated.trace.bounced);
    }
    let always = |policy: &mut handler::ses::policy::AnswerPolicy| {
        policy.bounce = BounceWhen::Always;
    };
    let world = SesWorld::new(bouncing()).event(&forged).policy(always);
    let _ = world.invoke().await.answer.unwrap();
    assert_eq!(world.bounces.sent().len(), 1);
    let world = SesWorld::new(bouncing()).event(&null).policy(always);
    let _ = world.invoke().await.answer.unwrap();
    assert!(world.bounces.sent().is_empty());
}

#[tokio::test(start_paused = true)]
async fn settings_can_forbid_bounces() {
    for change in [
        (|policy: &mut handler::ses::policy::AnswerPolicy| policy.bounce = BounceWhen::Never)
            as fn(&mut handler::ses::policy::AnswerPolicy),
        |policy| policy.bounce_sender = None,
    ] {
        let world = SesWorld::new(bouncing()).policy(change);
        let gated = world.invoke().await;
        assert_eq!((gated.answer, codes(&gated)), (Ok(StopRuleSet), vec!["bounce-not-sent"]));
        assert!(world.bounces.sent().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_failed_bounce_is_an_error_where_ses_invokes_again() {
    let world = SesWorld::new(bouncing());
    world.gate.bounces.plan("send", Fault::Before);
    assert_eq!(world.invoke().await.answer, Err("BounceNotSent"));
    assert_eq!(world.invoke_after(minutes(1)).await.answer, Ok(StopRuleSet));
    assert_eq!(world.bounces.sent().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn with_late_answers_a_failed_bounce_stops_the_message() {
    for fault in [Fault::Before, Fault::Silence] {
        let world = SesWorld::new(bouncing()).policy(|policy| policy.late = Some(Passing::Deliver));
        world.gate.bounces.plan("send", fault);
        let began = tokio::time::Instant::now();
        let gated = world.invoke().await;
        assert_eq!((gated.answer, codes(&gated)), (Ok(StopRuleSet), vec!["bounce-not-sent"]));
        assert!(began.elapsed() <= ms(13_500), "{:?}", began.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_delivered_is_not_bounced() {
    let world = SesWorld::new(succeeding(10, crate::world::DELIVER));
    assert_eq!(world.invoke().await.answer, Ok(Continue));
    assert!(world.bounces.sent().is_empty());
}
