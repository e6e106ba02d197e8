//! `function_added`: a function that was added to a flow's folder.

use std::path::Path;

use serde::Serialize;

use crate::report::{Answer, Reader};

#[derive(Serialize)]
pub struct FunctionAdded<'a> {
    pub function: String,
    pub files: Vec<String>,
    #[serde(skip)]
    pub flow: &'a Path,
}

impl Answer for FunctionAdded<'_> {
    const KIND: &'static str = "function_added";

    fn text(&self, _: &Reader<'_>) -> Option<String> {
        Some(self.files.join("\n"))
    }

    fn is_data(&self) -> bool {
        true
    }

    fn note(&self, reader: &Reader<'_>) -> Option<String> {
        let Self { function, flow, .. } = self;
        let flow = flow.display().to_string();
        let local =
            reader.next.line(&["invoke", "--function", function, "--local", "--flow", &flow]);
        Some(format!(
            "Next: let a state of the definition call it as ${{functions.{function}}}, then try it alone with\n  {local}"
        ))
    }
}
