//! What was changed outside the stack, for people.

use super::changes::values;
use super::lines::{BAD, CAREFUL, GOOD, STRONG, styled};
use crate::plan::{Drift, Fate};

/// The section about drift.
pub(super) fn drift_section(drift: &Drift) -> Vec<String> {
    let what = if drift.gone { "was deleted" } else { "was changed" };
    let mut lines =
        vec![styled(STRONG, &format!("drift: the state machine {what} outside the stack:"))];
    lines.push(format!("  {}", drift.machine));
    lines.extend(drift.changes.iter().flat_map(values));
    lines.push(format!("  {}", fate(drift)));
    lines
}

fn fate(drift: &Drift) -> String {
    match (drift.fate, drift.gone) {
        (Fate::Left, true) => {
            styled(BAD, "no message can be judged without it; --revert-drift asks for it back")
        }
        (Fate::Left, false) => styled(
            CAREFUL,
            "it is left as it is; --revert-drift brings back what was deployed, `deployer pull` writes \
             it to a file",
        ),
        (Fate::Wanted, _) => styled(GOOD, "that is what is wanted now: it stays"),
        (Fate::Reverted, _) => {
            styled(CAREFUL, "it is brought back to the template, as --revert-drift asks")
        }
        (Fate::Overwritten, _) => styled(BAD, "this would be OVERWRITTEN"),
    }
}
