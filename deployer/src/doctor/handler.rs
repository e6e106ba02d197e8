//! The version of the deployer, and the handler embedded in it.

use super::Check;
use crate::artifact::{Artifact, embedded};

const NAME: &str = "deployer";

pub(super) fn check() -> Check {
    let sentence = format!("deployer {} {}", env!("CARGO_PKG_VERSION"), embedded::description());
    match Artifact::embedded() {
        Ok(_) if embedded::fell_back() => Check::warning(NAME, sentence)
            .hint("docs/how-it-works/handler-build.md says what a build for arm64 needs"),
        Ok(_) => Check::ok(NAME, sentence),
        Err(_) => Check::warning(NAME, sentence)
            .hint("use a release build, or name a handler for `up` with --handler FILE"),
    }
}
