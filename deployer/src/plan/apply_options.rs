//! How this run may reach the desired stack: what the command line allows and asks for, read once.

use cloud::{ChangeSetType, StackOptions};

/// How this run may reach the desired stack.
#[derive(Debug, Clone, Default)]
pub struct ApplyOptions {
    /// Whether a stack of the original application may be adopted; the run does nothing else then.
    pub adopt: bool,
    /// What happens to changes that were made outside the stack.
    pub on_drift: OnDrift,
    /// How CloudFormation carries out the change set.
    pub stack_options: StackOptions,
    /// Whether the run switches termination protection on at its end; otherwise it leaves it as it is.
    pub protect: bool,
    /// Whether the run only creates the change set and does not execute it.
    pub prepare_only: bool,
    /// The name of the change set, if it matters.
    pub change_set_name: Option<String>,
}

/// What happens to changes that were made outside the stack.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OnDrift {
    /// An update that would overwrite them is refused.
    #[default]
    Refuse,
    /// Everything goes back to the template, even if the template does not change.
    Revert,
    /// The live definition replaces the flow's.
    KeepLive,
}

impl ApplyOptions {
    /// The options of a change set. Express mode is for updates only, and only the first creation can
    /// choose what happens when it fails.
    pub fn stack_options_for(&self, kind: ChangeSetType) -> StackOptions {
        let options = self.stack_options.clone();
        match kind {
            ChangeSetType::Create => StackOptions { express: false, ..options },
            ChangeSetType::Update => StackOptions { on_stack_failure: None, ..options },
        }
    }
}
