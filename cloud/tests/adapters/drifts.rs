//! Drift detection over HTTP.

use cloud::Detection;

use crate::stub::{Answer, Stub};

const ID: &str = "arn:aws:cloudformation:eu-west-1:123456789012:stack/st/1";

#[tokio::test]
async fn a_detection_is_started_and_polled() {
    let status = |status: &str| {
        let body = format!(
            "<DetectionStatus>{status}</DetectionStatus>
            <DetectionStatusReason>why</DetectionStatusReason>"
        );
        Answer::query("DescribeStackDriftDetectionStatus", &body)
    };
    let started = "<StackDriftDetectionId>d-1</StackDriftDetectionId>";
    let stub = Stub::start(vec![
        Answer::query("DetectStackDrift", started),
        status("DETECTION_IN_PROGRESS"),
        status("DETECTION_FAILED"),
        status("DETECTION_COMPLETE"),
    ]);
    let drifts = stub.connect().await.drifts;
    assert_eq!(drifts.begin(ID).await.unwrap(), "d-1");
    assert_eq!(drifts.detection("d-1").await.unwrap(), Detection::InProgress);
    assert_eq!(drifts.detection("d-1").await.unwrap(), Detection::Partial("why".to_owned()));
    assert_eq!(drifts.detection("d-1").await.unwrap(), Detection::Complete);
    let requests = stub.requests();
    assert_eq!(requests[0].field("StackName").as_deref(), Some(ID));
    assert_eq!(requests[1].field("StackDriftDetectionId").as_deref(), Some("d-1"));
}

#[tokio::test]
async fn every_page_of_drifts_is_read() {
    let page = |id: &str, next: &str| {
        let drift = format!(
            "<StackResourceDrifts><member><LogicalResourceId>{id}</LogicalResourceId>
             <PhysicalResourceId>p</PhysicalResourceId><ResourceType>T</ResourceType>
             <StackResourceDriftStatus>MODIFIED</StackResourceDriftStatus>
             <PropertyDifferences><member><PropertyPath>/Timeout</PropertyPath>
             <ExpectedValue>14</ExpectedValue><ActualValue>null</ActualValue>
             <DifferenceType>REMOVE</DifferenceType></member></PropertyDifferences>
             </member></StackResourceDrifts>"
        );
        Answer::query("DescribeStackResourceDrifts", &format!("{drift}{next}"))
    };
    let stub = Stub::start(vec![page("A", "<NextToken>n</NextToken>"), page("B", "")]);
    let drifts = stub.connect().await.drifts.resource_drifts(ID).await.unwrap();
    let ids: Vec<_> = drifts.iter().map(|drift| drift.logical_id.as_str()).collect();
    assert_eq!(ids, ["A", "B"]);
    assert!(drifts.iter().all(|drift| drift.is_changed()));
    let value = &drifts[0].values[0];
    assert_eq!(value.path, "/Properties/Timeout");
    assert_eq!((value.before.as_deref(), value.after.as_deref()), (Some("14"), None));
    assert_eq!(stub.requests()[1].field("NextToken").as_deref(), Some("n"));
}
