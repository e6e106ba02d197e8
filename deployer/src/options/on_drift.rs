//! Drift on the command line: the options that decide about it, and the refusal without them.

use serde::{Deserialize, Serialize};

/// What `up` and `plan` do about changes that were made outside the stack.
#[derive(Debug, Clone, Default, clap::Args, Serialize, Deserialize)]
pub struct OutsideArgs {
    /// Bring everything that was changed outside the stack back to the template
    #[arg(long)]
    pub revert_drift: bool,
    /// Take the definition that the state machine has now in place of the flow's
    #[arg(long, conflicts_with = "revert_drift")]
    pub keep_live_definition: bool,
}
