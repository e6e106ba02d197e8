//! Everything in an account, by kind and name.
//!
//! An unused account has nothing, in the emulator as in AWS, apart from what AWS itself creates. No
//! list here has a second page: an account of a test has one or two stacks.

use super::Trouble;
use super::account::{Account, refused};

impl Account {
    /// Everything that is left: stacks and their change sets, the resources of our stacks, and what
    /// people create beside them.
    pub(crate) async fn remains(&self) -> Result<Vec<String>, Trouble> {
        let mut remains = self.stacks_and_change_sets().await?;
        remains.extend(self.resources().await?);
        remains.extend(self.roles_and_policies().await?);
        remains.extend(self.logs_and_alarms().await?);
        Ok(remains)
    }

    async fn stacks_and_change_sets(&self) -> Result<Vec<String>, Trouble> {
        let stacks = self.stacks().describe_stacks().send().await;
        let stacks = stacks.map_err(|cause| refused("DescribeStacks", cause))?;
        let mut names = Vec::new();
        for stack in stacks.stacks() {
            let name = stack.stack_name().unwrap_or_default();
            names.push(format!("stack {name}"));
            let sets = self.stacks().list_change_sets().stack_name(name).send().await;
            let sets = sets.map_err(|cause| refused("ListChangeSets", cause))?;
            let waiting = sets.summaries().iter().filter(|set| {
                set.execution_status().is_some_and(|status| status.as_str() == "AVAILABLE")
            });
            names.extend(named("change set", waiting.map(|set| set.change_set_name())));
        }
        Ok(names)
    }

    async fn resources(&self) -> Result<Vec<String>, Trouble> {
        let functions = self.functions().list_functions().send().await;
        let functions = functions.map_err(|cause| refused("ListFunctions", cause))?;
        let machines = self.machines().list_state_machines().send().await;
        let machines = machines.map_err(|cause| refused("ListStateMachines", cause))?;
        let tables = self.tables().list_tables().send().await;
        let tables = tables.map_err(|cause| refused("ListTables", cause))?;
        let buckets = self.storage().list_buckets().send().await;
        let buckets = buckets.map_err(|cause| refused("ListBuckets", cause))?;
        let mut names = named("function", functions.functions().iter().map(|f| f.function_name()));
        let machines = machines.state_machines().iter().map(|machine| Some(machine.name()));
        names.extend(named("state machine", machines));
        let tables = tables.table_names().iter().map(|name| Some(name.as_str()));
        names.extend(named("table", tables));
        names.extend(named("bucket", buckets.buckets().iter().map(|bucket| bucket.name())));
        Ok(names)
    }

    async fn roles_and_policies(&self) -> Result<Vec<String>, Trouble> {
        let client = aws_sdk_iam::Client::new(&self.config);
        let roles = client.list_roles().send().await;
        let roles = roles.map_err(|cause| refused("ListRoles", cause))?;
        let mut names = Vec::new();
        for role in roles.roles() {
            names.push(format!("role {}", role.role_name()));
            let inline = client.list_role_policies().role_name(role.role_name()).send().await;
            let inline = inline.map_err(|cause| refused("ListRolePolicies", cause))?;
            let inline = inline.policy_names().iter().map(|name| Some(name.as_str()));
            names.extend(named("inline policy", inline));
        }
        let own = client.list_policies().scope(aws_sdk_iam::types::PolicyScopeType::Local);
        let own = own.send().await.map_err(|cause| refused("ListPolicies", cause))?;
        names.extend(named("policy", own.policies().iter().map(|policy| policy.policy_name())));
        Ok(names)
    }

    async fn logs_and_alarms(&self) -> Result<Vec<String>, Trouble> {
        let logs = aws_sdk_cloudwatchlogs::Client::new(&self.config);
        let groups = logs.describe_log_groups().send().await;
        let groups = groups.map_err(|cause| refused("DescribeLogGroups", cause))?;
        let watch = aws_sdk_cloudwatch::Client::new(&self.config);
        let alarms = watch.describe_alarms().send().await;
        let alarms = alarms.map_err(|cause| refused("DescribeAlarms", cause))?;
        let dashboards = watch.list_dashboards().send().await;
        let dashboards = dashboards.map_err(|cause| refused("ListDashboards", cause))?;
        let groups = groups.log_groups().iter().map(|group| group.log_group_name());
        let mut names = named("log group", groups);
        let simple = alarms.metric_alarms().iter().map(|alarm| alarm.alarm_name());
        let composite = alarms.composite_alarms().iter().map(|alarm| alarm.alarm_name());
        names.extend(named("alarm", simple.chain(composite)));
        let boards = dashboards.dashboard_entries().iter().map(|board| board.dashboard_name());
        names.extend(named("dashboard", boards));
        Ok(names)
    }
}

fn named<'a>(kind: &str, names: impl Iterator<Item = Option<&'a str>>) -> Vec<String> {
    names.map(|name| format!("{kind} {}", name.unwrap_or("without a name"))).collect()
}
