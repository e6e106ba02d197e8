//! What is needed to run a function.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// A Lambda function whose code is on this machine.
#[derive(Debug, Clone)]
pub struct LocalFunction {
    /// Its name in the flow: `translate`.
    pub name: String,
    /// Its ARN in the simulated stack, without a version.
    pub arn: String,
    /// Lambda's name of the runtime: `python3.13`, `nodejs22.x`, `provided.al2023`.
    pub runtime: String,
    /// What is called: `app.lambda_handler`.
    pub handler: String,
    /// The code with its dependencies, unpacked.
    pub folder: PathBuf,
    /// Its own variables.
    pub environment: BTreeMap<String, String>,
    /// How long an invocation may take.
    pub timeout: Duration,
    pub memory_megabytes: u32,
    /// `arm64` or `x86_64`.
    pub architecture: String,
    pub region: String,
}

impl LocalFunction {
    /// Its name in AWS: the end of its ARN.
    pub(super) fn deployed_name(&self) -> &str {
        self.arn.rsplit(':').next().unwrap_or(&self.name)
    }

    /// Whether AWS would find it by this: its ARN, a part of the ARN, or its name there; also with `:$LATEST`.
    pub(super) fn is_deployed_as(&self, asked: &str) -> bool {
        let asked = asked.strip_suffix(":$LATEST").unwrap_or(asked);
        let rest = self.arn.strip_suffix(asked);
        !asked.is_empty() && rest.is_some_and(|rest| rest.is_empty() || rest.ends_with(':'))
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_function_is_found_by_what_lambda_accepts() {
        let function = super::super::tests::python("translate");
        for asked in [
            "arn:aws:lambda:us-east-1:123456789012:function:flow-translate",
            "arn:aws:lambda:us-east-1:123456789012:function:flow-translate:$LATEST",
            "123456789012:function:flow-translate",
            "flow-translate",
            "flow-translate:$LATEST",
        ] {
            assert!(function.is_deployed_as(asked), "{asked}");
        }
        for asked in ["translate", "", ":$LATEST", "flow-translate:live", "late"] {
            assert!(!function.is_deployed_as(asked), "{asked}");
        }
    }
}
