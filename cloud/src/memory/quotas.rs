//! Service Quotas in memory: AWS's defaults, and what a test makes of them.

use async_trait::async_trait;

use crate::{CloudError, Quota, Quotas};

use super::MemoryCloud;

/// Sources: AWS General Reference, "AWS Lambda endpoints and quotas", "AWS Step Functions endpoints and
/// quotas" (us-east-1).
pub(super) const DEFAULTS: [(&str, &str, f64); 3] = [
    ("lambda", "Concurrent executions", 1_000.0),
    ("states", "StartExecution throttle token refill rate per second", 300.0),
    ("states", "DescribeExecution throttle token refill rate per second", 50.0),
];

impl MemoryCloud {
    /// Changes a quota; `None` makes it one that Service Quotas do not know.
    pub fn set_quota(&self, name: &str, value: Option<f64>) {
        let mut world = self.peek();
        match value {
            Some(value) => {
                let quotas = world.quotas.iter_mut().filter(|(_, quota)| quota.name == name);
                quotas.for_each(|(_, quota)| quota.value = value);
            }
            None => world.quotas.retain(|(_, quota)| quota.name != name),
        }
    }
}

/// The quotas of an account that nobody has changed, by service.
pub(super) fn defaults() -> Vec<(String, Quota)> {
    let quota = |(service, name, value): (&str, &str, f64)| {
        (service.to_owned(), Quota { name: name.to_owned(), value })
    };
    DEFAULTS.into_iter().map(quota).collect()
}

#[async_trait]
impl Quotas for MemoryCloud {
    async fn quotas(&self, service: &str) -> Result<Vec<Quota>, CloudError> {
        let world = self.call("Service Quotas", "ListServiceQuotas", false)?;
        let quotas = world.quotas.iter().filter(|(of, _)| of == service);
        Ok(quotas.map(|(_, quota)| quota.clone()).collect())
    }
}
