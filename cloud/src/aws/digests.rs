//! Digests as S3 and Lambda write them.

/// A SHA-256 digest in hexadecimal digits; `None` if this is no digest in Base64.
pub(super) fn hexadecimal(base64: &str) -> Option<String> {
    let bytes = aws_smithy_types::base64::decode(base64).ok().filter(|bytes| bytes.len() == 32)?;
    Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The digest of the digests of parts, and their number, with the digest in hexadecimal digits.
/// Source: Amazon S3 user guide, "Checking object integrity in Amazon S3", "Composite checksums".
pub(super) fn of_parts(text: &str) -> Option<String> {
    let (digest, parts) = text.rsplit_once('-')?;
    let parts: u32 = parts.parse().ok()?;
    Some(format!("{}-{parts}", hexadecimal(digest)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_digest_of_the_right_length_is_one() {
        let expected = "230d8358dc8e8890b4c58deeb62912ee2f20357ae92a5cc861b98e68fe31acb5";
        let digest = hexadecimal("Iw2DWNyOiJC0xY3utikS7i8gNXrpKlzIYbmOaP4xrLU=");
        assert_eq!(digest.as_deref(), Some(expected));
        for other in ["", "Iw2D", "Iw2DWNyOiJC0xY3utikS7i8gNXrpKlzIYbmOaP4xrLU=-3", "\u{e9}"] {
            assert_eq!(hexadecimal(other), None, "{other}");
        }
        let parts = of_parts("Iw2DWNyOiJC0xY3utikS7i8gNXrpKlzIYbmOaP4xrLU=-3");
        assert_eq!(parts, Some(format!("{expected}-3")));
        assert_eq!(of_parts("Iw2DWNyOiJC0xY3utikS7i8gNXrpKlzIYbmOaP4xrLU="), None);
    }
}
