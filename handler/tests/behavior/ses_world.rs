//! A gate over a ledger, executions and bounces in memory, and one message from Amazon SES.

use std::time::Duration;

use handler::bounces::Bounces;
use handler::flow::Invocation;
use handler::gate::{self, Gate};
use handler::memory::{Faulty, MemoryBounces, MemoryExecutions, MemoryLedger, Script};
use handler::ses::policy::{AnswerPolicy, BounceWhen, InputPolicy, Mode, Passing};
use handler::ses::{Disposition, Message};
use handler::trace::Trace;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::world::{MACHINE, START_TIME, flow, machine};

/// The event of the developer guide, "Lambda function event", with two recipients and fewer headers.
pub(crate) fn event() -> Value {
    json!({ "Records": [{
        "eventSource": "aws:ses",
        "eventVersion": "1.0",
        "ses": {
            "mail": {
                "timestamp": "2026-11-30T00:00:00.000Z",
                "source": "61967230-7A45-4A9D-BEC9-87CBCF2211C9@example.org",
                "messageId": "d6iitobk75ur44p8kdnnp7g2n800",
                "destination": ["other@example.com"],
                "headersTruncated": false,
                "headers": [
                    { "name": "From", "value": "Jane Doe <jane@example.org>" },
                    { "name": "Subject", "value": "Example subject" },
                ],
                "commonHeaders": {
                    "returnPath": "janedoe@example.org",
                    "from": ["Jane Doe <jane@example.org>"],
                    "sender": "List <list@example.org>",
                    "date": "Wed, 7 Oct 2015 12:34:56 -0700",
                    "to": ["johndoe@example.com"],
                    "messageId": "<0123456789example.com>",
                    "subject": "Example subject",
                },
            },
            "receipt": {
                "timestamp": "2026-11-30T00:00:00.000Z",
                "processingTimeMillis": 574,
                "recipients": ["b@example.com", "a@example.com"],
                "spamVerdict": { "status": "PASS" },
                "virusVerdict": { "status": "PASS" },
                "spfVerdict": { "status": "PASS" },
                "dkimVerdict": { "status": "PASS" },
                "dmarcVerdict": { "status": "PASS" },
                "action": {
                    "type": "Lambda",
                    "functionArn": "arn:aws:lambda:us-east-1:012345678912:function:Example",
                    "invocationType": "RequestResponse",
                },
            },
        },
    }]})
}

/// The event after a change to its `mail` and its `receipt`.
pub(crate) fn changed(change: impl FnOnce(&mut Value, &mut Value)) -> Value {
    let mut event = event();
    let ses = event["Records"][0]["ses"].as_object_mut().unwrap();
    let (mut mail, mut receipt) = (ses["mail"].take(), ses["receipt"].take());
    change(&mut mail, &mut receipt);
    ses.insert("mail".to_owned(), mail);
    ses.insert("receipt".to_owned(), receipt);
    event
}

pub(crate) fn message(event: &Value) -> Message {
    Message::parse(&event.to_string(), &InputPolicy::default()).unwrap()
}

/// The answers of a receipt rule, with bounces.
pub(crate) fn policy() -> AnswerPolicy {
    AnswerPolicy {
        stop: Disposition::StopRuleSet,
        mixed: Passing::Deliver,
        fallback: Passing::Deliver,
        junk_as: Passing::Stop,
        late: None,
        bounce: BounceWhen::Authenticated,
        bounce_sender: Some("mailer-daemon@example.com".to_owned()),
    }
}

pub(crate) type TestGate =
    Gate<Faulty<MemoryLedger>, Faulty<MemoryExecutions>, Faulty<MemoryBounces>>;

/// Everything that an invocation depends on. Clones share the edges.
#[derive(Clone)]
pub(crate) struct SesWorld {
    pub(crate) ledger: MemoryLedger,
    pub(crate) executions: MemoryExecutions,
    pub(crate) bounces: MemoryBounces,
    pub(crate) gate: TestGate,
    pub(crate) message: Message,
    began: Instant,
}

/// The result of one invocation.
#[derive(Debug)]
pub(crate) struct Gated {
    pub(crate) answer: Result<Disposition, &'static str>,
    pub(crate) trace: Trace,
}

impl SesWorld {
    /// A gate that decides the event of [`event`].
    pub(crate) fn new(script: Script) -> Self {
        let (ledger, bounces) = (MemoryLedger::default(), MemoryBounces::default());
        let executions = MemoryExecutions::with_machine(&machine(MACHINE), script);
        let gate = Gate {
            flow: flow(&ledger, &executions),
            input: InputPolicy::default(),
            mode: Mode::Decide(policy()),
            bounces: Faulty::new(bounces.clone()),
        };
        let message = message(&event());
        Self { ledger, executions, bounces, gate, message, began: Instant::now() }
    }

    pub(crate) fn event(mut self, event: &Value) -> Self {
        self.message = message(event);
        self
    }

    pub(crate) fn mode(mut self, mode: Mode) -> Self {
        self.gate.mode = mode;
        self
    }

    /// Changes how the gate answers.
    pub(crate) fn policy(self, change: impl FnOnce(&mut AnswerPolicy)) -> Self {
        let mut policy = policy();
        change(&mut policy);
        self.mode(Mode::Decide(policy))
    }

    pub(crate) async fn invoke(&self) -> Gated {
        invoke(&self.gate, &self.message, self.began).await
    }

    /// Invokes again some time later.
    pub(crate) async fn invoke_after(&self, pause: Duration) -> Gated {
        tokio::time::sleep(pause).await;
        self.invoke().await
    }
}

async fn invoke<B: Bounces>(
    gate: &Gate<Faulty<MemoryLedger>, Faulty<MemoryExecutions>, B>,
    message: &Message,
    began: Instant,
) -> Gated {
    let invocation = Invocation {
        epoch_seconds: START_TIME + i64::try_from(began.elapsed().as_secs()).unwrap(),
        deadline: Instant::now() + Duration::from_secs(14),
    };
    let mut trace = Trace::default();
    let answer = gate::answer(gate, message, invocation, &mut trace).await;
    Gated { answer: answer.map_err(|error| error.type_name()), trace }
}
