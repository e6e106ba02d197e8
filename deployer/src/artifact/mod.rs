//! The uploaded handler: a zip that Lambda can start, and its properties.
//!
//! Reading order: the [`Artifact`] itself (`load`), how it is packed (`archive`), inspected
//! (`inspect`) and embedded in the program (`embedded`). Nothing here calls AWS.

pub mod architecture;
pub mod archive;
#[cfg(test)]
#[path = "../../tests/elf/mod.rs"]
mod elf;
pub mod embedded;
pub mod functions;
pub mod inspect;
#[cfg(test)]
mod inspect_tests;
mod load;

pub use load::{Artifact, ArtifactError, Origin};
