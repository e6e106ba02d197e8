//! The template for custom pipelines, in which parameters determine the location of the handler.

use serde_json::{Value, json};

use super::{RenderError, Template, check};

/// The parameter for the bucket that contains the handler's zip.
const BUCKET: &str = "ArtifactBucket";
/// The parameter for the key of the handler's zip in the bucket; for a function of the flow, its words follow.
const KEY: &str = "ArtifactKey";

/// The code of a function: the function's logical id, and the zip's key.
pub type CodeKey<'a> = (&'a str, &'a str);

impl Template {
    /// The same template, with the location of all code as parameters that have these defaults.
    /// Fails when the result is too large for CloudFormation.
    pub fn with_parameters(
        &self,
        bucket: &str,
        codes: &[CodeKey<'_>],
    ) -> Result<Self, RenderError> {
        let mut document = self.document.clone();
        let parameter = |default: &str, description: &str| json!({ "Type": "String", "Default": default, "Description": description });
        // An overlay may have others.
        document["Parameters"][BUCKET] = parameter(
            bucket,
            "The bucket that holds the zip archives of all code, in the stack's region.",
        );
        for (function, key) in codes {
            let place = format!("/Resources/{function}/Properties/Code");
            let name = key_parameter(function);
            if let Some(code) = document.pointer_mut(&place) {
                *code = json!({ "S3Bucket": { "Ref": BUCKET }, "S3Key": { "Ref": name } });
            }
            document["Parameters"][name] =
                parameter(key, "The zip's key in it. A new zip needs a new key.");
        }
        let findings = check::check(&document);
        if findings.is_empty() {
            Ok(Self { document, ..self.clone() })
        } else {
            Err(RenderError::Faulty(findings))
        }
    }

    /// The values of the parameters, by name.
    pub fn parameters(bucket: &str, codes: &[CodeKey<'_>]) -> Value {
        let mut parameters = json!({ BUCKET: bucket });
        for (function, key) in codes {
            parameters[key_parameter(function)] = json!(key);
        }
        parameters
    }
}

/// The parameter for the key of a function's code.
fn key_parameter(function: &str) -> String {
    let words = function.strip_prefix("MfsmFlowFunction").unwrap_or_default();
    format!("{KEY}{words}")
}
