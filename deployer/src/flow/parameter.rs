//! A flow's parameters: their types, and the values that the user gives them.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use crate::config::pair;
use crate::document::suggestion::instead;
use crate::document::{Members, Strict};
use crate::finding::Finding;

/// The type of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    String,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// Texts, separated by commas on the command line.
    List,
}

impl Kind {
    const ALL: [Self; 4] = [Self::String, Self::Number, Self::Boolean, Self::List];

    fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::List => "list",
        }
    }

    fn admits(self, value: &Value) -> bool {
        match self {
            Self::String => value.is_string(),
            Self::Number => value.is_number(),
            Self::Boolean => value.is_boolean(),
            Self::List => value.as_array().is_some_and(|items| items.iter().all(Value::is_string)),
        }
    }

    /// Reads a value of this kind from the command line.
    fn read(self, text: &str) -> Option<Value> {
        match self {
            Self::String => Some(Value::from(text)),
            Self::Number | Self::Boolean => Strict::from_yaml(text).ok().map(|Strict(value)| value),
            Self::List => Some(pair::list(text).into()),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A parameter of a flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Its name: letters, digits and hyphens; a letter first.
    pub name: String,
    /// The type of its value.
    pub kind: Kind,
    /// The value if none is given. A parameter without a default needs a value.
    pub default: Option<Value>,
    /// An example of its value, which a simulation or a check uses if there is neither a value nor a default.
    pub sample: Option<Value>,
    /// Whether it is a list of addresses and domains.
    pub of_addresses: bool,
    /// One line about it.
    pub description: String,
}

/// Whether a text can be a parameter's name.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|char| char.is_ascii_alphanumeric() || char == '-')
}

impl Parameter {
    /// Reads a member of `parameters`.
    pub(super) fn read(
        name: &str,
        members: &Members<'_>,
        findings: &mut Vec<Finding>,
    ) -> Option<Self> {
        members.only(&["type", "entries", "default", "sample", "description"], findings);
        if !is_name(name) {
            let sentence = "a parameter's name consists of letters, digits, and hyphens, and begins with a letter";
            findings.push(Finding::error("parameter-name", members.path.as_str(), sentence));
            return None;
        }
        let description = members.text("description", findings);
        let kind = members.text("type", findings)?;
        let Some(kind) = Kind::ALL.into_iter().find(|known| known.name() == kind) else {
            let sentence = format!("`{}` is not a parameter type", kind.escape_debug());
            let finding = Finding::error("parameter-type", members.at("type"), sentence);
            let known = Kind::ALL.iter().map(|known| known.name());
            findings.push(finding.fix(instead(kind, known, "use one of ")));
            return None;
        };
        let of_addresses = match members.of.get("entries") {
            None => false,
            Some(entries) if entries == "addresses" && kind == Kind::List => true,
            Some(_) => {
                let sentence = "`addresses` is expected, and only for a list";
                findings.push(Finding::error("wrong-kind", members.at("entries"), sentence));
                false
            }
        };
        let mut value_of = |key: &str| {
            let value = members.of.get(key).cloned();
            if let Some(sentence) = value.as_ref().and_then(|value| fault(kind, value)) {
                findings.push(Finding::error("parameter-value", members.at(key), sentence));
            }
            value
        };
        let (default, sample) = (value_of("default"), value_of("sample"));
        let (name, description) = (name.to_owned(), description?.to_owned());
        Some(Self { name, kind, default, sample, of_addresses, description })
    }
}

/// A warning for each entry of a list of addresses and domains that no address of a message can match.
pub(super) fn odd_entries(
    parameters: &[Parameter],
    values: &BTreeMap<String, Value>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for parameter in parameters.iter().filter(|one| one.of_addresses) {
        let entries = values.get(&parameter.name).and_then(Value::as_array).into_iter().flatten();
        for entry in entries.filter_map(Value::as_str) {
            let is_odd = |char: char| {
                char.is_whitespace() || char.is_control() || "<>()[]:;,\"*".contains(char)
            };
            let plain = entry.trim();
            let domain = plain.rsplit_once('@').map_or(plain, |(_, domain)| domain);
            // The labels of a domain are never empty. Neither is the part before the `@`, unless an entry is a domain.
            let is_domain =
                !domain.is_empty() && domain.contains('.') && !domain.split('.').any(str::is_empty);
            let odd_count = plain.matches('@').count() > 1;
            if plain.contains(is_odd) || !is_domain || odd_count {
                let name = &parameter.name;
                let sentence = format!("`{name}`: `{}` matches no address", entry.escape_debug());
                let fix =
                    "write an address such as alice@example.com, or a domain such as example.com";
                findings
                    .push(Finding::warning("parameter-entry", "--parameter", sentence).fix(fix));
            }
        }
    }
    findings
}

