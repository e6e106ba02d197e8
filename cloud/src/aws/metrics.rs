//! CloudWatch over the SDK.

use async_trait::async_trait;
use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::types::{
    Dimension, Metric, MetricDataQuery, MetricDataResult, MetricStat, ScanBy,
};
use aws_smithy_types::DateTime;
use jiff::Timestamp;

use crate::{CloudError, Metrics, Point, Series, Statistic, Window};

use super::error::failure;
use super::observed::{ObservedConfig, client_config};
use super::time::timestamp;

/// [`Metrics`] over the SDK.
pub(super) struct AwsMetrics {
    client: Client,
}

impl AwsMetrics {
    pub(super) fn new(config: &ObservedConfig) -> Self {
        Self { client: Client::from_conf(client_config!(aws_sdk_cloudwatch, config).build()) }
    }
}

#[async_trait]
impl Metrics for AwsMetrics {
    async fn points(
        &self,
        series: &[Series],
        window: Window,
    ) -> Result<Vec<Vec<Point>>, CloudError> {
        let queries = series.iter().enumerate().map(|(nth, one)| query(nth, one, window));
        let request =
            self.client.get_metric_data().set_metric_data_queries(Some(queries.collect()));
        let request = request.scan_by(ScanBy::TimestampAscending);
        let request = request.start_time(instant(window.start)).end_time(instant(window.end));
        let mut pages = request.into_paginator().send();
        let mut found = vec![Vec::new(); series.len()];
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| failure("CloudWatch", "GetMetricData", error))?;
            for result in page.metric_data_results() {
                if let Some(points) = nth(result).and_then(|nth| found.get_mut(nth)) {
                    points.extend(points_of(result));
                }
            }
        }
        Ok(found)
    }
}

/// The id of a query must start with a lowercase letter.
fn query(nth: usize, series: &Series, window: Window) -> MetricDataQuery {
    let (name, value) = &series.dimension;
    let metric = Metric::builder()
        .namespace(series.namespace)
        .metric_name(series.metric)
        .dimensions(Dimension::builder().name(*name).value(value).build());
    let statistic = match series.statistic {
        Statistic::Sum => "Sum",
        Statistic::Maximum => "Maximum",
    };
    let taken =
        MetricStat::builder().metric(metric.build()).period(window.period_seconds).stat(statistic);
    MetricDataQuery::builder().id(format!("q{nth}")).metric_stat(taken.build()).build()
}

fn nth(result: &MetricDataResult) -> Option<usize> {
    result.id()?.strip_prefix('q')?.parse().ok()
}

fn points_of(result: &MetricDataResult) -> impl Iterator<Item = Point> {
    let points = result.timestamps().iter().zip(result.values());
    points.filter_map(|(at, value)| Some(Point { at: timestamp(at)?, value: *value }))
}

fn instant(at: Timestamp) -> DateTime {
    DateTime::from_secs(at.as_second())
}
