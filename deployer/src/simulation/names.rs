//! The names of the parts of a simulated flow.

/// The ARN of the function in a simulation. AWS uses the account in its own examples.
/// Source: IAM user guide, examples of ARNs.
pub const FUNCTION_ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:local";

/// The name of its state machine.
pub const MACHINE_NAME: &str = "local";

/// The ARN of the state machine's role.
pub const ROLE_ARN: &str = "arn:aws:iam::123456789012:role/local";
