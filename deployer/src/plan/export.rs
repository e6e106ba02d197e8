//! What a custom pipeline needs to create the stack without the deployer.

use serde_json::{Map, Value, json};

use crate::files::folder::File;
use crate::plan::DesiredStack;
use crate::template::{RenderError, Template};

pub const TEMPLATE: &str = "template.json";
pub const HANDLER: &str = "handler.zip";
pub const PARAMETERS: &str = "parameters.json";

/// An export: the files, and where the handler has to be uploaded before the stack is created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    pub files: Vec<File>,
    pub bucket: String,
    /// The key, which contains the hash of the content: CloudFormation does not notice new content under an
    /// old key.
    pub key: String,
}

impl Export {
    /// Collects the files, for a zip that will be in `bucket`. The same inputs give the same bytes.
    /// Fails when the template is too large for parameters.
    pub fn new(desired: &DesiredStack, bucket: &str) -> Result<Self, RenderError> {
        let handler = &desired.uploads[0];
        let template = desired.template.with_parameters(bucket, &handler.key)?;
        // The form that CodePipeline calls a template configuration file, and that version 2 of the AWS
        // CLI takes as `--parameter-overrides file://…`.
        let parameters = json!({
            "Parameters": Template::parameters(bucket, &handler.key),
            "Tags": desired.tags.given().map(|(key, value)| (key.into(), value.into())).collect::<Map<_, Value>>(),
        });
        let file = |name: &str, content| File { name: name.to_owned(), content };
        Ok(Self {
            files: vec![
                file(TEMPLATE, text(template.pretty())),
                file(HANDLER, handler.body.clone()),
                file(PARAMETERS, text(format!("{parameters:#}"))),
            ],
            bucket: bucket.to_owned(),
            key: handler.key.clone(),
        })
    }
}

/// A text file ends with a newline.
fn text(content: String) -> Vec<u8> {
    (content + "\n").into_bytes()
}
