//! The names of an installed flow's parts in AWS.

mod artifact_place;
mod console;
mod handler_settings;
mod installed_code;
pub mod logical_ids;
pub mod lookup;
mod outputs;
mod parts;

pub use artifact_place::{ArtifactPlace, bucket_name};
pub use console::Console;
pub use handler_settings::HandlerSettings;
pub use installed_code::{InstalledCode, spoken};
pub use outputs::{FUNCTION_ARN, MACHINE_ARN, TABLE_ARN, function_arn, machine_arn, table_name};
pub use parts::Installation;
