//! Taking over a stack of the original application, on the command line.

use serde::{Deserialize, Serialize};

/// Whether `up` and `plan` may take a stack over.
#[derive(Debug, Clone, Default, clap::Args, Serialize, Deserialize)]
pub struct AdoptionArgs {
    /// Take over, in place, a stack of the original application, deployed by SAM or from the Serverless
    /// Application Repository
    #[arg(long, conflicts_with = "revert_drift")]
    pub adopt: bool,
}
