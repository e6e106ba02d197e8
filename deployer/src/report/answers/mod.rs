//! The answers of the commands, by the `type` of their JSON object.

mod assumption;
mod changed;
mod coverage;
mod graph;
mod idle;
mod invocation;
mod moment;
mod outputs;
mod rule_outcome;
mod status;
mod test_result;
mod test_summary;
mod warning;

pub use changed::Changed;
pub use graph::GraphObject;
pub use idle::Idle;
pub use moment::LiveMoment;
pub use outputs::Outputs;
pub use status::Status;
pub use warning::Warning;
