//! From what is wanted and what is there to what has to be done. Pure, synchronous, total.

mod cancellation;
mod desired;
mod difference;
mod express;
mod observed;
mod planner;
mod recovery;
mod removal;

pub use cancellation::{Cancellation, NotCancelled, plan_cancellation};
pub use desired::{Desired, Upload, bucket_name, prefix};
pub use difference::difference;
pub use express::express_remark;
pub use observed::{Observed, Storing};
pub use planner::{Action, Blocked, Plan, Step, plan};
pub use recovery::{NotRecovered, Recovery, plan_recovery};
pub use removal::{Found, Removal, RemovalStep, Wish, plan_removal};
