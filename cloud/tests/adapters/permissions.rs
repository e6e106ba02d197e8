//! IAM over the SDK.

use cloud::{Decision, ErrorKind, PermissionQuery};

use crate::stub::{Answer, Stub};

const ME: &str = "arn:aws:iam::123456789012:user/me";

fn result(action: &str, decision: &str, missing: &str) -> String {
    format!(
        "<member><EvalActionName>{action}</EvalActionName><EvalResourceName>*</EvalResourceName>\
         <EvalDecision>{decision}</EvalDecision><MissingContextValues>{missing}</MissingContextValues>\
         </member>"
    )
}

fn page(results: &[String], rest: &str) -> Answer {
    let results = results.concat();
    let answer = format!("<EvaluationResults>{results}</EvaluationResults>{rest}");
    Answer::query("SimulatePrincipalPolicy", &answer)
}

#[tokio::test]
async fn every_page_of_decisions_is_read() {
    let more = "<IsTruncated>true</IsTruncated><Marker>next</Marker>";
    let condition = "<member>aws:MultiFactorAuthPresent</member>";
    let stub = Stub::start(vec![
        page(&[result("s3:PutObject", "allowed", "")], more),
        page(
            &[
                result("s3:GetObject", "explicitDeny", ""),
                result("s3:X", "implicitDeny", condition),
            ],
            "<IsTruncated>false</IsTruncated>",
        ),
    ]);
    let query = PermissionQuery {
        actions: vec!["s3:PutObject".to_owned(), "s3:GetObject".to_owned()],
        resources: vec!["arn:aws:s3:::b/k".to_owned()],
        context: vec![("iam:PassedToService".to_owned(), "lambda.amazonaws.com".to_owned())],
    };
    let decisions = stub.connect().await.permissions.simulate(ME, &query).await.unwrap();
    let decision = |action: &str, allowed, unknown: &[&str]| Decision {
        action: action.to_owned(),
        allowed,
        unknown: unknown.iter().map(|key| (*key).to_owned()).collect(),
    };
    assert_eq!(
        decisions,
        [
            decision("s3:PutObject", true, &[]),
            decision("s3:GetObject", false, &[]),
            decision("s3:X", false, &["aws:MultiFactorAuthPresent"]),
        ]
    );
    let requests = stub.requests();
    for (field, value) in [
        ("Action", "SimulatePrincipalPolicy"),
        ("PolicySourceArn", ME),
        ("ActionNames.member.2", "s3:GetObject"),
        ("ResourceArns.member.1", "arn:aws:s3:::b/k"),
        ("ContextEntries.member.1.ContextKeyName", "iam:PassedToService"),
        ("ContextEntries.member.1.ContextKeyType", "string"),
        ("ContextEntries.member.1.ContextKeyValues.member.1", "lambda.amazonaws.com"),
    ] {
        assert_eq!(requests[0].field(field).as_deref(), Some(value), "{field}");
    }
    assert_eq!(requests[1].field("Marker").as_deref(), Some("next"));
}

#[tokio::test]
async fn a_query_without_resources_sends_none() {
    let stub = Stub::start(vec![page(&[], "")]);
    let actions = vec!["cloudwatch:GetMetricData".to_owned()];
    let query = PermissionQuery { actions, resources: Vec::new(), context: Vec::new() };
    stub.connect().await.permissions.simulate(ME, &query).await.unwrap();
    let body = stub.request().body;
    assert!(!body.contains("ResourceArns") && !body.contains("ContextEntries"), "{body}");
}

#[tokio::test]
async fn a_role_has_a_path() {
    let arn = "arn:aws:iam::123456789012:role/team/deploy";
    let role = format!(
        "<Role><Path>/team/</Path><RoleName>deploy</RoleName><RoleId>AROA1</RoleId><Arn>{arn}</Arn>\
         <CreateDate>2026-11-21T12:00:00Z</CreateDate></Role>"
    );
    let stub = Stub::start(vec![
        Answer::query("GetRole", &role),
        Answer::refusal(403, "AccessDenied", "no"),
    ]);
    let permissions = stub.connect().await.permissions;
    assert_eq!(permissions.role_arn("deploy").await.unwrap(), arn);
    let refused = permissions.role_arn("deploy").await.unwrap_err();
    assert_eq!((refused.kind, refused.operation), (ErrorKind::Denied, "GetRole"));
    assert_eq!(stub.requests()[0].field("RoleName").as_deref(), Some("deploy"));
}

#[tokio::test]
async fn a_policy_exists_or_not() {
    let stub = Stub::start(vec![
        Answer::query("GetPolicy", "<Policy><PolicyName>p</PolicyName></Policy>"),
        Answer::refusal(404, "NoSuchEntity", "Policy p does not exist."),
        Answer::refusal(403, "AccessDenied", "No."),
    ]);
    let permissions = stub.connect().await.permissions;
    let arn = "arn:aws:iam::123456789012:policy/p";
    assert!(permissions.policy_exists(arn).await.unwrap());
    assert!(!permissions.policy_exists(arn).await.unwrap());
    assert!(permissions.policy_exists(arn).await.is_err());
    assert_eq!(stub.requests()[0].field("PolicyArn").as_deref(), Some(arn));
}
