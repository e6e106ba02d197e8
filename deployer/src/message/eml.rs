//! Reads a real message, as a mail program saves it, for the fields of an event.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

use super::mail::address::addresses;
use super::mail::encoded_word::decode;
use super::mail::header::{Header, headers};
use crate::error::CommandError;
use crate::files::text::{MOST_MAIL, name_of, read_bytes, unmark};

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
    /// What cannot be read for certain.
    pub faults: Vec<EmlFault>,
}

/// A part of the event that a message does not give, because a header cannot be read for certain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmlFault {
    pub field: Field,
    pub sentence: String,
}

/// What an event takes from a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    From,
    Sender,
    Recipients,
    Subject,
}

/// Why a file is not a usable message.
#[derive(Debug, thiserror::Error)]
pub enum EmlError {
    /// The file cannot be read.
    #[error("cannot read the message {}", name_of(path))]
    Read {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("{} is not an e-mail message: {fault}", name_of(path))]
    NoMessage { path: PathBuf, fault: NoMessage },
}

/// Why bytes are not a message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoMessage {
    /// It has none of the headers of a message.
    #[error("it has none of the headers From, To, Cc, Bcc and Subject")]
    NoHeaders,
    #[error("line {0} is not a header, and headers follow it")]
    Line(usize),
    #[error("{0}")]
    Encoding(String),
}

impl Eml {
    /// The default values of a message.
    pub fn example() -> Self {
        Self {
            from: Some("from@example.com".to_owned()),
            recipients: vec!["recipient@example.com".to_owned()],
            subject: Some("Hello".to_owned()),
            ..Self::default()
        }
    }

    /// Reads a file; `-` is the standard input.
    /// Fails if the file cannot be read or is not a message.
    pub fn from_file(path: &Path) -> Result<Self, EmlError> {
        let refused = |source| EmlError::Read { path: path.to_owned(), source };
        let mut bytes = read_bytes(path, "--eml", MOST_MAIL).map_err(refused)?;
        unmark(&mut bytes).map_err(refused)?;
        Self::parse(&bytes).map_err(|fault| EmlError::NoMessage { path: path.to_owned(), fault })
    }

    /// Parses a message.
    /// Fails if it has no relevant header.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoMessage> {
        let mut bytes = bytes.to_vec();
        unmark(&mut bytes).map_err(|error| NoMessage::Encoding(error.to_string()))?;
        let headers = headers(&bytes).map_err(NoMessage::Line)?;
        let mut eml = Self::default();
        eml.from = eml.author(&headers, "from", Field::From);
        eml.sender = eml.author(&headers, "sender", Field::Sender);
        let mut known = HashSet::new();
        for name in ["to", "cc", "bcc"] {
            for header in headers.iter().filter(|header| header.name == name) {
                for address in eml.addresses(header, Field::Recipients) {
                    if known.insert(address.clone()) {
                        eml.recipients.push(address);
                    }
                }
            }
        }
        if let Some(header) = eml.only(&headers, "subject", Field::Subject) {
            match decode(&header.value) {
                Ok(subject) => eml.subject = Some(subject),
                Err(error) => eml.fault(Field::Subject, format!("the header Subject: {error}")),
            }
        }
        if eml.sender == eml.from {
            eml.sender = None;
        }
        if eml == Self::default() { Err(NoMessage::NoHeaders) } else { Ok(eml) }
    }

    fn fault(&mut self, field: Field, sentence: String) {
        self.faults.push(EmlFault { field, sentence });
    }

    /// The one header of this name.
    fn only<'a>(&mut self, headers: &'a [Header], name: &str, field: Field) -> Option<&'a Header> {
        let mut named = headers.iter().filter(|header| header.name == name);
        let first = named.next()?;
        if named.any(|other| other.value.trim_ascii() != first.value.trim_ascii()) {
            self.fault(field, format!("there are several headers {}", title(name)));
            return None;
        }
        Some(first)
    }

    fn author(&mut self, headers: &[Header], name: &str, field: Field) -> Option<String> {
        let header = self.only(headers, name, field)?;
        self.addresses(header, field).into_iter().next()
    }

    fn addresses(&mut self, header: &Header, field: Field) -> Vec<String> {
        addresses(&header.value).unwrap_or_else(|error| {
            self.fault(field, format!("the header {}: {error}", title(&header.name)));
            Vec::new()
        })
    }
}

