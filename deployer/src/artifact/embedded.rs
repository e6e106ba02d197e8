//! The handler that this build of `deployer` carries inside itself.

use super::{Artifact, ArtifactError};

// Written by the build script: `HANDLER` (the zip, if any) and `FELL_BACK` (whether arm64 was wanted but
// could not be had).
include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// The embedded zip; none in builds that carry no handler.
pub(super) fn zip() -> Option<&'static [u8]> {
    HANDLER
}

/// Whether what is carried is for the build host only because arm64 could not be had there.
#[must_use]
pub fn fell_back() -> bool {
    FELL_BACK
}

/// One line for `deployer --version`: what is carried, for which processor, and how to recognise it.
#[must_use]
pub fn description() -> String {
    describe(Artifact::embedded(), FELL_BACK)
}

fn describe(embedded: Result<Artifact, ArtifactError>, fell_back: bool) -> String {
    match embedded {
        Ok(Artifact { architecture, digest, .. }) => {
            let remark = if fell_back {
                ", the BUILD HOST's architecture: arm64 could not be built there"
            } else {
                ""
            };
            format!("carries handler {architecture} (sha256 {}…){remark}", &digest[..8])
        }
        Err(ArtifactError::NothingEmbedded) => "carries no handler (debug build)".to_owned(),
        Err(_) => "carries a handler that Lambda could not start".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Origin;
    use super::super::architecture::Architecture;
    use super::*;

    fn carried(architecture: Architecture) -> Artifact {
        Artifact {
            zip: b"zip".into(),
            digest: "1a2b3c4d".repeat(8),
            architecture,
            glibc: None,
            origin: Origin::Embedded,
        }
    }

    #[test]
    fn the_version_line_tells_what_is_carried() {
        let nothing = describe(Err(ArtifactError::NothingEmbedded), false);
        assert_eq!(nothing, "carries no handler (debug build)");
        let ordinary = describe(Ok(carried(Architecture::Arm64)), false);
        assert_eq!(ordinary, "carries handler arm64 (sha256 1a2b3c4d…)");
        let fallback = describe(Ok(carried(Architecture::X86_64)), true);
        assert_eq!(
            fallback,
            "carries handler x86_64 (sha256 1a2b3c4d…), the BUILD HOST's architecture: \
             arm64 could not be built there"
        );
    }

    #[test]
    fn what_is_carried_can_be_deployed() {
        match Artifact::embedded() {
            Ok(artifact) => assert_eq!(artifact.origin, Origin::Embedded),
            Err(fault) => assert!(matches!(fault, ArtifactError::NothingEmbedded), "{fault}"),
        }
    }
}
