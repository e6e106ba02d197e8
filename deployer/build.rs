//! Embeds the handler in the deployer: finds or builds it, inspects it, and writes it where
//! `src/artifact/embedded.rs` includes it. docs/how-it-works/handler-build.md describes how to control it. Also
//! makes the linker leave out sections that the program does not need.
#![expect(clippy::disallowed_methods, reason = "a build script's input is its environment")]
#![expect(unreachable_pub, reason = "the files included from src/ are public in the program")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use architecture::Architecture;
use compile::Host;
use inspect::Inspected;
use request::Request;

#[path = "src/artifact/architecture.rs"]
mod architecture;
#[path = "src/artifact/archive.rs"]
mod archive;
#[path = "build/compile.rs"]
mod compile;
#[path = "src/digest.rs"]
mod digest;
#[path = "src/artifact/inspect.rs"]
mod inspect;
#[path = "build/request.rs"]
mod request;
#[path = "build/unwinding.rs"]
mod unwinding;

fn main() -> ExitCode {
    match embed() {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            for line in fault.lines() {
                println!("cargo::error={line}");
            }
            ExitCode::FAILURE
        }
    }
}

/// The handler to embed.
struct Handler {
    zip: Vec<u8>,
    architecture: Architecture,
    /// Whether it is built for the build host because it could not be built for arm64.
    fell_back: bool,
}

fn embed() -> Result<(), String> {
    for path in ["build.rs", "build", "src/artifact", "src/digest.rs"] {
        println!("cargo::rerun-if-changed={path}");
    }
    let package = PathBuf::from(required("CARGO_MANIFEST_DIR")?);
    let workspace = package.parent().ok_or("the deployer lies in no workspace")?;
    let out = PathBuf::from(required("OUT_DIR")?);
    unwinding::strip_program(workspace);
    let handler = match Request::from_environment(workspace)? {
        Request::Nothing => None,
        Request::File(path, requested) => Some(of_file(&path, requested)?),
        Request::Build(requested) => Some(of_sources(workspace, &out, requested)?),
    };
    let zip = handler.as_ref().map_or(&[][..], |handler| &handler.zip);
    write_if_changed(&out.join("handler.zip"), zip)?;
    let value = handler.as_ref().map_or("None".to_owned(), literal);
    let source = format!("const EMBEDDED: Option<Embedded> = {value};\n");
    write_if_changed(&out.join("embedded.rs"), source.as_bytes())
}

/// The handler as a Rust expression for `src/artifact/embedded.rs`.
fn literal(handler: &Handler) -> String {
    let Handler { zip, architecture, fell_back } = handler;
    let digest = digest::sha256(zip);
    format!(
        r#"Some(Embedded {{
    zip: include_bytes!(concat!(env!("OUT_DIR"), "/handler.zip")),
    digest: "{digest}",
    architecture: Architecture::{architecture:?},
    fell_back: {fell_back},
}})"#
    )
}

/// A handler that was built before: a zip, or a program to put into one.
fn of_file(path: &Path, requested: Option<Architecture>) -> Result<Handler, String> {
    println!("cargo::rerun-if-changed={}", path.display());
    let name = path.display();
    let bytes = fs::read(path).map_err(|error| format!("DEPLOYER_HANDLER {name}: {error}"))?;
    let (zip, inspected) = if inspect::looks_like_zip(&bytes) {
        let inspected = inspect::zip(&bytes);
        (bytes, inspected)
    } else {
        (
            archive::zip_of(&bytes).map_err(|error| format!("cannot pack {name}: {error}"))?,
            inspect::elf(&bytes),
        )
    };
    let Inspected { architecture, .. } =
        inspected.map_err(|unfit| format!("DEPLOYER_HANDLER {name}: {}", chain(&unfit)))?;
    match requested.filter(|requested| *requested != architecture) {
        Some(requested) => Err(format!(
            "DEPLOYER_HANDLER {name} is built for {architecture}, DEPLOYER_HANDLER_ARCH asks for {requested}"
        )),
        None => Ok(Handler { zip, architecture, fell_back: false }),
    }
}

/// Builds the handler of this workspace.
fn of_sources(
    workspace: &Path,
    out: &Path,
    requested: Option<Architecture>,
) -> Result<Handler, String> {
    for path in ["handler/src", "handler/Cargo.toml", "Cargo.toml", "Cargo.lock"] {
        println!("cargo::rerun-if-changed={}", workspace.join(path).display());
    }
    let host = Host::of_triple(&required("HOST")?);
    let preferred = requested.unwrap_or(Architecture::Arm64);
    let (architecture, route) = match compile::route_to(preferred, &host) {
        Ok(route) => (preferred, route),
        Err(obstacle) => {
            let fallback = host.architecture.filter(|_| requested.is_none()).ok_or(&obstacle)?;
            let route = compile::route_to(fallback, &host)?;
            for line in obstacle.lines() {
                println!("cargo::warning={line}");
            }
            println!(
                "cargo::warning=THE EMBEDDED HANDLER IS BUILT FOR {fallback}, THE ARCHITECTURE OF THIS MACHINE"
            );
            // What is missing now may be installed before the next build.
            println!("cargo::rerun-if-env-changed=PATH");
            (fallback, route)
        }
    };
    let program = compile::handler(workspace, &target_folder(out), &route)?;
    let inspected = inspect::elf(&program).map_err(|unfit| {
        format!("the handler was built but cannot be deployed: {}", chain(&unfit))
    })?;
    if inspected.architecture != architecture {
        return Err(format!("the handler came out for {}", inspected.architecture));
    }
    let zip = archive::zip_of(&program).map_err(|error| format!("cannot pack: {error}"))?;
    Ok(Handler { zip, architecture, fell_back: architecture != preferred })
}

/// A separate target folder for the handler inside the current one. In the same folder, the inner
/// Cargo would wait forever for the lock that the outer one holds.
fn target_folder(out: &Path) -> PathBuf {
    let outer = out.ancestors().find(|folder| folder.join("CACHEDIR.TAG").exists());
    outer.unwrap_or(out).join("handler")
}

/// A variable that Cargo always sets for a build script.
fn required(name: &str) -> Result<String, String> {
    env::var(name).map_err(|error| format!("{name}: {error}"))
}

/// Writes only if the content differs: a newer modification time alone would recompile the
/// deployer.
fn write_if_changed(path: &Path, content: &[u8]) -> Result<(), String> {
    if fs::read(path).is_ok_and(|present| present == content) {
        return Ok(());
    }
    fs::write(path, content).map_err(|error| format!("cannot write {}: {error}", path.display()))
}

/// An error with all its causes, on one line.
fn chain(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {}", chain(cause)),
        None => error.to_string(),
    }
}
