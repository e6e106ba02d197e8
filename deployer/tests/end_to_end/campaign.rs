//! The campaign from outside: the deployed handler with faults of every kind, and WorkMail's side
//! of the contract, which is to invoke until there is a verdict, two or three times for a message,
//! also concurrently.
//!
//! A verdict contains the id of its message and a random part. So a second execution, a second pass
//! of the output state or another message's verdict would be noticed. The figures of a run are
//! written to `target/emulator/campaign.txt`; `docs/how-it-works/campaigns.md` explains them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::{OnceCell, Semaphore};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::emulator::message::message;
use crate::emulator::{Trouble, folder};
use crate::fault_proxy::{FaultyCloud, Fired, SHARE};
use crate::sandbox::Sandbox;

/// The number of messages, half of them for each flow.
const MESSAGES: usize = 500;

/// The number of concurrent messages.
const AT_ONCE: usize = 32;

/// The pause between two invocations for a message. WorkMail's is longer, and not documented.
const PAUSE: Duration = Duration::from_millis(100);

/// How long invocations for a message are repeated; with a fault in five calls, it takes seconds.
const PATIENCE: Duration = Duration::from_secs(120);

/// The subjects of the messages, in turn. `again` passes the output state three times.
const SUBJECTS: [&str; 4] = ["decide", "think", "again", "fail"];

const MACHINE: &str = r#"
QueryLanguage: JSONata
StartAt: Begin
States:
  Begin: { Type: Pass, Assign: { passes: 0 }, Next: Ask }
  Ask:
    Type: Choice
    Choices:
      - { Condition: "{% $states.input.subject = 'fail' %}", Next: Break }
      - { Condition: "{% $states.input.subject = 'think' %}", Next: Think }
    Default: Decide
  Break: { Type: Fail, Error: Broken }
  Think: { Type: Wait, Seconds: 2, Next: Decide }
  Decide:
    Type: Pass
    Assign: { passes: "{% $passes + 1 %}" }
    Output:
      actions:
        - action:
            type: BOUNCE
            parameters:
              bounceMessage: "{% $states.context.Execution.Input.invocationId & ' ' & $uuid() %}"
          allRecipients: true
    Next: Repeat
  Repeat:
    Type: Choice
    Choices:
      - Condition: "{% $states.context.Execution.Input.subject = 'again' and $passes < 3 %}"
        Next: Pause
    Default: Rest
  Pause: { Type: Wait, Seconds: 1, Next: Decide }
  Rest: { Type: Succeed }
"#;

/// Never dropped. It ends with this process, as `watchdog.py` explains.
static CLOUD: OnceCell<FaultyCloud> = OnceCell::const_new();

/// A deployed flow.
struct DeployedFlow {
    sandbox: Sandbox,
    function: String,
    policy: &'static str,
}

/// What happened to one message.
struct Answered {
    invocations: usize,
    /// The names of the errors before the verdict.
    errors: Vec<String>,
}

#[tokio::test]
async fn despite_every_fault_a_message_has_one_execution_and_one_verdict() -> Result<(), Trouble> {
    let cloud = CLOUD.get_or_try_init(FaultyCloud::start).await?;
    let flows = [
        DeployedFlow::deploy(cloud, &["--on-failure", "junk"], "MOVE_TO_JUNK").await?,
        DeployedFlow::deploy(cloud, &["--output-state", "Decide", "--on-failure", "drop"], "DROP")
            .await?,
    ];
    let flows = flows.map(Arc::new);

    let began = Instant::now();
    let gate = Arc::new(Semaphore::new(AT_ONCE));
    let mut messages = JoinSet::new();
    for index in 0..MESSAGES {
        let (flow, gate) = (Arc::clone(&flows[index % 2]), Arc::clone(&gate));
        messages.spawn(async move {
            let _turn = gate.acquire().await;
            flow.deliver(index / 2).await
        });
    }
    let mut answered = Vec::new();
    while let Some(message) = messages.join_next().await {
        answered.push(message.map_err(|cause| Trouble::of("a message", cause))??);
    }
    let took = began.elapsed();

    let fired = cloud.fired().await?;
    report(&answered, &fired, took)?;
    assert_eq!(answered.len(), MESSAGES);
    for flow in &flows {
        let executions = flow.sandbox.account.executions(&flow.sandbox.machine().await?).await?;
        assert_eq!(executions, MESSAGES / 2);
    }
    assert_eq!(fired.missing(), Vec::<String>::new());
    // For thousands of calls, the random share deviates by less than a tenth.
    assert!(fired.share() > SHARE * 0.9, "{} of the calls met a fault", fired.share());
    Ok(())
}

