//! CloudWatch in memory: the data points that a test adds.

use std::collections::BTreeMap;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::{CloudError, ErrorKind, Metrics, Point, Series, Statistic, Window};

use super::MemoryCloud;
use super::records::Measurement;
use super::refusal::refuse;

impl MemoryCloud {
    /// Adds a data point: the metric's name, the value of its one dimension (a function's name, a
    /// state machine's ARN), the time, and the value.
    pub fn add_data_point(&self, metric: &str, dimension: &str, at: Timestamp, value: f64) {
        let (region, at) = (self.region.clone(), at.as_second());
        let (metric, dimension) = (metric.to_owned(), dimension.to_owned());
        self.lock().measurements.push(Measurement { region, metric, dimension, at, value });
    }
}

#[async_trait]
impl Metrics for MemoryCloud {
    async fn points(
        &self,
        series: &[Series],
        window: Window,
    ) -> Result<Vec<Vec<Point>>, CloudError> {
        let account = self.pass().await.call("CloudWatch", "GetMetricData", false)?;
        let period = i64::from(window.period_seconds);
        if period < 60 || period % 60 != 0 || window.start >= window.end || series.len() > 500 {
            let (kind, code) = (ErrorKind::Invalid, "ValidationError");
            let message = "Period, StartTime, EndTime or MetricDataQueries cannot be used";
            return Err(refuse("CloudWatch", "GetMetricData", kind, code, message));
        }
        let (start, end) = (window.start.as_second(), window.end.as_second());
        let points = series.iter().map(|series| {
            let mut periods: BTreeMap<i64, f64> = BTreeMap::new();
            for one in account.measurements.iter().filter(|one| {
                let same = one.metric == series.metric && one.dimension == series.dimension.1;
                same && one.region == self.region && (start..end).contains(&one.at)
            }) {
                let aggregate = periods.entry(one.at - one.at.rem_euclid(period)).or_insert(0.0);
                *aggregate = match series.statistic {
                    Statistic::Sum => *aggregate + one.value,
                    Statistic::Maximum => aggregate.max(one.value),
                };
            }
            let point = |(at, value)| Some(Point { at: Timestamp::from_second(at).ok()?, value });
            periods.into_iter().filter_map(point).collect()
        });
        Ok(points.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn values_are_aggregated_by_period_and_statistic() {
        let cloud = MemoryCloud::new("123456789012", "us-east-1").unwrap();
        let at = |second| Timestamp::from_second(second).unwrap();
        for (second, value) in [(599, 8.0), (600, 1.0), (899, 2.0), (900, 4.0), (1200, 9.0)] {
            cloud.add_data_point("Invocations", "flow", at(second), value);
        }
        let series = |of: &str, statistic| Series {
            namespace: "AWS/Lambda",
            metric: "Invocations",
            dimension: ("FunctionName", of.to_owned()),
            statistic,
        };
        let asked = [
            series("flow", Statistic::Sum),
            series("flow", Statistic::Maximum),
            series("other", Statistic::Sum),
        ];
        let window = Window { start: at(600), end: at(1200), period_seconds: 300 };
        let points = cloud.points(&asked, window).await.unwrap();
        let point = |second, value| Point { at: at(second), value };
        assert_eq!(points[0], [point(600, 3.0), point(900, 4.0)]);
        assert_eq!(points[1], [point(600, 2.0), point(900, 4.0)]);
        assert_eq!(points[2], []);
        let nothing = Window { period_seconds: 90, ..window };
        assert!(cloud.points(&asked, nothing).await.is_err());
    }
}
