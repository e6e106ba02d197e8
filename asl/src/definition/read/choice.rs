//! Reads a Choice state.

use std::sync::Arc;

use serde_json::Value;

use super::super::machine::{
    Choice, Comparison, Condition, Operand, Predicate, Rule, Test, ValueType,
};
use super::{Object, Place, Reader};
use crate::expression::template::QueryLanguage;
use crate::expression::{jsonata, timestamp};

/// The operators, without those that end in `Path`. Source: developer guide, "Choice workflow state".
const OPERATORS: [&str; 23] = [
    "BooleanEquals",
    "IsBoolean",
    "IsNull",
    "IsNumeric",
    "IsPresent",
    "IsString",
    "IsTimestamp",
    "NumericEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "StringEquals",
    "StringGreaterThan",
    "StringGreaterThanEquals",
    "StringLessThan",
    "StringLessThanEquals",
    "StringMatches",
    "TimestampEquals",
    "TimestampGreaterThan",
    "TimestampGreaterThanEquals",
    "TimestampLessThan",
    "TimestampLessThanEquals",
];
/// The fields of a rule that combine others.
const COMBINING: [&str; 3] = ["And", "Or", "Not"];
/// The fields that a rule may have besides its condition, but not inside another rule.
const AROUND: [&str; 3] = ["Next", "Comment", "Assign"];
/// How deep conditions may be nested. A limit of this program.
const MAX_DEPTH: usize = 64;

impl Reader {
    pub(super) fn choice(
        &mut self,
        state: &Object,
        at: &Place,
        language: QueryLanguage,
    ) -> Option<Choice> {
        let default = state.get("Default");
        if default.is_some_and(|default| !default.is_string()) {
            self.schema(&at.member("Default"), "Expected value of type String");
        }
        let default = default.and_then(Value::as_str).map(Arc::from);
        let choices = state.get("Choices").and_then(Value::as_array);
        let Some(choices) = choices.filter(|choices| !choices.is_empty()) else {
            self.schema(at, "These fields are required: [Choices]");
            return None;
        };
        let choices_at = at.member("Choices");
        let rules = choices.iter().enumerate();
        let rules =
            rules.filter_map(|(index, rule)| self.rule(rule, &choices_at.item(index), language));
        Some(Choice { rules: rules.collect(), default })
    }

    fn rule(&mut self, rule: &Value, at: &Place, language: QueryLanguage) -> Option<Rule> {
        let Some(rule) = rule.as_object() else {
            self.schema(at, "Expected value of type Object");
            return None;
        };
        self.comment(rule, at);
        let next = rule.get("Next").and_then(Value::as_str).map(Arc::from);
        match rule.get("Next") {
            None => self.schema(at, "These fields are required: [Next]"),
            Some(next) if !next.is_string() => {
                self.schema(&at.member("Next"), "Expected value of type String");
            }
            Some(_) => {}
        }
        if language == QueryLanguage::Jsonata {
            self.only(rule, at, &["Condition", "Next", "Assign", "Output", "Comment"]);
        }
        let condition = match language {
            QueryLanguage::JsonPath => self.condition(rule, at, 0),
            QueryLanguage::Jsonata => self.expression_condition(rule, at),
        };
        let assign = self.assign(rule, at, language);
        let output = match language {
            QueryLanguage::JsonPath => None,
            QueryLanguage::Jsonata => self.template(rule, "Output", at, language),
        };
        // The other fields are read even if the condition cannot be.
        Some(Rule { condition: condition?, next: next?, assign, output })
    }

