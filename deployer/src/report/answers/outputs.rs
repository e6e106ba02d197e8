//! `outputs`: the outputs of a stack.

use jiff::Timestamp;
use serde::Serialize;

use crate::report::{self, Answer};
use cloud::Output;

/// The outputs, and what a person reads in their place.
#[derive(Serialize)]
pub struct Outputs<'a> {
    outputs: &'a [Output],
    #[serde(skip)]
    text: Option<String>,
}

impl<'a> Outputs<'a> {
    /// The outputs as `up` prints them, and what is left to do by hand.
    pub fn with_steps(outputs: &'a [Output], steps: &str) -> Self {
        let text = format!("{}\n\n{steps}", report::outputs(outputs));
        Self { outputs, text: Some(text) }
    }

    /// The outputs in another format; `None` prints nothing.
    pub fn formatted(outputs: &'a [Output], text: Option<String>) -> Self {
        Self { outputs, text }
    }
}

impl Answer for Outputs<'_> {
    const KIND: &'static str = "outputs";

    fn text(&self, _: fn() -> Timestamp) -> Option<String> {
        self.text.clone()
    }
}
