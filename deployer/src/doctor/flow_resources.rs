//! The resources that the flow adds whose required rights are unknown.

use super::{Check, Target};
use crate::rights::flow_resources;

const NAME: &str = "flow";

pub(super) fn checks(target: &Target<'_>) -> impl Iterator<Item = Check> {
    let unknown = target.flow_resources.findings(flow_resources::unknown).into_iter();
    unknown.map(|finding| {
        let place = finding.position.map(|at| format!("{at}: ")).unwrap_or_default();
        let check = Check::warning(NAME, format!("{place}{}", finding.sentence));
        Check { hint: finding.fix, ..check }
    })
}
