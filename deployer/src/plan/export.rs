//! What a custom pipeline needs to create the stack without the deployer.

use serde_json::{Map, Value, json};

use crate::config::FunctionName;
use crate::files::folder::File;
use crate::plan::DesiredStack;
use crate::template::{RenderError, Template};

pub const TEMPLATE: &str = "template.json";
pub const HANDLER: &str = "handler.zip";
pub const PARAMETERS: &str = "parameters.json";
/// The folder of the zip archives of the flow's functions.
const FUNCTIONS: &str = "functions";

/// An export: the files, and where the handler has to be uploaded before the stack is created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    pub files: Vec<File>,
    pub bucket: String,
    /// The file and the key of each zip archive, the handler's first. A key contains the hash of the content:
    /// CloudFormation does not notice new content under an old key.
    pub codes: Vec<(String, String)>,
}

impl Export {
    /// Collects the files, for zip archives that will be in `bucket`. The same inputs give the same bytes.
    /// Fails when the template is too large for parameters.
    pub fn new(desired: &DesiredStack, bucket: &str) -> Result<Self, RenderError> {
        let codes: Vec<_> = desired
            .code()
            .flat_map(|code| {
                code.code_of.iter().map(|function| (function.as_str(), code.key.as_str()))
            })
            .collect();
        let template = desired.template.with_parameters(bucket, &codes)?;
        // The form that CodePipeline calls a template configuration file, and that version 2 of the AWS
        // CLI takes as `--parameter-overrides file://…`.
        let parameters = json!({
            "Parameters": Template::parameters(bucket, &codes),
            "Tags": desired.tags.given().map(|(key, value)| (key.into(), value.into())).collect::<Map<_, Value>>(),
        });
        let file = |name: &str, content| File { name: name.to_owned(), content };
        let mut files = vec![file(TEMPLATE, text(template.pretty()))];
        let mut names = Vec::new();
        for code in desired.code() {
            let function = code.code_of.iter().find_map(|id| FunctionName::of_function_id(id));
            let name = function
                .map_or_else(|| HANDLER.to_owned(), |name| format!("{FUNCTIONS}/{name}.zip"));
            files.push(file(&name, code.body.clone()));
            names.push((name, code.key.clone()));
        }
        files.push(file(PARAMETERS, text(format!("{parameters:#}"))));
        Ok(Self { files, bucket: bucket.to_owned(), codes: names })
    }
}

/// A text file ends with a newline.
fn text(content: String) -> Vec<u8> {
    (content + "\n").into_bytes()
}
