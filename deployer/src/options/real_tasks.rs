//! Task states that call the real services.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::config::{StackName, bad_values};
use crate::error::CommandError;
use crate::finding::Finding;
use crate::flow::{Flow, FlowStack, Home};
use crate::options::local_flow::{LocalFlow, LocalFlowArgs};
use crate::options::task_mocks::unknown;
use crate::report;
use crate::session::Session;
use crate::simulation::{RealTasks, STACK, TaskMocks};
use asl::Tasks;
use cloud::Cloud;

/// Means every Task state.
const ALL: &str = "all";

/// Which Task states call real services.
#[derive(Debug, Clone, clap::Args)]
pub struct RealTasksArgs {
    /// Let a Task state call the real service, with your credentials: Lambda, DynamoDB, SNS; may be
    /// repeated; `all` means every Task state without --task and --answers
    #[arg(long, value_name = "STATE")]
    pub real: Vec<String>,
    /// Name of the stack that the flow is for: the flow's resources are named after it
    #[arg(long, value_name = "NAME", default_value = StackName::DEFAULT)]
    pub stack_name: String,
    /// ARN of the WorkMail organization; real services are called in its region; may be repeated
    #[arg(long, value_name = "ARN")]
    pub org_arn: Vec<String>,
}

impl RealTasksArgs {
    /// Reads the flow for the stack of the name. If tasks call real services, the stack is in the account and
    /// the region of the credentials.
    /// Fails when the flow or an option is invalid, or AWS does not return the account of the
    /// credentials.
    pub async fn read(
        &self,
        flow: &LocalFlowArgs,
        session: &mut Session<'_>,
    ) -> Result<(LocalFlow, Option<Cloud>), CommandError> {
        let name = StackName::parse(&self.stack_name).map_err(|fault| bad_values(vec![fault]))?;
        if self.real.is_empty() {
            return Ok((flow.read(FlowStack { name: name.as_str(), ..STACK })?, None));
        }
        let cloud = session.connect().await?;
        let caller = cloud.identity.caller().await?;
        let home = Home { region: &cloud.region, account: &caller.account };
        let local = flow.read(FlowStack { name: name.as_str(), home, with_samples: false })?;
        session.remark(&report::asks_for_real(&self.real, home));
        Ok((local, Some(cloud)))
    }

    /// Lets the named states call their services.
    /// Fails with each name that is not that of a Task state, or of one whose service cannot be
    /// called.
    pub fn add_to(
        &self,
        mocks: &mut TaskMocks,
        flow: &Flow,
        cloud: Option<&Cloud>,
    ) -> Result<(), CommandError> {
        let Some(cloud) = cloud else { return Ok(()) };
        let tasks = flow.task_resources();
        let answered: BTreeSet<String> =
            mocks.answers.states().into_iter().chain(mocks.sources.keys().cloned()).collect();
        let all =
            |name: &&str| self.real.iter().any(|real| real == ALL) && !answered.contains(*name);
        let named = self.real.iter().map(String::as_str).filter(|name| *name != ALL);
        let states: BTreeSet<&str> = named.chain(tasks.keys().copied().filter(all)).collect();
        let real: Arc<dyn Tasks> =
            Arc::new(RealTasks::new(Arc::clone(&cloud.functions), Arc::clone(&cloud.services)));
        let mut faults = Vec::new();
        for state in states {
            let sentence = match tasks.get(state) {
                Some(_) if answered.contains(state) => {
                    format!("the state `{state}` also has an answer or a command")
                }
                Some(resource) if RealTasks::can_ask(resource) => {
                    mocks.sources.insert(state.to_owned(), Arc::clone(&real));
                    continue;
                }
                Some(resource) => {
                    format!("the state `{state}` calls {resource}, which --real cannot call")
                }
                None => {
                    faults.extend(unknown(state, flow, "--real"));
                    continue;
                }
            };
            faults.push(Finding::error("task", "--real", sentence));
        }
        if faults.is_empty() { Ok(()) } else { Err(bad_values(faults)) }
    }
}
