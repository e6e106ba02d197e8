//! What was measured: CloudWatch metrics.

use async_trait::async_trait;
use jiff::Timestamp;

use super::CloudError;

/// One metric, and how its values are taken together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// The namespace, such as `AWS/Lambda`.
    pub namespace: &'static str,
    /// The metric's name.
    pub metric: &'static str,
    /// Its one dimension, as name and value.
    pub dimension: (&'static str, String),
    /// What is taken of the values in a period.
    pub statistic: Statistic,
}

/// What is taken of the values in a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statistic {
    /// Their sum.
    Sum,
    /// The greatest of them.
    Maximum,
}

/// A stretch of time, in pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Its beginning, which belongs to it.
    pub start: Timestamp,
    /// Its end, which does not.
    pub end: Timestamp,
    /// The length of a piece: 60, or a multiple of it. Behind 15 days CloudWatch keeps pieces of 300 s, behind 63
    /// days pieces of 3600 s, behind 455 days nothing.
    /// Source: Amazon CloudWatch user guide, "Metrics retention".
    pub period_seconds: i32,
}

/// What was measured in one piece.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Where the piece begins.
    pub at: Timestamp,
    /// The statistic over the piece.
    pub value: f64,
}

/// CloudWatch, as far as it is needed.
#[async_trait]
pub trait Metrics: Send + Sync {
    /// `GetMetricData` to its last page: the points of each series in the order of `series`, oldest first. Pieces in
    /// which nothing was measured have no point. CloudWatch takes 500 series at once.
    ///
    /// # Errors
    /// When CloudWatch refuses or cannot be reached.
    async fn points(
        &self,
        series: &[Series],
        window: Window,
    ) -> Result<Vec<Vec<Point>>, CloudError>;
}
