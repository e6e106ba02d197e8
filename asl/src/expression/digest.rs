//! Hashes and UUIDs, for expressions of both query languages.

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

/// The hash of some bytes in lower-case hexadecimal, or `None` if the algorithm is unknown.
pub(crate) fn hex(data: &[u8], algorithm: &str) -> Option<String> {
    let digest = match algorithm {
        "MD5" => Md5::digest(data).to_vec(),
        "SHA-1" => Sha1::digest(data).to_vec(),
        "SHA-256" => Sha256::digest(data).to_vec(),
        "SHA-384" => Sha384::digest(data).to_vec(),
        "SHA-512" => Sha512::digest(data).to_vec(),
        _ => return None,
    };
    Some(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A random UUID of version 4.
pub(crate) fn uuid(random: &mut fastrand::Rng) -> String {
    uuid::Builder::from_random_bytes(random.u128(..).to_le_bytes()).into_uuid().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_match_known_values() {
        let hash = |algorithm| hex(b"abc", algorithm).unwrap_or_default();
        assert_eq!(hash("MD5"), "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(hash("SHA-1"), "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert!(hash("SHA-256").starts_with("ba7816bf"));
        assert_eq!((hash("SHA-384").len(), hash("SHA-512").len()), (96, 128));
        assert_eq!(hex(b"", "CRC"), None);
    }

    #[test]
    fn uuids_have_version_4() {
        let uuid = uuid(&mut fastrand::Rng::with_seed(1));
        assert_eq!((uuid.len(), uuid.chars().nth(14)), (36, Some('4')));
    }
}
