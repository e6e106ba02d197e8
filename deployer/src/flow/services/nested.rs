//! Checks the structures inside of parameters: `Content.Simple.Subject` of `sesv2:sendEmail`.

use std::collections::HashMap;
use std::rc::Rc;

use serde_json::{Map, Value};

use super::list::Service;
use super::members::{Around, Inside, Members};
use super::request::given_in;
use super::{Check, REFUSED, Unknown};
use crate::document::suggestion::{closest, is_slip};
use crate::document::{item, member};
use crate::finding::Finding;

/// The structures that were looked up, by service and number.
pub(super) type Structures = HashMap<(&'static str, usize), Option<Rc<Members>>>;

/// Where a value is.
pub(super) struct Place<'a> {
    pub(super) service: Service,
    /// `sesv2:sendEmail`.
    pub(super) call: &'a str,
    /// The path in the document.
    pub(super) at: String,
}

impl Place<'_> {
    fn at(&self, at: String) -> Self {
        Self { at, ..*self }
    }

    /// The name of the parameter, without the number of an item.
    fn name(&self) -> &str {
        let end = self.at.rfind('.').map_or(0, |at| at + 1);
        self.at.get(end..).unwrap_or_default()
    }
}

impl Check {
    /// Checks a value that leads to a structure. What is written as a text, such as an expression, can be anything.
    pub(super) fn inside(&mut self, place: Place<'_>, value: &Value, inside: &Inside) {
        let Some(members) = self.structure(&place, inside.structure) else { return };
        self.around(&place, value, &inside.around, &members);
    }

    fn around(&mut self, place: &Place<'_>, value: &Value, around: &[Around], members: &Members) {
        match (around.split_first(), value) {
            (None, Value::Object(object)) => self.object(place, object, members),
            (Some((Around::List, rest)), Value::Array(items)) => {
                for (index, value) in items.iter().enumerate() {
                    self.around(&place.at(item(&place.at, index)), value, rest, members);
                }
            }
            (Some((Around::Map, rest)), Value::Object(entries)) => {
                for (name, value) in entries {
                    self.around(&place.at(member(&place.at, name)), value, rest, members);
                }
            }
            _ => {}
        }
    }

    fn object(&mut self, place: &Place<'_>, object: &Map<String, Value>, members: &Members) {
        let given = given_in(object);
        let mut meant = Vec::new();
        for &(key, computed, value) in &given {
            let suffix = if computed { ".$" } else { "" };
            let at = member(&place.at, &format!("{key}{suffix}"));
            let known = members.spelled(key);
            if let Some(known) = known {
                meant.push(known);
                if let Some(inside) = members.inside(known).filter(|_| !computed) {
                    self.inside(place.at(at), value, inside);
                }
                continue;
            }
            let slip = closest(key, members.names().filter(|known| is_slip(key, known)));
            meant.extend(slip);
            let object = Some(place.name());
            let unknown = Unknown { call: place.call, object, key, computed, slip };
            self.unknown_parameter(&unknown, members, at);
        }
        let is_given = |name: &str| meant.iter().any(|given| given.eq_ignore_ascii_case(name));
        for name in members.required.iter().filter(|name| !is_given(name)) {
            let sentence = format!("`{}` requires `{name}` in `{}`", place.call, place.name());
            self.findings.push(Finding::error(REFUSED, place.at.clone(), sentence).fix("add it"));
        }
    }

    fn structure(&mut self, place: &Place<'_>, number: usize) -> Option<Rc<Members>> {
        let service = place.service;
        let found = self.structures.entry((service.name, number));
        found.or_insert_with(|| service.structure(number).map(Rc::new)).clone()
    }
}