/// A warning for each value in which a comma is followed by what looks like another parameter, but is not one.
pub(super) fn swallowed(parameters: &[Parameter], given: &[String]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (key, text) in given.iter().filter_map(|pair| pair::split(pair)) {
        let parts = text.split(',').skip(1).filter_map(|part| part.split_once('='));
        let names = parts.map(|(name, _)| name.trim().trim_end_matches(':'));
        let other = names
            .filter(|_| !key.ends_with(':'))
            .find(|name| parameters.iter().any(|one| one.name == *name));
        findings.extend(other.map(|other| {
            let sentence = format!("`{other}=` is part of the value of `{}`", key.escape_debug());
            let fix = "if it is another parameter, use one --parameter for each, or set DEPLOYER_PARAMETER to an \
                       object: {\"NAME\": \"VALUE\", …}";
            Finding::warning("parameter-value", located(&key), sentence).fix(fix)
        }));
    }
    findings
}

/// What is wrong with a value.
fn fault(kind: Kind, value: &Value) -> Option<String> {
    if !kind.admits(value) {
        return Some(format!("a {kind} is expected"));
    }
    let texts = match value {
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        other => other.as_str().into_iter().collect::<Vec<_>>(),
    };
    // A value is data. These marks would make it a reference or an expression wherever it is
    // inserted.
    let meant = ["${", "{%"].into_iter().find(|mark| texts.iter().any(|text| text.contains(mark)));
    meant.map(|mark| format!("a value cannot contain `{mark}`"))
}

/// The parameters that [`values`] gives their sample.
pub(super) fn sampled(parameters: &[Parameter], given: &[String]) -> Vec<(String, Value)> {
    let is_given = |name: &str| {
        given.iter().any(|pair| pair.split_once('=').is_some_and(|(key, _)| key == name))
    };
    let open = parameters.iter().filter(|one| one.default.is_none() && !is_given(&one.name));
    open.filter_map(|one| Some((one.name.clone(), one.sample.clone()?))).collect()
}

/// The value of every parameter: the given one, or else the default, or else the sample if samples are wanted.
/// Error: a finding for each invalid `KEY=VALUE`, and for each parameter without a value.
pub(super) fn values(
    parameters: &[Parameter],
    given: &[String],
    with_samples: bool,
) -> Result<BTreeMap<String, Value>, Vec<Finding>> {
    let mut values = BTreeMap::new();
    let mut findings = Vec::new();
    for pair in given {
        match read(parameters, pair) {
            Ok((_, None)) => {}
            Ok((name, _)) if values.contains_key(name) => {
                findings.push(wrong(name, format!("`{name}` is given twice")));
            }
            Ok((name, Some(value))) => {
                values.insert(name.to_owned(), value);
            }
            Err(finding) => findings.push(finding),
        }
    }
    for Parameter { name, kind, default, sample, description, .. } in parameters {
        match default.as_ref().or(sample.as_ref().filter(|_| with_samples)) {
            _ if values.contains_key(name) => {}
            Some(default) => {
                values.insert(name.clone(), default.clone());
            }
            // Its value is faulty, as was found above.
            None if given.iter().any(|pair| is_value_of(name, pair)) => {}
            None => findings.push(
                Finding::error(
                    "parameter-missing",
                    "--parameter",
                    format!("`{name}` has no value: {description}"),
                )
                .fix(format!("add --parameter {name}=VALUE, a {kind}")),
            ),
        }
    }
    if findings.is_empty() { Ok(values) } else { Err(findings) }
}

/// Whether a pair gives a parameter a value other than its default.
fn is_value_of(name: &str, pair: &str) -> bool {
    pair::split(pair).is_some_and(|(key, text)| {
        key.strip_suffix(':').unwrap_or(&key) == name && !text.is_empty()
    })
}

