//! What is refused before anything is written.

use std::net::TcpListener;

use crate::emulator::Trouble;
use crate::sandbox::Sandbox;

#[tokio::test]
async fn without_a_terminal_and_without_yes_nothing_is_written() -> Result<(), Trouble> {
    let sandbox = Sandbox::new().await?;
    let organization = sandbox.account.organization();
    let up = sandbox.flow("up", &[&organization]);
    let session = sandbox.run(&up).await?.ended(6)?;
    assert!(session.stderr.contains("--yes"), "{}", session.stderr);
    assert_eq!(sandbox.account.remains().await?, Vec::<String>::new());

    sandbox.up(&[]).await?.ended(0)?;
    let before = sandbox.account.remains().await?;
    sandbox.run(&["down"]).await?.ended(6)?;
    assert_eq!(sandbox.account.remains().await?, before);
    Ok(())
}

#[tokio::test]
async fn plan_and_render_write_nothing() -> Result<(), Trouble> {
    let sandbox = Sandbox::new().await?;
    let organization = sandbox.account.organization();
    let plan = sandbox.flow("plan", &[&organization]);
    let session = sandbox.run(&plan).await?.ended(0)?;
    assert!(session.stdout.contains("MfsmFunction"), "{}", session.stdout);
    let render = sandbox.flow("render", &[&organization]);
    let session = sandbox.run(&render).await?.ended(0)?;
    let template: serde_json::Value = serde_json::from_str(&session.stdout)
        .map_err(|cause| Trouble::of("render printed no JSON", cause))?;
    assert!(template["Resources"]["MfsmFunction"].is_object());
    assert_eq!(sandbox.account.remains().await?, Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn invalid_input_makes_no_request() -> Result<(), Trouble> {
    let mut sandbox = Sandbox::new().await?;
    let aws = TcpListener::bind("127.0.0.1:0").expect("a free port");
    aws.set_nonblocking(true).expect("a listener can be polled");
    let address = aws.local_addr().expect("a listener has an address");
    sandbox.variable("AWS_ENDPOINT_URL", format!("http://{address}"));

    let organization = sandbox.account.organization();
    let session = sandbox.up_for(&["nonsense"], &[]).await?.ended(2)?;
    assert!(session.stderr.contains("nonsense"), "{}", session.stderr);
    assert!(session.stderr.contains("arn:aws:workmail:"), "{}", session.stderr);
    sandbox.up(&["--memory", "64"]).await?.ended(2)?;
    sandbox.up(&["--tag", "aws:mine=1"]).await?.ended(2)?;
    let misnamed = [&sandbox.flow("up", &[&organization])[..], &["--stack-name", "1st"]].concat();
    sandbox.deployer.run(&misnamed).await?.ended(2)?;
    let broken = sandbox.file("broken.asl.json", r#"{ "States": {} }"#)?;
    sandbox.up(&["--state-machine", &broken]).await?.ended(2)?;
    assert!(aws.accept().is_err(), "a request was made");
    Ok(())
}

#[tokio::test]
async fn an_organization_of_another_account_is_refused() -> Result<(), Trouble> {
    let sandbox = Sandbox::new().await?;
    let foreign = sandbox.account.organization().replace(&sandbox.account.id, "999999999999");
    let session = sandbox.up_for(&[&foreign], &[]).await?.ended(2)?;
    assert!(session.stderr.contains("999999999999"), "{}", session.stderr);
    assert_eq!(sandbox.account.remains().await?, Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn unknown_credentials_are_reported() -> Result<(), Trouble> {
    let mut sandbox = Sandbox::new().await?;
    sandbox.variable("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE");
    let session = sandbox.up(&[]).await?.ended(4)?;
    assert!(session.stderr.contains("STS"), "{}", session.stderr);
    Ok(())
}
