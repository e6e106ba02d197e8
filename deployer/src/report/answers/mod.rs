//! The answers of the commands, by the `type` of their JSON object.

mod change_set;
mod checked;
mod exported;
mod finding;
mod idle;
mod outputs;
mod plan;
mod status;

pub use change_set::ChangeSetCreated;
pub use checked::Checked;
pub use exported::Exported;
pub use idle::Idle;
pub use outputs::Outputs;
pub use plan::PlannedChanges;
pub use status::Status;
