//! Reads the values of fields: templates, settings, paths.

use serde_json::Value;

use super::super::machine::{PathField, ResultPath, Setting, SettingValue};
use super::{Object, Place, Reader};
use crate::expression::intrinsics::Intrinsic;
use crate::expression::jsonata::{self, Expression, NotRead};
use crate::expression::path::ReferencePath;
use crate::expression::pattern::{Doubt, STEPS_OF_SLOW};
use crate::expression::selector::{Selector, is_name};
use crate::expression::template::{QueryLanguage, Template};

impl Reader {
    /// Reads a template in the state's query language.
    pub(super) fn template(
        &mut self,
        object: &Object,
        field: &str,
        at: &Place,
        language: QueryLanguage,
    ) -> Option<Template> {
        let value = object.get(field)?;
        Some(match language {
            QueryLanguage::JsonPath => self.path_template(value, &at.member(field)),
            QueryLanguage::Jsonata => {
                self.jsonata_template(value, &at.field(field), &at.member(field))
            }
        })
    }

    fn path_template(&mut self, value: &Value, at: &Place) -> Template {
        match value {
            Value::Object(members) => {
                let members = members.iter().map(|(name, member)| match name.strip_suffix(".$") {
                    Some(plain) => (plain.to_owned(), self.computed(name, member, at)),
                    None => (name.clone(), self.path_template(member, &at.member(name))),
                });
                Template::object(members.collect())
            }
            Value::Array(items) => {
                let items = items.iter().enumerate();
                Template::list(
                    items.map(|(index, item)| self.path_template(item, &at.item(index))).collect(),
                )
            }
            other => Template::Literal(other.clone()),
        }
    }

    /// Reads the value of a field whose name ends in `.$`.
    fn computed(&mut self, field: &str, value: &Value, at: &Place) -> Template {
        let text = value.as_str().unwrap_or_default();
        if text.starts_with("States.") {
            match Intrinsic::parse(text) {
                Ok(intrinsic) => return Template::Intrinsic(intrinsic),
                Err(_) => self.report_invalid_path(field, at),
            }
        } else {
            match Selector::parse(text) {
                Ok(selector) => return Template::Path { field: field.to_owned(), selector },
                Err(_) => self.report_invalid_path(field, at),
            }
        }
        Template::Literal(Value::Null)
    }

    fn report_invalid_path(&mut self, field: &str, at: &Place) {
        let message = format!(
            "The value for the field '{field}' must be a valid JSONPath or a valid intrinsic function \
             call"
        );
        self.schema_of(at, field, message);
    }

    pub(super) fn jsonata_template(&mut self, value: &Value, field: &str, at: &Place) -> Template {
        match value {
            Value::Object(members) => {
                let members = members.iter().map(|(name, member)| {
                    let field = format!("{field}/{name}");
                    (name.clone(), self.jsonata_template(member, &field, &at.member(name)))
                });
                Template::object(members.collect())
            }
            Value::Array(items) => {
                let items = items.iter().enumerate().map(|(index, item)| {
                    self.jsonata_template(item, &format!("{field}[{index}]"), &at.item(index))
                });
                Template::list(items.collect())
            }
            Value::String(text) => match jsonata::embedded(text) {
                Some(expression) => self
                    .expression(expression, field, at)
                    .map_or(Template::Literal(Value::Null), Template::Jsonata),
                None => {
                    self.delimiters(text, at);
                    Template::Literal(value.clone())
                }
            },
            other => Template::Literal(other.clone()),
        }
    }

    /// Reports a text that only begins or only ends like a JSONata expression. One with spaces at both ends is a
    /// text, as recorded.
    /// Source: developer guide, "Transforming data with JSONata", "Improperly opening or closing".
    fn delimiters(&mut self, text: &str, at: &Place) {
        if text.starts_with("{%") != text.ends_with("%}") {
            let message = "A JSONata expression begins with '{%' and ends with '%}', with no spaces around them";
            self.schema(at, message);
        }
    }

    /// Notes what can go wrong with the regular expressions of an expression.
    fn doubt(&mut self, expression: &Expression, at: &Place) {
        let mut doubts = expression.doubts().to_vec();
        for (source, pattern) in expression.suspects() {
            if !self.slow_texts.contains_key(source) && self.steps_left >= STEPS_OF_SLOW {
                let text = pattern.slow_text();
                self.steps_left -= if text.is_some() { STEPS_OF_SLOW } else { 0 };
                self.slow_texts.insert(source.to_owned(), text);
            }
            let text = self.slow_texts.get(source).cloned().flatten();
            let pattern = source.to_owned();
            doubts.extend(text.map(|text| Doubt::Slow { pattern, text }));
        }
        self.doubts.extend(doubts.into_iter().map(|doubt| (at.pointer.clone(), doubt)));
    }

