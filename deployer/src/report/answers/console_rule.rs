//! `rule`: how to create the WorkMail rule in the console.

use handler::rule::Rule;
use jiff::Timestamp;
use serde::Serialize;

use crate::report::{self, Answer, Reader};
use cloud::{Output, Stack};

/// A stack's function, and the steps to a rule that names it.
#[derive(Serialize)]
pub struct ConsoleRule<'a> {
    stack_name: &'a str,
    function_arn: &'a str,
    rule: Rule,
    /// The ARNs of the organizations whose rules may invoke the function.
    organizations: &'a [&'a str],
    steps: Vec<String>,
    outputs: &'a [Output],
    #[serde(skip)]
    remark: String,
}

impl<'a> ConsoleRule<'a> {
    /// The answer about a stack in a region.
    pub fn of(
        stack: &'a Stack,
        function_arn: &'a str,
        rule: Rule,
        organizations: &'a [&'a str],
        region: &str,
        now: Timestamp,
    ) -> Self {
        let names = organizations.iter().map(|arn| arn.rsplit('/').next().unwrap_or(arn));
        Self {
            stack_name: &stack.name,
            function_arn,
            rule,
            organizations,
            steps: report::console_steps(function_arn, rule, names, region),
            outputs: &stack.outputs,
            remark: report::end_of_workmail(now),
        }
    }
}

impl Answer for ConsoleRule<'_> {
    const KIND: &'static str = "rule";

    fn text(&self, _: &Reader<'_>) -> Option<String> {
        let outputs = report::outputs(self.outputs);
        let title = "The rule in the WorkMail console, for which AWS has no API:";
        Some(format!("{outputs}\n\n{}", report::numbered(title, &self.steps, &self.remark)))
    }
}
