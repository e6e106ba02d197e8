//! One file per command: its help, its arguments, and `run`, which orchestrates and computes nothing.

pub mod cancel;
pub mod down;
pub mod plan;
pub mod recover;
pub mod render;
pub mod status;
pub mod up;
pub mod watch;

mod agreement;
mod blocked;
mod busy;
mod prepare;
mod stuck;