    fn expression_condition(&mut self, rule: &Object, at: &Place) -> Option<Condition> {
        let at_condition = at.member("Condition");
        let field = at.field("Condition");
        match rule.get("Condition") {
            Some(Value::Bool(always)) => {
                let text = if *always { "true" } else { "false" };
                self.expression(text, &field, &at_condition).map(Condition::Jsonata)
            }
            Some(Value::String(text)) if jsonata::embedded(text).is_some() => {
                let text = jsonata::embedded(text).unwrap_or_default();
                self.expression(text, &field, &at_condition).map(Condition::Jsonata)
            }
            Some(_) => {
                self.schema(&at_condition, "Expected a JSONata expression or a boolean");
                None
            }
            None => {
                self.schema(at, "These fields are required: [Condition]");
                None
            }
        }
    }

    fn condition(&mut self, rule: &Object, at: &Place, depth: usize) -> Option<Condition> {
        if depth > MAX_DEPTH {
            self.unsupported(
                at,
                format!("conditions are nested more than {MAX_DEPTH} levels deep"),
            );
            return None;
        }
        self.one_kind(rule, at, depth);
        for (field, wrap) in
            [("And", Condition::All as fn(_) -> _), ("Or", Condition::Any as fn(_) -> _)]
        {
            if let Some(several) = rule.get(field) {
                let several = several.as_array().map(Vec::as_slice).unwrap_or_default();
                if several.is_empty() {
                    self.schema(&at.member(field), "Expected a list with at least one rule");
                }
                let at = at.member(field);
                let several = several.iter().enumerate();
                let several =
                    several.filter_map(|(index, rule)| self.nested(rule, &at.item(index), depth));
                return Some(wrap(several.collect()));
            }
        }
        if let Some(negated) = rule.get("Not") {
            let negated = self.nested(negated, &at.member("Not"), depth)?;
            return Some(Condition::Not(Box::new(negated)));
        }
        self.test(rule, at, depth)
    }

