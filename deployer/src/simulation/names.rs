//! What the parts of a simulated flow are called.

/// The ARN that the function has in a simulation. The account is AWS's own in examples.
pub const FUNCTION_ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:local";

pub(super) const MACHINE_NAME: &str = "local";

pub(super) const ROLE_ARN: &str = "arn:aws:iam::123456789012:role/local";
