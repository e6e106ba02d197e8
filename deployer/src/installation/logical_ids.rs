//! The logical ids of the template's resources, which are those of the original application where it has them.

/// The function.
pub const FUNCTION: &str = "MfsmFunction";
/// The function's role.
pub const FUNCTION_ROLE: &str = "MfsmFunctionRole";
/// The function's log group.
pub const FUNCTION_LOGS: &str = "MfsmFunctionLogGroup";
/// The permission of an organization to invoke the function; the organization's id follows.
pub const FUNCTION_PERMISSION: &str = "MfsmFunctionPermission";
/// The state machine.
pub const MACHINE: &str = "MfsmStateMachine";
/// The state machine's role.
pub const MACHINE_ROLE: &str = "MfsmStateMachineRole";
/// The state machine's log group.
pub const MACHINE_LOGS: &str = "MfsmStateMachineLogGroup";
/// The table of the ledger's entries.
pub const TABLE: &str = "MfsmExecutionTable";
