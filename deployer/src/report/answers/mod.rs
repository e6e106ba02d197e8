//! The answers of the commands, by the `type` of their JSON object.

mod idle;
mod outputs;
mod status;

pub use idle::Idle;
pub use outputs::Outputs;
pub use status::Status;
