//! Metrics: CloudWatch.

use async_trait::async_trait;
use jiff::Timestamp;

use super::CloudError;

/// One metric, and how its values are aggregated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// The namespace, such as `AWS/Lambda`.
    pub namespace: &'static str,
    /// The metric's name.
    pub metric: &'static str,
    /// Its one dimension, as name and value.
    pub dimension: (&'static str, String),
    /// How the values of a period are aggregated.
    pub statistic: Statistic,
}

/// How the values of a period are aggregated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statistic {
    /// Their sum.
    Sum,
    /// Their maximum.
    Maximum,
}

/// A time range, divided into periods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The start, inclusive.
    pub start: Timestamp,
    /// The end, exclusive.
    pub end: Timestamp,
    /// The length of a period: 60, or a multiple of it. CloudWatch stores only periods of 300 s for
    /// data older than 15 days, periods of 3600 s for data older than 63 days, and nothing older
    /// than 455 days.
    /// Source: Amazon CloudWatch user guide, "Metrics retention".
    pub period_seconds: i32,
}

/// The value of one period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// The start of the period.
    pub at: Timestamp,
    /// The statistic over the period.
    pub value: f64,
}

/// CloudWatch, as far as the deployer needs it.
#[async_trait]
pub trait Metrics: Send + Sync {
    /// `GetMetricData`, every page: the points of each series in the order of `series`, oldest
    /// first. Periods without data have no point. CloudWatch accepts at most 500 series at once.
    ///
    /// # Errors
    /// When CloudWatch refuses or cannot be reached.
    async fn points(
        &self,
        series: &[Series],
        window: Window,
    ) -> Result<Vec<Vec<Point>>, CloudError>;
}
