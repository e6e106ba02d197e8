//! The environment variables of a function: Lambda's and its own, and of this machine only what a system needs.
//!
//! Source: Lambda developer guide, "Working with Lambda environment variables", the tables of reserved and
//! unreserved variables.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::net::SocketAddr;
use std::path::Path;

use super::function::LocalFunction;
use super::program::Program;

/// By name.
pub(super) type Variables = BTreeMap<OsString, OsString>;

/// The version of every function that was not published.
pub(super) const VERSION: &str = "$LATEST";

/// Where this machine has packages for Node.js. The client takes only the AWS SDK from there, and removes the variable.
const PACKAGES_HERE: &str = "DEPLOYER_NODE_PACKAGES";

/// What a process gets beside the function's description.
pub(super) struct Surroundings<'a> {
    /// The runtime API.
    pub(super) api: SocketAddr,
    /// Where the client is.
    pub(super) runtime_folder: &'a Path,
    /// The name of its log stream.
    pub(super) log_stream: &'a str,
    /// What it inherits.
    pub(super) inherited: &'a Variables,
    /// Whether it may use the network and the user's credentials.
    pub(super) real: bool,
}

/// What may be inherited: with `real` also what configures AWS.
pub(super) fn inherited(all: &Variables, real: bool) -> Variables {
    let is_of_aws = |name: &OsString| name.to_str().is_some_and(|it| it.starts_with("AWS_"));
    let passes = |(name, _): &(&OsString, &OsString)| real || !is_of_aws(name);
    all.iter().filter(passes).map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// All variables of a function's process.
pub(super) fn of(
    function: &LocalFunction,
    program: &Program,
    around: &Surroundings<'_>,
) -> Variables {
    let mut variables = inherited(around.inherited, around.real);
    let packages = variables.remove(OsStr::new("NODE_PATH"));
    let mut set = |name: &str, value: OsString| variables.insert(name.into(), value);
    set("LANG", "en_US.UTF-8".into());
    set("TZ", ":UTC".into());
    match program {
        Program::Python(_) => drop(set("PYTHONPATH", around.runtime_folder.into())),
        Program::Node(_) => {
            set("NODE_PATH", node_path(function, around));
            set(PACKAGES_HERE, packages.unwrap_or_default());
        }
        Program::Bootstrap(_) => {}
    }
    if !around.real {
        // The runtime API refuses all other addresses, with the reason.
        set("AWS_ENDPOINT_URL", format!("http://{}/refused", around.api).into());
    }
    for (name, value) in &function.environment {
        set(name, value.into());
    }
    set("_HANDLER", (&function.handler).into());
    set("AWS_REGION", (&function.region).into());
    set("AWS_DEFAULT_REGION", (&function.region).into());
    set("AWS_LAMBDA_FUNCTION_NAME", function.deployed_name().into());
    set("AWS_LAMBDA_FUNCTION_VERSION", VERSION.into());
    set("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", function.memory_megabytes.to_string().into());
    set("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".into());
    let group = format!("/aws/lambda/{}", function.deployed_name());
    set("AWS_LAMBDA_LOG_GROUP_NAME", group.into());
    set("AWS_LAMBDA_LOG_STREAM_NAME", around.log_stream.into());
    set("AWS_LAMBDA_RUNTIME_API", around.api.to_string().into());
    set("LAMBDA_TASK_ROOT", (&function.folder).into());
    set("LAMBDA_RUNTIME_DIR", around.runtime_folder.into());
    if !matches!(program, Program::Bootstrap(_)) {
        set("AWS_EXECUTION_ENV", format!("AWS_Lambda_{}", function.runtime).into());
    }
    if !around.real {
        // No credentials: neither of the machine nor of the user, whose home folder has them in files.
        let nowhere = around.runtime_folder.join("no-such-file");
        set("AWS_EC2_METADATA_DISABLED", "true".into());
        set("AWS_SHARED_CREDENTIALS_FILE", (&nowhere).into());
        set("AWS_CONFIG_FILE", nowhere.into());
    }
    variables
}

/// As in Lambda: packages of the runtime, then the function's folder.
fn node_path(function: &LocalFunction, around: &Surroundings<'_>) -> OsString {
    let folders = [around.runtime_folder, &function.folder];
    // A folder with a separator in its name cannot be in the list.
    std::env::join_paths(folders).unwrap_or_default()
}
