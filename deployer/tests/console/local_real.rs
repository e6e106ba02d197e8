//! `deployer local --real`: tasks that call the real services.

use cloud::{ErrorKind, Reply};
use serde_json::json;
use snapbox::{assert_data_eq, str};

use crate::local::BROKEN;
use crate::session::{ConsoleSession, failure};

/// Looks a sender up, and publishes to a topic.
const TWO: &str = r#"
StartAt: Look
States:
  Look:
    Type: Task
    Resource: arn:aws:states:::dynamodb:getItem
    Parameters: {TableName: t, Key: {Sender: {"S.$": $.envelope.mailFrom.address}}}
    Catch: [{ErrorEquals: [DynamoDB.ResourceNotFoundException], Next: Drop}]
    Next: Tell
  Tell:
    Type: Task
    Resource: arn:aws:states:::aws-sdk:sns:publish
    Parameters: {TopicArn: a, "Message.$": $.Item.Why.S}
    Next: Junk
  Junk: {Type: Pass, Result: {actions: [{action: {type: MOVE_TO_JUNK}, allRecipients: true}]}, End: true}
  Drop: {Type: Pass, Result: {actions: [{action: {type: DROP}, allRecipients: true}]}, End: true}
"#;

#[tokio::test(start_paused = true)]
async fn real_tasks_call_the_services() {
    let session = ConsoleSession::new("local-real");
    session.file("two.asl.yaml", TWO);
    session.cloud.answer_next_request(json!({ "Item": { "Why": { "S": "spam" } } }));
    session.cloud.answer_next_request(json!({ "MessageId": "m" }));
    let line = "local --state-machine $DIR/two.asl.yaml --real all";
    assert_data_eq!(
        session.run(line).await.all(),
        str![[r#"
flow: $DIR/two.asl.yaml (--state-machine)
calling real services in account 123456789012, region us-east-1: all
warning[task-permission] $DIR/two.asl.yaml:6:5 $.States.Look.Resource: the role of the state machine has no permission for `arn:aws:states:::dynamodb:getItem`: it can only invoke Lambda functions, and do what the flow's policy.yaml allows
  fix: allow it in the flow's policy.yaml, or let a Lambda function do it
warning[task-permission] $DIR/two.asl.yaml:12:5 $.States.Tell.Resource: the role of the state machine has no permission for `arn:aws:states:::aws-sdk:sns:publish`: it can only invoke Lambda functions, and do what the flow's policy.yaml allows
  fix: allow it in the flow's policy.yaml, or let a Lambda function do it
assumed, because AWS does not document it: WorkMail pauses for 1 s at first, 2 times as long each time, at most 60 s; requests and cold starts take no time; what was written can be read immediately
--- stdout
     0.000 s  WorkMail invokes the function
     0.000 s    the execution starts
     0.000 s    Look (Task)
     0.000 s    Look calls dynamodb:getItem
     0.000 s    Look is left after 0.000 s
     0.000 s    Tell (Task)
     0.000 s    Tell calls aws-sdk:sns:publish
     0.000 s    Tell is left after 0.000 s
     0.000 s    Junk (Pass), 0.000 s
     0.000 s    the execution ends SUCCEEDED
     0.050 s  answered in 50 ms

recipient@example.com  MOVE_TO_JUNK: to the junk folder
{"actions":[{"action":{"type":"MOVE_TO_JUNK"},"allRecipients":true}]}
--- exit 0

"#]]
    );
    let requests = session.cloud.requests();
    assert_eq!(requests[0].0, "GetItem");
    assert_eq!(requests[0].1["Key"]["Sender"]["S"], "from@example.com");
    assert_eq!(requests[1], ("Publish", json!({ "TopicArn": "a", "Message": "spam" })));
    // A task with an answer does not call its service.
    session.file("answers.yaml", "Tell: {output: {}}\n");
    session.cloud.answer_next_request(json!({ "Item": { "Why": { "S": "spam" } } }));
    let one = session.run(&format!("{line} --answers $DIR/answers.yaml")).await;
    assert_eq!((one.code, session.cloud.requests().len()), (0, 3), "{}", one.all());
}

#[tokio::test(start_paused = true)]
async fn refusals_have_the_error_names_of_step_functions() {
    let session = ConsoleSession::new("local-real-refused");
    session.file("two.asl.yaml", TWO);
    let line = "local --state-machine $DIR/two.asl.yaml --real Look --rule-timeout 0";
    let (kind, code) = (ErrorKind::NotFound, Some("ResourceNotFoundException"));
    session.cloud.fail_next("GetItem", failure("DynamoDB", "GetItem", kind, code, "no table"));
    let caught = session.run(line).await;
    assert!(
        caught.out.contains("Look TaskFailed: DynamoDB.ResourceNotFoundException"),
        "{}",
        caught.all()
    );
    assert!(caught.out.contains("DROP"), "{}", caught.all());
    let (kind, code) = (ErrorKind::Invalid, Some("ValidationException"));
    session.cloud.fail_next("GetItem", failure("DynamoDB", "GetItem", kind, code, "odd"));
    let failed = session.run(line).await;
    assert!(
        failed.out.contains("Look TaskFailed: DynamoDB.AmazonDynamoDBException"),
        "{}",
        failed.all()
    );
}

#[tokio::test(start_paused = true)]
async fn real_tasks_invoke_functions() {
    let session = ConsoleSession::new("local-real-function");
    session.file(
        "asks.asl.yaml",
        BROKEN.replace("FunctionName: f", "FunctionName: f, Payload: {a: 1}"),
    );
    let template = r#"{"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "f"}}}}"#;
    session.cloud.add_stack("functions", template, &[]).await.unwrap();
    let reply =
        |failed, payload: &str| Some(Reply { failed, payload: payload.to_owned(), log: None });
    session.cloud.answer_next_invocation(reply(true, r#"{"errorType": "KeyError"}"#));
    let line =
        "local --state-machine $DIR/asks.asl.yaml --rule-timeout 0 --with-contents --real Look";
    let failed = session.run(line).await;
    assert!(failed.out.contains("Look TaskFailed: KeyError"), "{}", failed.all());
    session.cloud.answer_next_invocation(reply(false, r#"{"b": 2}"#));
    let answered = session.run(line).await;
    assert!(
        answered.out.contains(r#"output: {"Payload":{"b":2},"StatusCode":200}"#),
        "{}",
        answered.all()
    );
    assert_eq!(session.cloud.invocations(), [r#"{"a":1}"#, r#"{"a":1}"#]);
}

#[tokio::test(start_paused = true)]
async fn tasks_that_cannot_be_called_are_refused() {
    let session = ConsoleSession::new("local-real-wrong");
    let task = |resource: &str| {
        let parameters = "{QueueUrl: q, MessageBody: m}";
        format!("{{Type: Task, Resource: {resource}, Parameters: {parameters}, End: true}}")
    };
    let machine = format!(
        "StartAt: A\nStates:\n  A: {}\n",
        task("arn:aws:states:::aws-sdk:sqs:sendMessage.waitForTaskToken")
    );
    session.file("odd.asl.yaml", machine);
    let line = "local --state-machine $DIR/odd.asl.yaml --real";
    assert_data_eq!(
        format!(
            "{}{}",
            session.run(&format!("{line} A --real B")).await.all(),
            session.run(&format!("{line} A --task A=true")).await.all()
        ),
        str![[r#"
flow: $DIR/odd.asl.yaml (--state-machine)
calling real services in account 123456789012, region us-east-1: A, B
error: 2 settings cannot be used
  error[task] --real: the state `A` calls arn:aws:states:::aws-sdk:sqs:sendMessage.waitForTaskToken, which --real cannot call
  error[task] --real: the state machine has no Task state `B`
    fix: name one of its Task states: A
--- exit 2
flow: $DIR/odd.asl.yaml (--state-machine)
calling real services in account 123456789012, region us-east-1: A
error: --real cannot be used
  error[task] --real: the state `A` also has an answer or a command
--- exit 2

"#]]
    );
    assert_eq!(
        session.cloud.calls().iter().filter(|call| call.operation != "GetCallerIdentity").count(),
        0
    );
}
