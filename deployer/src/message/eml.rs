//! Reads a real message, as a mail program saves it, for the fields of an event.

use std::io;
use std::path::{Path, PathBuf};

use mail_parser::{Address, HeaderName, HeaderValue, MessageParser};

use crate::error::CommandError;

/// The headers of a message. Its `Message-ID` is not included, because WorkMail's `messageId` is a
/// different id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Eml {
    pub from: Option<String>,
    /// The address of `Sender`, if it differs from `From`: the message was sent on behalf of
    /// `From`.
    pub sender: Option<String>,
    /// The addresses of `To`, `Cc` and `Bcc`, without duplicates.
    pub recipients: Vec<String>,
    /// The decoded subject.
    pub subject: Option<String>,
}

/// Why a file is not a usable message.
#[derive(Debug, thiserror::Error)]
pub enum EmlError {
    /// The file cannot be read.
    #[error("cannot read the message {}", path.display())]
    Read {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    /// It has none of the headers of a message.
    #[error("{} is no e-mail message: it has none of the headers From, To, Cc, Bcc and Subject", .0.display())]
    NoHeaders(PathBuf),
}

impl Eml {
    /// The default values of a message.
    pub fn example() -> Self {
        Self {
            from: Some("from@example.com".to_owned()),
            sender: None,
            recipients: vec!["recipient@example.com".to_owned()],
            subject: Some("Hello".to_owned()),
        }
    }

    /// Reads a file.
    /// Fails if the file cannot be read or is not a message.
    pub fn from_file(path: &Path) -> Result<Self, EmlError> {
        let bytes = std::fs::read(path)
            .map_err(|source| EmlError::Read { path: path.to_owned(), source })?;
        Self::parse(&bytes).ok_or_else(|| EmlError::NoHeaders(path.to_owned()))
    }

    /// Parses a message; `None` if it has no relevant header.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let message = MessageParser::default().parse_headers(bytes)?;
        let mut eml = Self { subject: message.subject().map(str::to_owned), ..Self::default() };
        for header in message.headers() {
            let HeaderValue::Address(addresses) = &header.value else {
                continue;
            };
            match header.name {
                HeaderName::From => eml.from = address_list(addresses).into_iter().next(),
                HeaderName::Sender => eml.sender = address_list(addresses).into_iter().next(),
                HeaderName::To | HeaderName::Cc | HeaderName::Bcc => {
                    for address in address_list(addresses) {
                        if !eml.recipients.contains(&address) {
                            eml.recipients.push(address);
                        }
                    }
                }
                _ => {}
            }
        }
        if eml.sender == eml.from {
            eml.sender = None;
        }
        (eml != Self::default()).then_some(eml)
    }
}

fn address_list(addresses: &Address<'_>) -> Vec<String> {
    addresses.iter().filter_map(|address| address.address()).map(str::to_owned).collect()
}

impl From<EmlError> for CommandError {
    fn from(error: EmlError) -> Self {
        Self::usage(error)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::damaged_text::damaged_text;

    proptest! {
        #[test]
        fn a_damaged_message_is_parsed_or_rejected(text in damaged_text(vec![
            "From: =?utf-8?q?Andr=C3=A9?= <andre@example.com>\r\nSender: s@example.com\r\n\
             To: A group: a@example.com, \"B, C\" <b@example.com>;\r\nCc: c@example.com (comment)\r\n\
             Subject: =?iso-8859-1?B?SGVsbG8=?= folded\r\n line\r\n\
             Content-Type: multipart/mixed; boundary=\"x\"\r\n\r\n--x\r\n\r\nbody\r\n--x--\r\n".to_owned(),
        ])) {
            if let Some(eml) = Eml::parse(text.as_bytes()) {
                prop_assert!(eml != Eml::default());
            }
        }

        #[test]
        fn any_bytes_are_parsed_or_rejected(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = Eml::parse(&bytes);
            let _ = Eml::parse(&[b"From: ", bytes.as_slice(), b"\r\nTo: ", &bytes].concat());
        }
    }

    #[test]
    fn headers_are_decoded_and_groups_are_expanded() {
        let eml = Eml::parse(
            b"From: =?utf-8?q?Andr=C3=A9?= <andre@example.com>\r\n\
              Sender: Office <office@example.com>\r\n\
              To: Team: a@example.com, \"B, b\" <b@example.com>;\r\n\
              Cc: a@example.com,\r\n c@example.com\r\n\
              Bcc: undisclosed:;\r\n\
              Subject: =?iso-2022-jp?B?GyRCRnxLXBsoQg==?= =?utf-8?q?_=E2=82=AC?=\r\n\
              \r\nTo: not@a.header\r\n",
        );
        let expected = Eml {
            from: Some("andre@example.com".to_owned()),
            sender: Some("office@example.com".to_owned()),
            recipients: ["a", "b", "c"].map(|name| format!("{name}@example.com")).to_vec(),
            subject: Some("日本 €".to_owned()),
        };
        assert_eq!(eml, Some(expected));
    }

    #[test]
    fn a_sender_equal_to_the_author_is_omitted() {
        let eml = Eml::parse(b"From: a@example.com\nSender: a@example.com\n\n").unwrap();
        assert_eq!((eml.from.as_deref(), eml.sender), (Some("a@example.com"), None));
    }

    #[test]
    fn text_without_headers_is_rejected() {
        for text in ["", "\r\n", "just text\n", "{\"subject\": \"x\"}", "X-Other: 1\n\nbody"] {
            assert_eq!(Eml::parse(text.as_bytes()), None, "{text}");
        }
        assert_eq!(Eml::parse(&[0xff, 0x00, 0xfe]), None);
    }
}
