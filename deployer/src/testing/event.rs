//! The event of a test: described by its fields, in a file, made from an e-mail message, or written out.

use handler::actions::Direction;
use serde_json::{Map, Value};

use super::fields::{expected, one_of};
use super::sibling_file;
use crate::digest::sha256;
use crate::document::Members;
use crate::files::text::decode;
use crate::finding::Finding;
use crate::message::{Draft, Eml, Field, FieldEdit, Invalid};

/// The members of a described event. The others override `eml`.
const DESCRIBED: [&str; 12] = [
    "eml",
    "from",
    "sender",
    "recipients",
    "subject",
    "direction",
    "message-id",
    "invocation-id",
    "truncated",
    "summary-version",
    "set",
    "without",
];

/// Where an event is described.
pub(super) struct Described<'a> {
    /// The description; `None` is an event with defaults only.
    pub(super) value: Option<&'a (Value, String)>,
    /// The test's name. New ids are derived from it, so that runs are repeatable.
    pub(super) test: &'a str,
    /// The file of the test.
    pub(super) origin: &'a str,
}

impl Described<'_> {
    pub(super) fn text(&self, findings: &mut Vec<Finding>) -> Option<String> {
        let none = Map::new();
        let (members, path) = match self.value {
            None => (&none, "$"),
            Some((Value::Object(members), path)) => (members, path.as_str()),
            Some((_, path)) => {
                findings.push(Finding { location: path.clone(), ..expected("an object") });
                return None;
            }
        };
        let members = Members::of(members, path);
        for whole in ["file", "json"] {
            if members.of.contains_key(whole) {
                members.only(&[whole], findings);
                return self.whole(&members, whole, findings);
            }
        }
        let mut known = vec!["file", "json", "invalid"];
        known.extend(DESCRIBED);
        members.only(&known, findings);
        let before = findings.len();
        let event = self.draft(&members, findings).map(Draft::event);
        let edits = edits(&members, findings);
        let invalid = invalid(&members, findings);
        let mut event = event.filter(|_| findings.len() == before)?;
        edits.into_iter().for_each(|edit| edit.apply(&mut event));
        Some(invalid.map_or_else(
            || Value::Object(event.clone()).to_string(),
            |kind| kind.text(event.clone()),
        ))
    }

    /// An event that is written out as a whole.
    fn whole(
        &self,
        members: &Members<'_>,
        key: &str,
        findings: &mut Vec<Finding>,
    ) -> Option<String> {
        if key == "json" {
            return members.of.get(key).map(Value::to_string);
        }
        let bytes = self.file(members, key, findings)?;
        let text = decode(bytes);
        text.map_err(|error| {
            findings.push(Finding::of_error("unreadable", members.at(key), &error));
        })
        .ok()
    }

    /// The content of the file that a member names.
    fn file(
        &self,
        members: &Members<'_>,
        key: &str,
        findings: &mut Vec<Finding>,
    ) -> Option<Vec<u8>> {
        let name = members.text(key, findings)?;
        let read = sibling_file::read(self.origin, name);
        read.map_err(|sentence| {
            let fix = "give the path of the file relative to the test file";
            findings.push(Finding::error("unreadable", members.at(key), sentence).fix(fix));
        })
        .ok()
    }

    fn draft(&self, members: &Members<'_>, findings: &mut Vec<Finding>) -> Option<Draft> {
        let eml = match members.of.contains_key("eml") {
            false => Eml::example(),
            true => {
                let read = Eml::parse(&self.file(members, "eml", findings)?);
                let faulty = |sentence| Finding::error("eml", members.at("eml"), sentence);
                let eml = read.map_err(|fault| findings.push(faulty(fault.to_string()))).ok()?;
                let instead = |field| match field {
                    Field::From => "from",
                    Field::Sender => "sender",
                    Field::Recipients => "recipients",
                    Field::Subject => "subject",
                };
                for fault in &eml.faults {
                    let key = instead(fault.field);
                    if !members.of.contains_key(key) {
                        let finding = faulty(fault.sentence.clone());
                        findings.push(finding.fix(format!("set `{key}` in the test instead")));
                    }
                }
                eml
            }
        };
        let recipients = match members.of.contains_key("recipients") {
            true => texts(members, "recipients", findings),
            false => eml.recipients,
        };
        // Empty values count: bounces have an empty sender, and many messages an empty subject.
        let mut said = |key: &str| {
            members.of.get(key)?;
            members.word(key, findings)
        };
        let digits = |what: &str| sha256(format!("{what} of {}", self.test).as_bytes());
        let new_id = |what: &str| digits(what).chars().take(32).collect::<String>();
        Some(Draft {
            summary_version: said("summary-version").unwrap_or_else(|| "2018-10-10".to_owned()),
            mail_from: said("from").or(eml.from).unwrap_or_default(),
            recipients,
            sender: said("sender").or(eml.sender),
            subject: said("subject").or(eml.subject).unwrap_or_default(),
            message_id: said("message-id").unwrap_or_else(|| new_id("message-id")),
            invocation_id: said("invocation-id").unwrap_or_else(|| new_id("invocation-id")),
            direction: direction(members, findings).unwrap_or(Direction::Inbound),
            truncated: flag(members, "truncated", findings).unwrap_or_default(),
        })
    }
}

fn texts(members: &Members<'_>, key: &str, findings: &mut Vec<Finding>) -> Vec<String> {
    let items = members.of.get(key).and_then(Value::as_array);
    let texts: Option<Vec<String>> =
        items.and_then(|items| items.iter().map(|item| item.as_str().map(str::to_owned)).collect());
    texts.unwrap_or_else(|| {
        findings.push(Finding { location: members.at(key), ..expected("a list of strings") });
        Vec::new()
    })
}

fn flag(members: &Members<'_>, key: &str, findings: &mut Vec<Finding>) -> Option<bool> {
    let value = members.of.get(key)?;
    if !value.is_boolean() {
        findings.push(Finding { location: members.at(key), ..expected("true or false") });
    }
    value.as_bool()
}

fn direction(members: &Members<'_>, findings: &mut Vec<Finding>) -> Option<Direction> {
    let word = members.word("direction", findings)?;
    match word.to_ascii_uppercase().as_str() {
        "INBOUND" => Some(Direction::Inbound),
        "OUTBOUND" => Some(Direction::Outbound),
        _ => {
            let location = members.at("direction");
            findings.push(Finding { location, ..expected("INBOUND or OUTBOUND") });
            None
        }
    }
}

/// Fields that get any value, and fields that are omitted.
fn edits(members: &Members<'_>, findings: &mut Vec<Finding>) -> Vec<FieldEdit> {
    let set = members.object("set", findings).map(|set| set.of.clone()).unwrap_or_default();
    let without = match members.of.contains_key("without") {
        true => texts(members, "without", findings),
        false => Vec::new(),
    };
    let set = set.into_iter().map(|(field, value)| FieldEdit::Set(field, value));
    set.chain(without.into_iter().map(FieldEdit::Without)).collect()
}

fn invalid(members: &Members<'_>, findings: &mut Vec<Finding>) -> Option<Invalid> {
    members.parsed("invalid", findings, one_of)
}