    /// Reports a rule that combines others and compares a value too, or has fields that no such rule has.
    fn one_kind(&mut self, rule: &Object, at: &Place, depth: usize) {
        let combined: Vec<&str> =
            COMBINING.into_iter().filter(|field| rule.contains_key(*field)).collect();
        let [first, others @ ..] = &combined[..] else { return };
        if let Some(other) =
            others.first().copied().or(rule.contains_key("Variable").then_some("Variable"))
        {
            self.schema_of(at, other, format!("Only one of '{first}' and '{other}' is allowed"));
        }
        let around: &[&'static str] = if depth == 0 { &AROUND } else { &["Comment"] };
        for field in rule.keys().map(String::as_str) {
            let is_known = COMBINING.contains(&field) || around.contains(&field);
            if !is_known && field != "Variable" {
                self.unknown_field(at, field, &[&COMBINING, around].concat());
            }
        }
    }

    fn nested(&mut self, rule: &Value, at: &Place, depth: usize) -> Option<Condition> {
        let Some(rule) = rule.as_object() else {
            self.schema(at, "Expected value of type Object");
            return None;
        };
        self.condition(rule, at, depth + 1)
    }

    fn test(&mut self, rule: &Object, at: &Place, depth: usize) -> Option<Condition> {
        if depth > 0 {
            for field in ["Next", "Assign"].into_iter().filter(|field| rule.contains_key(*field)) {
                self.unknown_field(at, field, &[]);
            }
        }
        let has_unknown = self.unknown_operators(rule, at, depth);
        let Some(variable) = rule.get("Variable") else {
            self.schema(at, "These fields are required: [Variable]");
            return None;
        };
        let variable = self.selector(variable, &at.member("Variable"));
        let mut operators = rule.iter().filter(|(name, _)| is_operator(name));
        let (operator, operand) = match (operators.next(), operators.next()) {
            (Some(operator), None) => operator,
            (None, _) if has_unknown => return None,
            (_, second) => {
                self.schema(at, "Exactly one comparison operator is required");
                if let (Some((second, _)), Some(diagnostic)) = (second, self.diagnostics.last_mut())
                {
                    diagnostic.pointer = at.member(second).pointer;
                }
                return None;
            }
        };
        let test = self.operator(operator, operand, &at.member(operator))?;
        Some(Condition::Test { variable: variable?, test })
    }

    /// Reports what is neither a field nor an operator of a comparison. Returns whether there is any.
    fn unknown_operators(&mut self, rule: &Object, at: &Place, depth: usize) -> bool {
        let fields = ["Variable", "Next", "Comment", "Assign"];
        let known = |name: &str| fields.contains(&name) || is_operator(name);
        let mut found = false;
        for name in rule.keys().filter(|name| !known(name)) {
            found = true;
            self.schema(&at.member(name), format!("The operator '{name}' is not supported"));
            let fields = if depth == 0 { &fields[..] } else { &["Variable", "Comment"] };
            let combining = COMBINING.iter().chain(fields).map(|name| (*name).to_owned());
            self.choose_from(operators().chain(combining).collect::<Vec<_>>());
        }
        found
    }

    fn operator(&mut self, operator: &str, operand: &Value, at: &Place) -> Option<Test> {
        if let Some(predicate) = predicate(operator) {
            let Some(expected) = operand.as_bool() else {
                self.schema(at, "Expected value of type Boolean");
                return None;
            };
            return Some(Test::Is { predicate, expected });
        }
        if operator == "StringMatches" {
            let Some(pattern) = operand.as_str() else {
                self.schema(at, "Expected value of type String");
                return None;
            };
            return Some(Test::Matches(pattern.to_owned()));
        }
        let (plain, at_path) = match operator.strip_suffix("Path") {
            Some(plain) => (plain, true),
            None => (operator, false),
        };
        let (kind, order) = comparison(plain)?;
        if at_path {
            let operand = Operand::Path(self.selector(operand, at)?);
            return Some(Test::Compare { kind, order, operand });
        }
        let fits = match kind {
            ValueType::String => operand.is_string(),
            ValueType::Number => operand.is_number(),
            ValueType::Boolean => operand.is_boolean(),
            ValueType::Timestamp => operand.as_str().is_some_and(|t| timestamp::parse(t).is_some()),
        };
        if !fits {
            self.schema(at, "The value has the wrong type for its operator");
            return None;
        }
        Some(Test::Compare { kind, order, operand: Operand::Literal(operand.clone()) })
    }
}

/// All operators, also those that end in `Path`.
fn operators() -> impl Iterator<Item = String> {
    OPERATORS.iter().flat_map(|operator| {
        let with_path = comparison(operator).map(|_| format!("{operator}Path"));
        std::iter::once((*operator).to_owned()).chain(with_path)
    })
}

fn is_operator(name: &str) -> bool {
    OPERATORS.contains(&name) || name.strip_suffix("Path").and_then(comparison).is_some()
}

fn predicate(operator: &str) -> Option<Predicate> {
    Some(match operator {
        "IsPresent" => Predicate::Present,
        "IsNull" => Predicate::Null,
        "IsBoolean" => Predicate::Boolean,
        "IsNumeric" => Predicate::Numeric,
        "IsString" => Predicate::String,
        "IsTimestamp" => Predicate::Timestamp,
        _ => return None,
    })
}

fn comparison(operator: &str) -> Option<(ValueType, Comparison)> {
    let kinds = [
        ("String", ValueType::String),
        ("Numeric", ValueType::Number),
        ("Boolean", ValueType::Boolean),
        ("Timestamp", ValueType::Timestamp),
    ];
    let (order, kind) =
        kinds.into_iter().find_map(|(name, kind)| Some((operator.strip_prefix(name)?, kind)))?;
    let order = match order {
        "Equals" => Comparison::Equal,
        "LessThan" => Comparison::Less,
        "LessThanEquals" => Comparison::LessOrEqual,
        "GreaterThan" => Comparison::Greater,
        "GreaterThanEquals" => Comparison::GreaterOrEqual,
        _ => return None,
    };
    (kind != ValueType::Boolean || order == Comparison::Equal).then_some((kind, order))
}
