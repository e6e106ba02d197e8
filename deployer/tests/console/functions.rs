//! Functions that a flow brings: planned, deployed, changed, exported, removed.

use std::io::{Cursor, Read as _};

use serde_json::Value;
use snapbox::{assert_data_eq, str};

use crate::session::{BUCKET, ConsoleSession, ORGANIZATION, STACK};

const DEFINITION: &str = "\
Comment: Asks a function.
QueryLanguage: JSONata
StartAt: Decide
States:
  Decide:
    Type: Task
    Resource: arn:aws:states:::lambda:invoke
    Arguments: {FunctionName: '${functions.decide}', Payload: '{% $states.input %}'}
    Output: '{% $states.result.Payload %}'
    End: true
";
const APP: &str = "def lambda_handler(event, context):\n    return {'actions': []}\n";
const SETTINGS: &str = "\
runtime: python3.13
description: Decides.
timeout: 10
environment:
  WORD: '${word}'
  WORDS: {Ref: Words}
";
const POLICY: &str = "\
Statement:
  - {Effect: Allow, Action: 'sns:Publish', Resource: {Ref: Words}}
";

/// A flow with one function in Python, in the folder `flow`.
pub(crate) fn session(name: &str) -> ConsoleSession {
    let session = ConsoleSession::new(name);
    let settings = format!("org-arn: {ORGANIZATION}\nhandler: bootstrap\nflow: flow\n");
    session.file("deployer.yaml", settings);
    let flow = session.path("flow");
    let _ = std::fs::remove_dir_all(&flow);
    let parameters =
        "parameters:\n  word: {type: string, default: yes it is, description: A word}\n";
    write(
        &session,
        "flow.yaml",
        &format!("name: asks\ndescription: Asks a function.\n{parameters}"),
    );
    write(&session, "definition.asl.yaml", DEFINITION);
    write(
        &session,
        "resources.yaml",
        "Resources:\n  Words: {Type: 'AWS::SNS::Topic', Properties: {TopicName: '${AWS::StackName}-words'}}\n",
    );
    write(&session, "functions/decide/function.yaml", SETTINGS);
    write(&session, "functions/decide/policy.yaml", POLICY);
    write(&session, "functions/decide/app.py", APP);
    write(&session, "functions/decide/tests/test_app.py", "import app\n");
    session
}

