//! The handler that is embedded in this build of `deployer`.

use super::architecture::Architecture;
use super::{Artifact, Origin};

// Written by the build script: `EMBEDDED`.
include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// What the build script embedded and inspected: inspecting the zip again would cost every run of
/// the program some twenty milliseconds.
struct Embedded {
    zip: &'static [u8],
    /// SHA-256 of the zip.
    digest: &'static str,
    architecture: Architecture,
    /// Whether arm64 was preferred but could not be built.
    fell_back: bool,
}

impl Embedded {
    /// A one-line description.
    fn describe(&self) -> String {
        let Self { architecture, digest, fell_back, .. } = self;
        let remark = match fell_back {
            true => ", the BUILD HOST's architecture: arm64 could not be built there",
            false => "",
        };
        format!("contains handler {architecture} (sha256 {}…){remark}", &digest[..8])
    }
}

/// The embedded handler; `None` in builds without one.
pub(super) fn artifact() -> Option<Artifact> {
    EMBEDDED.map(|Embedded { zip, digest, architecture, .. }| Artifact {
        zip: zip.into(),
        digest: digest.to_owned(),
        architecture,
        origin: Origin::Embedded,
    })
}

/// Whether the embedded handler is for the build host because it could not be built for arm64.
pub fn fell_back() -> bool {
    EMBEDDED.is_some_and(|carried| carried.fell_back)
}

/// The hash of the embedded handler's zip, in hexadecimal digits.
pub fn digest() -> Option<&'static str> {
    EMBEDDED.map(|carried| carried.digest)
}

/// One line for `deployer --version`: whether a handler is embedded, for which architecture, and
/// how to recognize it.
pub fn description() -> String {
    match EMBEDDED {
        Some(carried) => carried.describe(),
        None => "contains no handler (debug build)".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::inspect;
    use super::*;
    use crate::digest::sha256;

    const DIGEST: &str = "1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d";

    #[test]
    fn the_version_line_describes_the_embedded_handler() {
        let ordinary = Embedded {
            zip: b"zip",
            digest: DIGEST,
            architecture: Architecture::Arm64,
            fell_back: false,
        };
        assert_eq!(ordinary.describe(), "contains handler arm64 (sha256 1a2b3c4d…)");
        let fallback = Embedded { architecture: Architecture::X86_64, fell_back: true, ..ordinary };
        assert_eq!(
            fallback.describe(),
            "contains handler x86_64 (sha256 1a2b3c4d…), the BUILD HOST's architecture: \
             arm64 could not be built there"
        );
    }

    #[test]
    fn the_embedded_handler_matches_what_the_build_script_wrote() {
        match artifact() {
            Some(carried) => {
                assert_eq!(carried.digest, sha256(&carried.zip));
                let inspected = inspect::zip(&carried.zip).unwrap();
                assert_eq!(carried.architecture, inspected.architecture);
            }
            None => assert_eq!(description(), "contains no handler (debug build)"),
        }
    }
}
