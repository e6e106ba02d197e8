//! Which stack a command is about.

use crate::config::{StackName, bad_values};
use crate::error::CommandError;
use crate::finding::Finding;

/// The stack's name, and the organization, whose region the stack is in.
#[derive(Debug, Clone, clap::Args)]
pub struct StackArgs {
    /// Name of the CloudFormation stack
    #[arg(long, value_name = "NAME", default_value = StackName::DEFAULT)]
    pub stack_name: String,
    /// ARN of the WorkMail organization; the stack is in its region; may be repeated
    #[arg(long, value_name = "ARN")]
    pub org_arn: Vec<String>,
}

impl StackArgs {
    /// The name.
    /// Fails when CloudFormation would refuse it.
    pub fn name(&self) -> Result<StackName, CommandError> {
        self.parse().map_err(|fault| bad_values(vec![fault]))
    }

    /// The name, for commands that report the errors of all their values together.
    /// Fails when CloudFormation would refuse it.
    pub fn parse(&self) -> Result<StackName, Finding> {
        StackName::parse(&self.stack_name)
    }
}
