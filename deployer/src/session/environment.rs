//! The environment in the file of settings, which a command that changes something must not guess.

use super::Session;
use crate::config::Origin;
use crate::error::{CommandError, Sentence};

impl Session<'_> {
    /// Makes sure that a command that changes a stack is about a stack that someone chose; remarks
    /// which environments there are if the command only reads.
    /// Fails when the file has environments, and neither one of them nor a stack is named.
    pub fn require_environment(&mut self, changes_a_stack: bool) -> Result<(), CommandError> {
        let layers = self.layers;
        let Some(file) = &layers.file else { return Ok(()) };
        let stack = layers.origins.of("stack-name");
        let names_stack = matches!(stack, Origin::Option(_) | Origin::Variable(_));
        if file.environments.is_empty() || file.environment.is_some() || names_stack {
            return Ok(());
        }
        let (path, known) = (file.path.display(), file.environments.join(", "));
        let sentence = format!("{path} has environments ({known}), and none is chosen");
        if changes_a_stack {
            return Err(CommandError::usage(Sentence(sentence)).hint(
                "choose one with --env NAME or DEPLOYER_ENV, or a stack outside of them with \
                 --stack-name NAME",
            ));
        }
        if layers.is_about_a_stack {
            self.remark(&format!("{sentence}; --env NAME chooses one"));
        }
        Ok(())
    }
}
