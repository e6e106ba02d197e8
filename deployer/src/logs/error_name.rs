//! Names of errors, as far as they are names.

/// An error's name is chosen by the definition, possibly from data: only what looks like a name is shown
/// where no contents are wanted. The handler's log lines follow the same rule.
#[must_use]
pub fn is_error_name(text: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    !text.is_empty() && text.len() <= 128 && text.bytes().all(legal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_no_name() {
        for name in ["States.Timeout", "Lambda.TooManyRequestsException", "a-b_c"] {
            assert!(is_error_name(name), "{name}");
        }
        for text in ["", "for a@example.com", &"a".repeat(129)] {
            assert!(!is_error_name(text), "{text}");
        }
    }
}
