//! From the desired and the observed state to the plan. Pure, synchronous, total; only `survey.rs`,
//! `observed.rs` and `stored.rs` read AWS.

mod adopted_settings;
mod adoption;
mod apply_options;
mod cancellation;
mod code_change;
mod data_loss;
mod deployed_code;
mod deployed_flow;
mod desired;
mod difference;
mod drift;
pub mod export;
mod express_mode;
mod flow_not_named;
mod forgotten;
pub mod inputs;
mod lost_artifact;
mod observed;
mod original;
mod planner;
mod recovery;
mod removal;
mod reviewed;
mod rights;
mod settings;
mod stored;
pub mod survey;

pub use adopted_settings::AdoptedSettings;
pub use adoption::adoption_remarks;
pub use apply_options::{ApplyOptions, OnDrift};
pub use cancellation::{Cancellation, NotCancelled, plan_cancellation};
pub use code_change::{CodeChange, code_changes};
pub use data_loss::{DataLoss, data_loss, unreviewed};
pub use deployed_code::{OtherCode, other_code};
pub use deployed_flow::DeployedFlow;
pub use desired::{CodeVersion, Desired, DesiredStack, MAX_BODY, Upload};
pub use difference::{difference, fill_in};
pub use drift::{Drift, DriftResolution, edited, is_deployed, is_desired};
pub use express_mode::express_remark;
pub use forgotten::{Forgotten, forgotten};
pub use observed::{Observed, other_codes};
pub use original::unlike_original;
pub use planner::{Action, Blocked, NotAdopted, Plan, Step, TagChange, plan};
pub use recovery::{NotRecovered, Recovery, plan_recovery};
pub use removal::{
    AdoptionLeft, ExistingParts, Removal, RemovalOptions, RemovalStep, plan_removal,
};
pub use reviewed::{PlanFileError, ReviewedPlan};
pub use rights::{Grant, Rights, rights};
pub use settings::{deployed_rule, organizations, overlay_of, settings};
