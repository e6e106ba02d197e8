//! From what is wanted and what is there to what has to be done. Pure, synchronous, total.

mod adoption;
mod cancellation;
mod desired;
mod difference;
mod drift;
mod express;
mod inherited;
mod loss;
mod observed;
mod original;
mod planner;
mod recovery;
mod remembered;
mod removal;
mod reviewed;
mod rights;
mod settings;

pub use adoption::adoption_remarks;
pub use cancellation::{Cancellation, NotCancelled, plan_cancellation};
pub use desired::{Desired, MAX_BODY, Upload, bucket_name, prefix};
pub use difference::{difference, fill_in};
pub use drift::{Drift, Fate, MACHINE, edited, is_deployed, is_wanted};
pub use express::express_remark;
pub use inherited::Inherited;
pub use loss::{Loss, beyond, loss};
pub use observed::{LiveMachine, Observed, Storing, function_arn, machine_arn, table_name};
pub use original::unlike_original;
pub use planner::{Action, Blocked, NotAdopted, Plan, Step, plan};
pub use recovery::{NotRecovered, Recovery, plan_recovery};
pub use removal::{Found, Removal, RemovalStep, Wish, plan_removal};
pub use reviewed::{PlanFileError, ReviewedPlan};
pub use rights::{Grant, Rights, rights};
pub use settings::settings;