pub(crate) fn write(session: &ConsoleSession, path: &str, text: &str) {
    let path = session.path("flow").join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

pub(crate) fn deployed(session: &ConsoleSession) -> Value {
    serde_json::from_str(&session.cloud.template_text(STACK).unwrap()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_function_is_planned_deployed_changed_and_removed() {
    let session = session("functions-life");
    let up = session.run("up --yes").await;
    assert_eq!(up.code, 0, "{}", up.all());
    let template = deployed(&session);
    let resources = &template["Resources"];
    let function = &resources["MfsmFlowFunctionDecide"]["Properties"];
    assert_eq!(function["FunctionName"], "workmail-message-flow-decide");
    assert_eq!(function["Runtime"], "python3.13");
    assert_eq!(function["Handler"], "app.lambda_handler");
    assert_eq!(function["Timeout"], 10);
    assert_eq!(function["Environment"]["Variables"]["WORD"], "yes it is");
    assert_eq!(function["Environment"]["Variables"]["WORDS"]["Ref"], "Words");
    assert!(function["Code"]["S3ObjectVersion"].is_string());
    let role = &resources["MfsmFlowRoleDecide"]["Properties"]["Policies"];
    assert_eq!(role[1]["PolicyDocument"]["Statement"][0]["Action"], "sns:Publish");
    let invoke = resources["MfsmStateMachineRole"]["Properties"]["Policies"].to_string();
    let arn = "arn:aws:lambda:us-east-1:123456789012:function:workmail-message-flow-decide";
    assert!(invoke.contains(&format!("\"Resource\":[\"{arn}\"]")), "{invoke}");
    let definition = resources["MfsmStateMachine"]["Properties"]["DefinitionString"].as_str();
    assert!(definition.unwrap().contains(arn));

    let again = session.run("up --yes").await;
    assert!(again.err.contains("no changes"), "{}", again.all());
    let key = function["Code"]["S3Key"].as_str().unwrap().to_owned();

    write(&session, "functions/decide/app.py", &format!("{APP}# changed\n"));
    write(&session, "functions/decide/words.txt", "one\n");
    let plan = session.run("plan").await;
    assert_data_eq!(
        plan.out,
        str![[r#"
stack workmail-message-flow would be updated in account 123456789012, region us-east-1
  handler for arm64: $DIR/bootstrap
  + function decide s3://message-flow-artifacts-123456789012-us-east-1/workmail-message-flow/<sha256>.zip
  ~ change MfsmFlowFunctionDecide AWS::Lambda::Function
      Code/S3Key: workmail-message-flow/<sha256>.zip -> workmail-message-flow/<sha256>.zip
      Code/S3ObjectVersion: v2 -> (known after it is applied)
  ~ change code of function decide
      + words.txt
      ~ app.py
Plan: 0 to add, 1 to change, 0 to remove.

"#]]
    );
    let changed = session.run("up --yes").await;
    assert_eq!(changed.code, 0, "{}", changed.all());
    let objects = session.cloud.object_keys(BUCKET);
    assert!(!objects.contains(&key), "the old code is hidden: {objects:?}");
    let status = session.run("status").await;
    assert!(status.out.contains("flow function  decide: Active (arm64)"), "{}", status.out);
    let down = session.run("down --yes").await;
    assert_eq!(down.code, 0, "{}", down.all());
    assert_eq!(session.cloud.stack_names(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn an_export_has_the_code_of_each_function() {
    let session = session("functions-export");
    let _ = std::fs::remove_dir_all(session.path("there"));
    let export = session.run("export $DIR/there --bucket company").await;
    assert_eq!(export.code, 0, "{}", export.all());
    let zip = std::fs::read(session.path("there/functions/decide.zip")).unwrap();
    let mut zip = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
    assert_eq!(zip.file_names().map(Result::unwrap).collect::<Vec<_>>(), ["app.py"]);
    let mut code = String::new();
    zip.by_index(0).unwrap().read_to_string(&mut code).unwrap();
    assert_eq!(code, APP);
    let parameters: Value = serde_json::from_str(&session.read("there/parameters.json")).unwrap();
    let key = parameters["Parameters"]["ArtifactKeyDecide"].as_str().unwrap();
    assert!(key.starts_with("workmail-message-flow/") && key.ends_with(".zip"), "{key}");
    let copied =
        export.err.contains("/there/functions/decide.zip\" s3://company/workmail-message-flow/");
    assert!(copied, "{}", export.err);
    let template: Value = serde_json::from_str(&session.read("there/template.json")).unwrap();
    let code = &template["Resources"]["MfsmFlowFunctionDecide"]["Properties"]["Code"];
    assert_eq!(code["S3Key"]["Ref"], "ArtifactKeyDecide");
}

#[tokio::test(start_paused = true)]
async fn everything_that_is_wrong_with_functions_is_found_with_its_place() {
    let session = session("functions-wrong");
    write(
        &session,
        "functions/decide/function.yaml",
        "\
runtime: python3.x
memry: 256
timeout: 901
environment: {AWS_REGION: x, 1a: y, LIST: [1]}
layers: [arn:aws:lambda:us-east-1:123456789012:layer:x]
vpc: {subnets: [subnet-1]}
build: make
code: ../dist
",
    );
    write(
        &session,
        "functions/decide/policy.yaml",
        "Statement:\n  - {Effect: Allow, Action: 's3:*', Resource: {Ref: Gone}}\n",
    );
    write(&session, "functions/Bad_Name/function.yaml", "runtime: python3.13\n");
    write(&session, "functions/empty/README.md", "");
    let check = session.run("check").await;
    assert_data_eq!(
        check.all(),
        str![[r#"
flow: $DIR/flow ($DIR/deployer.yaml:3: flow)
--- stdout
error[function-name] $DIR/flow/functions/Bad_Name: `Bad_Name`: the name of a function consists of words of the letters a-z and digits, each beginning with a letter, with hyphens between them, 32 characters at most
  fix: such as `translate` or `add-footer`
error[missing-file] $DIR/flow/functions/empty: the function's folder has no function.yaml
  fix: write one with a line such as `runtime: python3.13`
2 errors, 0 warnings in definition, handler; not checked: template
--- exit 3

"#]]
    );
    for gone in ["Bad_Name", "empty"] {
        std::fs::remove_dir_all(session.path("flow/functions").join(gone)).unwrap();
    }
    let check = session.run("check").await;
    assert_data_eq!(
        check.all(),
        str![[r#"
flow: $DIR/flow ($DIR/deployer.yaml:3: flow)
--- stdout
error[function-runtime] $DIR/flow/functions/decide/function.yaml:1:1 $.runtime: `python3.x` is not a Lambda runtime
  fix: use one such as python3.13, nodejs22.x, or provided.al2023
error[unknown-key] $DIR/flow/functions/decide/function.yaml:2:1 $.memry: `memry` is unknown here
  fix: did you mean `memory`?
error[wrong-kind] $DIR/flow/functions/decide/function.yaml:3:1 $.timeout: a whole number of seconds from 1 to 900 is expected
error[function-variable] $DIR/flow/functions/decide/function.yaml:4:15 $.environment.AWS_REGION: Lambda sets `AWS_REGION` itself
  fix: use another name
error[function-variable] $DIR/flow/functions/decide/function.yaml:4:30 $.environment.1a: the name of a variable consists of letters, digits, and `_`, begins with a letter, and has at least two characters
error[wrong-kind] $DIR/flow/functions/decide/function.yaml:4:37 $.environment.LIST: a string, Ref, or Fn::GetAtt is expected
error[wrong-kind] $DIR/flow/functions/decide/function.yaml:5:10 $.layers[0]: the ARN of a layer's version is expected
error[missing-key] $DIR/flow/functions/decide/function.yaml:6:1 $.vpc: `security-groups` is missing
error[wrong-kind] $DIR/flow/functions/decide/function.yaml:6:17 $.vpc.subnets[0]: the ID of a subnet is expected
error[function-build] $DIR/flow/functions/decide/function.yaml:7:1 $.build: `build` builds the code, but `code` names code that is already built
  fix: remove one of them
error[policy-action] $DIR/flow/functions/decide/policy.yaml:2:21 $.Statement[0].Action: `s3:*` does not name a single action
  fix: name each action, such as dynamodb:GetItem
error[reference] $DIR/flow/functions/decide/policy.yaml:2:48 $.Statement[0].Resource.Ref: the flow has no resource `Gone`
12 errors, 0 warnings in definition, handler; not checked: template
--- exit 3

"#]]
    );
}

#[tokio::test(start_paused = true)]
async fn code_that_lambda_could_not_run_is_refused_before_anything_is_written() {
    let session = session("functions-unfit");
    std::fs::remove_file(session.path("flow/functions/decide/app.py")).unwrap();
    write(&session, "functions/decide/main.py", APP);
    let up = session.run("up --yes").await;
    assert_data_eq!(
        up.err,
        str![[r#"
flow: $DIR/flow ($DIR/deployer.yaml:3: flow)
error: function decide cannot be packed
  caused by: its handler is `app.lambda_handler`, but there is no app.py and no app/__init__.py

hint: correct `handler` in functions/decide/function.yaml, or rename the file

"#]]
    );
    assert_eq!(up.code, 2);
    assert_eq!(session.cloud.writes(), [""; 0]);
    let check = session.run("check").await;
    assert_eq!(check.code, 3, "{}", check.all());
    assert!(check.out.contains("there is no app.py"), "{}", check.out);
}

#[tokio::test(start_paused = true)]
async fn a_function_that_is_not_there_and_one_that_nobody_calls_are_named() {
    let session = session("functions-names");
    write(
        &session,
        "definition.asl.yaml",
        &DEFINITION.replace("functions.decide", "functions.decyde"),
    );
    let check = session.run("check").await;
    assert_data_eq!(
        check.all(),
        str![[r#"
flow: $DIR/flow ($DIR/deployer.yaml:3: flow)
--- stdout
error[unknown-function] $DIR/flow/definition.asl.yaml:8:17 $.States.Decide.Arguments.FunctionName: the flow has no function `decyde`
  fix: did you mean `decide`?
1 error, 0 warnings in definition, handler; not checked: template
--- exit 3

"#]]
    );
    write(&session, "definition.asl.yaml", &DEFINITION.replace("'${functions.decide}'", "other"));
    let check = session.run("check").await;
    assert!(check.out.contains("warning[unused-function]"), "{}", check.out);
}

#[tokio::test(start_paused = true)]
async fn the_rights_of_functions_are_in_the_policies() {
    let session = session("functions-rights");
    write(
        &session,
        "functions/decide/function.yaml",
        "\
runtime: python3.13
layers: ['arn:aws:lambda:us-east-1:123456789012:layer:x:1']
vpc: {subnets: [subnet-0123456789abcdef0], security-groups: [sg-0123456789abcdef0]}
",
    );
    let permissions = session.run("permissions --flow $DIR/flow").await;
    for expected in [
        "arn:aws:lambda:us-east-1:123456789012:function:workmail-message-flow-decide",
        "arn:aws:lambda:us-east-1:123456789012:layer:x:1",
        "log-group:/aws/lambda/workmail-message-flow-decide:*",
        "role/workmail-message-flow-MfsmFlowRoleDecide-*",
        "ec2:DescribeSubnets",
    ] {
        assert!(permissions.out.contains(expected), "{expected} in {}", permissions.out);
    }
    let up = session.run("up --yes").await;
    assert_eq!(up.code, 0, "{}", up.all());
    let template = deployed(&session);
    let function = &template["Resources"]["MfsmFlowFunctionDecide"]["Properties"];
    assert_eq!(function["VpcConfig"]["SubnetIds"][0], "subnet-0123456789abcdef0");
    let role = &template["Resources"]["MfsmFlowRoleDecide"]["Properties"]["Policies"];
    assert_eq!(role[1]["PolicyName"], "JoinTheNetwork");
    assert_eq!(role[1]["PolicyDocument"]["Statement"][1]["Effect"], "Deny");
}

#[tokio::test(start_paused = true)]
async fn an_up_with_functions_that_is_killed_anywhere_is_completed_by_the_next_one() {
    for changes in [false, true] {
        for calls in 0.. {
            let session = session("functions-killed");
            if changes {
                assert_eq!(session.run("up --yes").await.code, 0);
                write(
                    &session,
                    "functions/decide/app.py",
                    "def lambda_handler(e, c):\n    return e\n",
                );
            }
            session.cloud.kill_after(calls);
            let words = ["up", "--yes"].map(str::to_owned).into();
            let survived = session.run_unless_killed(words, None).await.is_some();
            session.cloud.cancel_kill();
            session.cloud.finish_operations();
            let again = session.run("up --yes").await;
            assert_eq!(again.code, 0, "killed at call {calls}: {}", again.all());
            let template = deployed(&session);
            for function in ["MfsmFunction", "MfsmFlowFunctionDecide"] {
                let code = &template["Resources"][function]["Properties"]["Code"];
                let (key, version) =
                    (code["S3Key"].as_str().unwrap(), code["S3ObjectVersion"].as_str());
                let stored = session.cloud.object_sha256(BUCKET, key, version).unwrap();
                assert!(key.contains(&stored), "killed at call {calls}: {key} is {stored}");
            }
            if survived {
                assert!(calls > 12, "up makes only {calls} calls");
                break;
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn code_that_somebody_changed_in_lambda_is_named_and_replaced() {
    let session = session("functions-planted");
    assert_eq!(session.run("up --yes").await.code, 0);
    session.cloud.plant_code(STACK, "MfsmFlowFunctionDecide", &"0".repeat(64));
    let drift = session.run("drift").await;
    assert_eq!(drift.code, 3, "{}", drift.all());
    let sentence = "function decide does not run the code that was deployed";
    assert!(drift.err.contains(sentence), "{}", drift.all());
    let status = session.run("status").await;
    assert!(status.out.contains(sentence), "{}", status.out);
    let up = session.run("up --yes").await;
    assert_eq!(up.code, 0, "{}", up.all());
    let drift = session.run("drift").await;
    assert_eq!(drift.code, 0, "{}", drift.all());
}