/// The name of a header as people write it.
fn title(name: &str) -> String {
    let (first, rest) = name.split_at(name.len().min(1));
    format!("{}{rest}", first.to_ascii_uppercase())
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
    use crate::message::mail::address::fault;

    proptest! {
        #[test]
        fn a_damaged_message_is_parsed_or_rejected(text in damaged_text(vec![
            "From: =?utf-8?q?Andr=C3=A9?= <andre@example.com>\r\nSender: s@example.com\r\n\
             To: A group: a@example.com, \"B, C\" <b@example.com>;\r\nCc: c@example.com (comment)\r\n\
             Subject: =?iso-8859-1?B?SGVsbG8=?= folded\r\n line\r\n\
             Content-Type: multipart/mixed; boundary=\"x\"\r\n\r\n--x\r\n\r\nbody\r\n--x--\r\n".to_owned(),
        ])) {
            if let Ok(eml) = Eml::parse(text.as_bytes()) {
                prop_assert!(eml != Eml::default());
                for address in eml.recipients.iter().chain(&eml.from).chain(&eml.sender) {
                    prop_assert_eq!(fault(address), None);
                }
                let subject = eml.subject.unwrap_or_default();
                let is_odd = subject.contains(['\u{fffd}', '\n', '\r']);
                prop_assert!(!is_odd);
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
            faults: Vec::new(),
        };
        assert_eq!(eml, Ok(expected));
    }

    #[test]
    fn a_sender_equal_to_the_author_is_omitted() {
        let eml = Eml::parse(b"From: a@example.com\nSender: a@example.com\n\n").unwrap();
        assert_eq!((eml.from.as_deref(), eml.sender), (Some("a@example.com"), None));
    }

    #[test]
    fn text_without_headers_is_rejected() {
        for text in ["", "\r\n", "just text\n", "{\"subject\": \"x\"}", "X-Other: 1\n\nbody"] {
            assert_eq!(Eml::parse(text.as_bytes()), Err(NoMessage::NoHeaders), "{text}");
        }
        assert_eq!(Eml::parse(&[0xff, 0x0a, 0xfe]), Err(NoMessage::NoHeaders));
    }

    fn subject(value: &str) -> Result<String, Vec<EmlFault>> {
        let eml = Eml::parse(format!("From: a@example.com\r\nSubject: {value}\r\n\r\n").as_bytes())
            .unwrap();
        if eml.faults.is_empty() { Ok(eml.subject.unwrap()) } else { Err(eml.faults) }
    }

    fn to(value: &str) -> Result<Vec<String>, String> {
        let eml =
            Eml::parse(format!("From: a@example.com\r\nTo: {value}\r\n\r\n").as_bytes()).unwrap();
        match eml.faults.into_iter().next() {
            None => Ok(eml.recipients),
            Some(fault) => Err(fault.sentence),
        }
    }

    #[test]
    fn characters_that_are_cut_in_two_are_joined() {
        for (value, expected) in [
            ("=?utf-8?Q?pasi=C5?= =?utf-8?Q?=BEad=C4=97jim=C5=B3?=", "pasižadėjimų"),
            ("=?UTF-8?B?4oI=?=\r\n =?utf-8?b?rA==?=", "€"),
            ("=?UTF-8?B?4oKs4o?= =?UTF-8?B?Ks?=", "€€"),
            ("=?iso-2022-jp?B?GyRCRnw=?= =?ISO-2022-JP?B?S1wbKEI=?=", "日本"),
            ("=?iso-2022-jp?B?GyRCRnxLXBsoQg==?= =?iso-2022-jp?Q?a?= b", "日本a b"),
            ("=?gb2312?B?1tA=?= =?GB2312?B?zsQ=?=", "中文"),
            ("=?utf-8?Q?two=0Alines?=", "two lines"),
            ("=?utf-8*en?q?a_b?= c =?utf-8?x?d?=", "a b c =?utf-8?x?d?="),
            ("a =?b?c =?utf-8?q?=C3=A4?=", "a =?b?c ä"),
            ("plain ü", "plain ü"),
            ("", ""),
        ] {
            assert_eq!(subject(value).as_deref(), Ok(expected), "{value}");
        }
        for value in [
            "=?utf-8?Q?pasi=C5?= x",
            "=?x-unknown?Q?a?=",
            "=?iso-2022-kr?B?YQ==?=",
            "=?utf-8?B?*?=",
            "=?utf-8?q?a=00b?=",
            "=?utf-8?q?=EF=BF=BD?=",
        ] {
            assert_eq!(subject(value).unwrap_err()[0].field, Field::Subject, "{value}");
        }
    }

    #[test]
    fn odd_addresses_are_read_right_or_refused() {
        for (value, expected) in [
            (r#""john.doe."@sender.example"#, &[r#""john.doe."@sender.example"#][..]),
            (r#"<"john.doe."@sender.example>"#, &[r#""john.doe."@sender.example"#]),
            (
                r#""System Administrator"@example.org, "x@evil.example y"@internal.example, b@example.com"#,
                &[
                    r#""System Administrator"@example.org"#,
                    r#""x@evil.example y"@internal.example"#,
                    "b@example.com",
                ],
            ),
            (r#""john"@x.example"#, &["john@x.example"]),
            ("a @ x.example (a, b)", &["a@x.example"]),
            ("<@relay.example,@b.example:a@x.example>", &["a@x.example"]),
            ("a@x.example; \"B; c\" <b@x.example>", &["a@x.example", "b@x.example"]),
            ("=?utf-8?q?A=2C_b?= <a@x.example>, undisclosed-recipients:;", &["a@x.example"]),
            (
                "a..b@docomo.example, c@[127.0.0.1], ü@müller.example",
                &["a..b@docomo.example", "c@[127.0.0.1]", "ü@müller.example"],
            ),
            ("<>", &[]),
        ] {
            assert_eq!(
                to(value).as_deref(),
                Ok(&expected.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>()[..]),
                "{value}"
            );
        }
        for value in [
            "@x.example",
            "a@",
            "somebody",
            "a b@x.example",
            "<a@x.example> b@x.example",
            "\"a",
            "<a@x.example",
            "(a",
            "a@x.example <b@x.example",
            "<a@x.example><b@x.example>",
            "=?utf-8?q?a=40b?=",
            "a@x..example",
            "a@x\u{7}.example",
            "a@b@x.example",
            "<mailto:a@x.example>",
            "a@x example",
        ] {
            assert!(to(value).is_err(), "{value}: {:?}", to(value));
        }
    }

    #[test]
    fn the_first_header_may_follow_a_mark_or_an_envelope() {
        for before in ["\u{feff}", "", "From a@b Mon Nov 30\r\n", "1234\n", "\r\n", "X-A: 1\n"] {
            let eml = Eml::parse(
                format!("{before}Subject: Buy\r\nFrom: a@example.com\r\n\r\n").as_bytes(),
            )
            .unwrap();
            assert_eq!(
                (eml.subject.as_deref(), eml.from.as_deref()),
                (Some("Buy"), Some("a@example.com"))
            );
        }
        let odd = Eml::parse(b"From: a@example.com\nodd\nSubject: x\n\n");
        assert_eq!(odd, Err(NoMessage::Line(2)));
        let twice = Eml::parse(b"From: a@example.com\nFrom: b@example.com\n\n").unwrap();
        assert_eq!(twice.faults[0].field, Field::From);
        let wide: Vec<u8> =
            "From: a@example.com\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(matches!(Eml::parse(&wide), Err(NoMessage::Encoding(_))));
    }

    #[test]
    fn each_of_many_recipients_counts_once() {
        let all: Vec<String> = (0..50_000).map(|index| format!("u{index}@example.com")).collect();
        let mail = format!("From: a@example.com\nTo: {0}\nCc: {0}\n\n", all.join(", "));
        assert_eq!(Eml::parse(mail.as_bytes()).unwrap().recipients, all);
    }
}
