//! WorkMail over the SDK.

use cloud::aws::AwsConnect;
use cloud::{Access, Connect, ErrorKind};

use crate::stub::{Answer, Stub};

const ID: &str = "m-0123456789abcdef0123456789abcdef";

#[tokio::test]
async fn an_organization_is_described_at_workmails_own_endpoint() {
    let described = r#"{"OrganizationId": "m-1", "Alias": "example", "State": "Active",
        "ErrorMessage": ""}"#;
    let (aws, workmail) = (Stub::start(Vec::new()), Stub::start(vec![Answer::ok(described)]));
    let access = Access {
        region: Some("eu-west-1".to_owned()),
        endpoint_url: Some(aws.url.clone()),
        workmail_endpoint_url: Some(workmail.url.clone()),
        ..Access::default()
    };
    let connect = AwsConnect::with_credentials("AKIDEXAMPLE", "secret", None).with_attempts(1);
    let cloud = connect.connect(&access).await.unwrap();
    let found = cloud.organizations.organization(ID).await.unwrap().unwrap();
    assert_eq!((found.alias.as_str(), found.state.as_str()), ("example", "Active"));
    assert_eq!(found.error, None);
    let request = workmail.request();
    assert_eq!(request.header("x-amz-target"), "WorkMailService.DescribeOrganization");
    assert_eq!(request.body, format!(r#"{{"OrganizationId":"{ID}"}}"#));
    assert!(aws.requests().is_empty());
}

#[tokio::test]
async fn no_organization_is_none_and_a_refusal_is_an_error() {
    let refusal =
        |code: &str| Answer::status(400, format!(r#"{{"__type": "{code}", "Message": "no"}}"#));
    let stub = Stub::start(vec![
        refusal("OrganizationNotFoundException"),
        refusal("AccessDeniedException"),
    ]);
    let organizations = stub.connect().await.organizations;
    assert_eq!(organizations.organization(ID).await.unwrap(), None);
    let refused = organizations.organization(ID).await.unwrap_err();
    assert_eq!((refused.kind, refused.service), (ErrorKind::Denied, "WorkMail"));
}
