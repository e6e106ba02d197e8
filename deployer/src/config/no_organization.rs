//! The organization for which a check, a template, or a policy is made if none is given.

use super::FlowArgs;

/// An organization in the account that AWS uses in its own examples.
/// Source: IAM user guide, examples of ARNs.
const EXAMPLE: &str =
    "arn:aws:workmail:us-east-1:123456789012:organization/m-00000000000000000000000000000000";

/// What is said then.
pub const EXAMPLE_USED: &str = "no organization is given: account 123456789012, region us-east-1 and organization \
                                m-00000000000000000000000000000000 are placeholders (--org-arn ARN)";

/// The organizations, or the example and the sentence about it.
pub fn or_example(given: &[String]) -> (Vec<String>, Option<&'static str>) {
    match given {
        [] => (vec![EXAMPLE.to_owned()], Some(EXAMPLE_USED)),
        given => (given.to_vec(), None),
    }
}

impl FlowArgs {
    /// The same with the example instead of a missing organization, and the sentence about it.
    pub fn or_example(&self) -> (Self, Option<&'static str>) {
        let (org_arn, note) = or_example(&self.org_arn);
        (Self { org_arn, ..self.clone() }, note)
    }
}
