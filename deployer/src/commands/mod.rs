//! One file per command: its help, its arguments, and `run`, which orchestrates and computes nothing.

pub mod down;
pub mod plan;
pub mod render;
pub mod status;
pub mod up;

mod blocked;
mod failed;
mod plan_file;
mod prepare;
