//! The error for a stack that is not adopted.

use crate::error::CommandError;
use crate::next_command::NextCommand;
use crate::plan::NotAdopted;

/// The error if the stack `name` is not adopted.
pub fn refusal(why: &NotAdopted, name: &str, next: &NextCommand) -> CommandError {
    match why {
        NotAdopted::Unasked => CommandError::failed(format!(
            "there is a stack {name} of the original application, which deployer did not create"
        ))
        .hint(format!(
            "{} takes it over: its function's ARN, its table and its state machine are kept; {} shows what would \
             change",
            next.code(&["up", "--adopt"]),
            next.code(&["plan", "--adopt"])
        )),
        NotAdopted::Absent => {
            CommandError::failed(format!("there is no stack {name} to take over")).hint(
                "--stack-name names it; stacks from the Serverless Application Repository are called \
                 serverlessrepo-NAME",
            )
        }
        NotAdopted::Unlike(faults) => CommandError::failed(format!(
            "stack {name} cannot be taken over: it differs from a stack of the original application"
        ))
        .findings(faults.clone())
        .hint(
            "create a stack with another name with --stack-name, and let the WorkMail rule name its function",
        ),
    }
}
