//! What remains to be done after the adoption of a stack of the original application.

/// The rule stays, and `pull` retrieves the definition.
pub fn after_adoption() -> &'static str {
    "The WorkMail rule stays as it is: it names the same function.\n\
     The definition, the output state and the wait stay as they are in every later `deployer up` that does \
     not say otherwise. `deployer pull FILE` brings the definition home, for --state-machine FILE."
}
