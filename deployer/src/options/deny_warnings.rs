//! The option that treats warnings as errors.

use crate::error::{CommandError, Sentence};
use crate::finding::Finding;

/// Whether a command continues despite warnings.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct DenyWarningsArgs {
    /// Treat warnings about the flow as errors
    #[arg(long)]
    pub deny_warnings: bool,
}

impl DenyWarningsArgs {
    /// Fails when there are warnings, which were printed, and they are denied.
    pub fn check(self, warnings: &[Finding]) -> Result<(), CommandError> {
        if !self.deny_warnings || warnings.is_empty() {
            return Ok(());
        }
        let sentence = match warnings.len() {
            1 => "there is 1 warning, and --deny-warnings treats it as an error".to_owned(),
            count => {
                format!("there are {count} warnings, and --deny-warnings treats them as errors")
            }
        };
        Err(CommandError::usage(Sentence(sentence)))
    }
}
