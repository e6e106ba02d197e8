//! Input documents with positions: read strictly, and every fault has a line and column.

mod file;
mod members;
mod path;
pub mod pointer;
pub mod positions;
mod source_texts;
mod strict;
pub mod suggestion;

pub use file::Document;
pub use members::Members;
pub use path::{item, member};
pub use positions::Positions;
pub use source_texts::with_source_texts;
pub use strict::{FIX_SYNTAX, NotYaml, Strict};
