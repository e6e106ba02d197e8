//! Waiting, where that is asked for, until a busy stack takes the next operation.

use crate::cli::GlobalArgs;
use crate::commands::failed;
use crate::error::CommandError;
use crate::operation::{Operation, attach};
use crate::world::World;
use cloud::{Cloud, Stack};

/// Follows the operation that goes on with `stack` to its end, whatever that is: the plan is made anew
/// afterwards.
pub(super) async fn wait(
    world: &mut World,
    global: &GlobalArgs,
    cloud: &Cloud,
    stack: &Stack,
) -> Result<(), CommandError> {
    let clock = world.clock;
    let mut reporter = world.reporter(global.output, true, String::new());
    let mut operation = Operation { cloud, audience: &mut reporter, clock };
    attach(&mut operation, stack).await.map_err(|error| failed::error(error, &stack.name))?;
    Ok(())
}
