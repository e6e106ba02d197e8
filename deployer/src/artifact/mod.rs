//! The handler as it is uploaded: a zip that Lambda can start, and what is known about it.
//!
//! Reading order: the [`Artifact`] itself (`load`), how it is packed (`archive`), inspected (`inspect`)
//! and carried inside the program (`embedded`). Nothing here talks to AWS.

mod load;

pub mod architecture;
pub mod archive;
pub mod embedded;
pub mod inspect;

pub use load::{Artifact, ArtifactError, Origin};

#[cfg(test)]
#[path = "../../tests/elf/mod.rs"]
mod elf;
#[cfg(test)]
mod inspect_tests;
