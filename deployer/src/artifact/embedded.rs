//! The handler that this build of `deployer` carries inside itself.

use super::architecture::Architecture;
use super::{Artifact, Origin};

// Written by the build script: `EMBEDDED`, of what it put in.
include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// What the build script put in, inspected there: looking into the zip again would cost every run of the
/// program some twenty milliseconds.
struct Embedded {
    zip: &'static [u8],
    /// SHA-256 of the zip.
    digest: &'static str,
    architecture: Architecture,
    /// Whether arm64 was wanted but could not be had.
    fell_back: bool,
}

impl Embedded {
    /// One line about it.
    fn describe(&self) -> String {
        let Self { architecture, digest, fell_back, .. } = self;
        let remark = match fell_back {
            true => ", the BUILD HOST's architecture: arm64 could not be built there",
            false => "",
        };
        format!("carries handler {architecture} (sha256 {}…){remark}", &digest[..8])
    }
}

/// The embedded handler; none in builds that carry none.
pub(super) fn artifact() -> Option<Artifact> {
    EMBEDDED.map(|Embedded { zip, digest, architecture, .. }| Artifact {
        zip: zip.into(),
        digest: digest.to_owned(),
        architecture,
        origin: Origin::Embedded,
    })
}

/// Whether what is carried is for the build host only because arm64 could not be had there.
#[must_use]
pub fn fell_back() -> bool {
    EMBEDDED.is_some_and(|carried| carried.fell_back)
}

/// One line for `deployer --version`: what is carried, for which processor, and how to recognise it.
#[must_use]
pub fn description() -> String {
    match EMBEDDED {
        Some(carried) => carried.describe(),
        None => "carries no handler (debug build)".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::inspect;
    use super::*;
    use crate::digest::sha256;

    const DIGEST: &str = "1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d";

    #[test]
    fn the_version_line_tells_what_is_carried() {
        let ordinary = Embedded {
            zip: b"zip",
            digest: DIGEST,
            architecture: Architecture::Arm64,
            fell_back: false,
        };
        assert_eq!(ordinary.describe(), "carries handler arm64 (sha256 1a2b3c4d…)");
        let fallback = Embedded { architecture: Architecture::X86_64, fell_back: true, ..ordinary };
        assert_eq!(
            fallback.describe(),
            "carries handler x86_64 (sha256 1a2b3c4d…), the BUILD HOST's architecture: \
             arm64 could not be built there"
        );
    }

    #[test]
    fn what_is_carried_is_what_the_build_script_says() {
        match artifact() {
            Some(carried) => {
                assert_eq!(carried.digest, sha256(&carried.zip));
                let inspected = inspect::zip(&carried.zip).unwrap();
                assert_eq!(carried.architecture, inspected.architecture);
            }
            None => assert_eq!(description(), "carries no handler (debug build)"),
        }
    }
}
