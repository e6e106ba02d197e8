//! What has to be said about express mode where it is asked for.

use super::{Action, Desired};
use crate::finding::Finding;

/// What express mode does not promise, or that it is not used.
#[must_use]
pub fn express_remark(action: &Action, desired: &Desired) -> Option<Finding> {
    if !desired.handling.express {
        return None;
    }
    let sentence = match action {
        Action::Create | Action::Recreate(_) => {
            "a first creation is never made in express mode: it waits for every resource"
        }
        Action::Protect | Action::Nothing | Action::Blocked(_) => return None,
        Action::Update | Action::Adopt => {
            "the update ends once everything is configured: the function is waited for, and other \
             resources may still settle; AWS recommends this mode for development"
        }
    };
    Some(Finding::warning("express", "--express", sentence))
}
