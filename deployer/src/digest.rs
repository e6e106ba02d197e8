//! Content hashes, which distinguish artifacts, templates and long names.

use sha2::{Digest, Sha256};

/// SHA-256 in lowercase hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
