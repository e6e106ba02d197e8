//! One file per command: its help, its arguments, and `run`, which orchestrates and computes nothing.

pub mod asl;
pub mod cancel;
pub mod check;
pub mod completions;
pub mod config;
pub mod doctor;
pub mod down;
pub mod drift;
pub mod event;
pub mod exit_codes;
pub mod export;
pub mod invoke;
pub mod logs;
pub mod man;
pub mod message;
pub mod outputs;
pub mod permissions;
pub mod plan;
pub mod pull;
pub mod recover;
pub mod render;
pub mod schema;
pub mod status;
pub mod trace;
pub mod up;
pub mod watch;

mod agreement;
mod blocked;
mod busy;
mod failed;
mod installed;
mod left;
mod outside;
mod plan_file;
mod prepare;
mod unanswered;
