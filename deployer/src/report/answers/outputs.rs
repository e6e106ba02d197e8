//! `outputs`: the outputs of a stack.

use handler::rule::Rule;
use serde::Serialize;

use crate::config::Organizations;
use crate::installation::FUNCTION_ARN;
use crate::report::{self, Answer, Reader};
use cloud::Output;

/// The outputs, and what a person reads instead.
#[derive(Serialize)]
pub struct Outputs<'a> {
    outputs: &'a [Output],
    #[serde(skip)]
    text: Text<'a>,
}

/// What a person reads.
enum Text<'a> {
    /// The outputs, and the steps in the WorkMail console of these organizations.
    ConsoleSteps(Rule, &'a Organizations),
    /// The outputs, and how to see these steps.
    Updated,
    /// The outputs, and what to know after an adoption.
    AfterAdoption,
    /// The outputs in another format; nothing if there are none.
    Formatted(Option<String>),
}

impl<'a> Outputs<'a> {
    /// The outputs of a stack that was there before, whose rule exists, as far as is known.
    pub fn after_update(outputs: &'a [Output]) -> Self {
        Self { outputs, text: Text::Updated }
    }

    /// The outputs after a creation, and the rule that a person has to create in the console.
    pub fn with_console_steps(
        outputs: &'a [Output],
        rule: Rule,
        organizations: &'a Organizations,
    ) -> Self {
        Self { outputs, text: Text::ConsoleSteps(rule, organizations) }
    }

    /// The outputs of a stack that was just adopted, whose rule exists.
    pub fn after_adoption(outputs: &'a [Output]) -> Self {
        Self { outputs, text: Text::AfterAdoption }
    }

    /// The outputs in another format; `None` prints nothing.
    pub fn formatted(outputs: &'a [Output], text: Option<String>) -> Self {
        Self { outputs, text: Text::Formatted(text) }
    }
}

impl Answer for Outputs<'_> {
    const KIND: &'static str = "outputs";

    fn text(&self, reader: &Reader<'_>) -> Option<String> {
        let then = match &self.text {
            Text::Formatted(text) => return text.clone(),
            Text::AfterAdoption => report::after_adoption(reader.next),
            Text::ConsoleSteps(rule, organizations) => {
                let function = self.outputs.iter().find(|output| output.key == FUNCTION_ARN);
                let arn = function.map_or("", |output| output.value.as_str());
                let names = organizations.arns().iter().map(|arn| format!("m-{}", arn.hex()));
                let names: Vec<String> = names.collect();
                let names = names.iter().map(String::as_str);
                let steps = report::console_steps(arn, *rule, names, organizations.region());
                let title =
                    "One step is left, for which AWS has no API: the rule in the WorkMail console.";
                report::numbered(title, &steps, &report::end_of_workmail((reader.clock)()))
            }
            Text::Updated => {
                let rule = reader.next.code(&["rule"]);
                format!("The WorkMail rule has to name this function; {rule} shows how.")
            }
        };
        Some(format!("{}\n\n{then}", report::outputs(self.outputs)))
    }

    fn is_data(&self) -> bool {
        true
    }

    fn is_exact(&self) -> bool {
        matches!(self.text, Text::Formatted(_))
    }
}
