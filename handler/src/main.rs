//! The Lambda: settings, then invocations.

use std::process::ExitCode;

use handler::lambda;
use handler::settings::Settings;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    lambda::run(Settings::from_environment()).await
}
