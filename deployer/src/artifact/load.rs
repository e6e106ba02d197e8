//! Loads an artifact: the embedded one, or one that the user names.

use std::borrow::Cow;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use zip::result::ZipError;

use crate::digest::sha256;
use crate::finding::Finding;

use super::architecture::Architecture;
use super::inspect::{self, Inspected, UNZIPPED_LIMIT, Unfit};
use super::{archive, embedded};

/// A handler, packed and suitable for Lambda.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    pub zip: Cow<'static, [u8]>,
    /// SHA-256 of the zip in lowercase hexadecimal digits; identifies the code.
    pub digest: String,
    /// The architecture that the function must have.
    pub architecture: Architecture,
    pub origin: Origin,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    Embedded,
    /// A file, from `--handler`.
    File(PathBuf),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Embedded => f.write_str("the embedded handler"),
            Self::File(path) => path.display().fmt(f),
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum ArtifactError {
    /// This build has no embedded handler, and no other was named.
    #[error("this build of deployer contains no handler, because it is a debug build")]
    NothingEmbedded,
    #[error("cannot read the handler {}", path.display())]
    Read {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("{origin} cannot be deployed")]
    Unfit {
        origin: Origin,
        #[source]
        source: Unfit,
    },
    #[error("cannot pack {}", path.display())]
    Pack {
        path: PathBuf,
        #[source]
        source: ZipError,
    },
}

impl ArtifactError {
    /// The error as a finding.
    pub fn finding(&self) -> Finding {
        Finding::of_error("handler", "--handler", self).fix(self.fix())
    }

    /// What to do about it.
    pub fn fix(&self) -> &'static str {
        match self {
            Self::NothingEmbedded => "use a release build, or name a handler with --handler FILE",
            Self::Read { .. } => "name a file that exists and that you can read",
            Self::Unfit { source: Unfit::NotExecutable(_) | Unfit::NotReadable { .. }, .. } => {
                "run `chmod -R u=rwX,go=rX` on the files and zip them again, or name the program itself with \
                 --handler: it is packed with the right mode"
            }
            Self::Unfit { .. } | Self::Pack { .. } => {
                "omit --handler, or name a `bootstrap` for Linux, or a zip that contains one"
            }
        }
    }
}

/// The bytes of a file, up to the size that Lambda accepts, or only the first ones if it is not a
/// handler: a device has no end.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let mut bytes = Vec::new();
    (&mut file).take(4).read_to_end(&mut bytes)?;
    if inspect::looks_like_zip(&bytes) || bytes == *b"\x7fELF" {
        file.take(UNZIPPED_LIMIT).read_to_end(&mut bytes)?;
    }
    if bytes.len() as u64 > UNZIPPED_LIMIT {
        return Err(io::Error::other(format!("it is larger than {UNZIPPED_LIMIT} bytes")));
    }
    Ok(bytes)
}

impl Artifact {
    /// The embedded handler.
    /// Error: [`ArtifactError::NothingEmbedded`] in builds without one.
    pub fn embedded() -> Result<Self, ArtifactError> {
        embedded::artifact().ok_or(ArtifactError::NothingEmbedded)
    }

    /// A custom handler: a zip, which is uploaded as is, or a program, which is packed.
    /// Fails when the file cannot be read, or Lambda could not start its content.
    pub fn from_file(path: &Path) -> Result<Self, ArtifactError> {
        let path = path.to_owned();
        let bytes = match read(&path) {
            Ok(bytes) => bytes,
            Err(source) => return Err(ArtifactError::Read { path, source }),
        };
        if inspect::looks_like_zip(&bytes) {
            return Self::of_zip(bytes.into(), Origin::File(path));
        }
        let origin = Origin::File(path.clone());
        let program = match inspect::elf(&bytes) {
            Ok(program) => program,
            Err(source) => return Err(ArtifactError::Unfit { origin, source }),
        };
        match archive::zip_of(&bytes) {
            Ok(zip) => Ok(Self::of_inspected(zip.into(), program, origin)),
            Err(source) => Err(ArtifactError::Pack { path, source }),
        }
    }

    fn of_zip(zip: Cow<'static, [u8]>, origin: Origin) -> Result<Self, ArtifactError> {
        match inspect::zip(&zip) {
            Ok(program) => Ok(Self::of_inspected(zip, program, origin)),
            Err(source) => Err(ArtifactError::Unfit { origin, source }),
        }
    }

    fn of_inspected(zip: Cow<'static, [u8]>, program: Inspected, origin: Origin) -> Self {
        let digest = sha256(&zip);
        Self { zip, digest, architecture: program.architecture, origin }
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::super::elf::{ARM64, minimal_elf};
    use super::*;

    /// A temporary file that is removed at the end.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str, content: &[u8]) -> Self {
            let name = format!("deployer-artifact-{}-{name}", std::process::id());
            let path = std::env::temp_dir().join(name);
            std::fs::write(&path, content).unwrap();
            Self(path)
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = std::fs::remove_file(&self.0);
        }
    }

    #[test]
    fn a_program_is_packed_and_a_zip_is_used_as_is() {
        let program = minimal_elf(ARM64);
        let bare = Scratch::new("bare", &program);
        let packed = Artifact::from_file(&bare.0).unwrap();
        assert_eq!(packed.architecture, Architecture::Arm64);
        assert_eq!(packed.origin, Origin::File(bare.0.clone()));
        assert_eq!(packed.digest.len(), 64);

        let zip = Scratch::new("zip", &packed.zip);
        let taken = Artifact::from_file(&zip.0).unwrap();
        assert_eq!((taken.zip, taken.digest), (packed.zip, packed.digest));
    }

    #[test]
    fn a_file_that_is_not_a_handler_is_reported_with_the_reason() {
        let page = Scratch::new("page.html", b"<html>");
        let refused = Artifact::from_file(&page.0).unwrap_err();
        assert_eq!(refused.to_string(), format!("{} cannot be deployed", page.0.display()));
        let reason = refused.source().unwrap().to_string();
        assert_eq!(reason, "neither a zip archive nor an ELF program");
    }

    #[test]
    fn a_missing_file_is_reported() {
        let refused = Artifact::from_file(Path::new("no/such/handler.zip")).unwrap_err();
        assert_eq!(refused.to_string(), "cannot read the handler no/such/handler.zip");
    }
}
