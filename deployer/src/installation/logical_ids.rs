//! The logical ids of the template's resources: those of the original application if it has the
//! resource.

pub const FUNCTION: &str = "MfsmFunction";
pub const FUNCTION_ROLE: &str = "MfsmFunctionRole";
pub const FUNCTION_LOGS: &str = "MfsmFunctionLogGroup";
/// An organization's permission to invoke the function; followed by the organization's id.
pub const FUNCTION_PERMISSION: &str = "MfsmFunctionPermission";
pub const MACHINE: &str = "MfsmStateMachine";
pub const MACHINE_ROLE: &str = "MfsmStateMachineRole";
pub const MACHINE_LOGS: &str = "MfsmStateMachineLogGroup";
/// The table with the ledger's entries.
pub const TABLE: &str = "MfsmExecutionTable";
