//! The environment in the settings file, which a command that changes something must not guess.

use super::Session;
use crate::config::{Origin, quoted};
use crate::error::{CommandError, Sentence};

impl Session<'_> {
    /// The environment that is chosen.
    pub fn environment(&self) -> Option<&String> {
        self.layers.file.as_ref().and_then(|file| file.environment.as_ref())
    }

    /// Makes sure that the environment of a reviewed plan is not contradicted, and lets printed commands choose it.
    /// Fails when another one is chosen.
    pub fn use_environment_of_plan(
        &mut self,
        planned: Option<&String>,
    ) -> Result<(), CommandError> {
        match (self.environment(), planned) {
            (Some(chosen), planned) if Some(chosen) != planned => {
                let of_plan = match planned {
                    Some(planned) => format!("for environment `{}`", quoted(planned)),
                    None => "for no environment".to_owned(),
                };
                let chosen = quoted(chosen);
                let sentence =
                    format!("the plan is {of_plan}, but `{chosen}` is chosen; nothing was written");
                Err(CommandError::usage(Sentence(sentence)).hint(
                    "omit --env (and unset DEPLOYER_ENV), because the plan has all of its \
                     settings; or create a plan for the other environment",
                ))
            }
            (_, Some(planned)) => {
                let has = self.layers.file.as_ref().map(|file| &file.environments);
                if has.is_some_and(|environments| environments.contains(planned)) {
                    self.next = self.next.clone().with("env", std::slice::from_ref(planned));
                }
                Ok(())
            }
            (_, None) => Ok(()),
        }
    }

    /// Makes sure that a command that changes a stack is about a stack that you chose; remarks
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
                "choose one with --env NAME or DEPLOYER_ENV, or a stack outside the environments \
                 with --stack-name NAME",
            ));
        }
        if layers.is_about_a_stack {
            self.remark(&format!("{sentence}; --env NAME chooses one"));
        }
        Ok(())
    }
}
