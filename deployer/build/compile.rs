//! Builds the handler with a second Cargo inside the deployer's build.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use crate::architecture::Architecture;
use crate::inspect::GLIBC_OFFERED;
use crate::unwinding;

/// The Cargo profile of the handler, in the workspace's Cargo.toml.
const PROFILE: &str = "lambda";

/// Variables that are meant for the outer Cargo but would also affect the inner one.
const LEAKS: [&str; 6] = [
    "CARGO_BUILD_BUILD_DIR",
    "CARGO_BUILD_RUSTFLAGS",
    "CARGO_BUILD_TARGET",
    "CARGO_BUILD_TARGET_DIR",
    "CARGO_ENCODED_RUSTFLAGS",
    "RUSTC_WORKSPACE_WRAPPER",
];

/// The machine that builds.
pub(crate) struct Host {
    triple: String,
    /// Lambda's name for its processor; `None` if Lambda cannot run its programs, as on macOS.
    pub(crate) architecture: Option<Architecture>,
}

impl Host {
    /// Reads a target triple such as `x86_64-unknown-linux-gnu`.
    pub(crate) fn of_triple(triple: &str) -> Self {
        let architecture = [Architecture::Arm64, Architecture::X86_64]
            .into_iter()
            .find(|known| triple.starts_with(&format!("{}-unknown-linux-", rust_name(*known))));
        Self { triple: triple.to_owned(), architecture }
    }
}

/// How to build a handler for one target.
pub(crate) struct Route {
    triple: String,
    tool: Tool,
}

/// The tool that compiles and links.
enum Tool {
    CargoLambda,
    Zigbuild,
    Cargo { linker: Option<&'static str> },
}

/// Finds a way to build a handler for an architecture on this machine.
///
/// The error lists what is missing and how to get it, one item per line.
pub(crate) fn route_to(architecture: Architecture, host: &Host) -> Result<Route, String> {
    let native = host.architecture == Some(architecture);
    let triple = match native {
        true => host.triple.clone(),
        false => format!("{}-unknown-linux-gnu", rust_name(architecture)),
    };
    let mut missing = String::new();
    if !native && !has_standard_library(&triple) {
        missing += &format!("\n- Rust's standard library for it: `rustup target add {triple}`");
    }
    let tool = tool_for(architecture, &triple, native);
    if tool.is_none() {
        missing += "\n- a linker for it: `pip install cargo-lambda ziglang`, or ";
        missing += cross_linker(architecture);
    }
    match tool.filter(|_| missing.is_empty()) {
        Some(tool) => Ok(Route { triple, tool }),
        None => Err(format!(
            "the handler cannot be built for {architecture} (DEPLOYER_HANDLER can name a ready one); \
             what is missing here:{missing}"
        )),
    }
}

/// zig links against exactly the glibc of Lambda, whatever this machine has.
fn tool_for(architecture: Architecture, triple: &str, native: bool) -> Option<Tool> {
    if has_zig() && answers("cargo", &["lambda", "--version"]) {
        Some(Tool::CargoLambda)
    } else if has_zig() && answers("cargo-zigbuild", &["--version"]) {
        Some(Tool::Zigbuild)
    } else if native || has_linker_setting(triple) {
        Some(Tool::Cargo { linker: None })
    } else {
        let linker = cross_linker(architecture);
        answers(linker, &["--version"]).then_some(Tool::Cargo { linker: Some(linker) })
    }
}

/// The name of GCC for another architecture, as Debian, Fedora and similar systems install it.
fn cross_linker(architecture: Architecture) -> &'static str {
    match architecture {
        Architecture::Arm64 => "aarch64-linux-gnu-gcc",
        Architecture::X86_64 => "x86_64-linux-gnu-gcc",
    }
}

