//! Handlers in Node.js: what they get, and what is said when they fail.

use serde_json::{Value, json};

use super::{LocalFunction, Stage, node};

fn stage(code: &str) -> Stage {
    Stage::new(node("it"), &[("app.js", code)])
}

/// A function of a version that calls no callbacks.
fn newer(code: &str) -> Stage {
    let function = LocalFunction { runtime: "nodejs24.x".to_owned(), ..node("it") };
    Stage::new(function, &[("app.js", code)])
}

#[tokio::test]
async fn a_handler_answers_with_what_it_makes_of_the_event() {
    let stage = stage("exports.handler = async (event) => ({ got: event, none: undefined });");
    let answer = stage.answer(json!({ "text": "größer \u{1f4e7}" })).await;
    assert_eq!(answer, json!({ "got": { "text": "größer \u{1f4e7}" } }));
}

#[tokio::test]
async fn a_module_may_be_one_of_either_kind() {
    let esm = "import { value } from './other.mjs';\nexport const handler = async () => value;\n";
    let files =
        [("app.mjs", esm), ("other.mjs", "export const value = await Promise.resolve('esm');")];
    assert_eq!(Stage::new(node("it"), &files).answer(json!({})).await, "esm");
    let package = ("package.json", r#"{ "type": "module" }"#);
    let files = [package, ("app.js", "export const handler = async () => 'by package';")];
    assert_eq!(Stage::new(node("it"), &files).answer(json!({})).await, "by package");
    let files = [package, ("app.cjs", "module.exports = { handler: async () => 'cjs' };")];
    assert_eq!(Stage::new(node("it"), &files).answer(json!({})).await, "cjs");
    let nested = LocalFunction { handler: "src/app.deep.handler".to_owned(), ..node("it") };
    let files = [("src/app.js", "exports.deep = { handler: async () => 'deep' };")];
    assert_eq!(Stage::new(nested, &files).answer(json!({})).await, "deep");
}

/// Lambda has the AWS SDK. Here it is a package of this machine, next to another one that Lambda does not have.
#[tokio::test]
async fn the_sdk_of_this_machine_is_found_and_no_other_package() {
    let machine = tempfile::tempdir().unwrap();
    for (name, code) in [
        ("@aws-sdk/client-x", "exports.said = require('@smithy/y').said;"),
        ("@smithy/y", "exports.said = 'here';"),
        ("other", "exports.said = 'other';"),
    ] {
        let folder = machine.path().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("index.js"), code).unwrap();
    }
    let with = |file: &str, code: &str| {
        Stage::with(node("it"), &[(file, code)], None, |options| {
            options.inherited.insert("NODE_PATH".into(), machine.path().into());
        })
    };
    let cjs = "const { said } = require('@aws-sdk/client-x');
        exports.handler = async () => [said, process.env.DEPLOYER_NODE_PACKAGES ?? null];";
    assert_eq!(with("app.js", cjs).answer(json!({})).await, json!(["here", null]));
    let esm =
        "import { said } from '@aws-sdk/client-x';\nexport const handler = async () => said;\n";
    assert_eq!(with("app.mjs", esm).answer(json!({})).await, "here");
    for (file, code) in [("app.js", "require('other');"), ("app.mjs", "import 'other';")] {
        let error = with(file, code).error(json!({})).await;
        assert!(error["errorMessage"].as_str().unwrap().contains("other"), "{error}");
    }
}

#[tokio::test]
async fn the_context_is_that_of_lambda() {
    let stage = stage(
        "exports.handler = async (event, c) => [c.functionName, c.functionVersion, c.invokedFunctionArn,
           c.memoryLimitInMB, c.logGroupName, c.logStreamName.slice(11, 20), c.awsRequestId.length,
           c.getRemainingTimeInMillis() > 0 && c.getRemainingTimeInMillis() <= 120000];",
    );
    let arn = "arn:aws:lambda:us-east-1:123456789012:function:flow-it";
    let expected =
        json!(["flow-it", "$LATEST", arn, "256", "/aws/lambda/flow-it", "[$LATEST]", 36, true]);
    assert_eq!(stage.answer(json!({})).await, expected);
}

#[tokio::test]
async fn older_versions_call_back() {
    for (code, expected) in [
        ("(event, context, callback) => callback(null, 'called back')", json!("called back")),
        ("(event, context, callback) => setTimeout(() => callback(null, event), 5)", json!(7)),
        ("(event, context) => context.succeed('done')", json!("done")),
        ("(event, context) => 'ignored'", Value::Null),
        ("() => new Promise(() => {})", Value::Null),
    ] {
        let stage = stage(&format!("exports.handler = {code};"));
        for _ in 0..2 {
            assert_eq!(stage.answer(json!(7)).await, expected, "{code}");
        }
    }
    let stage =
        stage("exports.handler = (event, context, callback) => callback(new RangeError('far'));");
    let error = stage.error(json!({})).await;
    assert_eq!(
        (&error["errorType"], &error["errorMessage"]),
        (&json!("RangeError"), &json!("far"))
    );
}

#[tokio::test]
async fn an_answer_waits_for_what_is_still_to_do_after_a_callback() {
    let stage = stage(
        "exports.handler = (event, context, callback) => {
           setTimeout(() => console.log('later'), 20);
           callback(null, 'first');
         };",
    );
    assert_eq!(stage.answer(json!({})).await, "first");
    assert_eq!(stage.output(), ["later"]);
}

