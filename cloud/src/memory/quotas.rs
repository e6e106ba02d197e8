//! Service Quotas in memory: AWS's defaults, and what a test changes.

use async_trait::async_trait;

use crate::{CloudError, Quota, Quotas};

use super::MemoryCloud;

/// Sources: AWS General Reference, "AWS Lambda endpoints and quotas", "AWS Step Functions endpoints
/// and quotas" (us-east-1).
const DEFAULTS: [(&str, &str, f64); 3] = [
    ("lambda", "Concurrent executions", 1_000.0),
    ("states", "StartExecution throttle token refill rate per second", 300.0),
    ("states", "DescribeExecution throttle token refill rate per second", 50.0),
];

impl MemoryCloud {
    /// Changes a quota; `None` makes it one that Service Quotas does not list.
    pub fn set_quota(&self, name: &str, value: Option<f64>) {
        self.lock().quotas.insert(name.to_owned(), value);
    }
}

#[async_trait]
impl Quotas for MemoryCloud {
    async fn quotas(&self, service: &str) -> Result<Vec<Quota>, CloudError> {
        let account = self.pass().await.call("Service Quotas", "ListServiceQuotas", false)?;
        let defaults = DEFAULTS.iter().filter(|(of, ..)| *of == service);
        let quota = |(_, name, default): &(&str, &str, f64)| {
            let value = account.quotas.get(*name).copied().unwrap_or(Some(*default))?;
            Some(Quota { name: (*name).to_owned(), value })
        };
        Ok(defaults.filter_map(quota).collect())
    }
}
