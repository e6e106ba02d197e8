//! The requests to `TestState` for a visit of the interpreter, or why there is none.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::result::Played;
use super::visits::{Attempt, End, Visit};
use crate::simulation::{MACHINE_NAME, ROLE_ARN};
use asl::EventKind;
use cloud::{StateMock, StateTest};

/// The longest wait that is compared. Step Functions runs a state for at most five minutes, and the connection ends
/// before that.
const LONGEST_WAIT: Duration = Duration::from_secs(20);

/// What the interpreter expects of one call.
pub(super) enum Expected<'a> {
    /// The task is retried.
    Retried,
    End(&'a End),
}

/// The requests about one execution.
pub(super) struct Requests<'a> {
    /// The definition, as text and as it was read.
    definition: String,
    document: &'a Map<String, Value>,
    execution: Value,
    machine_arn: String,
}

impl<'a> Requests<'a> {
    pub(super) fn new(played: &'a Played) -> Self {
        let definition = &played.prepared.flow.definition;
        let arn = &played.execution_arn;
        let (machine, name) = arn.rsplit_once(':').unwrap_or((arn, ""));
        let started = played.events.iter().find(|event| event.kind == EventKind::ExecutionStarted);
        let input = started.and_then(|event| event.details.input.as_deref()).cloned();
        Self {
            definition: definition.to_json(),
            document: definition.document(),
            execution: json!({
                "Id": arn,
                "Input": input.unwrap_or_default(),
                "Name": name,
                "RoleArn": ROLE_ARN,
                "StartTime": started.map(|event| format!("{:.3}", event.at)),
            }),
            machine_arn: machine.replacen(":execution:", ":stateMachine:", 1),
        }
    }

    /// The calls for one visit: one for each attempt of a task, else one.
    /// Fails with the reason if Step Functions cannot run it, or its result is not comparable.
    pub(super) fn of<'b>(
        &self,
        visit: &'b Visit,
    ) -> Result<Vec<(StateTest, Expected<'b>)>, String> {
        let state = &self.document["States"][&visit.state];
        let kind = state["Type"].as_str().unwrap_or_default();
        self.is_comparable(visit, state, kind)?;
        if kind != "Task" {
            return Ok(vec![(self.request(visit, None, 0), Expected::End(&visit.end))]);
        }
        if visit.attempts.is_empty() {
            // A mock even if the task is not called: Step Functions must never call a real service here.
            let nothing = StateMock::Result("{}".to_owned());
            return Ok(vec![(self.request(visit, Some(nothing), 0), Expected::End(&visit.end))]);
        }
        let last = visit.attempts.len() - 1;
        let asked = visit.attempts.iter().enumerate().map(|(nth, attempt)| {
            let expected = if nth < last { Expected::Retried } else { Expected::End(&visit.end) };
            let request = self.request(visit, Some(mock(attempt)), nth);
            (request, expected)
        });
        Ok(asked.collect())
    }

    fn request(&self, visit: &Visit, mock: Option<StateMock>, nth: usize) -> StateTest {
        // Each retrier counts its own retries: those of the same error, as far as the errors are known.
        let error = |nth: usize| match visit.attempts.get(nth) {
            Some(Attempt::Failed { error, .. }) => error.as_deref(),
            _ => None,
        };
        let retries = match error(nth) {
            Some(now) => (0..nth).filter(|before| error(*before) == Some(now)).count(),
            None => 0,
        };
        StateTest {
            definition: self.definition.clone(),
            state: visit.state.clone(),
            input: visit.input.to_string(),
            variables: Value::Object(visit.variables.clone()).to_string(),
            context: mock.is_some().then(|| self.context(visit, nth)),
            mock,
            retries: u32::try_from(retries).unwrap_or(u32::MAX),
        }
    }

    /// The context object. Source: developer guide, "Accessing execution data from the Context object".
    fn context(&self, visit: &Visit, retries: usize) -> String {
        let state = json!({
            "EnteredTime": format!("{:.3}", visit.entered),
            "Name": visit.state,
            "RetryCount": retries,
        });
        let machine = json!({ "Id": self.machine_arn, "Name": MACHINE_NAME });
        let context = json!({
            "Execution": self.execution,
            "State": state,
            "StateMachine": machine,
            "Task": { "Token": "token" },
        });
        context.to_string()
    }

    fn is_comparable(&self, visit: &Visit, state: &Value, kind: &str) -> Result<(), String> {
        let refuse = |reason: &str| Err(reason.to_owned());
        if matches!(kind, "Map" | "Parallel") {
            return refuse("TestState runs one state, and this one contains others");
        }
        if matches!(visit.end, End::Neither) {
            return refuse("the execution did not leave the state");
        }
        let waited =
            Duration::try_from(visit.left.duration_since(visit.entered)).unwrap_or_default();
        if kind == "Wait" && waited > LONGEST_WAIT {
            let most = LONGEST_WAIT.as_secs();
            return Err(format!(
                "it waits {} s, but at most {most} s are compared",
                waited.as_secs()
            ));
        }
        let text = self.evaluated_without_call(state, kind);
        let language = [&state["QueryLanguage"], self.language()];
        let context = match language.iter().any(|language| **language == "JSONata") {
            true => "states.context",
            false => "$$.",
        };
        if kind != "Task" && text.contains(context) {
            return refuse("TestState accepts a context object only for a mocked task");
        }
        if CHANCE.iter().any(|call| text.contains(call)) {
            return refuse("its output depends on the time or on random numbers");
        }
        Ok(())
    }

    fn language(&self) -> &Value {
        self.document.get("QueryLanguage").unwrap_or(&Value::Null)
    }

    /// What determines the output: of a task, not what it is called with.
    fn evaluated_without_call(&self, state: &Value, kind: &str) -> String {
        let fields = state.as_object().into_iter().flatten();
        let call = ["Arguments", "Parameters"];
        let kept = fields.filter(|(name, _)| kind != "Task" || !call.contains(&name.as_str()));
        kept.map(|(_, value)| value.to_string()).collect::<Vec<_>>().join("\n")
    }
}

/// The functions with a different result each time.
const CHANCE: [&str; 7] =
    ["$now(", "$millis(", "$random(", "$shuffle(", "$uuid(", "States.MathRandom(", "States.UUID("];

fn mock(attempt: &Attempt) -> StateMock {
    match attempt {
        Attempt::Succeeded(output) => StateMock::Result(output.to_string()),
        Attempt::Failed { error, cause } => {
            StateMock::Error { error: error.clone(), cause: cause.clone() }
        }
    }
}
