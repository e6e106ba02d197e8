//! The options that decide what happens to drift.

use serde::{Deserialize, Serialize};

use crate::plan::OnDrift;

/// What `up` and `plan` do about changes that were made outside the stack.
#[derive(Debug, Clone, Default, clap::Args, Serialize, Deserialize)]
pub struct OnDriftArgs {
    /// Revert what was changed outside the stack, as far as CloudFormation can compare it with the
    /// template
    #[arg(long)]
    pub revert_drift: bool,
    /// Keep the state machine's current definition instead of the flow's
    #[arg(long, conflicts_with = "revert_drift")]
    pub keep_live_definition: bool,
}

/// The command line does not accept both options at the same time.
impl From<&OnDriftArgs> for OnDrift {
    fn from(args: &OnDriftArgs) -> Self {
        match args {
            OnDriftArgs { keep_live_definition: true, .. } => Self::KeepLive,
            OnDriftArgs { revert_drift: true, .. } => Self::Revert,
            _ => Self::Refuse,
        }
    }
}
