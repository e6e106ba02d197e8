//! Every path that an invocation of the handler can take, each taken by its own message.
//!
//! The subject of the message selects what the state machine does, and the function's settings are
//! changed, as in the Lambda console, to each of the ways in which it decides.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_lambda::types::Environment;
use aws_sdk_sfn::types::ExecutionStatus;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::emulator::Trouble;
use crate::emulator::account::{Account, Answer, REGION, refused};
use crate::emulator::message::message;
use crate::role::Role;
use crate::sandbox::Sandbox;

/// The output state. Every execution that decides passes it early, so a history that is read newest
/// first has it last.
const OUTPUT_STATE: &str = "Decide";

/// 260 rounds of four events fill more than a page of 1000 events after the output state.
const MACHINE: &str = r#"
StartAt: Ask
States:
  Ask:
    Type: Choice
    Choices:
      - { Variable: $.subject, StringEquals: fail, Next: Break }
      - { Variable: $.subject, StringEquals: hesitate, Next: Think }
    Default: Decide
  Break: { Type: Fail, Error: Broken }
  Think: { Type: Wait, Seconds: 3600, Next: Decide }
  Decide:
    Type: Pass
    Result: { actions: [{ action: { type: MOVE_TO_JUNK }, allRecipients: true }] }
    Next: GoOn
  GoOn:
    Type: Choice
    Choices: [{ Variable: $$.Execution.Input.subject, StringEquals: go on, Next: Begin }]
    Default: Rest
  Rest: { Type: Succeed }
  Begin: { Type: Pass, Result: { round: 0 }, Next: Count }
  Count:
    Type: Pass
    Parameters: { round.$: "States.MathAdd($.round, 1)" }
    Next: Enough
  Enough:
    Type: Choice
    Choices: [{ Variable: $.round, NumericLessThan: 260, Next: Count }]
    Default: Rest
"#;

/// The limit on a busy machine for something that takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// Numbers the messages of this process.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// A stack in which every path can be taken.
pub(crate) struct Paths {
    pub(crate) role: Role,
    sandbox: Sandbox,
    function: String,
    machine: String,
    table: String,
    /// An execution that has ended and whose history has more than one page.
    long_execution: String,
}

impl Paths {
    /// Deploys the stack into its own account.
    pub(crate) async fn deploy() -> Result<Self, Trouble> {
        let sandbox = Sandbox::new().await?;
        let definition = sandbox.file("paths.asl.yaml", MACHINE)?;
        sandbox.up(&["--state-machine", &definition, "--wait-time", "0.2"]).await?.ended(0)?;
        let machine = sandbox.machine().await?;
        Ok(Self {
            role: Role::of(&sandbox).await?,
            function: sandbox.function().await?,
            table: sandbox.table().await?,
            long_execution: long_execution(&sandbox.account, &machine).await?,
            machine,
            sandbox,
        })
    }

    /// Takes every path, and returns an error for each with a wrong result.
    pub(crate) async fn run_all(&self) -> Result<Vec<Trouble>, Trouble> {
        self.set("", "retry").await?;
        let by_execution = tokio::join!(
            self.new_then_done_then_invoked_again(),
            self.still_running(),
            self.failed(),
            self.claimed_but_not_started(),
        );
        self.set("", "drop").await?;
        let by_policy = self.failed_and_decided_by_policy().await;
        self.set(OUTPUT_STATE, "retry").await?;
        let by_state = tokio::join!(
            self.new_then_done_then_invoked_again(),
            self.still_running(),
            self.in_a_long_history(),
            self.logged(),
        );
        let (new, running, failed, claimed) = by_execution;
        let (passed, not_passed, long, logged) = by_state;
        let walked = [new, running, failed, claimed, by_policy, passed, not_passed, long, logged];
        Ok(walked.into_iter().filter_map(Result::err).collect())
    }

    /// With an output state, the verdict is recorded, so that the last invocation finds the record.
    async fn new_then_done_then_invoked_again(&self) -> Result<(), Trouble> {
        self.decided("new", &fresh("decide"), "MOVE_TO_JUNK").await
    }

    async fn still_running(&self) -> Result<(), Trouble> {
        let message = fresh("hesitate");
        for path in ["started and still running", "found and still running"] {
            expect(path, self.send(&message).await?, |answer| answer.error() == Some("NotReady"))?;
        }
        Ok(())
    }

    async fn failed(&self) -> Result<(), Trouble> {
        let answer = self.until_ready(&fresh("fail")).await?;
        expect("failed", answer, |answer| answer.error() == Some("ExecutionFailed"))
    }

    async fn failed_and_decided_by_policy(&self) -> Result<(), Trouble> {
        self.decided("failed, by policy", &fresh("fail"), "DROP").await
    }

    /// What a crash between the claim and the start leaves behind.
    async fn claimed_but_not_started(&self) -> Result<(), Trouble> {
        let message = fresh("decide");
        let machine = self.machine.replace(":stateMachine:", ":execution:");
        self.claim(&message, &format!("{machine}:{}", id(&message))).await?;
        self.decided("claimed but not started", &message, "MOVE_TO_JUNK").await
    }

