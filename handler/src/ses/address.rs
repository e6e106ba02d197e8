//! The address in a header field such as `"Jane Doe" <jane@example.com>`.

/// The address of a mailbox: what is between the last `<` and the `>` after it, or the whole text.
pub(super) fn address(mailbox: &str) -> &str {
    let inner = mailbox.rsplit_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inner.map_or(mailbox, |(address, _)| address).trim()
}

/// The sender of an envelope; empty for the null sender, which notices of mail systems have.
///
/// AWS does not document how SES writes the null sender, so every known way counts.
pub(super) fn envelope_sender(source: Option<&str>) -> &str {
    let source = source.unwrap_or_default().trim();
    let is_null =
        source.is_empty() || source == "<>" || source.eq_ignore_ascii_case("MAILER-DAEMON");
    if is_null { "" } else { source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_out_of_its_mailbox() {
        for (mailbox, expected) in [
            ("jane@example.com", "jane@example.com"),
            (" Jane <jane@example.com> ", "jane@example.com"),
            ("\"a <b@c> d\" <jane@example.com>", "jane@example.com"),
            ("<jane@example.com", "<jane@example.com"),
            ("", ""),
        ] {
            assert_eq!(address(mailbox), expected);
        }
    }

    #[test]
    fn every_spelling_of_the_null_sender_is_empty() {
        for source in [None, Some(""), Some("<>"), Some(" "), Some("MAILER-DAEMON")] {
            assert_eq!(envelope_sender(source), "", "{source:?}");
        }
        assert_eq!(envelope_sender(Some("a@example.com")), "a@example.com");
    }
}
