//! Names of errors, if they are safe to show.

/// Whether a text looks like the name of an error. The definition chooses an error's name, possibly
/// from data, so without contents only such names are shown. The handler's log lines follow the
/// same rule.
pub fn is_error_name(text: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    !text.is_empty() && text.len() <= 128 && text.bytes().all(legal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_not_an_error_name() {
        for name in ["States.Timeout", "Lambda.TooManyRequestsException", "a-b_c"] {
            assert!(is_error_name(name), "{name}");
        }
        for text in ["", "for a@example.com", &"a".repeat(129)] {
            assert!(!is_error_name(text), "{text}");
        }
    }
}
