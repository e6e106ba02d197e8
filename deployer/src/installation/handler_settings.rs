//! The settings with which the deployed handler answers, as its function has them now.

use handler::on_failure::OnFailure;
use handler::rule::Rule;

use super::function_arn;
use cloud::{Cloud, Stack};

/// The settings that decide what WorkMail gets when the state machine does not decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HandlerSettings {
    pub on_failure: OnFailure,
    pub rule: Rule,
}

impl HandlerSettings {
    /// Reads the variables of a stack's function; `None` if they cannot be read.
    pub async fn read(cloud: &Cloud, stack: &Stack) -> Option<Self> {
        let function = cloud.functions.function(function_arn(stack)?).await.ok()??;
        let variable = |name: &str| {
            let value = function.environment.get(name).map(String::as_str);
            value.filter(|value| !value.is_empty())
        };
        Some(Self {
            on_failure: variable("ON_FAILURE").map_or(Some(OnFailure::default()), parsed)?,
            rule: variable("RULE").map_or(Some(Rule::default()), parsed)?,
        })
    }
}

fn parsed<T: std::str::FromStr>(word: &str) -> Option<T> {
    word.parse().ok()
}
