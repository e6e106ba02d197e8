//! Handlers in Python: what they get, and what is said when they fail.

use serde_json::json;

use super::{Stage, python};

fn stage(code: &str) -> Stage {
    Stage::new(python("it"), &[("app.py", code)])
}

#[tokio::test]
async fn a_handler_answers_with_what_it_makes_of_the_event() {
    let stage =
        stage("def handler(event, context):\n    return {'got': event, 'ü': [1.5, None]}\n");
    let answer = stage.answer(json!({ "text": "größer \u{1f4e7}" })).await;
    assert_eq!(answer, json!({ "got": { "text": "größer \u{1f4e7}" }, "ü": [1.5, null] }));
}

#[tokio::test]
async fn the_context_is_that_of_lambda() {
    let stage = stage(
        "def handler(event, c):
    left = c.get_remaining_time_in_millis()
    return [c.function_name, c.function_version, c.invoked_function_arn, c.memory_limit_in_mb,
            c.log_group_name, c.log_stream_name.split('/')[3][:9], len(c.aws_request_id), 0 < left <= 120000,
            c.identity.cognito_identity_id, c.client_context]\n",
    );
    let arn = "arn:aws:lambda:us-east-1:123456789012:function:flow-it";
    let expected = json!([
        "flow-it",
        "$LATEST",
        arn,
        "256",
        "/aws/lambda/flow-it",
        "[$LATEST]",
        36,
        true,
        null,
        null
    ]);
    assert_eq!(stage.answer(json!({})).await, expected);
}

#[tokio::test]
async fn a_module_in_a_folder_is_found_and_so_are_its_packages() {
    let mut function = python("it");
    function.handler = "src/app.handler".to_owned();
    let files = [
        ("src/app.py", "import library\ndef handler(event, context):\n    return library.VALUE\n"),
        ("library/__init__.py", "VALUE = 'from the folder'\n"),
    ];
    assert_eq!(Stage::new(function, &files).answer(json!(null)).await, "from the folder");
}

#[tokio::test]
async fn what_lambda_would_not_have_is_not_found_either() {
    let stage = stage("import pip\ndef handler(event, context):\n    return 1\n");
    assert_eq!(stage.error(json!({})).await["errorType"], "Runtime.ImportModuleError");
}

#[tokio::test]
async fn an_exception_is_described_with_its_place() {
    let stage = stage(
        "class Odd(ValueError):\n    pass\n\ndef handler(event, context):\n    raise Odd('not ' + event)\n",
    );
    let error = stage.error(json!("even")).await;
    assert_eq!(error["errorType"], "Odd");
    assert_eq!(error["errorMessage"], "not even");
    assert_eq!(error["requestId"].as_str().unwrap().len(), 36);
    let trace = error["stackTrace"].as_array().unwrap();
    assert_eq!(trace.len(), 1, "{trace:?}");
    let path = stage.folder.path().join("app.py");
    let frame = format!(
        "  File \"{}\", line 5, in handler\n    raise Odd('not ' + event)\n",
        path.display()
    );
    assert_eq!(trace[0], frame);
    assert!(stage.output()[0].starts_with("[ERROR] Odd: not even"), "{:?}", stage.output());
    // The process goes on.
    assert_eq!(stage.error(json!("odd")).await["errorMessage"], "not odd");
}

#[tokio::test]
async fn what_cannot_be_loaded_has_lambdas_name() {
    for (code, kind, message) in [
        ("def handler(:\n", "Runtime.UserCodeSyntaxError", "Syntax error in module 'app':"),
        (
            "import nothing_like_it\n",
            "Runtime.ImportModuleError",
            "Unable to import module 'app': No module named 'nothing_like_it'",
        ),
        (
            "def other(event, context):\n    pass\n",
            "Runtime.HandlerNotFound",
            "Handler 'handler' missing on module 'app'",
        ),
        ("raise KeyError('at once')\n", "KeyError", "'at once'"),
    ] {
        let stage = stage(code);
        let error = stage.error(json!({})).await;
        assert_eq!(error["errorType"], kind);
        let found = error["errorMessage"].as_str().unwrap();
        assert!(found.starts_with(message), "{found}");
        let report = stage.platform().pop().unwrap();
        assert!(report.ends_with(&format!("Status: error Error Type: {kind}")), "{report}");
    }
}

#[tokio::test]
async fn a_missing_module_has_lambdas_name() {
    let stage = Stage::new(python("it"), &[("other.py", "")]);
    let error = stage.error(json!({})).await;
    assert_eq!(error["errorType"], "Runtime.ImportModuleError");
    assert_eq!(error["errorMessage"], "Unable to import module 'app': No module named 'app'");
}

#[tokio::test]
async fn an_answer_that_is_not_json_has_lambdas_name() {
    let stage = stage("def handler(event, context):\n    return {1, 2}\n");
    let error = stage.error(json!({})).await;
    assert_eq!(error["errorType"], "Runtime.MarshalError");
    let message = "Unable to marshal response: Object of type set is not JSON serializable";
    assert_eq!(error["errorMessage"], message);
}

#[tokio::test]
async fn decimals_are_numbers_as_in_lambda() {
    let code = "from decimal import Decimal\ndef handler(event, context):\n    return [Decimal('1.10'), 'x']\n";
    let reply = stage(code).invoke("{}").await;
    assert_eq!(reply.payload, "[1.10, \"x\"]");
}

#[tokio::test]
async fn nobody_is_called_outside_of_this_machine() {
    let stage = stage(
        "import http.client, socket
def tried(call):
    try:
        call()
    except OSError as error:
        return str(error)
    return 'done'

def handler(event, context):
    server = socket.create_server(('127.0.0.1', 0))
    inside = lambda: socket.create_connection(server.getsockname(), 5).close()
    datagram = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    return [tried(inside),
            tried(lambda: socket.create_connection(('192.0.2.1', 80), 5)),
            tried(lambda: http.client.HTTPConnection('example.com').request('GET', '/')),
            tried(lambda: datagram.sendto(b'', ('192.0.2.2', 53)))]\n",
    );
    let answer = stage.answer(json!({})).await;
    assert_eq!(answer[0], "done");
    for (nth, host) in [(1, "192.0.2.1"), (2, "example.com"), (3, "192.0.2.2")] {
        let sentence = answer[nth].as_str().unwrap();
        let start = format!("no connection to {host}: ");
        assert!(sentence.starts_with(&start) && sentence.contains("--real"), "{sentence}");
    }
    assert_eq!(stage.output().len(), 3, "{:?}", stage.output());
}

#[tokio::test]
async fn log_records_have_the_form_of_lambda() {
    let stage = stage(
        "import logging
logging.getLogger().setLevel('INFO')
def handler(event, context):
    logging.info('one')
    logging.getLogger('deep').warning('two')\n",
    );
    let _ = stage.answer(json!({})).await;
    let output = stage.output();
    assert_eq!(output.len(), 2, "{output:?}");
    let fields: Vec<&str> = output[0].split('\t').collect();
    assert_eq!((fields[0], fields[2].len(), fields[3]), ("[INFO]", 36, "one"));
    assert!(output[1].starts_with("[WARNING]\t") && output[1].ends_with("\ttwo"));
}
