//! The code of the functions that a flow brings: collected or built, inspected, and packed (docs/guides/functions.md).
//!
//! Reading order: the [`Package`] itself (`package`), the files of a folder (`code`), what makes dependencies (`build`, and
//! one file for each language), and what was made before (`cache`). Nothing here calls AWS.

mod build;
mod cache;
mod code;
mod command;
mod inspect;
mod node;
mod pack;
mod package;
mod python;
mod rust;
#[cfg(test)]
mod tests;
mod tool;

pub use build::{BuildError, Target};
pub use code::{CodeError, IGNORE_FILE};
pub use inspect::Unfit;
pub use package::{Package, PackageError, Reason, Workshop, outline, package, package_all};
pub use tool::ToolError;
