//! `deployer status`.

use serde_json::Value;

use crate::error::{CommandError, place};
use crate::exit::Exit;
use crate::health;
use crate::options::stack::StackArgs;
use crate::plan::DeployedFlow;
use crate::report::answers::Status;
use crate::session::Session;

/// How many events are shown.
const EVENTS: usize = 10;

/// Show the stack, what was deployed, its outputs, how the flow is, and the last events.
///
/// How the flow is: the function's state, drift of the state machine, verdicts, failures and waiting messages of the
/// last hour and day, and whether the function was ever invoked. What the credentials may not read is said as such,
/// and is no failure. Exits with 0 where there is a stack, and with 3 where there is none.
#[derive(Debug, Clone, clap::Args)]
pub struct StatusArgs {
    /// Which stack.
    #[command(flatten)]
    pub stack: StackArgs,
}

/// Fails when the name is faulty or AWS refuses a read.
pub async fn run(args: &StatusArgs, session: &mut Session<'_>) -> Result<Exit, CommandError> {
    let name = args.stack.name()?;
    let cloud = session.connect().await?;
    let Some(stack) = cloud.stacks.describe(name.as_str()).await? else {
        session.answer(&Status::absent(name.as_str(), place(&cloud).await));
        return Ok(Exit::Work);
    };
    let (events, health, template) = tokio::join!(
        cloud.stacks.events(&stack.id, None, EVENTS),
        health::read(&cloud, &stack, session.now()),
        cloud.stacks.template(&stack.id),
    );
    let template: Option<Value> =
        template.ok().flatten().and_then(|text| serde_json::from_str(&text).ok());
    let flow = template.as_ref().and_then(|read| DeployedFlow::of(&stack, read, &cloud.region));
    let health = health.map(|health| match &template {
        Some(template) => health.stored_by(&stack, template, &cloud.region),
        None => health,
    });
    session.answer(&Status::of(&stack, flow.as_ref(), health.as_ref(), &events?));
    Ok(Exit::Done)
}
