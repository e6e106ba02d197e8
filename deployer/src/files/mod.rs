//! Local files: written completely or not at all, and watched for changes.

mod atomic;
pub mod folder;
pub mod text;
pub mod watcher;

pub use atomic::{atomic_write, atomic_write_all};
