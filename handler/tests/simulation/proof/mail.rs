//! The message of all schedules, as its mail system invokes for it again and again.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use handler::incoming::{Admitted, Incoming};
use handler::memory::MemoryBounces;
use handler::on_failure::OnFailure;
use handler::service::Answer;
use handler::ses::policy::{AnswerPolicy, BounceWhen, InputPolicy, Passing};
use handler::ses::respond::respond;
use handler::ses::{Disposition, Message};
use handler::source::{Source, VerdictJson};
use handler::workmail::limits::MAX_RULE_TIMEOUT;
use serde_json::value::RawValue;

const WORKMAIL_EVENT: &str = r#"{"invocationId":"simulated","flowDirection":"INBOUND"}"#;

/// The same message from SES three times. The times, the action, the order of the fields and of the
/// recipients, unknown fields, and the shape differ.
const SES_EVENTS: [&str; 3] = [
    r#"{"Records":[{"eventSource":"aws:ses","eventVersion":"1.0","ses":{
        "mail":{"timestamp":"2026-11-30T00:00:00.000Z","source":"s@example.org","messageId":"simulated"},
        "receipt":{"timestamp":"2026-11-30T00:00:00.000Z","processingTimeMillis":5,
            "recipients":["a@example.com","b@example.com"],"spfVerdict":{"status":"PASS"},
            "action":{"type":"Lambda","invocationType":"RequestResponse"}}}}]}"#,
    r#"{"Records":[{"ses":{
        "receipt":{"spfVerdict":{"status":"PASS"},"recipients":["b@example.com","a@example.com"],
            "processingTimeMillis":999,"timestamp":"2026-12-01T11:59:59.999Z"},
        "mail":{"messageId":"simulated","source":"s@example.org","timestamp":"2026-12-01T00:00:00.000Z"}}}]}"#,
    r#"{"receipt":{"unknown":1,"recipients":["a@example.com","b@example.com"],
            "spfVerdict":{"status":"PASS"},"action":{"type":"InvokeLambda"}},
        "mail":{"messageId":"simulated","source":"s@example.org"}}"#,
];

/// How long SES can retry. Source: Amazon SES developer guide, "Viewing metrics for Amazon SES email
/// receiving".
const SES_RETRIES: Duration = Duration::from_secs(36 * 60 * 60);

/// The message of all schedules, and a cache of the answers that outputs lead to.
#[derive(Debug)]
pub(crate) struct Mail {
    /// The events of the invocations, used in rotation.
    events: Vec<Arc<Incoming>>,
    /// How messages from SES are answered.
    pub(crate) policy: AnswerPolicy,
    cache: Mutex<BTreeMap<String, Option<String>>>,
}

impl Mail {
    /// A message from WorkMail.
    pub(crate) fn from_workmail() -> Self {
        Self::of(&[WORKMAIL_EVENT])
    }

    /// A message from SES.
    pub(crate) fn from_ses() -> Self {
        Self::of(&SES_EVENTS)
    }

    fn of(events: &[&str]) -> Self {
        let input = InputPolicy::default();
        let admitted = Admitted { workmail: true, ses: Some(&input) };
        let read = |event: &&str| {
            let event = RawValue::from_string((*event).to_owned()).unwrap();
            Arc::new(Incoming::read(event, admitted).unwrap())
        };
        let policy = AnswerPolicy {
            stop: Disposition::StopRuleSet,
            mixed: Passing::Deliver,
            fallback: Passing::Deliver,
            junk_as: Passing::Stop,
            late: None,
            bounce: BounceWhen::Authenticated,
            bounce_sender: Some("mailer-daemon@example.com".to_owned()),
        };
        Self { events: events.iter().map(read).collect(), policy, cache: Mutex::default() }
    }

    /// The message of the invocation of this number.
    pub(crate) fn event(&self, number: usize) -> Arc<Incoming> {
        Arc::clone(&self.events[number % self.events.len()])
    }

    pub(crate) fn key(&self) -> &str {
        self.events[0].key()
    }

    pub(crate) fn input(&self) -> &str {
        self.events[0].input()
    }

    /// How long the mail system can invoke for the message.
    pub(crate) fn asked_again_for(&self) -> Duration {
        if self.is_from_ses() { SES_RETRIES } else { MAX_RULE_TIMEOUT }
    }

    pub(crate) fn is_from_ses(&self) -> bool {
        self.ses().is_some()
    }

    fn ses(&self) -> Option<&Message> {
        match &*self.events[0] {
            Incoming::Ses(message) => Some(message),
            Incoming::WorkMail(_) => None,
        }
    }

    /// What an output leads to; `None` if it is not a verdict.
    pub(crate) fn reads(&self, output: &str) -> Option<String> {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = cache.get(output) {
            return known.clone();
        }
        let checked = self.events[0].interpret(output).ok();
        let answer = checked.map(|checked| self.answer_to(&checked.verdict));
        cache.insert(output.to_owned(), answer.clone());
        answer
    }

    /// The answer under an asynchronous rule.
    pub(crate) fn unaffected(&self) -> String {
        self.events[0].unaffected().as_str().to_owned()
    }

    /// What a policy leads to.
    pub(crate) fn by_policy(&self, policy: OnFailure) -> Option<String> {
        if policy == OnFailure::Retry {
            return None;
        }
        self.events[0].by_policy(policy).map(|verdict| self.answer_to(&verdict))
    }

    /// What a verdict leads to. For SES, this is the disposition and the text of the bounce, so that
    /// every bounce is checked as the answers are.
    fn answer_to(&self, verdict: &VerdictJson) -> String {
        let Some(message) = self.ses() else {
            return verdict.as_str().to_owned();
        };
        let verdict = serde_json::from_str(verdict.as_str()).unwrap();
        let response = respond(message, &verdict, &self.policy);
        with_bounce(response.disposition, response.bounce.map(|bounce| bounce.explanation))
    }

    /// What an invocation gave to the mail system and to the sender of the message. `bounced` is
    /// whether it sent a bounce or found that one was sent.
    pub(crate) fn given(&self, answer: &Answer, bounced: bool, bounces: &MemoryBounces) -> String {
        match answer {
            Answer::Verdict(verdict) => verdict.as_str().to_owned(),
            Answer::Disposition { disposition: Disposition::Continue } => {
                with_bounce(Disposition::Continue, None)
            }
            Answer::Disposition { disposition } => {
                let sent = bounces.sent().pop().filter(|_| bounced);
                with_bounce(*disposition, sent.map(|bounce| bounce.explanation))
            }
        }
    }

    /// What the sender of the message got by a bounce with this text.
    pub(crate) fn bounced(&self, explanation: &str) -> String {
        with_bounce(self.policy.stop, Some(explanation.to_owned()))
    }
}

/// The part of an answer to SES that SES gets.
pub(crate) fn disposition(answer: &str) -> &str {
    match answer.split_once(' ') {
        Some((disposition, _)) if !answer.starts_with('{') => disposition,
        _ => answer,
    }
}

fn with_bounce(disposition: Disposition, text: Option<String>) -> String {
    format!("{} {}", disposition.as_str(), text.as_deref().unwrap_or("without a bounce"))
}
