//! Step Functions in memory: the machines that the account's stacks created, and edits in the
//! console.

use async_trait::async_trait;
use serde_json::Value;

use crate::{
    CloudError, ErrorKind, HistoryEvent, Machines, RunningExecutions, StateTest, TestedState,
    Validation,
};

use super::MemoryCloud;
use super::account::Account;
use super::refusal::refuse;

impl MemoryCloud {
    /// Sets the validation of every definition from now on.
    pub fn set_validation(&self, validation: Validation) {
        self.lock().validation = Some(validation);
    }

    /// Adds what `TestState` answers about a state: the first answer to the first call, and so on.
    /// The last answer is repeated.
    pub fn add_tested_state(&self, state: &str, tested: TestedState) {
        self.lock().tested_states.entry(state.to_owned()).or_default().push_back(tested);
    }

    /// The requests to `TestState`, in order.
    #[must_use]
    pub fn state_tests(&self) -> Vec<StateTest> {
        self.lock().state_tests.clone()
    }
}

#[async_trait]
impl Machines for MemoryCloud {
    async fn definition(&self, arn: &str) -> Result<Option<String>, CloudError> {
        let account = self.pass().await.call("Step Functions", "DescribeStateMachine", false)?;
        Ok(definition(&account, &self.region, arn))
    }

    /// Everything is on one page, because no test has a thousand executions.
    async fn running(&self, arn: &str) -> Result<Option<RunningExecutions>, CloudError> {
        let account = self.pass().await.call("Step Functions", "ListExecutions", false)?;
        if definition(&account, &self.region, arn).is_none() {
            return Ok(None);
        }
        Ok(Some(RunningExecutions { count: running(&account, arn).count(), more: false }))
    }

    async fn validate(&self, _definition: &str) -> Result<Validation, CloudError> {
        let account =
            self.pass().await.call("Step Functions", "ValidateStateMachineDefinition", false)?;
        let sound = Validation { accepted: true, ..Validation::default() };
        Ok(account.validation.clone().unwrap_or(sound))
    }

    /// It has no interpreter: it returns the answer that the test planned.
    async fn test_state(&self, test: &StateTest) -> Result<TestedState, CloudError> {
        let mut account = self.pass().await.call("Step Functions", "TestState", false)?;
        account.state_tests.push(test.clone());
        let answers = account.tested_states.get_mut(&test.state);
        let tested = answers.and_then(|answers| match answers.len() {
            0 | 1 => answers.front().cloned(),
            _ => answers.pop_front(),
        });
        tested.ok_or_else(|| {
            let message = format!("no answer is arranged for the state {}", test.state);
            let (kind, code) = (ErrorKind::Invalid, "ValidationException");
            refuse("Step Functions", "TestState", kind, code, message)
        })
    }
}

/// The definition in a template, as a text or as an object.
fn deployed(properties: &Value) -> Option<String> {
    match properties.get("Definition") {
        Some(definition) => Some(definition.to_string()),
        None => properties["DefinitionString"].as_str().map(str::to_owned),
    }
}

/// The ARNs of the executions of a machine that have not ended, in order.
pub(super) fn running<'a>(
    account: &'a Account,
    machine_arn: &str,
) -> impl DoubleEndedIterator<Item = &'a str> {
    let prefix = format!("{}:", machine_arn.replacen(":stateMachine:", ":execution:", 1));
    let own = account.executions.iter().filter(move |(arn, _)| arn.starts_with(&prefix));
    own.filter(|(_, history)| !history.last().is_some_and(is_end)).map(|(arn, _)| arn.as_str())
}

pub(super) fn definition(account: &Account, region: &str, arn: &str) -> Option<String> {
    let stacks = account.stacks.iter().filter(|stack| stack.identity.region == region);
    let mut found = stacks.filter_map(|stack| {
        let machine = stack.resources.values().find(|resource| resource.physical_id == arn)?;
        match stack.edits.get(&machine.logical_id) {
            Some(edited) => edited.clone(),
            None => deployed(&machine.properties),
        }
    });
    found.next()
}

/// Whether this event ends an execution.
fn is_end(event: &HistoryEvent) -> bool {
    let ends = ["ExecutionSucceeded", "ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted"];
    ends.contains(&event.kind.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = r#"{"Resources": {"M": {"Type": "AWS::StepFunctions::StateMachine",
        "Properties": {"DefinitionString": "{}", "StateMachineName": "m"}}}}"#;

    #[tokio::test]
    async fn a_machine_is_as_deployed_until_it_is_edited() {
        let cloud = MemoryCloud::new("123456789012", "us-east-1").unwrap();
        let arn = "arn:aws:states:us-east-1:123456789012:stateMachine:m";
        assert_eq!(cloud.definition(arn).await.unwrap(), None);
        cloud.add_stack("st", TEMPLATE, &[]).await.unwrap();
        assert_eq!(cloud.definition(arn).await.unwrap().unwrap(), "{}");
        cloud.edit_machine("st", "M", "{\"a\":1}");
        assert_eq!(cloud.definition(arn).await.unwrap().unwrap(), "{\"a\":1}");
        cloud.delete_machine("st", "M");
        assert_eq!(cloud.definition(arn).await.unwrap(), None);
    }

    #[tokio::test]
    async fn executions_run_until_their_history_ends() {
        let cloud = MemoryCloud::new("123456789012", "us-east-1").unwrap();
        let arn = "arn:aws:states:us-east-1:123456789012:stateMachine:m";
        assert_eq!(cloud.running(arn).await.unwrap(), None);
        cloud.add_stack("st", TEMPLATE, &[]).await.unwrap();
        let event = |kind: &str| HistoryEvent::new(1, jiff::Timestamp::UNIX_EPOCH, kind);
        let executions = "arn:aws:states:us-east-1:123456789012:execution";
        let started = || vec![event("ExecutionStarted")];
        cloud.add_execution(&format!("{executions}:m:1"), started());
        cloud.add_execution(&format!("{executions}:m:2"), vec![event("ExecutionAborted")]);
        cloud.add_execution(&format!("{executions}:mm:3"), started());
        let running = cloud.running(arn).await.unwrap();
        assert_eq!(running, Some(RunningExecutions { count: 1, more: false }));
    }
}
