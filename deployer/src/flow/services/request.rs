//! What a Task state asks of a service: the parts of its resource, and its parameters.

use serde_json::{Map, Value};

use crate::document::member;

/// The integrations with a page of their own whose parameters are those of the API, and the service whose API it is.
/// Source: developer guide, "Integrating optimized services".
const OPTIMIZED: [(&str, &str); 9] = [
    ("batch", "batch"),
    ("dynamodb", "dynamodb"),
    ("ecs", "ecs"),
    ("events", "eventbridge"),
    ("glue", "glue"),
    ("lambda", "lambda"),
    ("sns", "sns"),
    ("sqs", "sqs"),
    ("states", "sfn"),
];

/// The names of the members of an object, whether each is computed by a path, and their values.
pub(super) fn given_in(object: &Map<String, Value>) -> Vec<(&str, bool, &Value)> {
    let given = object.iter().map(|(key, value)| match key.strip_suffix(".$") {
        Some(name) => (name, true, value),
        None => (key.as_str(), false, value),
    });
    given.collect()
}

/// One call.
pub(super) struct Request<'a> {
    pub(super) partition: &'a str,
    /// `lambda`, with and without `aws-sdk:`.
    pub(super) service: &'a str,
    /// `invoke`, without a suffix such as `.waitForTaskToken`.
    pub(super) action: &'a str,
    /// Whether it is an AWS SDK integration.
    pub(super) is_sdk: bool,
    state: Option<&'a Map<String, Value>>,
    /// The place of the state.
    at: String,
}

impl<'a> Request<'a> {
    /// The call of the state at `at`, if it is one that the list knows.
    pub(super) fn of_state(state: &'a Value, at: &str) -> Option<Self> {
        let request = Self::parse(state.get("Resource")?.as_str()?)?;
        let is_listed = request.is_sdk || request.own_service().is_some();
        is_listed.then_some(Self { state: state.as_object(), at: at.to_owned(), ..request })
    }

    /// The parts of `arn:aws:states:::aws-sdk:dynamodb:getItem.waitForTaskToken`.
    pub(super) fn parse(resource: &'a str) -> Option<Self> {
        let parts: Vec<&str> = resource.splitn(6, ':').collect();
        let ["arn", partition, "states", _, _, call] = parts[..] else { return None };
        let (call, is_sdk) = match call.strip_prefix("aws-sdk:") {
            Some(call) => (call, true),
            None => (call, false),
        };
        let (service, rest) = call.split_once(':')?;
        let action = rest.split(['.', ':']).next().unwrap_or(rest);
        let plain = |name: &str| {
            let legal = |char: char| char.is_ascii_alphanumeric() || char == '-';
            !name.is_empty() && name.chars().all(legal)
        };
        (plain(service) && plain(action)).then_some(Self {
            partition,
            service,
            action,
            is_sdk,
            state: None,
            at: String::new(),
        })
    }

    /// The service in the list.
    pub(super) fn sdk_service(&self) -> &'a str {
        if self.is_sdk { self.service } else { self.own_service().unwrap_or(self.service) }
    }

    fn own_service(&self) -> Option<&'static str> {
        let found = OPTIMIZED.iter().find(|(own, _)| *own == self.service);
        found.map(|(_, service)| *service)
    }

    /// The names of the parameters, whether each is computed by a path, and their values; `None` if an expression gives
    /// them all.
    pub(super) fn given(&self) -> Option<Vec<(&'a str, bool, &'a Value)>> {
        let Some((_, value)) = self.parameters() else { return Some(Vec::new()) };
        value.as_object().map(given_in)
    }

    /// Whether there is a parameter with this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.given().is_none_or(|given| given.iter().any(|(key, ..)| *key == name))
    }

    fn parameters(&self) -> Option<(&'static str, &'a Value)> {
        let state = self.state?;
        ["Parameters", "Arguments"].into_iter().find_map(|field| Some((field, state.get(field)?)))
    }

    pub(super) fn resource_at(&self) -> String {
        member(&self.at, "Resource")
    }

    /// The place of the parameters, or of the state if it has none.
    pub(super) fn parameters_at(&self) -> String {
        match self.parameters() {
            Some((field, _)) => member(&self.at, field),
            None => self.at.clone(),
        }
    }

    pub(super) fn parameter_at(&self, key: &str, computed: bool) -> String {
        let suffix = if computed { ".$" } else { "" };
        member(&self.parameters_at(), &format!("{key}{suffix}"))
    }
}
