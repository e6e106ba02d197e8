//! What is refused before anything is written.

use std::net::TcpListener;

use crate::emulator::Trouble;
use crate::scene::Scene;

#[tokio::test]
async fn without_a_terminal_and_without_yes_nothing_is_written() -> Result<(), Trouble> {
    let scene = Scene::new().await?;
    let organization = scene.account.organization();
    let up = scene.flow("up", &[&organization]);
    let session = scene.run(&up).await?.ended(6)?;
    assert!(session.stderr.contains("--yes"), "{}", session.stderr);
    assert_eq!(scene.account.remains().await?, Vec::<String>::new());

    scene.up(&[]).await?.ended(0)?;
    let before = scene.account.remains().await?;
    scene.run(&["down"]).await?.ended(6)?;
    assert_eq!(scene.account.remains().await?, before);
    Ok(())
}

#[tokio::test]
async fn plan_and_render_write_nothing() -> Result<(), Trouble> {
    let scene = Scene::new().await?;
    let organization = scene.account.organization();
    let plan = scene.flow("plan", &[&organization]);
    let session = scene.run(&plan).await?.ended(0)?;
    assert!(session.stdout.contains("MfsmFunction"), "{}", session.stdout);
    let render = scene.flow("render", &[&organization]);
    let session = scene.run(&render).await?.ended(0)?;
    let template: serde_json::Value = serde_json::from_str(&session.stdout)
        .map_err(|cause| Trouble::of("render printed no JSON", cause))?;
    assert!(template["Resources"]["MfsmFunction"].is_object());
    assert_eq!(scene.account.remains().await?, Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn invalid_input_makes_no_request() -> Result<(), Trouble> {
    let mut scene = Scene::new().await?;
    let aws = TcpListener::bind("127.0.0.1:0").expect("a free port");
    aws.set_nonblocking(true).expect("a listener can be polled");
    let address = aws.local_addr().expect("a listener has an address");
    scene.variable("AWS_ENDPOINT_URL", format!("http://{address}"));

    let organization = scene.account.organization();
    let session = scene.up_for(&["nonsense"], &[]).await?.ended(2)?;
    assert!(session.stderr.contains("nonsense"), "{}", session.stderr);
    assert!(session.stderr.contains("arn:aws:workmail:"), "{}", session.stderr);
    scene.up(&["--memory", "64"]).await?.ended(2)?;
    scene.up(&["--tag", "aws:mine=1"]).await?.ended(2)?;
    let misnamed = [&scene.flow("up", &[&organization])[..], &["--stack-name", "1st"]].concat();
    scene.deployer.run(&misnamed).await?.ended(2)?;
    let broken = scene.file("broken.asl.json", r#"{ "States": {} }"#)?;
    scene.up(&["--state-machine", &broken]).await?.ended(2)?;
    assert!(aws.accept().is_err(), "a request was made");
    Ok(())
}

#[tokio::test]
async fn an_organization_of_another_account_is_refused() -> Result<(), Trouble> {
    let scene = Scene::new().await?;
    let foreign = scene.account.organization().replace(&scene.account.id, "999999999999");
    let session = scene.up_for(&[&foreign], &[]).await?.ended(2)?;
    assert!(session.stderr.contains("999999999999"), "{}", session.stderr);
    assert_eq!(scene.account.remains().await?, Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn unknown_credentials_are_reported() -> Result<(), Trouble> {
    let mut scene = Scene::new().await?;
    scene.variable("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE");
    let session = scene.up(&[]).await?.ended(4)?;
    assert!(session.stderr.contains("STS"), "{}", session.stderr);
    Ok(())
}
