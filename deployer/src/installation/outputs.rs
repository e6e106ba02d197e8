//! The outputs of a stack of ours.

use cloud::Stack;

/// The output with the ARN of the function.
pub const FUNCTION_ARN: &str = "MfsmFunctionArn";
/// The output with the ARN of the state machine.
pub const MACHINE_ARN: &str = "MfsmStateMachineArn";
/// The output with the ARN of the table.
pub const TABLE_ARN: &str = "MfsmExecutionTableArn";

/// The ARN of a stack's state machine, which is an output of every stack of ours.
#[must_use]
pub fn machine_arn(stack: &Stack) -> Option<&str> {
    output(stack, MACHINE_ARN)
}

/// The ARN of a stack's function, which is an output, too.
#[must_use]
pub fn function_arn(stack: &Stack) -> Option<&str> {
    output(stack, FUNCTION_ARN)
}

/// The name of a stack's table, whose ARN is an output, too.
#[must_use]
pub fn table_name(stack: &Stack) -> Option<&str> {
    output(stack, TABLE_ARN)?.rsplit('/').next()
}

fn output<'a>(stack: &'a Stack, key: &str) -> Option<&'a str> {
    let output = stack.outputs.iter().find(|output| output.key == key)?;
    Some(&output.value)
}
