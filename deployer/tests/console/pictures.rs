//! The picture of a failure. The emulator's creations fail in one way only, which no flow's do.

use deployer::host::terminal::Size;

use crate::picture::{COLUMNS, drawn};
use crate::session::{ConsoleSession, ORGANIZATION};

const REASON: &str = "Resource handler returned message: \"User: arn:aws:iam::123456789012:user/operator is not \
                      authorized to perform: logs:PutRetentionPolicy (Service: CloudWatchLogs, Status Code: 400, \
                      Request ID: 0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0)\" (HandlerErrorCode: AccessDenied)";

#[tokio::test(start_paused = true)]
async fn the_picture_of_a_failure_is_up_to_date() {
    let mut session = ConsoleSession::new("picture-failure");
    session.file("deployer.yaml", format!("org-arn: {ORGANIZATION}\nhandler: bootstrap\n"));
    session.cloud.fail_resource("MfsmFunctionLogGroup", REASON);
    session.screen = Some(Size { width: usize::from(COLUMNS), height: 40 });
    let up = session.run("up --yes --color always").await;
    assert_eq!(up.code, 1);
    let shown = up.err.replace("$DIR/", "").replace("<sha256>", "5dac1eb7…");
    // The length of the folder's path decides whether this line is wrapped.
    let (before, after) = shown.split_once("handler for arm64:").unwrap();
    let shown = format!("{before}handler for arm64: {}", after.trim_start());
    let shown = shown.replace(" --color always", "").replace('\n', "\r\n");
    drawn("failure", "deployer up --yes", &shown);
}
