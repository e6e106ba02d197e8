//! From what is wanted and what is there to what has to be done. Pure, synchronous, total.

mod adopted_settings;
mod adoption;
mod cancellation;
mod data_loss;
mod desired;
mod difference;
mod drift;
pub mod export;
mod express_mode;
pub mod inputs;
mod observed;
mod original;
mod planner;
mod recovery;
mod removal;
mod reviewed;
mod rights;
mod settings;
pub mod survey;
mod unnamed_flow;

pub use adopted_settings::Inherited;
pub use adoption::adoption_remarks;
pub use cancellation::{Cancellation, NotCancelled, plan_cancellation};
pub use data_loss::{Loss, beyond, loss};
pub use desired::{Desired, MAX_BODY};
pub use difference::{difference, fill_in};
pub use drift::{Drift, Fate, edited, is_deployed, is_wanted};
pub use express_mode::express_remark;
pub use observed::Observed;
pub use original::unlike_original;
pub use planner::{Action, Blocked, NotAdopted, Plan, Step, plan};
pub use recovery::{NotRecovered, Recovery, plan_recovery};
pub use removal::{ExistingParts, Removal, RemovalOptions, RemovalStep, plan_removal};
pub use reviewed::{PlanFileError, ReviewedPlan};
pub use rights::{Grant, Rights, rights};
pub use settings::settings;
