//! The template for custom pipelines, in which parameters determine the location of the handler.

use serde_json::{Value, json};

use super::{RenderError, Template, check};

/// The parameter for the bucket that contains the handler's zip.
const BUCKET: &str = "ArtifactBucket";
/// The parameter for the zip's key in the bucket.
const KEY: &str = "ArtifactKey";

/// The path of the function's code in the template.
const CODE: &str = "/Resources/MfsmFunction/Properties/Code";

impl Template {
    /// The same template, with the handler's location as two parameters that have these defaults.
    /// Fails when the result is too large for CloudFormation.
    pub fn with_parameters(&self, bucket: &str, key: &str) -> Result<Self, RenderError> {
        let mut document = self.document.clone();
        let code = document.pointer_mut(CODE).expect("every message flow has its function");
        *code = json!({ "S3Bucket": { "Ref": BUCKET }, "S3Key": { "Ref": KEY } });
        let parameter = |default: &str, description: &str| json!({ "Type": "String", "Default": default, "Description": description });
        // An overlay may have others.
        document["Parameters"][BUCKET] =
            parameter(bucket, "The bucket that holds the handler's zip, in the stack's region.");
        document["Parameters"][KEY] =
            parameter(key, "The zip's key in it. A new zip needs a new key.");
        let findings = check::check(&document);
        if findings.is_empty() {
            Ok(Self { document, ..self.clone() })
        } else {
            Err(RenderError::Faulty(findings))
        }
    }

    /// The values of the two parameters, by name.
    pub fn parameters(bucket: &str, key: &str) -> Value {
        json!({ BUCKET: bucket, KEY: key })
    }
}
