//! From what is wanted and what is there to what has to be done. Pure, synchronous, total.

mod desired;
mod difference;
mod loss;
mod observed;
mod planner;
mod removal;
mod rights;

pub use desired::{Desired, Upload, bucket_name, prefix};
pub use difference::{difference, fill_in};
pub use loss::{Loss, loss};
pub use observed::{Observed, Storing};
pub use planner::{Action, Blocked, Plan, Step, plan};
pub use removal::{Removal, RemovalStep, plan_removal};
pub use rights::{Grant, Rights, rights};
