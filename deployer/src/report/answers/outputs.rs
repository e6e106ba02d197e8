//! `outputs`: the outputs of a stack.

use serde::Serialize;

use crate::config::Organizations;
use crate::installation::FUNCTION_ARN;
use crate::report::{self, Answer, Clock};
use cloud::Output;

/// The outputs, and what a person reads in their place.
#[derive(Serialize)]
pub struct Outputs<'a> {
    outputs: &'a [Output],
    #[serde(skip)]
    text: Text<'a>,
}

/// What a person reads.
enum Text<'a> {
    /// The outputs, and the steps in the WorkMail console of these organizations.
    ConsoleSteps(&'a Organizations),
    /// The outputs, and what to know after an adoption.
    AfterAdoption,
    /// The outputs in another format; nothing if there are none.
    Formatted(Option<String>),
}

impl<'a> Outputs<'a> {
    /// The outputs after `up`, and the rule that a person has to create in the console.
    pub fn with_console_steps(outputs: &'a [Output], organizations: &'a Organizations) -> Self {
        Self { outputs, text: Text::ConsoleSteps(organizations) }
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

    fn text(&self, clock: Clock) -> Option<String> {
        let then = match &self.text {
            Text::Formatted(text) => return text.clone(),
            Text::AfterAdoption => report::after_adoption().to_owned(),
            Text::ConsoleSteps(organizations) => {
                let function = self.outputs.iter().find(|output| output.key == FUNCTION_ARN);
                let arn = function.map_or("", |output| output.value.as_str());
                report::console_steps(arn, organizations, clock())
            }
        };
        Some(format!("{}\n\n{then}", report::outputs(self.outputs)))
    }
}
