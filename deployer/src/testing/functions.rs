//! The functions of the flow that is tested.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::flow_under_test::PreparedFlow;
use super::suite::Test;
use crate::error::CommandError;
use crate::simulation::{FunctionRunner, FunctionTasks, OtherVersion, ReadyFunctions, TaskMocks};

/// Functions on this machine, for each set of values that tests give the flow's parameters.
#[derive(Default)]
pub struct FunctionsUnderTest {
    by_flow: BTreeMap<FlowId, ReadyFunctions>,
}

/// Tests that share a flow have the same one.
type FlowId = usize;

fn id(flow: &Arc<PreparedFlow>) -> FlowId {
    Arc::as_ptr(flow).addr()
}

impl FunctionsUnderTest {
    /// Prepares the functions that at least one test calls.
    /// Fails when one cannot be built, or what runs it is not installed.
    pub async fn of_tests(tests: &[Test], runner: &FunctionRunner) -> Result<Self, CommandError> {
        // The states that all tests of a flow mock.
        let mut mocked: BTreeMap<FlowId, (Arc<PreparedFlow>, BTreeSet<String>)> = BTreeMap::new();
        for test in tests {
            let (flow, states) = (test.prepared(), test.tasks().mocked());
            let entry = mocked.entry(id(&flow)).or_insert_with(|| (flow, states.clone()));
            entry.1.retain(|state| states.contains(state));
        }
        let mut by_flow = BTreeMap::new();
        for (id, (prepared, mocked)) in mocked {
            let ready = ReadyFunctions::of(&prepared.flow, &mocked, runner).await?;
            by_flow.extend(ready.map(|ready| (id, ready)));
        }
        Ok(Self { by_flow })
    }

    /// The runtimes that have another version here than in AWS, each once.
    pub fn other_versions(&self) -> Vec<OtherVersion> {
        let all = self.by_flow.values().flat_map(|ready| ready.other_versions.clone());
        all.collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// What answers the tasks of a test that its mocks leave.
    pub(super) fn of(&self, test: &Test, mocks: &TaskMocks) -> Option<FunctionTasks> {
        let ready = self.by_flow.get(&id(&test.prepared()))?;
        Some(ready.tasks(mocks.mocked()))
    }
}
