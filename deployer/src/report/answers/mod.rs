//! The answers of the commands, by the `type` of their JSON object.

mod assumption;
mod change_set;
mod changed;
mod checked;
mod coverage;
mod exported;
mod finding;
mod graph;
mod idle;
mod invocation;
mod moment;
mod outputs;
mod plan;
mod rule_outcome;
mod status;
mod test_result;
mod test_summary;
mod warning;

pub use change_set::ChangeSetCreated;
pub use changed::Changed;
pub use checked::Checked;
pub use exported::Exported;
pub use graph::GraphObject;
pub use idle::Idle;
pub use moment::LiveMoment;
pub use outputs::Outputs;
pub use plan::PlannedChanges;
pub use status::Status;
pub use warning::Warning;
