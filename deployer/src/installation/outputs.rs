//! The outputs of the deployer's stacks.

use cloud::Stack;

pub const FUNCTION_ARN: &str = "MfsmFunctionArn";
pub const MACHINE_ARN: &str = "MfsmStateMachineArn";
pub const TABLE_ARN: &str = "MfsmExecutionTableArn";

/// The ARN of a stack's state machine, which is an output of each of our stacks.
pub fn machine_arn(stack: &Stack) -> Option<&str> {
    output(stack, MACHINE_ARN)
}
pub fn function_arn(stack: &Stack) -> Option<&str> {
    output(stack, FUNCTION_ARN)
}

/// The name of a stack's table, whose ARN is an output.
pub fn table_name(stack: &Stack) -> Option<&str> {
    output(stack, TABLE_ARN)?.rsplit('/').next()
}

fn output<'a>(stack: &'a Stack, key: &str) -> Option<&'a str> {
    let output = stack.outputs.iter().find(|output| output.key == key)?;
    Some(&output.value)
}
