//! The functions of a flow, made ready to run on this machine: built for it, and unpacked.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Cursor};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use super::local_functions::{
    FunctionTasks, LocalFunction, LocalFunctionOptions, LocalFunctions, OtherVersion, interpreter,
};
use super::side_runtime::SideRuntime;
use super::{Answers, STACK};
use crate::artifact::functions::{Package, PackageError, Target, Workshop, package};
use crate::config::FunctionName;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::flow::{Flow, FlowFunction, Language};

/// In place of the name of a function: variables of all functions, as SAM calls them.
const FOR_ALL: &str = "Parameters";

/// What functions on this machine need besides their code.
#[derive(Clone)]
pub struct FunctionRunner {
    /// The folder for what was built.
    pub cache: Option<PathBuf>,
    pub options: LocalFunctionOptions,
    /// Variables that replace those of the flow, by the name of the function.
    pub variables: BTreeMap<String, BTreeMap<String, String>>,
    /// Called with the function and what is run for it, before a build that takes time.
    pub on_build: BuildListener,
}

/// Called before each build.
pub type BuildListener = Arc<dyn Fn(&FunctionName, &str) + Send + Sync>;

/// Functions that can be invoked. Their processes end with this value, and their code is removed.
pub struct ReadyFunctions {
    pub functions: Arc<LocalFunctions>,
    /// The runtimes that have another version here than in AWS.
    pub other_versions: Vec<OtherVersion>,
    _code: TempDir,
    _runtime: SideRuntime,
}

impl ReadyFunctions {
    /// Builds and unpacks the functions of a flow that a Task state can call whose answers are not `mocked`; `None` if there
    /// are none.
    /// Fails when one cannot be built, or what runs it is not installed.
    pub async fn of(
        flow: &Flow,
        mocked: &BTreeSet<String>,
        runner: &FunctionRunner,
    ) -> Result<Option<Self>, CommandError> {
        let is_called = |function: &&FlowFunction| {
            let states = flow.states_naming(&function.arn);
            states.is_empty() || states.iter().any(|state| !mocked.contains(*state))
        };
        let called: Vec<_> = flow.belongings.functions.iter().filter(is_called).cloned().collect();
        if called.is_empty() {
            return Ok(None);
        }
        Self::made(called, runner).await.map(Some)
    }

    /// Builds and unpacks these functions.
    /// Fails when one cannot be built, or what runs it is not installed.
    pub async fn made(
        functions: Vec<FlowFunction>,
        runner: &FunctionRunner,
    ) -> Result<Self, CommandError> {
        let runtime = SideRuntime::start().map_err(failed)?;
        let made = runtime.handle.spawn(start(functions, runner.clone())).await;
        let (functions, code) = made.map_err(failed)??;
        let other_versions = functions.other_versions();
        let functions = Arc::new(functions);
        Ok(Self { functions, other_versions, _code: code, _runtime: runtime })
    }

    /// The tasks that these functions answer.
    pub fn tasks(&self, mocked: BTreeSet<String>) -> FunctionTasks {
        let functions = Arc::clone(&self.functions);
        FunctionTasks { functions, mocked, others: Arc::new(Answers::default()) }
    }
}

fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> CommandError {
    CommandError::new(Exit::Failed, error)
}

/// Makes functions ready on the runtime on which they will run.
async fn start(
    functions: Vec<FlowFunction>,
    runner: FunctionRunner,
) -> Result<(LocalFunctions, TempDir), CommandError> {
    let code = tempfile::tempdir().map_err(failed)?;
    let mut local = Vec::new();
    for function in functions {
        let folder = code.path().join(function.name.as_str());
        let package = built(function.clone(), &runner).await?;
        unpack(&package, &folder).map_err(failed)?;
        local.push(local_function(&function, folder, &runner));
    }
    let functions = LocalFunctions::new(local, runner.options);
    functions.check().await.map_err(|error| {
        CommandError::usage(error)
            .hint("or set the answers of the states that call it with --answers FILE")
    })?;
    Ok((functions, code))
}

/// The package of a function for this machine.
async fn built(function: FlowFunction, runner: &FunctionRunner) -> Result<Package, CommandError> {
    let settings = &function.settings;
    let interpreter = match settings.runtime.language {
        Language::Python(_) => {
            interpreter(settings.runtime.as_str(), &runner.options.inherited).await
        }
        _ => None,
    };
    let (cache, on_build) = (runner.cache.clone(), Arc::clone(&runner.on_build));
    // On a blocking thread, so that Ctrl-C works during a build.
    let build = tokio::task::spawn_blocking(move || -> Result<Package, PackageError> {
        let on_build = |function: &FunctionName, what: &str| on_build(function, what);
        let target = Target::ThisMachine { interpreter };
        package(&function, &Workshop { cache, target, on_build: &on_build })
    });
    let built = build.await.map_err(failed)?;
    Ok(built?)
}

fn unpack(package: &Package, folder: &PathBuf) -> io::Result<()> {
    fs::create_dir(folder)?;
    let archive = zip::ZipArchive::new(Cursor::new(&package.zip)).map_err(io::Error::other)?;
    let mut archive = archive;
    archive.extract(folder).map_err(io::Error::other)
}

fn local_function(
    function: &FlowFunction,
    folder: PathBuf,
    runner: &FunctionRunner,
) -> LocalFunction {
    let FlowFunction { name, arn, settings, .. } = function;
    let mut environment: BTreeMap<String, String> =
        settings.environment.iter().map(|(name, value)| (name.clone(), text(value))).collect();
    for given in [FOR_ALL, name.as_str()] {
        environment.extend(runner.variables.get(given).cloned().unwrap_or_default());
    }
    LocalFunction {
        name: name.to_string(),
        arn: arn.clone(),
        runtime: settings.runtime.to_string(),
        handler: settings.handler.clone(),
        folder,
        environment,
        timeout: Duration::from_secs(settings.timeout.into()),
        memory_megabytes: settings.memory,
        architecture: settings.architecture.to_owned(),
        region: arn.split(':').nth(3).unwrap_or(STACK.home.region).to_owned(),
    }
}

/// The value of a variable. The name of a resource is known only in AWS: here, it is its logical ID.
fn text(value: &Value) -> String {
    let reference = value.get("Ref").or_else(|| value.get("Fn::GetAtt"));
    match reference.unwrap_or(value) {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("."),
        other => other.to_string(),
    }
}
