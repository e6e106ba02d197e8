//! IAM's policy simulator in memory: everything is allowed but what a test takes away.

use std::collections::BTreeSet;

use async_trait::async_trait;

use crate::{CloudError, Decision, ErrorKind, Permissions, Question};

use super::MemoryCloud;
use super::refusal::refuse;

/// What a test has said about permissions.
#[derive(Debug, Default)]
pub(super) struct Simulator {
    /// Actions that are not allowed.
    withheld: BTreeSet<String>,
    /// Keys that conditions ask for.
    conditions: Vec<String>,
    /// Every principal that was asked about.
    asked: BTreeSet<String>,
}

/// What a test can see and arrange.
impl MemoryCloud {
    /// Takes an action away from everybody.
    pub fn withhold(&self, action: &str) {
        self.peek().simulator.withheld.insert(action.to_owned());
    }

    /// Makes what is not allowed depend on a key of a condition.
    pub fn ask_for_condition(&self, key: &str) {
        self.peek().simulator.conditions.push(key.to_owned());
    }

    /// The principals that the simulator was asked about.
    #[must_use]
    pub fn simulated(&self) -> Vec<String> {
        self.peek().simulator.asked.iter().cloned().collect()
    }

    /// Makes somebody else the caller.
    pub fn set_caller(&self, arn: &str) {
        self.peek().caller = Some(arn.to_owned());
    }
}

#[async_trait]
impl Permissions for MemoryCloud {
    async fn role_arn(&self, name: &str) -> Result<String, CloudError> {
        let world = self.call("IAM", "GetRole", false)?;
        Ok(format!("arn:aws:iam::{}:role/team/{name}", world.account))
    }

    async fn simulate(
        &self,
        principal: &str,
        question: &Question,
    ) -> Result<Vec<Decision>, CloudError> {
        let mut world = self.call("IAM", "SimulatePrincipalPolicy", false)?;
        let kinds = ["user", "role", "group"].map(|kind| format!(":{kind}/"));
        if !kinds.iter().any(|kind| principal.contains(kind)) {
            let message =
                format!("Invalid Entity Arn: {principal} does not clearly define entity type.");
            let (kind, code) = (ErrorKind::Invalid, "InvalidInput");
            return Err(refuse("IAM", "SimulatePrincipalPolicy", kind, code, message));
        }
        world.simulator.asked.insert(principal.to_owned());
        let simulator = &world.simulator;
        // Every action is looked at with every resource.
        let decide = |action: &String| {
            let allowed = !simulator.withheld.contains(action);
            let unknown = if allowed { Vec::new() } else { simulator.conditions.clone() };
            Decision { action: action.clone(), allowed, unknown }
        };
        let times = question.resources.len().max(1);
        Ok(question.actions.iter().flat_map(|action| vec![decide(action); times]).collect())
    }
}