#[tokio::test]
async fn newer_versions_take_what_is_returned() {
    assert_eq!(newer("exports.handler = () => 'at once';").answer(json!({})).await, "at once");
    let error = newer("exports.handler = (a, b, c) => c();").error(json!({})).await;
    assert_eq!(error["errorType"], "Runtime.CallbackHandlerDeprecated");
    let error = newer("exports.handler = () => new Promise(() => {});").error(json!({})).await;
    assert_eq!(error["errorType"], "Runtime.NodeJsExit");
}

#[tokio::test]
async fn an_error_is_described_with_its_place() {
    let stage = stage("exports.handler = async () => { throw new TypeError('not this'); };");
    let error = stage.error(json!({})).await;
    assert_eq!(error["errorType"], "TypeError");
    assert_eq!(error["errorMessage"], "not this");
    let trace = error["trace"].as_array().unwrap();
    assert_eq!(trace[0], "TypeError: not this");
    assert!(trace[1].as_str().unwrap().contains("app.js:1:"), "{trace:?}");
    assert!(stage.output()[0].starts_with("[ERROR] TypeError: "), "{:?}", stage.output());
}

#[tokio::test]
async fn what_cannot_be_loaded_has_lambdas_name() {
    for (code, kind, message) in [
        ("exports.handler = (;", "Runtime.UserCodeSyntaxError", "SyntaxError: "),
        (
            "require('nothing-like-it');",
            "Runtime.ImportModuleError",
            "Error: Cannot find module 'nothing-like-it'",
        ),
        (
            "exports.other = () => {};",
            "Runtime.HandlerNotFound",
            "app.handler is undefined or not exported",
        ),
        ("exports.handler = 1;", "Runtime.HandlerNotFound", "app.handler is not a function"),
        ("throw new EvalError('at once');", "EvalError", "at once"),
    ] {
        let error = stage(code).error(json!({})).await;
        assert_eq!(error["errorType"], kind);
        let found = error["errorMessage"].as_str().unwrap();
        assert!(found.starts_with(message), "{found}");
    }
    let error = Stage::new(node("it"), &[("other.js", "")]).error(json!({})).await;
    assert_eq!(error["errorType"], "Runtime.ImportModuleError");
}

#[tokio::test]
async fn what_is_thrown_or_rejected_aside_ends_the_process() {
    let stage = stage(
        "exports.handler = async (event) => {
           if (event === 'throw') setImmediate(() => { throw new Error('aside'); });
           if (event === 'reject') Promise.reject(new Error('nobody looks'));
           if (event !== 'fine') await new Promise((resolve) => setTimeout(resolve, 60000));
           return event;
         };",
    );
    let error = stage.error(json!("throw")).await;
    assert_eq!((&error["errorType"], &error["errorMessage"]), (&json!("Error"), &json!("aside")));
    assert_eq!(stage.answer(json!("fine")).await, "fine");
    let error = stage.error(json!("reject")).await;
    assert_eq!(error["errorType"], "Runtime.UnhandledPromiseRejection");
    assert_eq!(stage.answer(json!("fine")).await, "fine");
}

#[tokio::test]
async fn nobody_is_called_outside_of_this_machine() {
    let stage = stage(
        "const http = require('http'), net = require('net'), dgram = require('dgram');
         const { Worker } = require('worker_threads');
         const tried = (start) => new Promise((resolve) => {
           const socket = start();
           socket.on('connect', () => { socket.destroy(); resolve('done'); });
           socket.on('error', (error) => resolve(`${error.code} ${error.message}`));
         });
         exports.handler = async () => {
           const server = net.createServer().listen(0, '127.0.0.1');
           await new Promise((resolve) => server.on('listening', resolve));
           const inside = await tried(() => net.connect(server.address().port, '127.0.0.1'));
           server.close();
           const worker = new Worker(`require('net').connect(80, '192.0.2.3')
             .on('error', (error) => require('worker_threads').parentPort.postMessage(error.message))`, { eval: true });
           const thread = await new Promise((resolve) => worker.on('message', resolve));
           let datagram = 'sent';
           const udp = dgram.createSocket('udp4');
           try { udp.send('x', 53, '192.0.2.4'); } catch (error) { datagram = error.message; }
           udp.close();
           return [inside,
             await tried(() => net.connect({ port: 80, host: '192.0.2.1' })),
             await tried(() => http.get('http://example.com/')),
             await fetch('http://192.0.2.2/').catch((error) => error.cause.message), thread, datagram];
         };",
    );
    let answer = stage.answer(json!({})).await;
    assert_eq!(answer[0], "done");
    let hosts = ["192.0.2.1", "example.com", "192.0.2.2", "192.0.2.3", "192.0.2.4"];
    for (nth, host) in hosts.into_iter().enumerate() {
        let sentence = answer[nth + 1].as_str().unwrap();
        let part = format!("no connection to {host}: ");
        assert!(sentence.contains(&part) && sentence.contains("--real"), "{sentence}");
    }
}

#[tokio::test]
async fn an_answer_that_is_not_json_is_an_error() {
    let stage = stage("exports.handler = async () => { const it = {}; it.it = it; return it; };");
    assert_eq!(stage.error(json!({})).await["errorType"], "Runtime.JSONStringifyError");
}
