//! What is installed is what was meant: an object that somebody else put under the handler's key, and code that somebody
//! changed in Lambda.

use aws_sdk_lambda::primitives::Blob;
use serde_json::Value;

use crate::emulator::Trouble;
use crate::emulator::account::{Account, refused};
use crate::package::zipped;
use crate::sandbox::Sandbox;

/// Puts an object into a bucket as any S3 client does.
async fn plant(account: &Account, bucket: &str, key: &str, bytes: Vec<u8>) -> Result<(), Trouble> {
    let put = account.storage().put_object().bucket(bucket).key(key).body(bytes.into());
    put.send().await.map(drop).map_err(|cause| refused("PutObject", cause))
}

async fn code(sandbox: &Sandbox) -> Result<String, Trouble> {
    let settings = sandbox.settings().await?;
    Ok(settings.code_sha256().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn planted_code_is_replaced_in_the_bucket_and_in_lambda() -> Result<(), Trouble> {
    let sandbox = Sandbox::new().await?;
    // Another stack has made the bucket. What is planted is named in advance.
    let other = ["--yes", "--stack-name", "neighbor"];
    let organization = sandbox.account.organization();
    let arguments = [&sandbox.flow("up", &[&organization])[..], &other].concat();
    sandbox.deployer.run(&arguments).await?.ended(0)?;
    let arguments = [&sandbox.flow("plan", &[&organization])[..], &["--output", "json"]].concat();
    let plan: Value = serde_json::from_str(&sandbox.run(&arguments).await?.ended(0)?.stdout)
        .map_err(|cause| Trouble::of("the plan", cause))?;
    let url =
        plan["uploads"][0].as_str().unwrap_or_default().trim_start_matches("s3://").to_owned();
    let (bucket, key) = url.split_once('/').ok_or_else(|| Trouble::new("no upload"))?;
    let planted = zipped(&[("bootstrap", b"#!/bin/sh\nexit 1\n")]);
    plant(&sandbox.account, bucket, key, planted.clone()).await?;

    let up = sandbox.up(&[]).await?.ended(0)?;
    assert!(up.stderr.contains("warning[wrong-artifact]"), "{}", up.stderr);
    let installed = code(&sandbox).await?;
    sandbox.run(&["drift"]).await?.ended(0)?;
    let again = sandbox.up(&[]).await?.ended(0)?;
    assert!(again.stderr.contains("no changes"), "{}", again.stderr);

    // What is planted later is not what the template names.
    plant(&sandbox.account, bucket, key, planted.clone()).await?;
    sandbox.up(&["--memory", "256"]).await?.ended(0)?;
    assert_eq!(code(&sandbox).await?, installed);

    let update = sandbox.account.functions().update_function_code();
    let update = update.function_name(sandbox.function().await?).zip_file(Blob::new(planted));
    update.send().await.map_err(|cause| refused("UpdateFunctionCode", cause))?;
    assert_ne!(code(&sandbox).await?, installed);
    let status = sandbox.run(&["status"]).await?.ended(0)?;
    assert!(
        status.stdout.contains("does not run the handler that was deployed"),
        "{}",
        status.stdout
    );
    let drift = sandbox.run(&["drift"]).await?.ended(3)?;
    assert!(drift.stderr.contains("warning[other-code]"), "{}", drift.stderr);
    sandbox.up(&["--memory", "256"]).await?.ended(0)?;
    assert_eq!(code(&sandbox).await?, installed);
    sandbox.run(&["drift"]).await?.ended(0).map(drop)
}
