//! The resources that the flow adds whose required rights are unknown.

use super::{Check, Setup};
use crate::rights::flow_resources;

const NAME: &str = "flow";

pub(super) fn checks(setup: &Setup<'_>) -> impl Iterator<Item = Check> {
    let unknown = setup.brought.findings(flow_resources::unknown).into_iter();
    unknown.map(|finding| {
        let place = finding.position.map(|at| format!("{at}: ")).unwrap_or_default();
        let check = Check::warning(NAME, format!("{place}{}", finding.sentence));
        Check { hint: finding.fix, ..check }
    })
}