    async fn in_a_long_history(&self) -> Result<(), Trouble> {
        let message = fresh("go on");
        self.claim(&message, &self.long_execution).await?;
        self.decided("in a long history", &message, "MOVE_TO_JUNK").await
    }

    /// Lambda writes the output of a function with the rights of the function's role. The emulator
    /// always writes it, so this simulates the role's policy with the ARN that AWS checks: the
    /// stream's, also for its creation, where the emulator takes the group's.
    async fn logged(&self) -> Result<(), Trouble> {
        let settings = self.sandbox.settings().await?;
        let group = settings.logging_config().and_then(|logging| logging.log_group());
        let group =
            group.ok_or_else(|| Trouble::new("the function has no log group of its own"))?;
        let account = &self.sandbox.account.id;
        let stream = format!("arn:aws:logs:{REGION}:{account}:log-group:{group}:log-stream:any");
        for action in ["logs:CreateLogStream", "logs:PutLogEvents"] {
            let decision = self.role.decision(action, &stream).await?;
            if decision != "allowed" {
                return Err(Trouble::new(format!("logged: {decision} to {action}")));
            }
        }
        Ok(())
    }

    /// Expects the verdict, in as many invocations as it takes, and once more.
    async fn decided(&self, path: &str, message: &Value, action: &str) -> Result<(), Trouble> {
        let verdict =
            json!({ "actions": [{ "action": { "type": action }, "allRecipients": true }] });
        let is_verdict = |answer: &Answer| !answer.failed && answer.body == verdict;
        expect(path, self.until_ready(message).await?, is_verdict)?;
        expect(&format!("{path}, a retry"), self.send(message).await?, is_verdict)
    }

    async fn until_ready(&self, message: &Value) -> Result<Answer, Trouble> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let answer = self.send(message).await?;
            if answer.error() != Some("NotReady") || Instant::now() > deadline {
                return Ok(answer);
            }
        }
    }

    async fn send(&self, message: &Value) -> Result<Answer, Trouble> {
        self.sandbox.account.invoke(&self.function, message).await
    }

    /// Sets the function's environment.
    async fn set(&self, output_state: &str, on_failure: &str) -> Result<(), Trouble> {
        let settings = self.sandbox.settings().await?;
        let variables = settings.environment().and_then(|set| set.variables());
        let mut variables: HashMap<String, String> = variables.cloned().unwrap_or_default();
        variables.insert("MACHINE_STATE_FOR_OUTPUT".to_owned(), output_state.to_owned());
        variables.insert("ON_FAILURE".to_owned(), on_failure.to_owned());
        let update = self.sandbox.account.functions().update_function_configuration();
        let environment = Environment::builder().set_variables(Some(variables)).build();
        let updated = update.function_name(&self.function).environment(environment).send().await;
        updated.map(drop).map_err(|cause| refused("UpdateFunctionConfiguration", cause))
    }

    /// Enters a message into the table directly.
    async fn claim(&self, message: &Value, execution: &str) -> Result<(), Trouble> {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let put = self.sandbox.account.tables().put_item().table_name(&self.table);
        let put = put.item("InvocationId", text(id(message))).item("ExecutionArn", text(execution));
        // In the year 2100.
        let put = put.item("TimeToLive", AttributeValue::N("4102444800".to_owned()));
        put.send().await.map(drop).map_err(|cause| refused("PutItem", cause))
    }
}

/// Runs an execution to its end whose history has more than one page.
async fn long_execution(account: &Account, machine: &str) -> Result<String, Trouble> {
    let machines = account.machines();
    let start = machines.start_execution().state_machine_arn(machine);
    let started = start.input(fresh("go on").to_string()).send().await;
    let execution = started.map_err(|cause| refused("StartExecution", cause))?.execution_arn;
    let deadline = Instant::now() + PATIENCE;
    loop {
        let described = machines.describe_execution().execution_arn(&execution).send().await;
        let status = described.map_err(|cause| refused("DescribeExecution", cause))?.status;
        if status == ExecutionStatus::Succeeded {
            break;
        }
        if status != ExecutionStatus::Running || Instant::now() > deadline {
            return Err(Trouble::of("the long execution", status));
        }
        sleep(Duration::from_millis(50)).await;
    }
    let page = machines.get_execution_history().execution_arn(&execution).max_results(1000);
    let page = page.send().await.map_err(|cause| refused("GetExecutionHistory", cause))?;
    let more = page.next_token().is_some();
    more.then_some(execution).ok_or_else(|| Trouble::new("the long execution is not long"))
}

/// A new message.
fn fresh(subject: &str) -> Value {
    let mut message = message(&format!("path-{}", NEXT.fetch_add(1, Ordering::Relaxed)));
    message["subject"] = subject.into();
    message
}

fn id(message: &Value) -> &str {
    message["invocationId"].as_str().expect("an id is a string")
}

fn expect(
    path: &str,
    answer: Answer,
    is_right: impl FnOnce(&Answer) -> bool,
) -> Result<(), Trouble> {
    if is_right(&answer) {
        return Ok(());
    }
    Err(Trouble::of(path, answer.body))
}
