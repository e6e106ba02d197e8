//! IAM's policy simulator in memory: everything is allowed except what a test denies.

use async_trait::async_trait;

use crate::{CloudError, Decision, ErrorKind, PermissionQuery, Permissions};

use super::MemoryCloud;
use super::refusal::refuse;

/// Test controls.
impl MemoryCloud {
    /// Denies an action to every caller.
    pub fn deny_action(&self, action: &str) {
        self.lock().simulator.denied.insert(action.to_owned());
    }

    /// Allows an action only with this value of a condition key.
    pub fn allow_only_with(&self, action: &str, key: &str, value: &str) {
        let condition = (key.to_owned(), value.to_owned());
        self.lock().simulator.conditional.insert(action.to_owned(), condition);
    }

    /// Adds a managed policy.
    pub fn add_policy(&self, arn: &str) {
        self.lock().simulator.policies.insert(arn.to_owned());
    }

    /// Makes every denial depend on a condition key.
    pub fn require_condition(&self, key: &str) {
        self.lock().simulator.conditions.push(key.to_owned());
    }

    /// The principals that were simulated.
    #[must_use]
    pub fn simulated_principals(&self) -> Vec<String> {
        self.lock().simulator.principals.iter().cloned().collect()
    }

    /// Sets the caller.
    pub fn set_caller(&self, arn: &str) {
        self.lock().caller = Some(arn.to_owned());
    }
}

#[async_trait]
impl Permissions for MemoryCloud {
    async fn role_arn(&self, name: &str) -> Result<String, CloudError> {
        let account = self.pass().await.call("IAM", "GetRole", false)?;
        Ok(format!("arn:aws:iam::{}:role/team/{name}", account.id))
    }

    async fn policy_exists(&self, arn: &str) -> Result<bool, CloudError> {
        let account = self.pass().await.call("IAM", "GetPolicy", false)?;
        Ok(arn.starts_with("arn:aws:iam::aws:policy/") || account.simulator.policies.contains(arn))
    }

    async fn simulate(
        &self,
        principal: &str,
        query: &PermissionQuery,
    ) -> Result<Vec<Decision>, CloudError> {
        let mut account = self.pass().await.call("IAM", "SimulatePrincipalPolicy", false)?;
        let kinds = ["user", "role", "group"].map(|kind| format!(":{kind}/"));
        if !kinds.iter().any(|kind| principal.contains(kind)) {
            let message =
                format!("Invalid Entity Arn: {principal} does not clearly define entity type.");
            let (kind, code) = (ErrorKind::Invalid, "InvalidInput");
            return Err(refuse("IAM", "SimulatePrincipalPolicy", kind, code, message));
        }
        account.simulator.principals.insert(principal.to_owned());
        let simulator = &account.simulator;
        // Every action is evaluated with every resource.
        let decide = |action: &String| {
            if let Some((key, value)) = simulator.conditional.get(action) {
                let given = query.context.iter().find(|(name, _)| name == key);
                let allowed = given.is_some_and(|(_, given)| given == value);
                let unknown = if given.is_none() { vec![key.clone()] } else { Vec::new() };
                return Decision { action: action.clone(), allowed, unknown };
            }
            let allowed = !simulator.denied.contains(action);
            let unknown = if allowed { Vec::new() } else { simulator.conditions.clone() };
            Decision { action: action.clone(), allowed, unknown }
        };
        let times = query.resources.len().max(1);
        Ok(query.actions.iter().flat_map(|action| vec![decide(action); times]).collect())
    }
}