/// Builds the handler and returns the program's bytes.
pub(crate) fn handler(workspace: &Path, target: &Path, route: &Route) -> Result<Vec<u8>, String> {
    let Route { triple, tool } = route;
    let pinned = match triple.ends_with("-gnu") {
        true => format!("{triple}.{GLIBC_OFFERED}"),
        false => triple.clone(),
    };
    let mut build = Command::new(cargo());
    let program = match tool {
        Tool::CargoLambda => {
            let folder = target.join("cargo-lambda");
            build.args(["lambda", "build", "--target", &pinned, "--lambda-dir"]).arg(&folder);
            folder.join("bootstrap/bootstrap")
        }
        Tool::Zigbuild => {
            build.args(["zigbuild", "--target", &pinned]);
            target.join(triple).join(PROFILE).join("bootstrap")
        }
        Tool::Cargo { linker } => {
            build.args(["build", "--target", triple]);
            if let Some(linker) = linker {
                build.env(linker_setting(triple), linker);
            }
            target.join(triple).join(PROFILE).join("bootstrap")
        }
    };
    build.args(["--locked", "--profile", PROFILE, "--package", "handler", "--bin", "bootstrap"]);
    isolate(&mut build, workspace, target, triple);
    // Cargo reads a build script's standard output, so the inner Cargo must not write there.
    let status = build.current_dir(workspace).stdin(Stdio::null()).stdout(Stdio::null()).status();
    match status {
        Ok(status) if status.success() => fs::read(&program)
            .map_err(|error| format!("no handler at {}: {error}", program.display())),
        Ok(status) => Err(format!("building the handler failed ({status}): {build:?}")),
        Err(error) => Err(format!("cannot call {build:?}: {error}")),
    }
}

/// Keeps the deployer's build settings (clippy's wrapper, flags for another processor, profile
/// settings) away from the handler, and keeps this machine's paths and the unwinding tables out of
/// it.
fn isolate(build: &mut Command, workspace: &Path, target: &Path, triple: &str) {
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("CARGO_PROFILE_") || LEAKS.contains(&&*name) {
            build.env_remove(&*name);
        }
    }
    build.env("CARGO_TARGET_DIR", target);
    let registry = cargo_home().map(|home| home.join("registry").join("src"));
    let folders = [(registry, "/cargo"), (fs::canonicalize(workspace).ok(), "/handler")];
    let mut flags: Vec<_> = folders
        .into_iter()
        .filter_map(|(folder, name)| Some((folder?.to_str()?.to_owned(), name)))
        .map(|(folder, name)| format!("--remap-path-prefix={folder}={name}"))
        .collect();
    // A linker that the user chose may not read the script.
    if !has_linker_setting(triple) {
        flags.push(format!("-Clink-arg={}", unwinding::linker_argument(workspace)));
    }
    // RUSTFLAGS is split at whitespace and does not support quoting.
    flags.retain(|flag| !flag.contains(char::is_whitespace));
    build.env("RUSTFLAGS", flags.join(" "));
}

fn cargo() -> String {
    env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}

fn cargo_home() -> Option<PathBuf> {
    let default = || Some(env::home_dir()?.join(".cargo"));
    env::var_os("CARGO_HOME").map(PathBuf::from).or_else(default)
}

fn has_standard_library(triple: &str) -> bool {
    let rustc = env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let output =
        Command::new(rustc).args(["--print", "target-libdir", "--target", triple]).output();
    output.is_ok_and(|output| {
        let folder = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
        if !folder.is_dir() {
            // It may be installed before the next build.
            println!("cargo::rerun-if-changed={}", folder.display());
        }
        folder.is_dir()
    })
}

/// The environment variable in which Cargo looks for a target's linker.
fn linker_setting(triple: &str) -> String {
    format!("CARGO_TARGET_{}_LINKER", triple.to_uppercase().replace('-', "_"))
}

fn has_linker_setting(triple: &str) -> bool {
    let name = linker_setting(triple);
    println!("cargo::rerun-if-env-changed={name}");
    env::var_os(name).is_some()
}

/// Looks for zig where cargo-lambda and cargo-zigbuild do.
fn has_zig() -> bool {
    answers("zig", &["version"])
        || ["python3", "python"].iter().any(|python| answers(python, &["-m", "ziglang", "version"]))
}

/// Whether a program is installed and runs.
fn answers(program: &str, arguments: &[&str]) -> bool {
    let program = if program == "cargo" { cargo() } else { program.to_owned() };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Rust's name for an architecture, as in the first part of a target triple.
fn rust_name(architecture: Architecture) -> &'static str {
    match architecture {
        Architecture::Arm64 => "aarch64",
        Architecture::X86_64 => "x86_64",
    }
}
