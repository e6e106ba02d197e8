//! CloudWatch over the SDK, which uses CBOR for it.

use cloud::{ErrorKind, Point, Series, Statistic, Window};
use jiff::Timestamp;
use minicbor::data::Tag;
use minicbor::{Encoder, display};
use snapbox::{assert_data_eq, str};

use crate::stub::{Answer, Stub};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn series(metric: &'static str, statistic: Statistic) -> Series {
    let dimension = ("FunctionName", "flow".to_owned());
    Series { namespace: "AWS/Lambda", metric, dimension, statistic }
}

const WINDOW: fn() -> Window = || Window { start: at(600), end: at(1200), period_seconds: 300 };

/// Results, as id and points, and the token of the next page.
fn page(results: &[(&str, &[(i64, f64)])], next: Option<&str>) -> Answer {
    let mut cbor = Encoder::new(Vec::new());
    cbor.map(1 + u64::from(next.is_some())).unwrap();
    cbor.str("MetricDataResults").unwrap().array(results.len() as u64).unwrap();
    for (id, points) in results {
        cbor.map(3).unwrap().str("Id").unwrap().str(id).unwrap();
        cbor.str("Timestamps").unwrap().array(points.len() as u64).unwrap();
        for (second, _) in *points {
            cbor.tag(Tag::new(1)).unwrap().i64(*second).unwrap();
        }
        cbor.str("Values").unwrap().array(points.len() as u64).unwrap();
        for (_, value) in *points {
            cbor.f64(*value).unwrap();
        }
    }
    if let Some(next) = next {
        cbor.str("NextToken").unwrap().str(next).unwrap();
    }
    answer(200, cbor.into_writer())
}

fn answer(status: u16, body: Vec<u8>) -> Answer {
    let mut answer = Answer::status(status, body);
    answer.headers.push(("smithy-protocol", "rpc-v2-cbor"));
    answer.headers.push(("content-type", "application/cbor"));
    answer
}

#[tokio::test]
async fn every_page_is_read_and_points_find_their_series() {
    let first = page(&[("q1", &[(600, 2.0)]), ("q0", &[(600, 1.0)])], Some("more"));
    let stub = Stub::start(vec![first, page(&[("q0", &[(900, 3.5)])], None)]);
    let metrics = stub.connect().await.metrics;
    let asked = [series("Invocations", Statistic::Sum), series("Age", Statistic::Maximum)];
    let points = metrics.points(&asked, WINDOW()).await.unwrap();
    let point = |second, value| Point { at: at(second), value };
    assert_eq!(points, [vec![point(600, 1.0), point(900, 3.5)], vec![point(600, 2.0)]]);
    let requests = stub.requests();
    let path = "POST /service/GraniteServiceVersion20100801/operation/GetMetricData";
    assert_eq!(stub.lines(), [path, path]);
    assert_data_eq!(
        format!("{}", display(&requests[0].bytes)),
        str![[
            r#"{_ "MetricDataQueries": [{_ "Id": "q0", "MetricStat": {_ "Metric": {_ "Namespace": "AWS/Lambda", "MetricName": "Invocations", "Dimensions": [{_ "Name": "FunctionName", "Value": "flow"}]}, "Period": 300, "Stat": "Sum"}}, {_ "Id": "q1", "MetricStat": {_ "Metric": {_ "Namespace": "AWS/Lambda", "MetricName": "Age", "Dimensions": [{_ "Name": "FunctionName", "Value": "flow"}]}, "Period": 300, "Stat": "Maximum"}}], "StartTime": 1(6e2), "EndTime": 1(1.2e3), "ScanBy": "TimestampAscending"}"#
        ]]
    );
    let second = format!("{}", display(&requests[1].bytes));
    assert!(second.contains(r#""NextToken": "more""#), "{second}");
}

#[tokio::test]
async fn a_refusal_is_an_error_with_its_code() {
    let mut cbor = Encoder::new(Vec::new());
    cbor.map(2).unwrap();
    cbor.str("__type").unwrap().str("com.amazonaws.cloudwatch#AccessDenied").unwrap();
    cbor.str("message").unwrap().str("not authorized").unwrap();
    let stub = Stub::start(vec![answer(403, cbor.into_writer())]);
    let metrics = stub.connect().await.metrics;
    let asked = [series("Invocations", Statistic::Sum)];
    let refused = metrics.points(&asked, WINDOW()).await.unwrap_err();
    assert_eq!((refused.service, refused.kind), ("CloudWatch", ErrorKind::Denied));
    assert_eq!(refused.message, "not authorized");
}
