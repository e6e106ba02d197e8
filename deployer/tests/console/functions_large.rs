//! Functions whose code is uploaded in parts.

use cloud::ErrorKind;

use crate::functions::{deployed, session};
use crate::session::{BUCKET, ConsoleSession, STACK, failure};

/// Bytes that no archive makes smaller, more than fit into one upload.
fn large(session: &ConsoleSession) {
    let mut random = fastrand::Rng::with_seed(7);
    let bytes: Vec<u8> = std::iter::repeat_with(|| random.u8(..)).take(17 << 20).collect();
    std::fs::write(session.path("flow").join("functions/decide/model.bin"), bytes).unwrap();
}

fn assert_stored(session: &ConsoleSession) {
    let code = &deployed(session)["Resources"]["MfsmFlowFunctionDecide"]["Properties"]["Code"];
    let (key, version) = (code["S3Key"].as_str().unwrap(), code["S3ObjectVersion"].as_str());
    let stored = session.cloud.object_sha256(BUCKET, key, version).unwrap();
    assert!(key.contains(&stored), "{key} is {stored}");
}

#[tokio::test(start_paused = true)]
async fn large_code_is_uploaded_in_parts_and_none_is_left_behind() {
    let session = session("functions-parts");
    large(&session);
    for operation in ["CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload"] {
        let calls = usize::from(operation == "UploadPart");
        session.cloud.fail_later(
            operation,
            calls,
            failure("S3", "", ErrorKind::Denied, Some("AccessDenied"), "it was made to fail"),
        );
        let failed = session.run("up --yes").await;
        assert_eq!(failed.code, 4, "{}", failed.all());
        assert!(failed.err.contains("it was made to fail"), "{}", failed.err);
        assert_eq!(session.cloud.unfinished_uploads(), [""; 0], "{operation}");
        assert!(session.cloud.template_text(STACK).is_none());
    }
    let up = session.run("up --yes").await;
    assert_eq!(up.code, 0, "{}", up.all());
    for words in
        ["uploaded 8.3 MB of 17.8 MB of the function decide", "uploaded 17.8 MB of 17.8 MB"]
    {
        assert!(up.err.contains(words), "{}", up.err);
    }
    assert_stored(&session);
    let again = session.run("up --yes").await;
    assert!(again.err.contains("no changes"), "{}", again.all());
    assert!(!again.err.contains("wrong-artifact"), "{}", again.all());
    let json = session.run("plan --output json").await;
    assert_eq!(json.code, 0, "{}", json.all());
}

/// The other calls of `up` are covered by `functions::an_up_with_functions_that_is_killed_anywhere…`, which is
/// much faster with less code.
#[tokio::test(start_paused = true)]
async fn an_upload_in_parts_that_is_killed_anywhere_is_completed_by_the_next_up() {
    for (last, left) in [
        ("PutObject", 0),
        ("CreateMultipartUpload", 1),
        ("UploadPart", 1),
        ("CompleteMultipartUpload", 0),
    ] {
        let session = session("functions-parts-killed");
        large(&session);
        session.cloud.kill_after_operation(last);
        session.run_killed("up --yes").await;
        assert_eq!(session.cloud.unfinished_uploads().len(), left, "after {last}");
        session.cloud.finish_operations();
        let again = session.run("up --yes").await;
        assert_eq!(again.code, 0, "killed after {last}: {}", again.all());
        assert_stored(&session);
        // The lifecycle of the bucket removes what a killed program leaves, and nothing else is left.
        assert_eq!(session.cloud.unfinished_uploads().len(), left, "after {last}");
        assert!(session.cloud.bucket_settings(BUCKET).unwrap().abort_upload_days > 0);
    }
}
