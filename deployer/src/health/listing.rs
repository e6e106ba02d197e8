//! The message flows of an account: the stacks that carry the deployer's tag, region by region.

use std::future::Future;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use tokio::task::JoinSet;

use super::Probe;
use crate::config::Tags;
use crate::plan::DeployedFlow;
use cloud::{Cloud, CloudError, Stack};

/// How many regions, and how many templates of a region, are read at once. CloudFormation limits the
/// rate of its reads.
/// The limits are not documented.
const AT_ONCE: usize = 4;

/// An installed message flow.
#[derive(Debug, Serialize)]
pub struct ListedFlow {
    pub stack_name: String,
    pub stack_id: String,
    pub region: String,
    pub status: String,
    /// The flow's name; `None` if its template does not say it or could not be read.
    pub flow: Option<String>,
    /// The ARNs of the organizations whose rules may call it.
    pub organizations: Vec<String>,
    /// The hash of the handler's zip, in hexadecimal digits.
    pub handler_sha256: Option<String>,
    /// When the stack was last updated, else when it was created.
    pub changed: Option<Timestamp>,
    /// Why the template could not be read, if it could not.
    pub could_not_tell: Option<String>,
}

/// What a region answered.
pub struct RegionFlows {
    pub region: String,
    pub flows: Result<Vec<ListedFlow>, CloudError>,
}

/// The flows of each of these regions, in the order of the connections. `answered` gets each region as
/// soon as it has answered.
pub async fn list(clouds: Vec<Cloud>, answered: impl FnMut(&RegionFlows)) -> Vec<RegionFlows> {
    let asked = clouds.into_iter().map(|cloud| async move {
        let region = cloud.region.clone();
        RegionFlows { region, flows: flows_of(cloud).await }
    });
    few_at_once(asked, answered).await
}

async fn flows_of(cloud: Cloud) -> Result<Vec<ListedFlow>, CloudError> {
    let mut ours = cloud.stacks.list().await?;
    ours.retain(|stack| Tags::mark_as_own(&stack.tags));
    ours.sort_by(|one, other| one.name.cmp(&other.name));
    let read = ours.into_iter().map(|stack| {
        let cloud = cloud.clone();
        async move { listed(&cloud, &stack).await }
    });
    Ok(few_at_once(read, |_| ()).await)
}

async fn listed(cloud: &Cloud, stack: &Stack) -> ListedFlow {
    let template = Probe::of(cloud.stacks.template(&stack.id), "cloudformation:GetTemplate").await;
    let (template, could_not_tell) = match template {
        Probe::Known(text) => (text, None),
        Probe::Unknown { could_not_tell, .. } => (None, Some(could_not_tell)),
    };
    let template: Option<Value> = template.and_then(|text| serde_json::from_str(&text).ok());
    let deployed = template.and_then(|template| DeployedFlow::of(stack, &template, &cloud.region));
    let organizations = deployed.as_ref().and_then(|one| one.settings.get("org-arn")?.as_array());
    let organizations = organizations.into_iter().flatten().filter_map(Value::as_str);
    ListedFlow {
        stack_name: stack.name.clone(),
        stack_id: stack.id.clone(),
        region: cloud.region.clone(),
        status: stack.status.name().to_owned(),
        organizations: organizations.map(str::to_owned).collect(),
        flow: deployed.as_ref().map(|one| one.flow.clone()),
        handler_sha256: deployed.map(|one| one.handler_sha256),
        changed: stack.updated.or(stack.created),
        could_not_tell,
    }
}

/// Does all of this, a few at once; the results are in order, and `done` sees each as it comes.
async fn few_at_once<T: Send + 'static>(
    work: impl Iterator<Item = impl Future<Output = T> + Send + 'static>,
    mut done: impl FnMut(&T),
) -> Vec<T> {
    let mut waiting = work.enumerate();
    let mut running = JoinSet::new();
    let mut results = Vec::new();
    loop {
        while running.len() < AT_ONCE
            && let Some((nth, one)) = waiting.next()
        {
            running.spawn(async move { (nth, one.await) });
        }
        match running.join_next().await {
            None => break,
            Some(Ok((nth, result))) => {
                done(&result);
                results.push((nth, result));
            }
            Some(Err(error)) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => break,
            },
        }
    }
    results.sort_by_key(|(nth, _)| *nth);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn only_a_few_run_at_once_and_the_order_stays() {
        let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let work = (0..10_u64).map(|nth| {
            let (running, most) = (Arc::clone(&running), Arc::clone(&most));
            async move {
                let now = running.fetch_add(1, Ordering::SeqCst) + 1;
                most.fetch_max(now, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_secs(10 - nth)).await;
                running.fetch_sub(1, Ordering::SeqCst);
                nth
            }
        });
        let mut seen = Vec::new();
        let results = few_at_once(work, |nth| seen.push(*nth)).await;
        assert_eq!(results, (0..10).collect::<Vec<_>>());
        assert_eq!(most.load(Ordering::SeqCst), AT_ONCE);
        assert_ne!(seen, results);
    }
}
