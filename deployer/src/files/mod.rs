//! Files on this machine: written whole or not at all, and watched for changes.

pub mod atomic;
pub mod folder;
pub mod watcher;
