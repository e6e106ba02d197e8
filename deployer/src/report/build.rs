//! What is built before a stack is planned.

use crate::config::FunctionName;

/// That a build begins. `what` causes it: a list of dependencies, or the user's own command.
pub fn build(function: &FunctionName, what: &str) -> String {
    match what {
        "build" => format!("function {function}: running its build command"),
        list => format!("function {function}: building the dependencies in {list}"),
    }
}
