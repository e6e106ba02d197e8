//! The rights of the handler's role as IAM reports them, and how to remove one.

use std::fmt;

use aws_sdk_iam::Client;
use serde_json::Value;

use crate::emulator::Trouble;
use crate::emulator::account::refused;
use crate::sabotage::percent_decoded;
use crate::sandbox::Sandbox;

/// The handler's role, changed by the account's root user.
pub(crate) struct Role {
    client: Client,
    arn: String,
    name: String,
}

/// The removal of a right: a policy without one of its statements, or without one action of a
/// statement.
pub(crate) struct Removal {
    policy: String,
    /// The actions that are no longer allowed.
    pub(crate) actions: Vec<String>,
    original: Value,
    rest: Value,
    of_a_statement: bool,
}

impl Role {
    /// The role of the deployed function.
    pub(crate) async fn of(sandbox: &Sandbox) -> Result<Self, Trouble> {
        let settings = sandbox.settings().await?;
        let arn = settings.role().unwrap_or_default().to_owned();
        let name = arn.rsplit('/').next().unwrap_or(&arn).to_owned();
        Ok(Self { client: Client::new(&sandbox.account.config), arn, name })
    }

    /// Everything that can be removed: every statement, and every action of a statement with
    /// several.
    pub(crate) async fn removals(&self) -> Result<Vec<Removal>, Trouble> {
        self.has_inline_policies_only().await?;
        let listed = self.client.list_role_policies().role_name(&self.name).send().await;
        let listed = listed.map_err(|cause| refused("ListRolePolicies", cause))?;
        let mut removals = Vec::new();
        for name in listed.policy_names() {
            let document = self.document(name).await?;
            for index in 0..list(&document["Statement"]).len() {
                removals.extend(removals_of_statement(name, &document, index));
            }
        }
        Ok(removals)
    }

    /// Removes the right.
    pub(crate) async fn remove(&self, removal: &Removal) -> Result<(), Trouble> {
        if list(&removal.rest["Statement"]).is_empty() {
            let delete = self.client.delete_role_policy().role_name(&self.name);
            let deleted = delete.policy_name(&removal.policy).send().await;
            return deleted.map(drop).map_err(|cause| refused("DeleteRolePolicy", cause));
        }
        self.put(&removal.policy, &removal.rest).await
    }

    /// Restores the right.
    pub(crate) async fn restore(&self, removal: &Removal) -> Result<(), Trouble> {
        self.put(&removal.policy, &removal.original).await
    }

    /// IAM's decision about an action of the role on a resource: `allowed` or some denial.
    pub(crate) async fn decision(&self, action: &str, resource: &str) -> Result<String, Trouble> {
        let simulate = self.client.simulate_principal_policy().policy_source_arn(&self.arn);
        let simulated = simulate.action_names(action).resource_arns(resource).send().await;
        let simulated = simulated.map_err(|cause| refused("SimulatePrincipalPolicy", cause))?;
        let results = simulated.evaluation_results();
        Ok(results.first().expect("one question, one answer").eval_decision().as_str().to_owned())
    }

    async fn put(&self, policy: &str, document: &Value) -> Result<(), Trouble> {
        let put = self.client.put_role_policy().role_name(&self.name).policy_name(policy);
        let put = put.policy_document(document.to_string()).send().await;
        put.map(drop).map_err(|cause| refused("PutRolePolicy", cause))
    }

    async fn document(&self, policy: &str) -> Result<Value, Trouble> {
        let get = self.client.get_role_policy().role_name(&self.name).policy_name(policy);
        let policy = get.send().await.map_err(|cause| refused("GetRolePolicy", cause))?;
        serde_json::from_slice(&percent_decoded(policy.policy_document()))
            .map_err(|cause| Trouble::of("the policy is no JSON", cause))
    }

    /// A managed policy would contain statements that nothing here removes.
    async fn has_inline_policies_only(&self) -> Result<(), Trouble> {
        let attached = self.client.list_attached_role_policies().role_name(&self.name).send().await;
        let attached = attached.map_err(|cause| refused("ListAttachedRolePolicies", cause))?;
        match attached.attached_policies() {
            [] => Ok(()),
            policies => Err(Trouble::new(format!("the role has managed policies: {policies:?}"))),
        }
    }
}

impl fmt::Display for Removal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.of_a_statement { "the statement" } else { "the action" };
        write!(f, "{what} {} of {}", self.actions.join(", "), self.policy)
    }
}

fn removals_of_statement(policy: &str, original: &Value, index: usize) -> Vec<Removal> {
    let statements = list(&original["Statement"]);
    let actions = list(&statements[index]["Action"]);
    let removal = |actions: &[Value], statements: Vec<Value>, of_a_statement| {
        let mut rest = original.clone();
        rest["Statement"] = statements.into();
        let named = |action: &Value| action.as_str().expect("an action is a string").to_owned();
        Removal {
            policy: policy.to_owned(),
            actions: actions.iter().map(named).collect(),
            original: original.clone(),
            rest,
            of_a_statement,
        }
    };

    let mut without = statements.clone();
    without.remove(index);
    let mut removals = vec![removal(&actions, without, true)];
    if actions.len() > 1 {
        removals.extend(actions.iter().enumerate().map(|(lost, action)| {
            let mut kept = actions.clone();
            kept.remove(lost);
            let mut without = statements.clone();
            without[index]["Action"] = kept.into();
            removal(std::slice::from_ref(action), without, false)
        }));
    }
    removals
}

/// In a policy, a list of one may be written as the item.
fn list(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(many) => many.clone(),
        Value::Null => Vec::new(),
        one => vec![one.clone()],
    }
}
