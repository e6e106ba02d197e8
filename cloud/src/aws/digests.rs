//! Digests as S3 and Lambda write them.

/// A SHA-256 digest in hexadecimal digits; `None` if this is no digest in Base64.
pub(super) fn hexadecimal(base64: &str) -> Option<String> {
    let bytes = aws_smithy_types::base64::decode(base64).ok().filter(|bytes| bytes.len() == 32)?;
    Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
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
    }
}
