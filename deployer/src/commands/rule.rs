//! `deployer rule`.

use serde_json::Value;

use crate::error::CommandError;
use crate::exit::Exit;
use crate::installation::{function_arn, lookup};
use crate::options::stack::StackArgs;
use crate::plan::{deployed_rule, organizations};
use crate::report::answers::ConsoleRule;
use crate::session::Session;

/// Show how to create the WorkMail rule that invokes the flow.
///
/// Prints the function's ARN and each step in the WorkMail console, for which AWS has no API. Exits
/// with 3 if there is no stack. Writes nothing.
#[derive(Debug, Clone, clap::Args)]
pub struct RuleArgs {
    /// Which stack.
    #[command(flatten)]
    pub stack: StackArgs,
}

/// Fails when the name is invalid, there is no stack or no function, or AWS refuses a read.
pub async fn run(args: &RuleArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let name = args.stack.name()?;
    let cloud = session.connect().await?;
    let stack = lookup::stack(&cloud, name.as_str()).await?;
    let Some(function) = function_arn(&stack) else {
        let sentence = format!("stack {name} ({}) has no function in its outputs", stack.status);
        let status = session.next.code(&["status"]);
        return Err(CommandError::failed(sentence).hint(format!("{status} shows its state")));
    };
    let template = lookup::template(&cloud, &stack).await?;
    let organizations = organizations(&template);
    let arns: Vec<&str> = organizations.iter().filter_map(Value::as_str).collect();
    let now = session.now();
    let rule = deployed_rule(&template);
    session.answer(&ConsoleRule::of(&stack, function, rule, &arns, &cloud.region, now));
    Ok(Exit::Done)
}