    /// Reads a JSONata expression.
    pub(super) fn expression(&mut self, text: &str, field: &str, at: &Place) -> Option<Expression> {
        match Expression::parse(text, field) {
            Ok(expression) => {
                self.doubt(&expression, at);
                let (result, error_output) = expression.names();
                for (named, known, member) in [
                    (result, self.available.result, "result"),
                    (error_output, self.available.error_output, "errorOutput"),
                ] {
                    if named && !known {
                        let message = format!("'$states.{member}' is not available in this field");
                        self.schema(at, message);
                    }
                }
                Some(expression)
            }
            Err(NotRead::Refused(error)) => {
                let message = format!("The JSONata expression '{text}' is not valid: {error}");
                self.schema(at, message);
                None
            }
            Err(NotRead::NotRunHere(why)) => {
                self.unsupported(
                    at,
                    format!("The JSONata expression '{text}' is not run here: {why}"),
                );
                None
            }
        }
    }

    /// Reads a field with a single value, or its `…Path`. `fits` checks a literal.
    pub(super) fn setting(
        &mut self,
        object: &Object,
        field: &'static str,
        at: &Place,
        language: QueryLanguage,
        fits: impl Fn(&Value) -> bool,
    ) -> Option<Setting> {
        let path_field = format!("{field}Path");
        let value = match (object.get(field), object.get(&path_field)) {
            (Some(_), Some(_)) => {
                let message = format!("Only one of '{field}' and '{path_field}' is allowed");
                self.schema_of(at, &path_field, message);
                return None;
            }
            (Some(value), None) => {
                let inside = value.as_str().and_then(jsonata::embedded);
                match inside.filter(|_| language == QueryLanguage::Jsonata) {
                    Some(text) => {
                        let label = at.field(field);
                        SettingValue::Jsonata(self.expression(text, &label, &at.member(field))?)
                    }
                    None if fits(value) => {
                        if language == QueryLanguage::Jsonata {
                            self.delimiters(value.as_str().unwrap_or_default(), &at.member(field));
                        }
                        SettingValue::Literal(value.clone())
                    }
                    None => {
                        let message = format!("The value of '{field}' is not valid");
                        self.schema(&at.member(field), message);
                        return None;
                    }
                }
            }
            (None, Some(path)) => self.setting_at(path, &at.member(&path_field))?,
            (None, None) => return None,
        };
        Some(Setting { field, value })
    }

    fn setting_at(&mut self, path: &Value, at: &Place) -> Option<SettingValue> {
        let text = path.as_str().unwrap_or_default();
        let read = if text.starts_with("States.") {
            Intrinsic::parse(text).map(SettingValue::Intrinsic).ok()
        } else {
            self.selector(path, at).map(SettingValue::Path)
        };
        if read.is_none() && text.starts_with("States.") {
            self.schema(at, "Value is not a valid intrinsic function call");
        }
        read
    }

    /// Reads a path with its root.
    pub(super) fn selector(&mut self, value: &Value, at: &Place) -> Option<Selector> {
        match Selector::parse(value.as_str().unwrap_or_default()) {
            Ok(selector) => Some(selector),
            Err(_) => {
                self.schema(at, "Value is not a valid JSONPath");
                None
            }
        }
    }

    pub(super) fn path_field(&mut self, object: &Object, field: &str, at: &Place) -> PathField {
        match object.get(field) {
            None => PathField::Whole,
            Some(Value::Null) => PathField::Nothing,
            Some(value) => match self.selector(value, &at.member(field)) {
                Some(selector) if !selector.is_input() => PathField::At(selector),
                _ => PathField::Whole,
            },
        }
    }

    pub(super) fn result_path(&mut self, object: &Object, at: &Place) -> ResultPath {
        match object.get("ResultPath") {
            None => ResultPath::Whole,
            Some(Value::Null) => ResultPath::Nothing,
            Some(value) => {
                let text = value.as_str().unwrap_or_default().to_owned();
                match ReferencePath::parse(&text) {
                    Ok(_) if text == "$" => ResultPath::Whole,
                    Ok(place) => ResultPath::At { text, place },
                    Err(_) => {
                        self.schema(&at.member("ResultPath"), "Value is not a Reference Path");
                        ResultPath::Whole
                    }
                }
            }
        }
    }

    /// Reads `Assign` and checks the names of its variables.
    pub(super) fn assign(
        &mut self,
        object: &Object,
        at: &Place,
        language: QueryLanguage,
    ) -> Option<Template> {
        let at_assign = at.member("Assign");
        let assign = object.get("Assign")?;
        let Some(members) = assign.as_object() else {
            self.schema(&at_assign, "Expected value of type Object");
            return None;
        };
        for name in members.keys() {
            let plain = name.strip_suffix(".$").unwrap_or(name);
            if !is_name(plain) || plain == "states" {
                let message = format!("'{plain}' is not a valid name of a variable");
                self.schema_of(&at_assign, name, message);
            }
        }
        self.template(object, "Assign", at, language)
    }
}
