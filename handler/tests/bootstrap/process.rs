//! The process itself: its init, its end, and its connections.

use serde_json::json;

use crate::stub::{Bootstrap, Stub};
use crate::{DROP, EVENT, already_claimed};

#[test]
fn faulty_settings_end_init_with_every_fault() {
    let stub = Stub::listen();
    let faulty = [("EXECUTION_TABLE", ""), ("WAIT_TIME_FOR_EXECUTION", "15"), ("ON_FAILURE", "x")];
    let ended = Bootstrap::start(&stub, &faulty).wait();
    assert!(!ended.status.unwrap().success());
    assert_eq!(ended.error()["errorType"], "InvalidSettings");
    let line = ended.only_log_line();
    assert_eq!(line["errorType"], "InvalidSettings");
    for message in [&ended.error()["errorMessage"], &line["errorMessage"]] {
        let message = message.as_str().unwrap();
        for (name, _) in faulty {
            assert!(message.contains(name), "{message}");
        }
    }
}

#[test]
fn a_panic_is_logged_with_its_cause_before_the_process_ends() {
    let stub = Stub::listen();
    let ended = Bootstrap::start(&stub, &[("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "a lot")]).die();
    assert!(!ended.status.unwrap().success());
    let line = ended.only_log_line();
    assert_eq!((&line["level"], &line["errorType"]), (&json!("ERROR"), &json!("Panic")));
    let message = line["errorMessage"].as_str().unwrap();
    assert!(message.contains("MEMORY_SIZE"), "{message}");
}

#[test]
fn an_unreachable_runtime_is_logged_with_its_cause() {
    let stub = Stub::listen();
    let ended = Bootstrap::start(&stub, &[("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:1")]).die();
    assert!(!ended.status.unwrap().success());
    let line = ended.only_log_line();
    assert_eq!(line["errorType"], "RuntimeError");
    let message = line["errorMessage"].as_str().unwrap();
    assert!(message.contains("refused"), "{message}");
}

#[test]
fn an_unusable_ca_bundle_ends_init() {
    let no_file = "/nowhere/roots.pem";
    let no_roots = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    for (variable, path) in [("AWS_CA_BUNDLE", no_file), ("SSL_CERT_FILE", no_roots)] {
        let stub = Stub::listen();
        let ended = Bootstrap::start(&stub, &[(variable, path)]).wait();
        assert!(!ended.status.unwrap().success());
        assert_eq!(ended.error()["errorType"], "InvalidSettings");
        let message = ended.error()["errorMessage"].as_str().unwrap().to_owned();
        assert!(message.starts_with(&format!("{variable}: `{path}` ")), "{message}");
        assert_eq!(ended.only_log_line()["errorMessage"], message);
    }
}

#[test]
fn aws_is_reached_over_tls_with_the_named_roots() {
    let stub = Stub::listen();
    already_claimed(&stub, json!({"Verdict": {"S": DROP}}));
    let tls = stub.listen_with_tls();
    let bundle = tls.bundle.to_str().unwrap();
    let settings = [("AWS_ENDPOINT_URL", tls.endpoint.as_str()), ("AWS_CA_BUNDLE", bundle)];
    assert_eq!(Bootstrap::start(&stub, &settings).invoke(EVENT).response(), DROP);
}

#[test]
fn a_certificate_that_no_compiled_in_root_signed_is_rejected() {
    let stub = Stub::listen();
    let tls = stub.listen_with_tls();
    let ended = Bootstrap::start(&stub, &[("AWS_ENDPOINT_URL", &tls.endpoint)]).invoke(EVENT);
    assert_eq!(ended.error()["errorType"], "LedgerUnavailable");
    let message = ended.error()["errorMessage"].as_str().unwrap().to_owned();
    assert!(message.contains("UnknownIssuer"), "{message}");
    assert!(stub.targets().is_empty());
}