/// Reads `KEY=VALUE`, `KEY:=JSON`, or `KEY=`, which is the default.
fn read<'a>(parameters: &'a [Parameter], pair: &str) -> Result<(&'a str, Option<Value>), Finding> {
    let Some((name, text)) = pair::split(pair) else {
        let name = pair.escape_debug();
        return Err(wrong(pair, format!("`{name}`: KEY=VALUE or KEY:=JSON is expected")));
    };
    let (name, is_json) = match name.strip_suffix(':') {
        Some(name) => (name, true),
        None => (&*name, false),
    };
    let Some(parameter) = parameters.iter().find(|known| known.name == name) else {
        let sentence = format!("the flow has no parameter `{}`", name.escape_debug());
        let fix = match parameters.is_empty() {
            true => "the flow has no parameters".to_owned(),
            false => {
                instead(name, parameters.iter().map(|known| known.name.as_str()), "use one of ")
            }
        };
        let finding = Finding::error("unknown-parameter", located(name), sentence);
        return Err(finding.fix(fix));
    };
    let kind = parameter.kind;
    let value = match is_json {
        _ if text.is_empty() => return Ok((&parameter.name, None)),
        true => serde_json::from_str(text).ok(),
        false => kind.read(text),
    };
    let fault = match &value {
        Some(value) => fault(kind, value),
        None if is_json => Some("JSON is expected after `:=`".to_owned()),
        None => Some(format!("a {kind} is expected")),
    };
    match fault {
        None => Ok((&parameter.name, value)),
        Some(sentence) => Err(wrong(name, format!("`{name}`: {sentence}"))),
    }
}

/// Where the value of a parameter is given.
fn located(name: &str) -> String {
    format!("--parameter {}", name.escape_debug())
}

fn wrong(name: &str, sentence: String) -> Finding {
    Finding::error("parameter-value", located(name), sentence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn parameter(name: &str, kind: Kind, default: Option<Value>) -> Parameter {
        Parameter {
            name: name.to_owned(),
            kind,
            default,
            sample: None,
            of_addresses: false,
            description: "d".to_owned(),
        }
    }

    fn of(given: &[&str]) -> Result<Value, Vec<&'static str>> {
        let parameters = [
            parameter("text", Kind::String, Some(json!("t"))),
            parameter("most", Kind::Number, Some(json!(5))),
            parameter("loud", Kind::Boolean, Some(json!(false))),
            parameter("names", Kind::List, None),
        ];
        let given: Vec<String> = given.iter().map(|&pair| pair.to_owned()).collect();
        let codes = |found: Vec<Finding>| found.iter().map(|finding| finding.code).collect();
        values(&parameters, &given, false).map(|values| json!(values)).map_err(codes)
    }

    #[test]
    fn given_values_override_defaults_and_have_their_type() {
        let expected = json!({"text": "t", "most": 5, "loud": false, "names": ["a", "b"]});
        assert_eq!(of(&["names=a, b"]), Ok(expected));
        let all = of(&["text=a=b", "most=2.5", "loud=True", "names:=[]"]);
        assert_eq!(all, Ok(json!({"text": "a=b", "most": 2.5, "loud": true, "names": []})));
    }

    #[test]
    fn no_text_is_the_default() {
        let expected = json!({"text": "t", "most": 5, "loud": false, "names": ["a"]});
        assert_eq!(of(&["text=", "most=", "loud:=", "names=a"]), Ok(expected));
        assert_eq!(of(&["names="]), Err(vec!["parameter-missing"]));
        assert_eq!(of(&["names=a", "text:=\"\""]).unwrap()["text"], "");
    }

    #[test]
    fn an_element_of_a_list_can_contain_any_character() {
        let names = |pair| of(&[pair]).unwrap()["names"].take();
        assert_eq!(names("names=hello\\, world, b"), json!(["hello, world", "b"]));
        assert_eq!(names("names:=[\"a, b=c\", \" \", \"\"]"), json!(["a, b=c", " ", ""]));
        assert_eq!(names("names=[EXT], x"), json!(["[EXT]", "x"]));
    }

    #[test]
    fn invalid_values_are_reported() {
        assert_eq!(of(&[]), Err(vec!["parameter-missing"]));
        for pair in [
            "most=many",
            "loud=yes",
            "text",
            "text=${names}",
            "text={% 1 %}",
            "most:=x",
            "most:=\"5\"",
        ] {
            assert_eq!(of(&["names=a", pair]), Err(vec!["parameter-value"]), "{pair}");
        }
        assert_eq!(of(&["names=a", "names=b"]), Err(vec!["parameter-value"]));
        assert_eq!(of(&["names=a", "no=b"]), Err(vec!["unknown-parameter"]));
    }
}
