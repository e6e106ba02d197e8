//! Expressions: paths, intrinsic functions and JSONata, evaluated on a state's data.

pub(crate) mod ambient;
pub(crate) mod context;
pub(crate) mod digest;
pub(crate) mod intrinsics;
pub(crate) mod jsonata;
pub(crate) mod path;
pub(crate) mod pattern;
pub(crate) mod scope;
pub(crate) mod selector;
pub(crate) mod template;
pub(crate) mod timestamp;
pub(crate) mod variables;
