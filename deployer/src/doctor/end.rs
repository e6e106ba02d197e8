//! How long WorkMail still exists.

use jiff::Timestamp;

use super::Check;
use crate::end_of_support::{days_left, sentence};

pub(super) fn check(now: Timestamp) -> Check {
    const NAME: &str = "end-of-support";
    match days_left(now) {
        0.. => Check::warning(NAME, sentence(now)),
        _ => Check::error(NAME, sentence(now)),
    }
}
