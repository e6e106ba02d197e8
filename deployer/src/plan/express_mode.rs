//! The remark about express mode, if the options request it.

use super::{Action, ApplyOptions};
use crate::finding::Finding;

/// What express mode does not guarantee, or that it is not used.
pub fn express_remark(action: &Action, options: &ApplyOptions) -> Option<Finding> {
    if !options.stack_options.express {
        return None;
    }
    let sentence = match action {
        Action::Create | Action::Recreate(_) => {
            "a first creation never uses express mode: it waits for every resource"
        }
        Action::Protect | Action::Nothing | Action::Blocked(_) => return None,
        Action::Update | Action::Adopt => {
            "the update ends once everything is configured: `up` waits for the function, and other \
             resources may still settle; AWS recommends this mode for development"
        }
    };
    Some(Finding::warning("express", "--express", sentence))
}