impl DeployedFlow {
    async fn deploy(
        cloud: &'static FaultyCloud,
        options: &[&str],
        policy: &'static str,
    ) -> Result<Self, Trouble> {
        let sandbox = Sandbox::within(&cloud.emulator).await?;
        let machine = sandbox.file("campaign.asl.yaml", MACHINE)?;
        sandbox.up(&[&["--state-machine", &machine], options].concat()).await?.ended(0)?;
        Ok(Self { function: sandbox.function().await?, sandbox, policy })
    }

    /// Invokes twice concurrently for a message, and for every other message once more after the
    /// decision.
    async fn deliver(&self, number: usize) -> Result<Answered, Trouble> {
        let mut message = message(&format!("message-{number}"));
        message["subject"] = SUBJECTS[number % SUBJECTS.len()].into();
        let mut answered = Answered { invocations: 0, errors: Vec::new() };
        let (one, other) = tokio::join!(self.until_decided(&message), self.until_decided(&message));
        let mut verdicts = vec![answered.count(one?), answered.count(other?)];
        if number.is_multiple_of(2) {
            verdicts.push(answered.count(self.until_decided(&message).await?));
        }
        for verdict in &verdicts {
            assert_eq!(*verdict, verdicts[0], "two verdicts for one message");
        }
        assert!(self.is_for(&message, &verdicts[0]), "{} for {message}", verdicts[0]);
        Ok(answered)
    }

    /// Invokes as WorkMail does: again until there is a verdict. Returns the errors as well.
    async fn until_decided(&self, message: &Value) -> Result<(Value, Vec<String>), Trouble> {
        let deadline = Instant::now() + PATIENCE;
        let mut errors = Vec::new();
        loop {
            let answer = self.sandbox.account.invoke(&self.function, message).await?;
            if !answer.failed {
                return Ok((answer.body, errors));
            }
            if Instant::now() > deadline {
                return Err(Trouble::of("a message is not answered", answer.body));
            }
            errors.push(answer.error().unwrap_or("no error of ours").to_owned());
            sleep(PAUSE).await;
        }
    }

    /// Whether the verdict can be the state machine's, or the policy's, for this message.
    fn is_for(&self, message: &Value, verdict: &Value) -> bool {
        if message["subject"] == "fail" {
            let action = json!({ "type": self.policy });
            return *verdict == json!({ "actions": [{ "action": action, "allRecipients": true }] });
        }
        let printed = verdict["actions"][0]["action"]["parameters"]["bounceMessage"].as_str();
        let id = printed.and_then(|printed| printed.split_once(' ')).map(|(id, _)| id);
        id.is_some_and(|id| message["invocationId"] == id)
    }
}

impl Answered {
    fn count(&mut self, (verdict, errors): (Value, Vec<String>)) -> Value {
        self.invocations += errors.len() + 1;
        self.errors.extend(errors);
        verdict
    }
}

/// Writes the figures for people to read.
fn report(answered: &[Answered], fired: &Fired, took: Duration) -> Result<(), Trouble> {
    let mut errors = BTreeMap::<&str, usize>::new();
    for error in answered.iter().flat_map(|message| &message.errors) {
        *errors.entry(error).or_default() += 1;
    }
    let invocations: usize = answered.iter().map(|message| message.invocations).sum();
    let mut text = format!(
        "{} messages, {invocations} invocations, {} calls, {:.1} % of them faulty, in {:.0} s\n",
        answered.len(),
        fired.calls,
        fired.share() * 100.0,
        took.as_secs_f64()
    );
    for (error, count) in errors {
        let _ = writeln!(text, "{count:6} invocations ended with {error}");
    }
    for ((operation, kind), count) in &fired.faults {
        let _ = writeln!(text, "{count:6} {operation} {kind}");
    }
    fs::write(folder()?.join("campaign.txt"), text)
        .map_err(|cause| Trouble::of("cannot write the figures", cause))
}
