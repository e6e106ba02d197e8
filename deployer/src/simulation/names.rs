//! The names of the parts of a simulated flow.

/// The ARN of the function in a simulation. AWS uses the account in its own examples.
pub const FUNCTION_ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:local";

pub(super) const MACHINE_NAME: &str = "local";

pub(super) const ROLE_ARN: &str = "arn:aws:iam::123456789012:role/local";
